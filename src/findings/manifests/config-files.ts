import { posix } from 'node:path';
import type { EnginePod } from './engine-pods';
import type { Field } from '../../reading/field';
import type { Inventory } from '../../reading/inventory';

/** One of the engine's files: the image's own, one that isn't among what is checked, or a text. */
export type ConfigFile =
  | { readonly kind: 'shipped' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'text'; readonly text: string; readonly origin: string; readonly volume: string };

const DIRECTORY = '/etc/dagger';

/** What the engine reads from `/etc/dagger/NAME`. */
export function configFile(name: string, { container, object, pod }: EnginePod, inventory: Inventory): ConfigFile {
  const mount = container
    .at('volumeMounts')
    .items.find((one) => [DIRECTORY, `${DIRECTORY}/${name}`].includes(pathOf(one)));
  if (mount === undefined) {
    return { kind: 'shipped' };
  }
  const subPath = mount.at('subPath').text ?? '';
  const file = pathOf(mount) === DIRECTORY ? posix.join(subPath, name) : subPath;
  const volume = pod.at('spec', 'volumes').items.find((one) => one.at('name').text === mount.at('name').text);
  const sources = volume === undefined ? [] : [volume, ...volume.at('projected', 'sources').items];
  for (const source of sources.map((one) => one.at('configMap')).filter(({ exists }) => exists)) {
    const items = source.at('items').items;
    const key = items.length === 0 ? file : items.find((item) => item.at('path').text === file)?.at('key').text;
    const map = inventory.named('/ConfigMap', object.namespace, source.at('name').text);
    const text = key === undefined ? undefined : map?.root.at('data', key);
    if (text?.text !== undefined) {
      return { kind: 'text', text: text.text, origin: text.origin, volume: volume!.at('name').text! };
    }
  }
  return { kind: 'unknown' };
}

/** Whether a mount is there for the engine's files. */
export function isConfigMount(mount: Field): boolean {
  return [DIRECTORY, `${DIRECTORY}/engine.json`, `${DIRECTORY}/engine.toml`].includes(pathOf(mount));
}

/** Where something is mounted, in one spelling: `/var/run` is `/run`. */
export function pathOf(mount: Field): string {
  return posix
    .normalize(mount.at('mountPath').text ?? '')
    .replace(/(.)\/+$/, '$1')
    .replace(/^\/var\/run\//, '/run/');
}
