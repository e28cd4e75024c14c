import { posix } from 'node:path';
import { Chart, type ApiObject } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { Container, PodSpec, Volume, VolumeMount } from 'kubernetes-types/core/v1';
import type { EngineJson } from '../config/engine-json';
import type { EngineToml } from '../config/engine-toml';
import type { KeySelector } from '../config/key-selector';
import { isLoopback } from '../kubernetes/ip-addresses';
import { rejectDuplicateObjects } from '../kubernetes/duplicate-objects';
import { emit } from '../kubernetes/manifest';
import { checkServiceName } from '../kubernetes/names';
import { Problems, type Caution } from '../reporting/problems';
import { toShape } from '../kubernetes/l1-shape';
import { renderEngineFiles, type EngineFiles } from '../pod/engine-files';
import type { ImagePullPolicy } from '../pod/engine-pod-props';
import type { EnvVar } from '../pod/env-var';
import type { EngineImage } from '../pod/image';
import { CONTAINER_NAME, renderPodTemplate } from '../pod/pod-template';
import { EngineProbe } from '../pod/probe';
import type { EngineProxy } from '../pod/proxy';
import type { EngineResources } from '../pod/resources';
import type { EnginePodSecurity } from '../pod/security';
import { CacheVolume, type BoundCache } from '../storage/cache-volume';
import { VolumeSharing } from '../storage/cache-volume-options';
import { EngineVersion } from '../version/engine-version';
import { addCheck } from '../reporting/app-checks';
import { EngineWarning, printWarnings } from '../reporting/warnings';
import type { CliInstall } from './cli-install';
import { RUNNER_HOST } from './plan-connection';
import { addToPodSpec } from './add-to-pod';
import { NO_ADDITIONS, type PodAdditions } from './pod-additions';

/** What an engine in a job's own pod can be told. */
export interface EngineSidecarProps {
  /**
   * The release that the engine runs, such as `v0.21.7`. With an image of one's own, the release that it behaves like.
   */
  readonly version: string;

  /**
   * Stem of the names of the objects that it makes.
   *
   * @default - the construct's id
   */
  readonly name?: string;

  /**
   * Whether the engine is a native sidecar: an init container that goes on running (Kubernetes 1.29). It serves before
   * the job's containers start and is stopped when they have ended. A plain container does neither: a Job whose pod has
   * one never completes, so something else must stop it, as Argo Workflows and Tekton do with their sidecars.
   *
   * @default true
   */
  readonly native?: boolean;

  /**
   * The image that runs.
   *
   * @default - the published image of the version
   */
  readonly image?: EngineImage;

  /**
   * When the image is pulled.
   *
   * @default - the API server's
   */
  readonly imagePullPolicy?: ImagePullPolicy;

  /**
   * Resources of the engine's container.
   *
   * @default - none
   */
  readonly resources?: EngineResources;

  /**
   * Variables of the engine's container, by name.
   *
   * @default - none
   */
  readonly env?: { [name: string]: EnvVar };

  /**
   * Flags of `dagger-engine`.
   *
   * @default - none
   */
  readonly args?: string[];

  /**
   * Proxy that the engine and every build go through.
   *
   * @default - none
   */
  readonly proxy?: EngineProxy;

  /**
   * Certificates (PEM) of authorities that the engine and every build container trust.
   *
   * @default - those of the image
   */
  readonly caCertificates?: KeySelector[];

  /**
   * Group of the socket, and capabilities.
   *
   * @default - group 1001, no capabilities spelled out
   */
  readonly security?: EnginePodSecurity;

  /**
   * Probe that holds the job's containers back until the engine serves.
   *
   * @default EngineProbe.connect() - every 5 s for up to ten minutes
   */
  readonly startupProbe?: EngineProbe;

  /**
   * Where the cache lives. A volume that two pods would share serves one job at a time: the engine of the second can't
   * lock it.
   *
   * @default CacheVolume.emptyDir() - the cache goes with the pod
   */
  readonly cache?: CacheVolume;

  /**
   * What `engine.json` says.
   *
   * @default - garbage collection sized from the cache volume where its size is known, nothing else
   */
  readonly engineJson?: EngineJson;

  /**
   * What `engine.toml` says.
   *
   * @default - nothing
   */
  readonly engineToml?: EngineToml;

  /**
   * Whether builds may ask for root capabilities (`withExec(insecureRootCapabilities: true)`), and for the network of the host.
   *
   * @default - as the engine's release has it
   */
  readonly insecureRootCapabilities?: boolean;

  /**
   * Properties whose text looks like a private key, a token or a password and is none, by the names that the error gives
   * them: `env.TEST_TOKEN`, `args[0]`, `engineToml`.
   *
   * @default - none: such a text is refused
   */
  readonly allowSecretText?: string[];

  /**
   * How the `dagger` command gets into the job's containers. The pod pulls the engine's image anyway.
   *
   * @default - it is in their image
   */
  readonly cli?: CliInstall;
}

