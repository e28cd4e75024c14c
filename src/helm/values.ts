/** A value of a values.yaml. */
export type Value = string | number | boolean | null | readonly Value[] | ValueMap;
export type ValueMap = { readonly [key: string]: Value };

export function isMap(value: unknown): value is ValueMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What Helm's `if` and `with` take for nothing. */
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

/** The values over others, as Helm merges the files that it is given: maps key by key, all else as a whole. */
export function overlay(below: ValueMap, above: ValueMap): ValueMap {
  const merged: { [key: string]: Value } = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const under = below[key];
    merged[key] = isMap(value) && isMap(under) ? overlay(under, value) : value;
  }
  return merged;
}

/** The values over the chart's defaults: as `overlay`, but null takes a default away. */
export function coalesce(defaults: ValueMap, given: ValueMap): ValueMap {
  const merged: { [key: string]: Value } = { ...given };
  for (const [key, value] of Object.entries(defaults)) {
    const own = given[key];
    if (own === undefined) {
      merged[key] = value;
    } else if (own === null) {
      delete merged[key];
    } else if (isMap(own) && isMap(value)) {
      merged[key] = coalesce(value, own);
    }
  }
  return merged;
}

/** Read access to checked values: what Helm takes for nothing is undefined. */
export class Values {
  public constructor(public readonly all: ValueMap) {}

  /** The same without some keys. */
  public without(keys: readonly string[]): Values {
    const drop = (map: ValueMap, path: string): ValueMap =>
      Object.fromEntries(
        Object.entries(map).flatMap(([key, value]): Array<[string, Value]> => {
          const at = path === '' ? key : `${path}.${key}`;
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

  /** Helm takes every text for true. */
  public flag(path: string): boolean {
    return this.present(path) !== undefined;
  }

  /** A number, also one that is written as a text: a template writes both alike. Zero is there. */
  public number(path: string): number | undefined {
    const value = this.raw(path);
    return value === undefined || value === null || value === '' ? undefined : Number(value);
  }

  public texts(path: string): readonly string[] {
    return (this.present(path) ?? []) as readonly string[];
  }

  public textMap(path: string): { readonly [key: string]: string } {
    return (this.present(path) ?? {}) as { readonly [key: string]: string };
  }

  public map(path: string): ValueMap | undefined {
    return this.present(path) as ValueMap | undefined;
  }

  public maps(path: string): readonly ValueMap[] {
    return (this.present(path) ?? []) as readonly ValueMap[];
  }

  private present(path: string): Value | undefined {
    const value = this.raw(path);
    return isEmpty(value) ? undefined : value;
  }
}
