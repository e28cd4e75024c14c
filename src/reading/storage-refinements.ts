import { HostSocket } from '../pod/host-socket';
import { call, data, list, literal, object, type Expression } from '../program/expression';
import { CacheVolume } from '../storage/cache-volume';
import { VolumeAccessMode } from '../storage/cache-volume-options';
import { withProps, type Draft } from './draft';
import type { Field } from './field';
import { choice, claimRetention } from './property-expressions';
import { sizeOfQuantity } from './sizes';

/** Replaces the raw volume of the cache with a typed one: `CacheVolume.fromVolume(...)` with `CacheVolume.hostPath(...)`. */
export function typedCache(draft: Draft): Draft | undefined {
  const { mounts, object: workload } = draft.engine;
  const { template, volume } = mounts.cache ?? {};
  const cache = template
    ? claimTemplate(template, workload.root.at('spec', 'persistentVolumeClaimRetentionPolicy'))
    : volume && typedVolume(volume);
  return cache && withProps(draft, { cache });
}

function typedVolume(volume: Field): Expression | undefined {
  const { origin } = volume;
  const volumeName = named(volume.at('name'));
  const source = (name: string, ...keys: string[]): string | undefined => volume.at(name, ...keys).text;
  if (source('hostPath', 'path') !== undefined) {
    const path = literal(source('hostPath', 'path')!, volume.at('hostPath', 'path').origin);
    const mustExist = source('hostPath', 'type') === 'Directory' ? literal(true) : undefined;
    return call('CacheVolume.hostPath', CacheVolume.hostPath, [object({ path, mustExist, volumeName })], origin);
  }
  if (source('persistentVolumeClaim', 'claimName') !== undefined) {
    const options = object({ volumeName });
    const name = literal(source('persistentVolumeClaim', 'claimName')!);
    return call(
      'CacheVolume.existingClaim',
      CacheVolume.existingClaim,
      options.entries.length === 0 ? [name] : [name, options],
      origin,
    );
  }
  if (source('nfs', 'server') !== undefined) {
    const [server, path] = [source('nfs', 'server')!, source('nfs', 'path') ?? ''].map((text) => literal(text));
    return call('CacheVolume.nfs', CacheVolume.nfs, [object({ server, path, volumeName })], origin);
  }
  const emptyDir = volume.at('emptyDir');
  if (emptyDir.exists) {
    const sizeLimit = sizeOfQuantity(emptyDir.at('sizeLimit').value, emptyDir.at('sizeLimit').origin);
    const inMemory = emptyDir.at('medium').text === 'Memory' ? literal(true) : undefined;
    return call('CacheVolume.emptyDir', CacheVolume.emptyDir, [object({ sizeLimit, inMemory, volumeName })], origin);
  }
  return undefined;
}

function named(name: Field): Expression | undefined {
  return name.text === undefined || name.text === 'cache' ? undefined : literal(name.text, name.origin);
}

function claimTemplate(template: Field, retention: Field): Expression | undefined {
  const [metadata, spec] = [template.at('metadata'), template.at('spec')];
  const storage = spec.at('resources', 'requests', 'storage');
  const size = sizeOfQuantity(storage.value, storage.origin);
  const modes = spec.at('accessModes').items.flatMap(({ text }) => text ?? []);
  const texts = (field: Field): Expression | undefined =>
    Object.keys(field.texts).length === 0 ? undefined : data(field.texts, field.origin);
  return (
    size &&
    call(
      'CacheVolume.claimTemplate',
      CacheVolume.claimTemplate,
      [
        object({
          size,
          storageClassName: spec.at('storageClassName').exists
            ? literal(spec.at('storageClassName').text!, spec.at('storageClassName').origin)
            : undefined,
          accessModes:
            modes.length === 1 && modes[0] === 'ReadWriteOnce'
              ? undefined
              : list(modes.map((mode) => choice('VolumeAccessMode', VolumeAccessMode, mode, spec.origin))),
          labels: texts(metadata.at('labels')),
          annotations: texts(metadata.at('annotations')),
          volumeName: named(metadata.at('name')),
          whenDeleted: claimRetention(retention.at('whenDeleted')),
          whenScaled: claimRetention(retention.at('whenScaled')),
        }),
      ],
      template.origin,
    )
  );
}

/** Replaces the raw volume of the socket with the path of its directory. */
export function typedSocket(draft: Draft): Draft | undefined {
  const path = draft.engine.mounts.socket?.volume.at('hostPath', 'path');
  return path?.text === undefined
    ? undefined
    : withProps(draft, {
        hostSocket: call('HostSocket.at', HostSocket.at, [literal(path.text)], path.origin),
      });
}
