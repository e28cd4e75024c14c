import { isDeepStrictEqual } from 'node:util';
import { isPlainObject } from '../reporting/plain-object';
import { quantityValue } from '../kubernetes/quantity';
import { pointer, type Patch } from '../program/engine-program';
import type { Data } from '../program/expression';
import { isServerDefault } from './server-defaults';

/** A change of one field. `field` is its path with `[]` for the items of lists, such as `spec.template.spec.volumes[].name`. */
export interface Change extends Omit<Patch, 'why'> {
  readonly field: string;
}

/** Returns the reason for a change, for people who read the program. */
export type ReasonOf = (change: Change) => string;

/**
 * Returns the JSON patches that turn one object into another. Items of lists are matched by `name`, `mountPath`, or whatever else
 * identifies them. A value that the API server writes for an absent field is equal to the absent field.
 *
 * @param made the object as the constructs create it
 * @param wanted the object that it is to become
 * @param reasonOf returns the reason for a change
 */
export function differences(made: unknown, wanted: unknown, reasonOf: ReasonOf): Patch[] {
  return changes({ made, wanted: withoutNulls(wanted), path: '', field: '' }).map((change) => {
    const { field: _, ...patch } = change;
    return { ...patch, why: reasonOf(change) };
  });
}

/** Two values at the same place of two objects. */
interface Pair<T = unknown> {
  readonly made: T;
  readonly wanted: T;
  /** The JSON pointer. */
  readonly path: string;
  readonly field: string;
}

function changes(pair: Pair): Change[] {
  const { field, made, path, wanted } = pair;
  if (isSame(pair)) {
    return [];
  }
  if (isPlainObject(made) && isPlainObject(wanted)) {
    return changesOfMap({ ...pair, made, wanted });
  }
  if (Array.isArray(made) && Array.isArray(wanted)) {
    const inItems = changesOfItems({ ...pair, made, wanted });
    if (inItems !== undefined) {
      return inItems;
    }
  }
  const value = wanted as Data;
  return wanted === undefined
    ? [{ op: 'remove', path, field }]
    : [{ op: made === undefined ? 'add' : 'replace', path, field, value }];
}

function isSame({ field, made, wanted }: Pair): boolean {
  if (isAbsent(made) || isAbsent(wanted)) {
    const value = isAbsent(made) ? wanted : made;
    return isAbsent(value) || isServerDefault(field, value);
  }
  const isQuantity = /\.(requests|limits)\.|\.(divisor|sizeLimit)$/.test(field);
  return isQuantity ? quantityValue(String(made)) === quantityValue(String(wanted)) : isDeepStrictEqual(made, wanted);
}

/** Returns the value without fields that are null, which the API server treats as absent. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutNulls);
  }
  return isPlainObject(value)
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([, inner]) => inner !== null)
          .map(([key, inner]) => [key, withoutNulls(inner)]),
      )
    : value;
}

function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function changesOfMap({ field, made, path, wanted }: Pair<{ readonly [key: string]: unknown }>): Change[] {
  const inside = [...new Set([...Object.keys(made), ...Object.keys(wanted)])].flatMap((key) =>
    changes({
      made: made[key],
      wanted: wanted[key],
      path: `${path}/${pointer(key)}`,
      field: field === '' ? key : `${field}.${key}`,
    }),
  );
  // One patch is easier to read than one for each of several labels.
  const isPlain = [made, wanted].every((map) => Object.values(map).every((value) => typeof value === 'string'));
  return isPlain && inside.length > 2 ? [{ op: 'replace', path, field, value: wanted as Data }] : inside;
}

/** The fields that can identify the items of a list, in order of preference. */
const IDENTIFIERS: ReadonlyArray<(item: unknown) => unknown> = ['mountPath', 'name', 'metadata', 'key', 'ip'].map(
  (key) => (item) => {
    const value = isPlainObject(item) ? item[key] : undefined;
    return isPlainObject(value) ? value['name'] : value;
  },
);

/** Undefined if the list has to be replaced as a whole. */
function changesOfItems({ field, made, path, wanted }: Pair<readonly unknown[]>): Change[] | undefined {
  const identify = IDENTIFIERS.find((one) => [made, wanted].every((items) => isUnique(items.map(one))));
  if (identify === undefined || made.length === 0 || wanted.length === 0) {
    const isEqual =
      made.length === wanted.length &&
      made.every(
        (item, index) => changes({ made: item, wanted: wanted[index], path, field: `${field}[]` }).length === 0,
      );
    return isEqual ? [] : undefined;
  }
  const wantedIds = wanted.map(identify);
  const list = made.map((item) => ({ id: identify(item), item }));
  const [gone, isNew] = [
    list.filter(({ id }) => !wantedIds.includes(id)),
    wantedIds.filter((id) => !list.some((one) => one.id === id)),
  ];
  // If each list has exactly one item that the other lacks, it is the same item under another name.
  if (gone.length === 1 && isNew.length === 1) {
    gone[0]!.id = isNew[0]!;
  }
  const found: Change[] = [];
  for (const [index, { id }] of [...list.entries()].reverse()) {
    if (!wantedIds.includes(id)) {
      list.splice(index, 1);
      found.push({ op: 'remove', path: `${path}/${index}`, field: `${field}[]` });
    }
  }
  for (const [index, id] of wantedIds.entries()) {
    // If only the item at this index is out of place, it moves. Otherwise the wanted item moves here or is added.
    const isInTheWay = list[index] !== undefined && list[index].id !== id && list[index + 1]?.id === id;
    const from = isInTheWay ? index : list.findIndex((one) => one.id === id);
    const to = isInTheWay ? Math.min(wantedIds.indexOf(list[index]!.id), list.length - 1) : index;
    if (from < 0) {
      list.splice(index, 0, { id, item: wanted[index] });
      found.push({ op: 'add', path: `${path}/${index}`, field: `${field}[]`, value: wanted[index] as Data });
    } else if (from !== to) {
      list.splice(to, 0, ...list.splice(from, 1));
      found.push({ op: 'move', from: `${path}/${from}`, path: `${path}/${to}`, field: `${field}[]` });
    }
  }
  return [
    ...found,
    ...list.flatMap(({ item }, index) =>
      changes({ made: item, wanted: wanted[index], path: `${path}/${index}`, field: `${field}[]` }),
    ),
  ];
}

function isUnique(ids: readonly unknown[]): boolean {
  return ids.every((id) => typeof id === 'string') && new Set(ids).size === ids.length;
}
