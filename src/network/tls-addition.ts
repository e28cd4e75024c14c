import { posix } from 'node:path';
import type { KeyToPath, Volume, VolumeMount } from 'kubernetes-types/core/v1';
import type { KeySelector } from '../config/key-selector';
import { setName } from '../kubernetes/origins';
import type { PodAddition } from '../pod/pod-context';
import { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';
import type { BoundListener, BoundTls } from './bound-listener';
import type { BoundCertificates } from './certificates';
import { tlsSidecarContainer, TLS_DIRECTORY } from './tls-sidecar';

/** The properties of an engine's pod that TLS needs. */
interface TlsPod {
  readonly version: EngineVersion;
  /** The group id of the engine's socket. */
  readonly group: number;
  readonly gracePeriodSeconds: number;
  /** The name of the volume with the engine's socket, if the socket is on the node. */
  readonly socketVolume: string | undefined;
}

/**
 * Returns the additions to the engine's pod for TLS: the certificates, and the TLS sidecar unless the engine terminates
 * TLS.
 */
export function tlsAddition(listener: BoundListener, pod: TlsPod): PodAddition | undefined {
  const { tls } = listener;
  if (tls === undefined) {
    return undefined;
  }
  const certificates = certificatesVolume(tls.certificates);
  const files: VolumeMount = { name: certificates.name, mountPath: TLS_DIRECTORY, readOnly: true };
  if (tls.sidecar === undefined) {
    return { volumes: [certificates], mounts: [files] };
  }
  const { gracePeriodSeconds, group, socketVolume, version } = pod;
  const socket: VolumeMount = { name: socketVolume ?? 'socket', mountPath: posix.dirname(version.socketPath) };
  const container = tlsSidecarContainer(listener, tls, tls.sidecar, {
    socketPath: version.socketPath,
    group,
    gracePeriodSeconds,
    volumeMounts: [{ ...socket, readOnly: true }, files],
  });
  return {
    volumes: [...(socketVolume === undefined ? [{ name: socket.name, emptyDir: {} }] : []), certificates],
    mounts: socketVolume === undefined ? [socket] : [],
    ...((tls.sidecar.native ?? true)
      ? { nativeSidecar: setName({ ...container, restartPolicy: 'Always' }, 'listener.termination') }
      : { sidecar: setName(container, 'listener.termination') }),
  };
}

/** Returns the paths for `[grpc.tls]` in engine.toml, or undefined unless the engine terminates TLS. */
export function engineTls(
  tls: BoundTls | undefined,
  version: EngineVersion,
): { cert: string; key: string; ca?: string } | undefined {
  return tls === undefined || tls.sidecar !== undefined || !version._maySupport(EngineCapability.ENGINE_TLS)
    ? undefined
    : {
        cert: `${TLS_DIRECTORY}/tls.crt`,
        key: `${TLS_DIRECTORY}/tls.key`,
        ...(tls.mutual && { ca: `${TLS_DIRECTORY}/ca.crt` }),
      };
}

/**
 * Returns one volume with the certificate, its key and the CA of clients, so that a renewal updates all of them at
 * once.
 */
function certificatesVolume({ server, clientCa }: BoundCertificates): Volume {
  const own = [item(server.certificate, 'tls.crt'), item(server.privateKey, 'tls.key')];
  // The files belong to root, and the TLS sidecar runs as another user. Only this pod's containers can reach them.
  const defaultMode = 0o444;
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
  const ca = { name: clientCa.objectName, items: [item(clientCa, 'ca.crt')] };
  return {
    name: 'tls',
    projected: {
      sources: [
        { secret: { name: server.secretName, items: own } },
        clientCa.objectKind === 'Secret' ? { secret: ca } : { configMap: ca },
      ],
      defaultMode,
    },
  };
}

function item({ key }: KeySelector, path: string): KeyToPath {
  return { key, path };
}
