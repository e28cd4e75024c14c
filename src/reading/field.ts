import { isPlainObject } from '../reporting/plain-object';
import { keysOf, pathBelow } from '../reporting/property-path';

/** Returns the origin of the field at a path: the location where it was written, such as a key in values.yaml. */
export type OriginOf = (path: string) => string;

/** A value in an object, its path in the object, and its origin. */
export class Field {
  /**
   * Returns the field of a whole object.
   *
   * @param value the object; null means absent, as for the API server
   * @param originOf returns the origin of the field at a path; `''` is the path of the object
   */
  public static root(value: unknown, originOf: OriginOf): Field {
    return new Field(value ?? undefined, '', originOf);
  }

  private constructor(
    /** The value, or undefined if the field is absent. */
    public readonly value: unknown,
    /** The path in the object, such as `spec.replicas`. */
    public readonly path: string,
    private readonly originOf: OriginOf,
  ) {}

  /** The location where the value was written, or would be if the field is absent. */
  public get origin(): string {
    return this.originOf(this.path);
  }

  /** Returns the same field with another value. */
  public with(value: unknown): Field {
    return new Field(value, this.path, this.originOf);
  }

  /** Returns the nested field at a path of keys. */
  public at(...keys: readonly string[]): Field {
    return keys.reduce<Field>((field, key) => {
      const { map, originOf, path } = field;
      const inner = map !== undefined && Object.hasOwn(map, key) ? map[key] : undefined;
      return new Field(inner ?? undefined, pathBelow(path, key), originOf);
    }, this);
  }

  /**
   * Returns the field at a path below this one. If a list doesn't contain the index in the path, the list itself is
   * returned.
   */
  public below(path: string): Field {
    return keysOf(path).reduce<Field>(
      (field, key) => (Array.isArray(field.value) ? (field.items[Number(key)] ?? field) : field.at(key)),
      this,
    );
  }

  /** Whether the field has a value. */
  public get exists(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  /** The value if it is a map. */
  public get map(): { readonly [key: string]: unknown } | undefined {
    return isPlainObject(this.value) ? this.value : undefined;
  }

  /** The value if it is a string. */
  public get text(): string | undefined {
    return typeof this.value === 'string' ? this.value : undefined;
  }

  /** The value if it is a number. */
  public get number(): number | undefined {
    return typeof this.value === 'number' ? this.value : undefined;
  }

  /** The items of a list, or an empty list for other values. */
  public get items(): Field[] {
    return Array.isArray(this.value)
      ? this.value.map((item: unknown, index) => new Field(item, `${this.path}[${index}]`, this.originOf))
      : [];
  }

  /** The keys and values of a map, or an empty list for other values. */
  public get entries(): Array<readonly [key: string, field: Field]> {
    return Object.keys(this.map ?? {}).map((key) => [key, this.at(key)]);
  }

  /** The entries of a map whose values are strings, such as labels. */
  public get texts(): { readonly [key: string]: string } {
    return Object.fromEntries(
      Object.entries(this.map ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  }

  /** Returns the list item that has this name. */
  public named(name: string | undefined): Field | undefined {
    return name === undefined ? undefined : this.items.find((item) => item.at('name').text === name);
  }
}
