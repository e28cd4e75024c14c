import { CONFIG_DIRECTORY } from '../config/engine-directories';
import { posix } from 'node:path';
import type { EnginePod } from './engine-pods';
import type { Field } from './field';
import type { Inventory } from './inventory';
import type { ManifestObject } from './manifest-object';

/** A configuration file of an engine: the one in the image, one with unknown text, or one in a ConfigMap. */
export type ConfigFile =
  | { readonly kind: 'shipped' }
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'text';
      readonly text: Field;
      readonly configMap: ManifestObject;
      readonly key: string;
      readonly volume: string;
    };

/** Returns the file that the engine reads at `/etc/dagger/NAME`. */
export function configFile(name: string, { container, object, pod }: EnginePod, inventory: Inventory): ConfigFile {
  const mount = container
    .at('volumeMounts')
    .items.find((one) => [CONFIG_DIRECTORY, `${CONFIG_DIRECTORY}/${name}`].includes(pathOf(one)));
  if (mount === undefined) {
    return { kind: 'shipped' };
  }
  const subPath = mount.at('subPath').text ?? '';
  const file = pathOf(mount) === CONFIG_DIRECTORY ? posix.join(subPath, name) : subPath;
  const volume = pod.at('spec', 'volumes').named(mount.at('name').text);
  const sources = volume === undefined ? [] : [volume, ...volume.at('projected', 'sources').items];
  for (const source of sources.map((one) => one.at('configMap')).filter(({ exists }) => exists)) {
    const items = source.at('items').items;
    const key = items.length === 0 ? file : items.find((item) => item.at('path').text === file)?.at('key').text;
    const configMap = inventory.named('/ConfigMap', object.namespace, source.at('name').text);
    const text = key === undefined ? undefined : configMap?.root.at('data', key);
    if (configMap !== undefined && text?.text !== undefined) {
      return { kind: 'text', text, configMap, key: key!, volume: volume!.at('name').text! };
    }
    // A mounted directory that lacks the file hides the image's file.
    if (configMap !== undefined && !volume!.at('projected').exists && pathOf(mount) === CONFIG_DIRECTORY) {
      return { kind: 'shipped' };
    }
  }
  return { kind: 'unknown' };
}

/** Whether a mount contains the engine's configuration files. */
export function isConfigMount(mount: Field): boolean {
  return [CONFIG_DIRECTORY, `${CONFIG_DIRECTORY}/engine.json`, `${CONFIG_DIRECTORY}/engine.toml`].includes(
    pathOf(mount),
  );
}

/** Returns the normalized path of a mount, with `/run` for `/var/run`. */
export function pathOf(mount: Field): string {
  return posix
    .normalize(mount.at('mountPath').text ?? '')
    .replace(/(.)\/+$/, '$1')
    .replace(/^\/var\/run\//, '/run/');
}
