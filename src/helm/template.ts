import { isPlainObject } from '../reporting/plain-object';
import { keysOf } from '../reporting/property-path';
import { Field } from '../reading/field';
import type { Release } from './chart-release';

/** Renders `{{ .Values.KEY }}`: the value of a key. */
export function valueOf({ values }: Release, key: string): Field {
  return Field.root(values.raw(key), below(key));
}

/** Renders `{{ with .Values.KEY }}`: the value of a key, unless Helm treats it as empty. */
export function nonEmpty(release: Release, key: string): Field {
  return release.values.flag(key) ? valueOf(release, key) : Field.root(undefined, below(key));
}

/** Renders a number. Templates render it without quotes, so it can be a string in the values. */
export function number({ values }: Release, key: string): Field {
  return from(key, values.number(key));
}

/** Renders a value that depends on a key. The value can contain `Field`s, which keep their own keys. */
export function from(key: string, value: unknown): Field {
  return Field.root(value, () => key);
}

/** Renders a list unless it is empty. */
export function list(key: string, items: readonly unknown[]): Field {
  return from(key, items.length === 0 ? undefined : items);
}

/** Returns the items if a condition is true, or else an empty list. */
export function when<T>(condition: boolean, ...items: readonly T[]): readonly T[] {
  return condition ? items : [];
}

/** Returns the entries of a map, to add them to another map. */
export function entriesOf(field: Field): { readonly [key: string]: Field } {
  return Object.fromEntries(field.entries);
}

/** Returns a rendered object as plain data. The origin of each field is the key of its value. */
export function rendered(template: Field): Field {
  return Field.root(plain(template), (path) => origin(template, keysOf(path)));
}

/** Returns a function that appends a path to a key. */
export function below(key: string): (path: string) => string {
  return (path) => (path === '' || path.startsWith('[') ? `${key}${path}` : `${key}.${path}`);
}

/** Replaces each `Field` in a value with its value, and removes undefined entries. */
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

/**
 * Returns the origin of the value at a path. If the template embeds a `Field` on that path, the origin comes from the
 * innermost one.
 */
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
