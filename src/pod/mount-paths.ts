import type { VolumeMount } from 'kubernetes-types/core/v1';

/** Returns a path without trailing slashes, or an empty path if there is none. */
export function trimSlash(path = ''): string {
  return path.replace(/\/+$/, '');
}

/** Whether a volume is mounted at a directory or at a parent directory. */
export function isInVolume(directory: string, mounts: ReadonlyArray<Pick<VolumeMount, 'mountPath'>>): boolean {
  return mounts.some(({ mountPath }) => `${trimSlash(directory)}/`.startsWith(`${trimSlash(mountPath)}/`));
}
