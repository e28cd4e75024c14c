import { checkImageReference, splitImageReference } from '../kubernetes/image-reference';
import type { Container, Probe, VolumeMount } from 'kubernetes-types/core/v1';
import { checkSeconds } from '../kubernetes/quantity';
import { setName, setOrigin } from '../kubernetes/origins';
import type { Problems } from '../reporting/problems';
import type { BoundListener, BoundTls } from './bound-listener';
import { ENGINE_PORT_NAME, STATUS_PORT_NAME } from './port-names';
import type { TlsSidecarOptions } from './tls-termination';

/** The directory of the certificates in the container that terminates TLS. */
export const TLS_DIRECTORY = '/etc/dagger/tls';

/** The smallest image of ghostunnel. It runs as user 65532 (docs/deployment/docker.md@v1.11.0). */
export const DEFAULT_IMAGE = 'docker.io/ghostunnel/ghostunnel:v1.11.0-distroless';
const NONROOT = 65532;

/** The name of the TLS sidecar's container. */
export const TLS_CONTAINER_NAME = 'tls';

export const DEFAULT_STATUS_PORT = 8444;
export const DEFAULT_RELOAD_SECONDS = 300;
export const DEFAULT_REQUESTS = { cpu: '50m', memory: '32Mi' };

/** Matches flags that the library sets. Repeating some of them, such as `--allow-cn`, would allow more clients. */
export const OWN_FLAGS =
  /^--(listen|target|unsafe-target|cert|key|keystore|cacert|timed-reload|shutdown-timeout|status|disable-authentication|allow-.*)(=|$)/;

/** Checks the options of a TLS sidecar that listens on `port`. */
export function checkSidecar(options: TlsSidecarOptions, port: number, problems: Problems): void {
  const { args = [], image = DEFAULT_IMAGE, statusPort = DEFAULT_STATUS_PORT } = options;
  const { digest, tag } = splitImageReference(image);
  if (checkImageReference(problems, 'image', image, DEFAULT_IMAGE) && (tag ?? digest) === undefined) {
    problems.add('image', {
      wrong: 'the reference has neither a tag nor a digest, so the node would run the tag latest',
      got: image,
      allowed: 'REGISTRY/PATH:TAG or REGISTRY/PATH@sha256:DIGEST',
      fix: `use a value such as '${DEFAULT_IMAGE}'`,
    });
  }
  if (port < 1024 && port > 0) {
    problems.add('', {
      wrong: `the TLS sidecar runs without privileges, so it can't listen on port ${port}`,
      allowed: 'a listener on port 1024 or above',
      fix: 'set port: 8443, and service.port for the port that clients use',
    });
  }
  if (!Number.isInteger(statusPort) || statusPort < 1024 || statusPort > 65535 || statusPort === port) {
    problems.add('statusPort', {
      wrong: 'must be an unprivileged port other than the listener port',
      got: statusPort,
      allowed: `a whole number from 1024 to 65535 other than ${port}`,
      fix: 'choose another port',
    });
  }
  if (options.reloadInterval !== undefined) {
    checkSeconds(problems, 'reloadInterval', options.reloadInterval, { min: 1, good: DEFAULT_RELOAD_SECONDS });
  }
  if (options.shutdownTimeout !== undefined) {
    checkSeconds(problems, 'shutdownTimeout', options.shutdownTimeout, { min: 1 });
  }
  for (const [index, argument] of args.entries()) {
    if (OWN_FLAGS.test(argument)) {
      problems.add(`args[${index}]`, {
        wrong: 'conflicts with a flag that the library sets from properties of the listener',
        got: argument,
        allowed: 'other flags of ghostunnel',
        fix: argument.startsWith('--shutdown-timeout') ? 'use shutdownTimeout' : 'remove it',
      });
    }
  }
}

/** The properties of a pod that its TLS sidecar needs. */
interface SidecarPod {
  readonly socketPath: string;
  /** The group id of the engine's socket. */
  readonly group: number;
  readonly gracePeriodSeconds: number;
  readonly volumeMounts: VolumeMount[];
}

/** Renders the TLS sidecar. Its flags are documented in ghostunnel's docs/reference/manpage-linux.md@v1.11.0. */
export function tlsSidecarContainer(
  { port, hostPort }: Pick<BoundListener, 'hostPort' | 'port'>,
  tls: BoundTls,
  options: TlsSidecarOptions,
  pod: SidecarPod,
): Container {
  const {
    args = [],
    image = DEFAULT_IMAGE,
    imagePullPolicy,
    reloadInterval,
    resources: { limits, requests = DEFAULT_REQUESTS } = {},
    shutdownTimeout,
    statusPort = DEFAULT_STATUS_PORT,
  } = options;
  const host = tls.address.slice(0, tls.address.lastIndexOf(':'));
  return {
    name: TLS_CONTAINER_NAME,
    image,
    ...(imagePullPolicy && { imagePullPolicy }),
    args: [
      'server',
      `--listen=${tls.address}`,
      `--target=unix:${pod.socketPath}`,
      `--cert=${TLS_DIRECTORY}/tls.crt`,
      `--key=${TLS_DIRECTORY}/tls.key`,
      ...accessFlags(tls),
      `--timed-reload=${reloadInterval?.toSeconds({ integral: false }) ?? DEFAULT_RELOAD_SECONDS}s`,
      `--shutdown-timeout=${shutdownTimeout?.toSeconds({ integral: false }) ?? pod.gracePeriodSeconds}s`,
      `--status=https://${host}:${statusPort}`,
      ...args,
    ],
    ports: [
      setName({ name: ENGINE_PORT_NAME, containerPort: port, ...(hostPort !== undefined && { hostPort }) }, 'listener'),
      { name: STATUS_PORT_NAME, containerPort: statusPort },
    ],
    resources: setOrigin({ requests, ...(limits && { limits }) }, 'listener.termination.resources'),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: NONROOT,
      runAsGroup: pod.group,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    },
    ...probes(statusPort),
    volumeMounts: pod.volumeMounts,
  };
}

/** Returns the flags that control access. */
function accessFlags({ allowedClients, mutual }: BoundTls): string[] {
  return mutual
    ? [`--cacert=${TLS_DIRECTORY}/ca.crt`, ...(allowedClients?.map((name) => `--allow-cn=${name}`) ?? ['--allow-all'])]
    : ['--disable-authentication'];
}

/**
 * Returns the probes of the sidecar. The startup probe reads the metrics, because the engine starts later and the probe
 * must not depend on it. The readiness probe reads the status, which depends on the engine's socket. A liveness probe
 * isn't needed: Kubernetes restarts a process that exits, and any other restart would cancel every build.
 */
function probes(port: number): { startupProbe: Probe; readinessProbe: Probe } {
  const get = (path: string): Probe['httpGet'] => ({ path, port, scheme: 'HTTPS' });
  return {
    startupProbe: { httpGet: get('/_metrics'), periodSeconds: 1, failureThreshold: 60 },
    readinessProbe: { httpGet: get('/_status'), periodSeconds: 10, failureThreshold: 3 },
  };
}
