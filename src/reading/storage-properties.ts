import { HostSocket } from '../pod/host-socket';
import { CacheVolume } from '../storage/cache-volume';
import { list, literal, object, staticCall, type Expression } from '../program/expression';
import { isConfigMount } from './mounted-config';
import type { DescribedEngine } from './described-engine';
import { claimTemplates } from './engine-mounts';
import type { Field } from './field';
import { shape } from './k8s-expressions';
import { cacheOfClaimTemplate, cacheOfVolume, sharingOf } from './property-expressions';

/** The properties for volumes and mounts. */
export interface StorageProperties {
  readonly cache: Expression;
  readonly hostSocket: Expression;
  readonly configVolumeName?: Expression;
  readonly volumeMounts?: Expression;
  /** The claim templates, except the one for the cache. */
  readonly claimTemplates?: Expression;
  /** The other volumes of the pod. */
  readonly volumes?: Expression;
}

/**
 * Returns the properties for the volumes and mounts of an engine.
 *
 * @param hasFiles whether other properties cover the configuration files, so that their volume and mounts are left out
 */
export function storageProperties(engine: DescribedEngine, hasFiles = true): StorageProperties {
  const { container, mounts, object: workload, spec } = engine;
  const { socket } = mounts;
  const configVolume = hasFiles ? mounts.configVolume : undefined;
  const others = hasFiles
    ? mounts.others
    : [...mounts.others, ...container.at('volumeMounts').items.filter(isConfigMount)];
  const nameOf = (template: Field): string | undefined => template.at('metadata', 'name').text;
  const all = claimTemplates(workload.root);
  const templates = all.filter(
    (template) => nameOf(template) !== (mounts.cache?.template && nameOf(mounts.cache.template)),
  );
  const taken = [mounts.cache?.mount.at('name').text, socket?.volume.at('name').text, configVolume, ...all.map(nameOf)];
  const volumes = spec
    .at('volumes')
    .items.filter((volume) => !taken.includes(volume.at('name').text))
    .map((volume) => shape(withSource(volume), 'Volume'));
  return {
    cache: cacheProperty(engine),
    hostSocket: socketProperty(engine),
    ...(configVolume !== undefined && configVolume !== 'config' && { configVolumeName: literal(configVolume) }),
    ...(others.length > 0 && {
      volumeMounts: list(
        others.map((mount) => shape(mount, 'VolumeMount')),
        container.at('volumeMounts').origin,
      ),
    }),
    ...(templates.length > 0 && {
      claimTemplates: list(
        templates.map((template) => shape(template, 'KubePersistentVolumeClaimProps')),
        workload.root.at('spec', 'volumeClaimTemplates').origin,
      ),
    }),
    ...(volumes.length > 0 && { volumes: list(volumes, spec.at('volumes').origin) }),
  };
}

function socketProperty({ container, mounts: { socket } }: DescribedEngine): Expression {
  const volume = socket && withSource(socket.volume);
  return volume === undefined
    ? staticCall({ HostSocket }, 'none', [], container.origin)
    : staticCall({ HostSocket }, 'fromVolume', [shape(volume, 'Volume')], volume.origin);
}

function cacheProperty({ container, mounts: { cache }, object: { root } }: DescribedEngine): Expression {
  if (cache === undefined) {
    const { exists, origin } = container.at('volumeMounts');
    return staticCall({ CacheVolume }, 'none', [], exists ? origin : container.origin);
  }
  if (cache.template !== undefined) {
    return cacheOfClaimTemplate(cache.template, root.at('spec', 'persistentVolumeClaimRetentionPolicy'));
  }
  // Kubernetes rejects a mount without a volume, which a rule reports. The other checks use an empty directory instead.
  return cache.volume === undefined
    ? staticCall(
        { CacheVolume },
        'emptyDir',
        [object({ volumeName: literal(cache.mount.at('name').text ?? '') })],
        cache.mount.origin,
      )
    : cacheOfVolume(withSource(cache.volume), sharingOf(cache.volume.map ?? {}, cache.mount.map ?? {}));
}

/**
 * Adds the default source, an empty directory, to a volume without a source (kubernetes/kubernetes
 * pkg/apis/core/v1/defaults.go, SetDefaults_Volume).
 */
function withSource(volume: Field): Field {
  const hasSource = volume.entries.some(([key, { exists }]) => key !== 'name' && exists);
  return hasSource ? volume : volume.with({ ...volume.map, emptyDir: {} });
}
