import { pathBelow } from '../reporting/property-path';
import { nearest } from '../reporting/suggestions';
import { isMap, type Value, type ValueMap } from './values';

/**
 * The type of a value that templates read. A `map` and a list of `maps` are passed on to Kubernetes, unless the chart
 * has keys below them.
 */
export type ValueType = 'text' | 'flag' | 'count' | 'port' | 'texts' | 'textMap' | 'map' | 'maps';

/** The keys of a chart, by path. The items of a list are at `[]`. */
export type KnownKeys = { readonly [path: string]: ValueType };

/** A key that a chart doesn't know. */
export interface UnknownKey {
  readonly key: string;
  /** The known key with the most similar spelling. */
  readonly nearest: string;
}

/** Returns the unknown keys, without the keys below them. */
export function unknownKeys(values: ValueMap, keys: KnownKeys): UnknownKey[] {
  const unknown: UnknownKey[] = [];
  const walk = (value: Value, known: Tree, path: string, knownPath: string): void => {
    if (Array.isArray(value)) {
      value.forEach((item: Value, index) => walk(item, known, `${path}[${index}]`, knownPath));
    } else if (isMap(value) && known.size > 0) {
      for (const [key, inner] of Object.entries(value)) {
        const at = pathBelow(path, key);
        const below = known.get(key);
        const near = below === undefined ? nearest(key, [...known.keys()]) : key;
        const nearestPath = knownPath === '' ? near : `${knownPath}.${near}`;
        if (below === undefined) {
          unknown.push({ key: at, nearest: nearestPath });
        } else {
          walk(inner, below, at, nearestPath);
        }
      }
    }
  };
  walk(values, treeOf(keys), '', '');
  return unknown;
}

/** Splits a path into its keys, with `[]` for the items of a list. */
export function steps(path: string): string[] {
  return path.split('.').flatMap((word) => (word.endsWith('[]') ? [word.slice(0, -2), '[]'] : [word]));
}

/**
 * The known keys of a map, and the keys below each of them. An empty tree allows any key. A list has the keys of its
 * items.
 */
interface Tree extends ReadonlyMap<string, Tree> {
  readonly size: number;
}

function treeOf(keys: KnownKeys): Tree {
  const root = new Map<string, Tree>();
  for (const path of Object.keys(keys)) {
    let at = root;
    for (const word of steps(path).filter((step) => step !== '[]')) {
      const below = (at.get(word) as Map<string, Tree> | undefined) ?? new Map<string, Tree>();
      at.set(word, below);
      at = below;
    }
  }
  return root;
}
