import type { Field } from '../reading/field';
import { CACHE_DIRECTORY, directory, mount, SOCKET_DIRECTORY } from './node-directory';
import { from, nonEmpty, list, when, valueOf } from './template';
import type { Release } from './chart-release';
import type { WorkloadTraits } from './workload-template';

export const CLAIM = 'engine.statefulSet.persistentVolumeClaim';

/** Renders the parts of a StatefulSet that depend on the cache volume, in the official chart and in kubiya's chart. */
export function statefulSet(
  release: Release,
  { mountPostfix = '', pathPostfix }: { readonly mountPostfix?: string; readonly pathPostfix: string },
): Pick<WorkloadTraits, 'kind' | 'key' | 'spec' | 'mounts' | 'volumes' | 'configVolume'> {
  const { values } = release;
  const [hasDirectory, hasClaim] = [values.flag(CACHE_DIRECTORY), values.flag(`${CLAIM}.enabled`)];
  const ownVolume = nonEmpty(release, 'engine.volumes').items.find((volume) => volume.at('name').text === 'data');
  const cacheKey = hasClaim ? CLAIM : CACHE_DIRECTORY;
  const retention = nonEmpty(release, 'engine.statefulSet.persistentVolumeClaimRetentionPolicy');
  return {
    kind: 'StatefulSet',
    key: 'engine.kind',
    spec: {
      replicas: 1,
      podManagementPolicy: nonEmpty(release, 'engine.statefulSet.podManagementPolicy'),
      persistentVolumeClaimRetentionPolicy: hasClaim ? retention : undefined,
      volumeClaimTemplates: list(CLAIM, when(hasClaim, claimTemplate(release))),
    },
    mounts: [
      mount(mountPostfix === '' ? cacheKey : 'volumeMountsPostfix', 'data', `/var/lib/dagger${mountPostfix}`),
      ...when(values.flag(SOCKET_DIRECTORY), mount(SOCKET_DIRECTORY, 'run', `/run/dagger${mountPostfix}`)),
    ],
    volumes: [
      ...when(hasDirectory, directory(CACHE_DIRECTORY, 'data', `/var/lib/dagger${pathPostfix}`)),
      // The chart mounts a volume that the pod doesn't have, which Kubernetes rejects. An emptyDir is the closest valid
      // volume.
      ...when(
        !hasDirectory && !hasClaim && ownVolume === undefined,
        from(CACHE_DIRECTORY, { name: 'data', emptyDir: {} }),
      ),
      ...when(values.flag(SOCKET_DIRECTORY), directory(SOCKET_DIRECTORY, 'run', `/run/dagger${pathPostfix}`)),
    ],
    configVolume: 'config',
  };
}

function claimTemplate(release: Release): Field {
  return from(CLAIM, {
    metadata: { name: 'data' },
    spec: {
      storageClassName: nonEmpty(release, `${CLAIM}.storageClassName`),
      accessModes: valueOf(release, `${CLAIM}.accessModes`),
      resources: valueOf(release, `${CLAIM}.resources`),
    },
  });
}