/** Names in a pod that belongs to someone else: with a prefix, so that they are not taken. */
const NAMES: { readonly [name: string]: string } = { cache: 'dagger-cache', config: 'dagger-config' };

/** Volume with the socket. */
const SOCKET_VOLUME = 'dagger-socket';

/** Twice what the engine gives itself to stop (dagger/dagger v0.21.7 cmd/engine/main.go:56). */
const GRACE_PERIOD_SECONDS = 600;

/**
 * An engine in the pod of the job that uses it: over a unix socket in a volume that both share. No port, no engine to run
 * beside the jobs, and no cache that outlives a job unless it is given a claim.
 *
 * The pod must be admitted as privileged. Objects that it makes (a ConfigMap, when there is something to configure) are
 * in the chart's namespace, where the jobs have to be too.
 */
export class EngineSidecar extends Construct {
  /** The release that the engine runs, or behaves like. */
  public readonly version: EngineVersion;

  /** Whether it is a native sidecar. */
  public readonly native: boolean;

  /** The value of `_EXPERIMENTAL_DAGGER_RUNNER_HOST` in the job's containers: `unix:///run/dagger/engine.sock`. */
  public readonly runnerHost: string;

  /** The ConfigMap with `engine.json` and `engine.toml`; undefined when there is nothing to configure. */
  public readonly configMap?: ApiObject;

  /**
   * What the pod's `terminationGracePeriodSeconds` must be at least, so that a cache that outlives the pod is written;
   * undefined when it goes with the pod.
   */
  public readonly terminationGracePeriodSeconds?: number;

  /** @internal */
  public readonly _additions: PodAdditions;

  private readonly problems: Problems;

  /**
   * @param scope a chart in the namespace of the jobs
   * @param id the construct's id
   * @param props at least the version
   * @throws with every violation of the properties at once
   */
  public constructor(scope: Construct, id: string, props: EngineSidecarProps) {
    super(scope, id);
    const problems = Problems.of(Chart.of(this).namespace);
    this.problems = problems;
    const version = EngineVersion._parse(props.version, problems, 'version');
    if (version === undefined) {
      problems.throwIfAny(this.node.path, 'EngineSidecar');
      throw new Error('unreachable: a version that is not one is a problem');
    }
    const name = props.name ?? id;
    checkServiceName(problems, 'name', name, 55, props.name === undefined ? ", which is the construct's id" : '');
    const namespace = Chart.of(this).namespace;
    const cache = (props.cache ?? CacheVolume.emptyDir())._bind({
      problems: problems.at('cache'),
      hostPath: `/var/lib/dagger-${namespace === undefined ? name : `${namespace}_${name}`}`,
    });
    checkCache(cache, problems.at('cache'));
    const config = sidecarFiles(props, version, cache, problems);
    const configName = `${name}-config`;
    const { container, volumes } = engineContainer(props, {
      version,
      cache,
      config: { ...config, name: configName },
      problems,
    });
    // It needs no engine, and would wait for a native one.
    const cli = props.cli?._render(
      { name, version, image: container.image!, imagePullPolicy: container.imagePullPolicy },
      problems.at('cli'),
    );
    problems.throwIfAny(this.node.path, 'EngineSidecar');

    this.version = version;
    this.native = props.native ?? true;
    this.runnerHost = `unix://${version.socketPath}`;
    this.terminationGracePeriodSeconds = cache?.persistent === true ? GRACE_PERIOD_SECONDS : undefined;
    this.configMap =
      config.data &&
      emit(this, 'ConfigMap', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: {
          name: configName,
          labels: { 'app.kubernetes.io/name': 'dagger-engine', 'app.kubernetes.io/instance': name },
        },
        data: { ...config.data },
      } as object);
    this._additions = {
      ...NO_ADDITIONS,
      initContainers: [
        ...(cli ? [cli.initContainer as Container] : []),
        ...(this.native ? [{ ...container, restartPolicy: 'Always' }] : []),
      ],
      containers: this.native ? [] : [container],
      volumes: [...volumes, ...(cli ? [cli.volume as Volume] : [])],
      env: [{ name: RUNNER_HOST, value: this.runnerHost }],
      // A socket in a read-only mount can still be connected to, but not be replaced.
      volumeMounts: [
        { name: SOCKET_VOLUME, mountPath: posix.dirname(version.socketPath), readOnly: true },
        ...(cli ? [cli.volumeMount as VolumeMount] : []),
      ],
      supplementalGroups: [container.securityContext!.runAsGroup!],
      terminationGracePeriodSeconds: this.terminationGracePeriodSeconds,
    };
    addCheck(this, () => {
      printWarnings(this, problems.cautions);
      return [];
    });
    rejectDuplicateObjects(this);
  }

  /** The engine's container: for a native sidecar an init container, which goes before all others. */
  public get container(): k8s.Container {
    return toShape(this._container);
  }

  /** The volumes that the pod needs. */
  public get volumes(): k8s.Volume[] {
    return toShape(this._additions.volumes);
  }

  /** The variables of a container that uses the engine. */
  public get env(): k8s.EnvVar[] {
    return toShape(this._additions.env);
  }

  /** The mounts of a container that uses the engine. */
  public get volumeMounts(): k8s.VolumeMount[] {
    return toShape(this._additions.volumeMounts);
  }

  /** The groups that a container needs which is not root: for `securityContext.supplementalGroups` of the pod. */
  public get supplementalGroups(): number[] {
    return [...this._additions.supplementalGroups];
  }

  /**
   * A copy of a pod with the engine in it, wired to its containers.
   *
   * @param spec the pod, for example of a `k8s.KubeJob`
   * @param containers the names of the containers that use the engine; all of them when left out
   * @throws when a name or mount path that the engine needs is taken, or there is no such container
   */
  public podSpec(spec: k8s.PodSpec, containers?: string[]): k8s.PodSpec {
    const ends =
      this.native || (spec.restartPolicy ?? 'Always') === 'Always' || spec.activeDeadlineSeconds !== undefined;
    if (!ends) {
      this.problems.warn(
        EngineWarning.SIDECAR_NEVER_ENDS,
        'native',
        'a pod is done when its containers are, and a plain engine never is, so that a Job never completes: remove native: false, or let something else end the pod',
      );
    }
    const problems = new Problems();
    const result = addToPodSpec(spec as PodSpec, toShape<PodAdditions>(this._additions), containers, problems);
    problems.throwIfAny(this.node.path, 'EngineSidecar');
    this._warn(problems.cautions);
    return result as k8s.PodSpec;
  }

  /**
   * Reports warnings about a pod with the engine.
   *
   * @internal
   */
  public _warn(cautions: readonly Caution[]): void {
    for (const { name, property, text } of cautions) {
      this.problems.warn(name, property, text);
    }
  }

  /** @internal */
  public get _container(): Container {
    return [...this._additions.initContainers, ...this._additions.containers].find(
      ({ name }) => name === CONTAINER_NAME,
    )!;
  }
}

