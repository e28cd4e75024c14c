import { posix } from 'node:path';
import type { VolumeMount } from 'kubernetes-types/core/v1';
import { STATE_DIRECTORY } from '../config/engine-directories';
import { toWire } from '../kubernetes/wire-form';
import { rootFlag } from '../pod/engine-args';
import type { ClaimContext } from '../storage/cache-seed-rules';
import { CacheVolume, type BoundCache } from '../storage/cache-volume';
import { VolumeSharing } from '../storage/cache-volume-options';
import type { EngineProps } from './engine-props';

/**
 * Returns the volume that `volumeMounts` mounts at the state directory, for an engine without `cache`. The rules for
 * caches apply to it. Returns undefined if there is no such volume, or if it is a claim template.
 */
export function mountedCache(
  { args = [], volumeMounts = [], volumes = [] }: Pick<EngineProps, 'args' | 'volumeMounts' | 'volumes'>,
  context: ClaimContext,
): BoundCache | undefined {
  const { problems } = context;
  const state = folder(rootFlag(args) ?? STATE_DIRECTORY);
  const mounts = toWire<Array<Partial<VolumeMount>>>(volumeMounts);
  const index = mounts.findIndex(({ mountPath = '' }) => mountPath !== '' && state.startsWith(folder(mountPath)));
  const { name, readOnly, subPathExpr = '' } = mounts[index] ?? {};
  const position = name === undefined ? -1 : volumes.findIndex((volume) => volume.name === name);
  if (position < 0) {
    return undefined;
  }
  if (readOnly === true) {
    problems.add(`volumeMounts[${index}].readOnly`, {
      wrong: 'the engine must be able to write to its cache',
      got: true,
      allowed: 'false',
      fix: 'remove readOnly',
    });
  }
  const volume = volumes[position]!;
  // A variable such as `$(POD_NAME)` in the path gives each pod its own directory.
  const sharing = subPathExpr.includes('$(') ? VolumeSharing.POD : undefined;
  return CacheVolume.fromVolume(volume, { sharing })._bind({
    ...context,
    problems: problems.at(`volumes[${position}]`),
    hostPath: '',
  });
}

function folder(path: string): string {
  return `${posix.normalize(path).replace(/\/+$/, '')}/`;
}
