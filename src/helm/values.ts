import { pathBelow } from '../reporting/property-path';
import { isPlainObject } from '../reporting/plain-object';

/** A value in a values.yaml. */
export type Value = string | number | boolean | null | readonly Value[] | ValueMap;
export type ValueMap = { readonly [key: string]: Value };

export function isMap(value: unknown): value is ValueMap {
  return isPlainObject(value);
}

/** Whether Helm's `if` and `with` treat a value as empty. */
export function isEmpty(value: Value | undefined): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    value === 0 ||
    value === false ||
    (typeof value === 'object' && Object.keys(value).length === 0)
  );
}

/**
 * Merges the values of two files as Helm does: maps are merged key by key, and other values are replaced as a whole.
 */
export function overlay(below: ValueMap, above: ValueMap): ValueMap {
  const merged = new Map(Object.entries(below));
  for (const [key, value] of Object.entries(above)) {
    const under = merged.get(key);
    merged.set(key, isMap(value) && isMap(under) ? overlay(under, value) : value);
  }
  return Object.fromEntries(merged);
}

/** Merges values with the defaults of a chart as Helm does: like `overlay`, but a null removes a default. */
export function coalesce(defaults: ValueMap, values: ValueMap): ValueMap {
  const merged = new Map(Object.entries(values));
  for (const [key, value] of Object.entries(defaults)) {
    const own = merged.get(key);
    if (own === undefined) {
      merged.set(key, value);
    } else if (own === null) {
      merged.delete(key);
    } else if (isMap(own) && isMap(value)) {
      merged.set(key, coalesce(value, own));
    }
  }
  return Object.fromEntries(merged);
}

/** Read access to checked values. An empty value is undefined. */
export class Values {
  public constructor(public readonly all: ValueMap) {}

  /** Returns the values without some keys. */
  public without(keys: readonly string[]): Values {
    const drop = (map: ValueMap, path: string): ValueMap =>
      Object.fromEntries(
        Object.entries(map).flatMap(([key, value]): Array<[string, Value]> => {
          const at = pathBelow(path, key);
          return keys.includes(at) ? [] : [[key, isMap(value) ? drop(value, at) : value]];
        }),
      );
    return new Values(drop(this.all, ''));
  }

  public raw(path: string): Value | undefined {
    let at: Value | undefined = this.all;
    for (const part of path.split('.')) {
      at = isMap(at) ? at[part] : undefined;
    }
    return at;
  }

  public text(path: string): string | undefined {
    return this.present(path) as string | undefined;
  }

  /** Whether Helm treats a value as true. Every string except an empty one is true. */
  public flag(path: string): boolean {
    return this.present(path) !== undefined;
  }

  /**
   * Returns a number, which can be a string in the values because templates render it without quotes. Zero doesn't
   * count as empty.
   */
  public number(path: string): number | undefined {
    const value = this.raw(path);
    return value === undefined || value === null || value === '' ? undefined : Number(value);
  }

  public textMap(path: string): { readonly [key: string]: string } {
    return (this.present(path) ?? {}) as { readonly [key: string]: string };
  }

  private present(path: string): Value | undefined {
    const value = this.raw(path);
    return isEmpty(value) ? undefined : value;
  }
}
