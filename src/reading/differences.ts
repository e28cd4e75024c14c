import { isDeepStrictEqual } from 'node:util';
import { isPlainObject } from '../reporting/plain-object';
import { quantityValue } from '../kubernetes/quantity';
import { pointer, type Patch } from '../program/engine-program';
import type { Data } from '../program/expression';
import { isServerDefault } from './server-defaults';

/** A change of one field. */
export interface Change extends Omit<Patch, 'why'> {
  /** The path of the field with `[]` for the items of lists, such as `spec.template.spec.volumes[].name`. */
  readonly field: string;
}

/** Returns the reason for a change, which the program shows as a comment. */
export type ReasonOf = (change: Change) => string;

/**
 * Returns the JSON patches that turn one object into another. Items of lists are matched by their `name`, `mountPath`
 * or another identifier. An absent field is equal to a field with the API server's default.
 *
 * @param current the object that the constructs create
 * @param target the object after the patches
 * @param reasonOf returns the reason for a change
 */
export function differences(current: unknown, target: unknown, reasonOf: ReasonOf): Patch[] {
  return changes({ current, target: withoutNulls(target), path: '', field: '' }).map((change) => {
    const { field: _, ...patch } = change;
    return { ...patch, why: reasonOf(change) };
  });
}

/** The values of two objects at the same path. */
interface Pair<T = unknown> {
  readonly current: T;
  readonly target: T;
  /** The JSON pointer of both values. */
  readonly path: string;
  readonly field: string;
}

function changes(pair: Pair): Change[] {
  const { field, current, path, target } = pair;
  if (isSame(pair)) {
    return [];
  }
  if (isPlainObject(current) && isPlainObject(target)) {
    return changesOfMap({ ...pair, current, target });
  }
  if (Array.isArray(current) && Array.isArray(target)) {
    const inItems = changesOfItems({ ...pair, current, target });
    if (inItems !== undefined) {
      return inItems;
    }
  }
  const value = target as Data;
  return target === undefined
    ? [{ op: 'remove', path, field }]
    : [{ op: current === undefined ? 'add' : 'replace', path, field, value }];
}

function isSame({ field, current, target }: Pair): boolean {
  if (isAbsent(current) || isAbsent(target)) {
    const value = isAbsent(current) ? target : current;
    return isAbsent(value) || isServerDefault(field, value);
  }
  const isQuantity = /\.(requests|limits)\.|\.(divisor|sizeLimit)$/.test(field);
  return isQuantity
    ? quantityValue(String(current)) === quantityValue(String(target))
    : isDeepStrictEqual(current, target);
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

function changesOfMap({ field, current, path, target }: Pair<{ readonly [key: string]: unknown }>): Change[] {
  const inside = [...new Set([...Object.keys(current), ...Object.keys(target)])].flatMap((key) =>
    changes({
      current: current[key],
      target: target[key],
      path: `${path}/${pointer(key)}`,
      field: field === '' ? key : `${field}.${key}`,
    }),
  );
  // A single patch is easier to read than one patch for each label.
  const isPlain = [current, target].every((map) => Object.values(map).every((value) => typeof value === 'string'));
  return isPlain && inside.length > 2 ? [{ op: 'replace', path, field, value: target as Data }] : inside;
}

/** The fields that can identify the items of a list, in order of preference. */
const IDENTIFIERS: ReadonlyArray<(item: unknown) => unknown> = ['mountPath', 'name', 'metadata', 'key', 'ip'].map(
  (key) => (item) => {
    const value = isPlainObject(item) ? item[key] : undefined;
    return isPlainObject(value) ? value['name'] : value;
  },
);

/** Returns the changes in the items of a list, or undefined if the list must be replaced as a whole. */
function changesOfItems({ field, current, path, target }: Pair<readonly unknown[]>): Change[] | undefined {
  const identify = IDENTIFIERS.find((one) => [current, target].every((items) => isUnique(items.map(one))));
  if (identify === undefined || current.length === 0 || target.length === 0) {
    const isEqual =
      current.length === target.length &&
      current.every(
        (item, index) => changes({ current: item, target: target[index], path, field: `${field}[]` }).length === 0,
      );
    return isEqual ? [] : undefined;
  }
  const targetIds = target.map(identify);
  const list = current.map((item) => ({ id: identify(item), item }));
  const [gone, isNew] = [
    list.filter(({ id }) => !targetIds.includes(id)),
    targetIds.filter((id) => !list.some((one) => one.id === id)),
  ];
  // If each list has exactly one item that the other lacks, the two are the same item under different names.
  if (gone.length === 1 && isNew.length === 1) {
    gone[0]!.id = isNew[0]!;
  }
  const found: Change[] = [];
  for (const [index, { id }] of [...list.entries()].reverse()) {
    if (!targetIds.includes(id)) {
      list.splice(index, 1);
      found.push({ op: 'remove', path: `${path}/${index}`, field: `${field}[]` });
    }
  }
  for (const [index, id] of targetIds.entries()) {
    // If only the item at this index is misplaced, that item moves. Otherwise the expected item moves here or is added.
    const isInTheWay = list[index] !== undefined && list[index].id !== id && list[index + 1]?.id === id;
    const from = isInTheWay ? index : list.findIndex((one) => one.id === id);
    const to = isInTheWay ? Math.min(targetIds.indexOf(list[index]!.id), list.length - 1) : index;
    if (from < 0) {
      list.splice(index, 0, { id, item: target[index] });
      found.push({ op: 'add', path: `${path}/${index}`, field: `${field}[]`, value: target[index] as Data });
    } else if (from !== to) {
      list.splice(to, 0, ...list.splice(from, 1));
      found.push({ op: 'move', from: `${path}/${from}`, path: `${path}/${to}`, field: `${field}[]` });
    }
  }
  return [
    ...found,
    ...list.flatMap(({ item }, index) =>
      changes({ current: item, target: target[index], path: `${path}/${index}`, field: `${field}[]` }),
    ),
  ];
}

function isUnique(ids: readonly unknown[]): boolean {
  return ids.every((id) => typeof id === 'string') && new Set(ids).size === ids.length;
}
