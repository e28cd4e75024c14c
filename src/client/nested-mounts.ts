import { posix } from 'node:path';
import type { Container, Volume, VolumeMount } from 'kubernetes-types/core/v1';
import type { Problems } from '../reporting/problems';

/**
 * Returns a path without extra slashes. Unlike the API server, the container runtime doesn't compare mount paths as
 * text.
 */
export function normalPath(path: string): string {
  return posix.normalize(path).replace(/(.)\/$/, '$1');
}

/**
 * Reports mounts of a container that contain an added mount, or that are inside one, if the outer volume is read-only.
 * The container runtime can't create the inner mount point, so the container would never start.
 */
export function checkNestedMounts(
  { volumeMounts = [] }: Container,
  additions: readonly VolumeMount[],
  volumes: readonly Volume[],
  problems: Problems,
): void {
  const report = (outer: VolumeMount, inner: VolumeMount, own: VolumeMount): void => {
    if (isInside(inner.mountPath, outer.mountPath) && isReadOnly(outer, volumes)) {
      problems.add('volumeMounts', {
        wrong: `${inner.mountPath} is in the read-only mount ${outer.mountPath}, where the container runtime can't create it`,
        got: own.name,
        allowed: `a path outside ${outer === own ? inner.mountPath : outer.mountPath}`,
        fix: 'mount the volume at another path',
      });
    }
  };
  for (const own of volumeMounts) {
    for (const addition of additions) {
      report(own, addition, own);
      report(addition, own, own);
    }
  }
}

function isInside(inner: string, outer: string): boolean {
  const directory = normalPath(outer).replace(/\/?$/, '/');
  return normalPath(inner).startsWith(directory) && normalPath(inner) !== normalPath(outer);
}

/** Whether a mount is read-only. Kubernetes always mounts ConfigMaps, Secrets and similar volumes read-only. */
function isReadOnly({ name, readOnly }: VolumeMount, volumes: readonly Volume[]): boolean {
  const volume = volumes.find((one) => one.name === name) as { readonly [source: string]: unknown } | undefined;
  return (
    readOnly === true ||
    ['configMap', 'downwardAPI', 'downwardApi', 'image', 'projected', 'secret'].some(
      (source) => volume?.[source] !== undefined,
    )
  );
}
