import { nearest } from '../reporting/suggestions';
import { member, parts } from '../program/expression';
import type { K8sType } from '../kubernetes/field-types';
import { isMap, type Value, type ValueMap } from './values';

const VALUE_TYPES = [
  'text',
  'required',
  'flag',
  'count',
  'number',
  'port',
  'portOrName',
  'texts',
  'textMap',
  'map',
  'maps',
] as const;

/** What a value has to be. */
export type ValueType = (typeof VALUE_TYPES)[number];

/** What is passed on to Kubernetes as it is: a type that it has, or a list of it. */
export type PassedType = K8sType | `${K8sType}[]`;

/** The keys of a chart, by path; a list's items are at `[]`. */
export type KnownKeys = { readonly [path: string]: ValueType | PassedType };

export function isPassedType(type: ValueType | PassedType | undefined): type is PassedType {
  return type !== undefined && !(VALUE_TYPES as readonly string[]).includes(type);
}

/** A key that a chart doesn't know. */
export interface UnknownKey {
  readonly key: string;
  /** The known key that is written the most like it. */
  readonly nearest: string;
}

/** The keys that lead to nothing that the chart reads, each by its topmost part that is unknown. */
export function unknownKeys(values: ValueMap, keys: KnownKeys): UnknownKey[] {
  const tree = treeOf(keys);
  const unknown: UnknownKey[] = [];
  const walk = (value: Value, known: Tree, path: string): void => {
    if (Array.isArray(value)) {
      const item = known['[]'];
      value.forEach((one: Value, index) => item && walk(one, item, `${path}[${index}]`));
    } else if (isMap(value)) {
      for (const [key, inner] of Object.entries(value)) {
        const below = known[key];
        const at = path === '' && /^\w+$/.test(key) ? key : member(path, key);
        if (below === undefined) {
          const names = Object.keys(known).filter((name) => name !== '[]');
          unknown.push({
            key: at,
            nearest: [...parts(path).filter((part) => !/^\d+$/.test(part)), nearest(key, names)].join('.'),
          });
        } else if (below !== LEAF) {
          walk(inner, below, at);
        }
      }
    }
  };
  walk(values, tree, '');
  return unknown;
}

/** Whether a path leads into what a chart passes on as it is: unknown keys there are Kubernetes' to refuse. */
export function isPassedOn(path: string, keys: KnownKeys): boolean {
  const words = parts(path).filter((word) => !/^\d+$/.test(word));
  return words.slice(0, -1).some((_, index) => {
    const above = words.slice(0, index + 1).join('.');
    return isPassedType(keys[above]);
  });
}

/** The values without the keys that lead to nothing that the chart reads. What it passes on stays whole. */
export function knownOnly(values: ValueMap, all: KnownKeys): ValueMap {
  const keys = Object.fromEntries(Object.entries(all).filter(([path]) => !isPassedOn(path, all)));
  const keep = (value: Value, known: Tree): Value => {
    if (known === LEAF) {
      return value;
    }
    if (Array.isArray(value)) {
      return value.map((item: Value) => keep(item, known['[]'] ?? LEAF));
    }
    return isMap(value)
      ? Object.fromEntries(
          Object.entries(value).flatMap(([key, inner]) =>
            known[key] === undefined ? [] : [[key, keep(inner, known[key])]],
          ),
        )
      : value;
  };
  return keep(values, treeOf(keys)) as ValueMap;
}

interface Tree {
  [key: string]: Tree;
}

/** Where everything below is passed on. */
const LEAF: Tree = empty();

/** Without what objects inherit: a key of the values may be called `constructor`. */
function empty(): Tree {
  return Object.create(null) as Tree;
}

/** The keys on the way of a path, with `[]` for the items of a list. */
export function steps(path: string): string[] {
  return path.split('.').flatMap((word) => (word.endsWith('[]') ? [word.slice(0, -2), '[]'] : [word]));
}

function treeOf(keys: KnownKeys): Tree {
  const root: Tree = empty();
  for (const path of Object.keys(keys)) {
    const words = steps(path);
    let at = root;
    for (const [index, word] of words.entries()) {
      const isLast = index === words.length - 1;
      at = at[word] = isLast ? (at[word] ?? LEAF) : at[word] === undefined || at[word] === LEAF ? empty() : at[word];
    }
  }
  return root;
}
