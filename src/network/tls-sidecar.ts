import { posix } from 'node:path';
import type { Container, KeyToPath, Probe, Volume, VolumeMount } from 'kubernetes-types/core/v1';
import type { KeySelector } from '../config/key-selector';
import { nonEmpty } from '../kubernetes/manifest';
import type { Problems } from '../reporting/problems';
import { checkQuantities, checkSeconds } from '../kubernetes/quantity';
import type { PodAddition } from '../pod/pod-template';
import { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';
import type { BoundTls } from './bound-tls';
import type { BoundCertificates } from './certificates';
import { ENGINE_PORT_NAME } from './engine-service';
import type { BoundListener } from './listener';
import type { TlsSidecarOptions } from './tls-termination';

/** Name of the container that terminates TLS. */
export const TERMINATOR_NAME = 'tls';

/** The directory of the certificates, in the container that decrypts. */
export const TLS_DIRECTORY = '/etc/dagger/tls';

/** Ghostunnel's smallest image (docs/deployment/docker.md@v1.11.0), which runs as this user. */
const DEFAULT_IMAGE = 'docker.io/ghostunnel/ghostunnel:v1.11.0-distroless';
const NONROOT = 65532;

const DEFAULT_STATUS_PORT = 8444;

const REFERENCE = /^[a-zA-Z0-9][-\w.]*(:\d+)?(\/[a-z0-9][-a-z0-9._]*)*(:\w[-\w.]{0,127})?(@sha256:[0-9a-f]{64})?$/;

/** Flags that the library sets. Those that repeat, such as `--allow-cn`, would add to it. */
const OWN_FLAGS =
  /^--(listen|target|unsafe-target|cert|key|keystore|cacert|timed-reload|shutdown-timeout|status|disable-authentication|allow-.*)(=|$)/;

/** Reports what the sidecar can't do. */
export function checkSidecar(options: TlsSidecarOptions, port: number, problems: Problems): void {
  const {
    args = [],
    image = DEFAULT_IMAGE,
    reloadInterval,
    resources = {},
    statusPort = DEFAULT_STATUS_PORT,
  } = options;
  if (!REFERENCE.test(image) || !/(:[^/]*|@.*)$/.test(image)) {
    problems.add('image', {
      wrong: 'not an image reference with a tag or digest',
      got: image,
      allowed: 'REGISTRY/PATH:TAG or REGISTRY/PATH@sha256:DIGEST',
      fix: `for example '${DEFAULT_IMAGE}'`,
    });
  }
  if (port < 1024 && port > 0) {
    problems.add('', {
      wrong: `the sidecar has no rights, and so can't listen on port ${port}`,
      allowed: 'a listener on port 1024 or above',
      fix: 'set port: 8443',
    });
  }
  if (!Number.isInteger(statusPort) || statusPort < 1024 || statusPort > 65535 || statusPort === port) {
    problems.add('statusPort', {
      wrong: "not a port that the sidecar can listen on beside the listener's",
      got: statusPort,
      allowed: `a whole number from 1024 to 65535 other than ${port}`,
      fix: 'choose another',
    });
  }
  if (reloadInterval !== undefined) {
    checkSeconds(problems, 'reloadInterval', reloadInterval, 1, 300);
  }
  checkQuantities(problems, 'resources.requests', resources.requests);
  checkQuantities(problems, 'resources.limits', resources.limits);
  for (const [index, argument] of args.entries()) {
    if (OWN_FLAGS.test(argument)) {
      problems.add(`args[${index}]`, {
        wrong: "the library sets that flag itself, from the listener's properties",
        got: argument,
        allowed: 'other flags of ghostunnel',
        fix: 'remove it',
      });
    }
  }
}

/** The pod that decrypts. */
interface TerminatorContext {
  readonly version: EngineVersion;
  /** Group of the engine's socket. */
  readonly group: number;
  readonly gracePeriodSeconds: number;
  /** The volume with the socket, where there is one already: a directory of the node. */
  readonly socketVolume: string | undefined;
}

/** What TLS adds to the engine's pod. */
export function tlsAddition(
  { port, hostPort, tls }: BoundListener,
  context: TerminatorContext,
): PodAddition | undefined {
  if (tls === undefined) {
    return undefined;
  }
  const certificates = certificatesVolume(tls.certificates);
  const files: VolumeMount = { name: certificates.name, mountPath: TLS_DIRECTORY, readOnly: true };
  if (tls.sidecar === undefined) {
    return { volumes: [certificates], mounts: [files] };
  }
  const socket: VolumeMount = {
    name: context.socketVolume ?? 'socket',
    mountPath: posix.dirname(context.version.socketPath),
  };
  const container = terminator(tls, tls.sidecar, { port, hostPort }, [{ ...socket, readOnly: true }, files], context);
  return {
    volumes: [...(context.socketVolume === undefined ? [{ name: socket.name, emptyDir: {} }] : []), certificates],
    mounts: context.socketVolume === undefined ? [socket] : [],
    ...((tls.sidecar.native ?? true)
      ? { nativeSidecar: { ...container, restartPolicy: 'Always' } }
      : { sidecar: container }),
  };
}

/** Paths of `[grpc.tls]` in engine.toml; undefined where the engine doesn't decrypt, or can't. */
export function engineTls(
  tls: BoundTls | undefined,
  version: EngineVersion,
): { cert: string; key: string; ca?: string } | undefined {
  return tls === undefined || tls.sidecar !== undefined || !version.supports(EngineCapability.ENGINE_TLS)
    ? undefined
    : {
        cert: `${TLS_DIRECTORY}/tls.crt`,
        key: `${TLS_DIRECTORY}/tls.key`,
        ...(tls.mutual && { ca: `${TLS_DIRECTORY}/ca.crt` }),
      };
}

function terminator(
  tls: BoundTls,
  {
    args = [],
    image = DEFAULT_IMAGE,
    imagePullPolicy,
    reloadInterval,
    resources = {},
    statusPort = DEFAULT_STATUS_PORT,
  }: TlsSidecarOptions,
  { port, hostPort }: { readonly port: number; readonly hostPort?: number },
  volumeMounts: VolumeMount[],
  { version, group, gracePeriodSeconds }: TerminatorContext,
): Container {
  const { limits, requests = { cpu: '50m', memory: '32Mi' } } = resources;
  const host = tls.address.slice(0, tls.address.lastIndexOf(':'));
  // Every flag is explained in docs/reference/manpage-linux.md of ghostunnel v1.11.0.
  return {
    name: TERMINATOR_NAME,
    image,
    ...(imagePullPolicy && { imagePullPolicy }),
    args: [
      'server',
      `--listen=${tls.address}`,
      `--target=unix:${version.socketPath}`,
      `--cert=${TLS_DIRECTORY}/tls.crt`,
      `--key=${TLS_DIRECTORY}/tls.key`,
      ...access(tls),
      `--timed-reload=${reloadInterval?.toSeconds({ integral: false }) ?? 300}s`,
      `--shutdown-timeout=${gracePeriodSeconds}s`,
      `--status=https://${host}:${statusPort}`,
      ...args,
    ],
    ports: [
      { name: ENGINE_PORT_NAME, containerPort: port, ...(hostPort !== undefined && { hostPort }) },
      { name: 'https-status', containerPort: statusPort },
    ],
    resources: { requests, ...(limits && { limits }) },
    securityContext: {
      runAsNonRoot: true,
      runAsUser: NONROOT,
      runAsGroup: group,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    },
    ...probes(statusPort),
    volumeMounts,
  };
}

/** Who may connect. */
function access({ allowedClients, mutual }: BoundTls): string[] {
  if (!mutual) {
    return ['--disable-authentication'];
  }
  return [
    `--cacert=${TLS_DIRECTORY}/ca.crt`,
    ...(nonEmpty(allowedClients ?? [])?.map((name) => `--allow-cn=${name}`) ?? ['--allow-all']),
  ];
}

/**
 * The engine starts when the sidecar has: that must not wait for the engine, so it asks for the metrics, which need none.
 * The status is good when the engine's socket is there. No liveness: a restart would cut every build, and a process that
 * ends is started anew.
 */
function probes(port: number): { startupProbe: Probe; readinessProbe: Probe } {
  const get = (path: string): Probe['httpGet'] => ({ path, port, scheme: 'HTTPS' });
  return {
    startupProbe: { httpGet: get('/_metrics'), periodSeconds: 1, failureThreshold: 60 },
    readinessProbe: { httpGet: get('/_status'), periodSeconds: 10, failureThreshold: 3 },
  };
}

/** The certificate, its key, and the authorities of clients, as one volume: what follows a renewal does so together. */
function certificatesVolume({ server, clientCa }: BoundCertificates): Volume {
  const own = [item(server.certificate, 'tls.crt'), item(server.privateKey, 'tls.key')];
  const defaultMode = 0o440;
  if (clientCa === undefined || (clientCa.objectKind === 'Secret' && clientCa.objectName === server.secretName)) {
    return {
      name: 'tls',
      secret: {
        secretName: server.secretName,
        items: [...own, ...(clientCa === undefined ? [] : [item(clientCa, 'ca.crt')])],
        defaultMode,
      },
    };
  }
  const authority = { name: clientCa.objectName, items: [item(clientCa, 'ca.crt')] };
  return {
    name: 'tls',
    projected: {
      sources: [
        { secret: { name: server.secretName, items: own } },
        clientCa.objectKind === 'Secret' ? { secret: authority } : { configMap: authority },
      ],
      defaultMode,
    },
  };
}

function item({ key }: KeySelector, path: string): KeyToPath {
  return { key, path };
}
