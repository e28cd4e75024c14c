import { posix } from 'node:path';
import type { Container, Volume, VolumeMount } from 'kubernetes-types/core/v1';
import { isLoopback } from '../kubernetes/ip-addresses';
import { reportInvalid } from '../kubernetes/validation/report-invalid';
import { containerProperties } from '../pod/container-properties';
import { renderEngineFiles, type EngineFiles } from '../pod/engine-files';
import { GRACE_PERIOD_SECONDS } from '../pod/grace-period';
import { renderPodTemplate } from '../pod/pod-template';
import { EngineProbe } from '../pod/probe';
import type { Problems } from '../reporting/problems';
import type { BoundCache } from '../storage/cache-volume';
import type { EngineVersion } from '../version/engine-version';
import type { EngineSidecarProps } from './engine-sidecar-props';

/** The names of the engine's volumes in the pod of a job. The prefix avoids conflicts with other volumes. */
const NAMES: { readonly [name: string]: string } = { cache: 'dagger-cache', config: 'dagger-config' };

/** The name of the volume with the socket. */
export const SOCKET_VOLUME = 'dagger-socket';

/** Renders and checks the files that configure the engine. */
export function sidecarFiles(
  props: EngineSidecarProps,
  version: EngineVersion,
  cache: BoundCache | undefined,
  problems: Problems,
): EngineFiles {
  const files = renderEngineFiles(props, cache, { version, problems, extraAddresses: [] });
  for (const address of files.grpc.address ?? []) {
    if (address.startsWith('tcp://') && !isLoopback(address.slice('tcp://'.length))) {
      problems.add('engineToml.grpc.address', {
        wrong:
          "any client that reaches this port can become root on the node, and the job's containers don't need the port",
        got: address,
        allowed: 'unix sockets and loopback addresses',
        fix: 'remove the address',
      });
    }
  }
  return files;
}

interface ContainerContext {
  readonly version: EngineVersion;
  readonly cache: BoundCache | undefined;
  readonly config: EngineFiles & { readonly name: string };
  readonly problems: Problems;
}

/** Renders the engine's container and volumes for the pod of a job. */
export function sidecarContainer(
  props: EngineSidecarProps,
  { version, cache, config, problems }: ContainerContext,
): { container: Container; volumes: Volume[] } {
  const { image, imagePullPolicy, resources, env, args, proxy, caCertificates, security, startupProbe } = props;
  if (security?.fsGroup !== undefined) {
    problems.add('security.fsGroup', {
      wrong: 'the security context of the pod belongs to the job',
      got: security.fsGroup,
      allowed: 'group, runAsGroup, capabilities',
      fix: 'remove it',
    });
  }
  const { spec } = renderPodTemplate({
    version,
    props: {
      image,
      imagePullPolicy,
      resources,
      env,
      args,
      proxy,
      caCertificates,
      security,
      // The pod needs no readiness probe, because no Service selects it.
      probes: { startup: startupProbe ?? EngineProbe.connect(), readiness: EngineProbe.none() },
    },
    problems,
    labels: {},
    selector: {},
    cache,
    config,
    listenerArgs: [],
    gracePeriodSeconds: GRACE_PERIOD_SECONDS,
    propertyEnv: {},
    annotations: {},
    metricsPorts: [],
  });
  const engine = spec.containers[0]!;
  return {
    container: {
      ...engine,
      // The security context of the pod belongs to the job, so the container sets its own user and group.
      securityContext: {
        ...engine.securityContext,
        runAsUser: 0,
        runAsGroup: security?.runAsGroup ?? 0,
        runAsNonRoot: false,
      },
      volumeMounts: [
        ...(engine.volumeMounts ?? []).map(renamed),
        { name: SOCKET_VOLUME, mountPath: posix.dirname(version.socketPath) },
      ],
    },
    volumes: [...(spec.volumes ?? []).map(renamed), { name: SOCKET_VOLUME, emptyDir: {} }],
  };
}

/** Reports all values that make the API server reject a pod with the engine. */
export function checkSidecarPod(container: Container, volumes: readonly Volume[], problems: Problems): void {
  const path = 'spec.containers[0]';
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'job' }, spec: { containers: [container], volumes } };
  reportInvalid(problems, [
    {
      object: pod,
      names: [
        { field: `${path}.startupProbe`, property: 'startupProbe' },
        ...containerProperties(path),
        { field: 'spec.volumes', property: 'cache' },
      ],
    },
  ]);
}

function renamed<T extends Volume | VolumeMount>(named: T): T {
  return { ...named, name: NAMES[named.name] ?? named.name };
}
