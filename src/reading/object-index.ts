import type { ManifestObject } from './manifest-object';

/** Returns the keys of an object in an index. */
export type KeysOf = (object: ManifestObject) => readonly string[];

/** Objects by namespace and key. A search takes as long as its result, regardless of the number of other objects. */
export class ObjectIndex {
  /** The positions of objects, by the texts of `inNamespace` and `anywhere`. */
  private readonly positions = new Map<string, number[]>();

  public constructor(
    private readonly objects: readonly ManifestObject[],
    keysOf: KeysOf,
  ) {
    for (const [position, object] of objects.entries()) {
      for (const key of new Set(keysOf(object))) {
        for (const place of [inNamespace(object.namespace, key), anywhere(key)]) {
          const list = this.positions.get(place) ?? [];
          list.push(position);
          this.positions.set(place, list);
        }
      }
    }
  }

  /** Returns the objects with at least one of these keys that are or may be in a namespace, in their original order. */
  public find(namespace: string | undefined, keys: readonly string[]): ManifestObject[] {
    const places = keys.flatMap((key) =>
      // An object without a namespace can be in any namespace.
      namespace === undefined ? [anywhere(key)] : [inNamespace(namespace, key), inNamespace(undefined, key)],
    );
    const found = new Set(places.flatMap((place) => this.positions.get(place) ?? []));
    return [...found].sort((a, b) => a - b).map((position) => this.objects[position]!);
  }
}

/** Returns a key for a type and a name. */
export function typedKey(type: string, name: string): string {
  return JSON.stringify([type, name]);
}

function inNamespace(namespace: string | undefined, key: string): string {
  return JSON.stringify([key, namespace]);
}

function anywhere(key: string): string {
  return JSON.stringify([key]);
}
