import { member } from '../../program/expression';

/** A place in one of the objects that are checked, or in values: what is there, and where that is. */
export class Field {
  /** A whole object, by its place among those that are checked. */
  public static root(value: unknown, index: number): Field {
    return new Field(value, `${index} `);
  }

  /** What is at a path of values, which are one object. */
  public static ofValues(value: unknown, path: string): Field {
    return new Field(value, path);
  }

  /** The object's place, and the path in it, of what `origin` says. */
  public static located(origin: string): { readonly index: number; readonly path: string } {
    const [, index, path] = /^(\d+) (.*)$/s.exec(origin)!;
    return { index: Number(index), path: path! };
  }

  private constructor(
    /** What is there. Null is nothing, as the API server has it. */
    public readonly value: unknown,
    /** The place of the object and a space, where there are several, and the path: the origin of expressions. */
    public readonly origin: string,
  ) {}

  /** What is below, by the keys on the way. */
  public at(...keys: readonly string[]): Field {
    return keys.reduce<Field>((field, key) => {
      const { map, origin } = field;
      const inner = map !== undefined && Object.hasOwn(map, key) ? map[key] : undefined;
      return new Field(inner ?? undefined, origin.endsWith(' ') ? origin + key : member(origin, key));
    }, this);
  }

  public get exists(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  public get map(): { readonly [key: string]: unknown } | undefined {
    return typeof this.value === 'object' && this.value !== null && !Array.isArray(this.value)
      ? (this.value as { readonly [key: string]: unknown })
      : undefined;
  }

  public get text(): string | undefined {
    return typeof this.value === 'string' ? this.value : undefined;
  }

  public get number(): number | undefined {
    return typeof this.value === 'number' ? this.value : undefined;
  }

  /** What is in a list; nothing where there is none. */
  public get items(): Field[] {
    return Array.isArray(this.value)
      ? this.value.map((item: unknown, index) => new Field(item, `${this.origin}[${index}]`))
      : [];
  }

  /** What is in a map. */
  public get entries(): Array<readonly [key: string, field: Field]> {
    return Object.keys(this.map ?? {}).map((key) => [key, this.at(key)]);
  }

  /** The texts of a map, such as labels. */
  public get texts(): { readonly [key: string]: string } {
    return Object.fromEntries(
      Object.entries(this.map ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  }
}
