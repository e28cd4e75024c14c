import { isPlainObject } from '../reporting/plain-object';
import { keysOf } from '../reporting/property-path';
import { Field } from '../reading/field';
import type { Release } from './release';

/** `{{ .Values.KEY }}`: the value of a key. */
export function written({ values }: Release, key: string): Field {
  return Field.root(values.raw(key), below(key));
}

/** `{{ with .Values.KEY }}`: the value of a key, unless Helm treats it as empty. */
export function given(release: Release, key: string): Field {
  return release.values.flag(key) ? written(release, key) : Field.root(undefined, below(key));
}

/** A number that templates write without quotes, so that it can be a text in the values. */
export function number({ values }: Release, key: string): Field {
  return from(key, values.number(key));
}

/** A value that a template writes because of a key of the values. It can contain other fields, which keep their own keys. */
export function from(key: string, value: unknown): Field {
  return Field.root(value, () => key);
}

/** A list that a template writes unless it is empty. */
export function list(key: string, items: readonly unknown[]): Field {
  return from(key, items.length === 0 ? undefined : items);
}

/** Items that a template writes only under a condition. */
export function when<T>(condition: boolean, ...items: readonly T[]): readonly T[] {
  return condition ? items : [];
}

/** The entries of a map of values, to write them into another map. */
export function entriesOf(field: Field): { readonly [key: string]: Field } {
  return Object.fromEntries(field.entries);
}

/** A rendered object as plain data, whose fields have the keys of the values that they came from as their origins. */
export function rendered(template: Field): Field {
  return Field.root(plain(template), (path) => origin(template, keysOf(path)));
}

/** Returns the key of what is at a path below a key. */
export function below(key: string): (path: string) => string {
  return (path) => (path === '' || path.startsWith('[') ? `${key}${path}` : `${key}.${path}`);
}

/** A value without the fields in it, and without undefined entries. */
function plain(value: unknown): unknown {
  if (value instanceof Field) {
    return plain(value.value);
  }
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  return isPlainObject(value)
    ? Object.fromEntries(
        Object.entries(value)
          .map(([key, item]) => [key, plain(item)] as const)
          .filter(([, item]) => item !== undefined),
      )
    : value;
}

/** The origin of the field at a path: the innermost field on the way there knows it. */
function origin(field: Field, path: readonly string[]): string {
  let at = field;
  for (const [index, part] of path.entries()) {
    at = Array.isArray(at.value) ? (at.items[Number(part)] ?? at) : at.at(part);
    if (at.value instanceof Field) {
      return origin(at.value, path.slice(index + 1));
    }
  }
  return at.origin;
}