function checkCache(cache: BoundCache | undefined, problems: Problems): void {
  if (cache === undefined) {
    return;
  }
  if (cache.claimTemplate !== undefined) {
    problems.add('', {
      wrong: 'only a StatefulSet has claim templates',
      got: cache.title,
      allowed: 'emptyDir, ephemeral, existingClaim',
      fix: 'use CacheVolume.ephemeral(...)',
    });
  } else if (cache.sharing !== VolumeSharing.POD) {
    problems.warn(
      EngineWarning.SHARED_SIDECAR_CACHE,
      '',
      `two jobs at once would share ${cache.title}, and the engine of the second fails to lock it: let one job run at a time, or use CacheVolume.emptyDir()`,
    );
  }
}

function sidecarFiles(
  props: EngineSidecarProps,
  version: EngineVersion,
  cache: BoundCache | undefined,
  problems: Problems,
): EngineFiles {
  const files = renderEngineFiles(props, cache, { version, problems, extraAddresses: [] });
  for (const address of files.grpc.address ?? []) {
    if (address.startsWith('tcp://') && !isLoopback(address.slice('tcp://'.length))) {
      problems.add('engineToml.grpc.address', {
        wrong: "whoever reaches this port is root on the node, and the job's containers have the socket",
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

/** The container that every engine's pod has, made to stand in the pod of someone else. */
function engineContainer(
  props: EngineSidecarProps,
  { version, cache, config, problems }: ContainerContext,
): { container: Container; volumes: Volume[] } {
  const {
    allowSecretText,
    image,
    imagePullPolicy,
    resources,
    env,
    args,
    proxy,
    caCertificates,
    security,
    startupProbe,
  } = props;
  const { spec } = renderPodTemplate({
    version,
    props: {
      allowSecretText,
      image,
      imagePullPolicy,
      resources,
      env,
      args,
      proxy,
      caCertificates,
      security,
      // Readiness is of no use where no Service leads, and would cost a session every few seconds.
      probes: { startup: startupProbe ?? EngineProbe.connect(), readiness: EngineProbe.none() },
    },
    problems,
    labels: {},
    selector: {},
    cache,
    config,
    listenerArgs: [],
    metricsEnv: {},
    metricsPorts: [],
  });
  const engine = spec.containers[0]!;
  return {
    container: {
      ...engine,
      // The pod's security context is the job's: root, and the group of the socket, are asked for here.
      securityContext: {
        ...engine.securityContext,
        runAsUser: 0,
        runAsGroup: spec.securityContext!.runAsGroup!,
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

function renamed<T extends Volume | VolumeMount>(named: T): T {
  return { ...named, name: NAMES[named.name] ?? named.name };
}
