import type { VolumeMount } from 'kubernetes-types/core/v1';

/** Returns the path without trailing slashes, which don't change its meaning. */
export function trimSlash(path: string): string {
  return path.replace(/\/+$/, '');
}

/** Whether a volume is mounted at a directory or above it. */
export function isInVolume(directory: string, mounts: ReadonlyArray<Pick<VolumeMount, 'mountPath'>>): boolean {
  return mounts.some(({ mountPath }) => `${trimSlash(directory)}/`.startsWith(`${trimSlash(mountPath)}/`));
}
