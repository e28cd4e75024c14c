import { HostSocket } from '../pod/host-socket';
import { entryOf, list, literal, object, staticCall, withoutItems, type Expression } from '../program/expression';
import { CacheVolume } from '../storage/cache-volume';
import { VolumeAccessMode } from '../storage/cache-volume-options';
import { ENGINE_VOLUMES_DIRECTORY } from '../pod/engine-volumes';
import { withProps, type Draft } from './draft';
import type { Field } from './field';
import { shape } from './k8s-expressions';
import { mapWithout } from './pod-properties';
import { choice, retentionProperties } from './property-expressions';
import { sizeOfQuantity } from './sizes';

/**
 * Replaces the cache's raw volume with a typed one, for example `CacheVolume.fromVolume(...)` with
 * `CacheVolume.hostPath(...)`.
 */
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
    return staticCall({ CacheVolume }, 'hostPath', [object({ path, mustExist, volumeName })], origin);
  }
  if (source('persistentVolumeClaim', 'claimName') !== undefined) {
    const options = object({ volumeName });
    const name = literal(source('persistentVolumeClaim', 'claimName')!);
    return staticCall(
      { CacheVolume },
      'fromClaimName',
      options.entries.length === 0 ? [name] : [name, options],
      origin,
    );
  }
  if (source('nfs', 'server') !== undefined) {
    const [server, path] = [source('nfs', 'server')!, source('nfs', 'path') ?? ''].map((text) => literal(text));
    return staticCall({ CacheVolume }, 'nfs', [object({ server, path, volumeName })], origin);
  }
  const emptyDir = volume.at('emptyDir');
  if (emptyDir.exists) {
    const sizeLimit = sizeOfQuantity(emptyDir.at('sizeLimit').value, emptyDir.at('sizeLimit').origin);
    const inMemory = emptyDir.at('medium').text === 'Memory' ? literal(true) : undefined;
    return staticCall({ CacheVolume }, 'emptyDir', [object({ sizeLimit, inMemory, volumeName })], origin);
  }
  return undefined;
}

function named(name: Field): Expression | undefined {
  return name.text === undefined || name.text === 'cache' ? undefined : literal(name.text, name.origin);
}

function claimTemplate(template: Field, retention: Field): Expression | undefined {
  const [metadata, spec, className] = [
    template.at('metadata'),
    template.at('spec'),
    template.at('spec', 'storageClassName'),
  ];
  const storage = spec.at('resources', 'requests', 'storage');
  const size = sizeOfQuantity(storage.value, storage.origin);
  const modes = spec.at('accessModes').items.flatMap(({ text }) => text ?? []);

  return (
    size &&
    staticCall(
      { CacheVolume },
      'claimTemplate',
      [
        object({
          size,
          storageClassName: className.exists ? literal(className.text!, className.origin) : undefined,
          accessModes:
            modes.length === 1 && modes[0] === 'ReadWriteOnce'
              ? undefined
              : list(modes.map((mode) => choice('VolumeAccessMode', VolumeAccessMode, mode, spec.origin))),
          labels: mapWithout(metadata.at('labels'), []),
          annotations: mapWithout(metadata.at('annotations'), []),
          volumeName: named(metadata.at('name')),
          ...retentionProperties(retention),
        }),
      ],
      template.origin,
    )
  );
}

/**
 * Converts volumes that are mounted in the engine-volumes directory, and their mounts, to the property `engineVolumes`.
 */
export function engineVolumes(draft: Draft): Draft | undefined {
  const { container, spec, state } = draft.engine;
  const prefix = `${state}/${ENGINE_VOLUMES_DIRECTORY}/`;
  const converted = container.at('volumeMounts').items.flatMap((mount) => {
    const path = mount.at('mountPath');
    const volume = spec.at('volumes').named(mount.at('name').text);
    return volume !== undefined && path.text?.startsWith(prefix) && path.text.endsWith('/fs')
      ? [{ mount, path, volume }]
      : [];
  });
  const expressions = converted.map(({ mount, path, volume }) =>
    object(
      {
        name: literal(path.text!.slice(prefix.length, -'/fs'.length), path.origin),
        volume: shape(volume, 'Volume'),
        subPath: mount.at('subPath').text === undefined ? undefined : literal(mount.at('subPath').text!),
        readOnly: mount.at('readOnly').value === true ? literal(true) : undefined,
      },
      mount.origin,
    ),
  );
  const { props } = draft;
  return converted.length === 0
    ? undefined
    : withProps(draft, {
        engineVolumes: list(expressions),
        volumes: withoutItems(
          entryOf(props, 'volumes'),
          'name',
          converted.map(({ mount }) => mount.at('name').text),
        ),
        volumeMounts: withoutItems(
          entryOf(props, 'volumeMounts'),
          'mountPath',
          converted.map(({ path }) => path.text),
        ),
      });
}

/** Replaces the socket's raw volume with the path of its directory. */
export function typedSocket(draft: Draft): Draft | undefined {
  const path = draft.engine.mounts.socket?.volume.at('hostPath', 'path');
  return path?.text === undefined
    ? undefined
    : withProps(draft, { hostSocket: staticCall({ HostSocket }, 'fromPath', [literal(path.text)], path.origin) });
}
