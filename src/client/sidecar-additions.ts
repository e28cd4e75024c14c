import { posix } from 'node:path';
import type { Container, Volume } from 'kubernetes-types/core/v1';
import type { EngineVersion } from '../version/engine-version';
import type { InstalledCli } from './cli-install';
import { NO_ADDITIONS, type PodAdditions } from './pod-additions';
import { RUNNER_HOST } from './runner-host';
import { SOCKET_VOLUME } from './sidecar-container';

interface SidecarEngine {
  readonly version: EngineVersion;
  readonly container: Container;
  /** The volumes of the container. */
  readonly volumes: readonly Volume[];
  readonly cli: InstalledCli | undefined;
  /** Whether the engine is a native sidecar. */
  readonly native: boolean;
  /** The id of the group of the engine's socket. */
  readonly socketGroup: number;
  readonly terminationGracePeriodSeconds: number | undefined;
}

/** Returns the address of an engine in the client's pod. */
export function sidecarHost({ socketPath }: EngineVersion): string {
  return `unix://${socketPath}`;
}

/** Returns the engine and everything that its clients need, to add to the pod of a job. */
export function sidecarAdditions(engine: SidecarEngine): PodAdditions {
  const { cli, container, native, version } = engine;
  return {
    ...NO_ADDITIONS,
    initContainers: [
      // The init container that copies the CLI comes first. It doesn't need the engine, and would otherwise wait for
      // it.
      ...(cli ? [cli.initContainer] : []),
      ...(native ? [{ ...container, restartPolicy: 'Always' }] : []),
    ],
    containers: native ? [] : [container],
    volumes: [...engine.volumes, ...(cli ? [cli.volume] : [])],
    env: [{ name: RUNNER_HOST, value: sidecarHost(version) }],
    // A client can connect to a socket in a read-only mount, but can't replace the socket.
    volumeMounts: [
      { name: SOCKET_VOLUME, mountPath: posix.dirname(version.socketPath), readOnly: true },
      ...(cli ? [cli.volumeMount] : []),
    ],
    supplementalGroups: [engine.socketGroup],
    terminationGracePeriodSeconds: engine.terminationGracePeriodSeconds,
  };
}
