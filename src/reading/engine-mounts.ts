import { STATE_DIRECTORY } from '../config/engine-directories';
import { posix } from 'node:path';
import type { EngineVersion } from '../version/engine-version';
import { isConfigMount, pathOf, type ConfigFile } from './mounted-config';
import type { EnginePod } from './engine-pods';
import type { Field } from './field';
import { holds } from './listening';

/** The mounts of an engine, grouped by purpose, and their volumes. */
export interface EngineMounts {
  readonly cache?: CacheMount;
  /** The directory on the node that contains the socket. */
  readonly socket?: { readonly mount: Field; readonly volume: Field };
  /** The name of the volume with the configuration files. */
  readonly configVolume?: string;
  /** All other mounts. */
  readonly others: readonly Field[];
}

/** The mount of the engine's state. */
export interface CacheMount {
  readonly mount: Field;
  /** The pod's volume, or undefined for a claim template or a missing volume. */
  readonly volume?: Field;
  /** The claim template of a StatefulSet. */
  readonly template?: Field;
  /** Whether the mount is unused, because the engine's state is in another directory. */
  readonly isElsewhere: boolean;
}

interface MountFacts {
  readonly state: string;
  readonly version: EngineVersion;
  readonly files: readonly ConfigFile[];
}

/** Groups the mounts of an engine by purpose. */
export function engineMounts({ container, object, pod }: EnginePod, facts: MountFacts): EngineMounts {
  const { files, state, version } = facts;
  const mounts = container.at('volumeMounts').items;
  const volumes = pod.at('spec', 'volumes');
  const cacheMount = mountOfState(state, mounts);
  const socketMount = mountOfSocket(version, mounts, volumes);
  const socketVolume = socketMount && volumes.named(socketMount.at('name').text);
  const configVolume =
    files.map((file) => (file.kind === 'text' ? file.volume : undefined)).find((name) => name !== undefined) ??
    mounts.find(isConfigMount)?.at('name').text;
  return {
    ...(cacheMount !== undefined && {
      cache: {
        mount: cacheMount,
        volume: volumes.named(cacheMount.at('name').text),
        template: claimTemplates(object.root).find(
          (template) => template.at('metadata', 'name').text === cacheMount.at('name').text,
        ),
        isElsewhere: isOtherState(pathOf(cacheMount), state),
      },
    }),
    ...(socketVolume && { socket: { mount: socketMount, volume: socketVolume } }),
    ...(configVolume !== undefined && { configVolume }),
    others: mounts.filter(
      (mount) =>
        mount !== cacheMount &&
        mount !== socketMount &&
        !isConfigMount(mount) &&
        // The constructs mount the socket there.
        !(socketVolume !== undefined && pathOf(mount) === posix.dirname(version.socketPath)),
    ),
  };
}

/** Returns the claim templates of a StatefulSet. */
export function claimTemplates(workload: Field): Field[] {
  return workload.at('kind').text === 'StatefulSet' ? workload.at('spec', 'volumeClaimTemplates').items : [];
}

/**
 * Returns the mount of the state directory or of its closest parent, or else a mount that looks like a state directory.
 */
function mountOfState(state: string, mounts: readonly Field[]): Field | undefined {
  const above = mounts
    .filter((mount) => holds(pathOf(mount), state))
    .sort((a, b) => pathOf(b).length - pathOf(a).length);
  return above[0] ?? mounts.find((mount) => isOtherState(pathOf(mount), state));
}

/** Whether a directory looks like the state directory of another engine. */
function isOtherState(path: string, state: string): boolean {
  return (
    !holds(path, state) &&
    (path === STATE_DIRECTORY || [state, STATE_DIRECTORY].some((one) => path.startsWith(`${one}-`)))
  );
}

/** Returns the mount of the node directory that contains the socket, preferably at the engine's default path. */
function mountOfSocket(version: EngineVersion, mounts: readonly Field[], volumes: Field): Field | undefined {
  const ofNode = mounts.filter((mount) => volumes.named(mount.at('name').text)?.at('hostPath').exists === true);
  return (
    ofNode.find((mount) => pathOf(mount) === posix.dirname(version.socketPath)) ??
    ofNode.find((mount) => /^\/run\/(buildkit|dagger)(-[^/]+)?$/.test(pathOf(mount)))
  );
}
