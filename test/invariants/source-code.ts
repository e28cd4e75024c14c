import { inspect } from 'node:util';
import type { Construct } from 'constructs';
import * as fc from 'fast-check';

/**
 * An expression of a program: its TypeScript, and its value. So a counterexample is a program to paste, and an
 * expression that is evaluated twice creates two objects.
 */
export class SourceCode<T> {
  public constructor(
    private readonly text: string,
    /** The value of the expression in a chart. */
    public readonly evaluate: (chart: Construct) => T,
  ) {}

  public toString(): string {
    return this.text;
  }

  /** The text that fast-check shows for a counterexample. */
  public [fc.toStringMethod](): string {
    return this.text;
  }
}

/** An arbitrary expression of a type. */
export type Code<T> = fc.Arbitrary<SourceCode<T>>;

/** Data of a program: a value, the items of a list, or a map with user-defined keys. */
export type Part = 'value' | 'list' | 'map';

type Spoil = (part: Part, said: unknown) => unknown;

const asIs: Spoil = (_part, said) => said;
let spoil = asIs;

/**
 * Evaluates with other parts than the program has: each is what the function makes of it, in the order of evaluation.
 */
export function spoiled<T>(evaluate: () => T, change: Spoil): T {
  spoil = change;
  try {
    return evaluate();
  } finally {
    spoil = asIs;
  }
}

export function literal<T>(value: T): SourceCode<T> {
  return new SourceCode(
    inspect(value, { depth: 20, breakLength: 120, maxStringLength: null }),
    () => spoil('value', structuredClone(value)) as T,
  );
}

/** Plain values, written unchanged. */
export function plain<T>(values: fc.Arbitrary<T>): Code<T> {
  return values.map(literal);
}

/** One of these values. */
export function anyOf<T>(...values: readonly T[]): Code<T> {
  return plain(fc.constantFrom(...values));
}

/** A call of a function with arbitrary arguments. `left(...)` omits optional ones. */
export function call<A extends unknown[], T>(
  name: string,
  apply: (...args: A) => T,
  ...args: { [K in keyof A]: Code<A[K]> }
): Code<T> {
  return fc.tuple(...args).map((given) => {
    const codes = given as Array<SourceCode<unknown>>;
    return new SourceCode(`${name}(${codes.join(', ')})`, (chart) =>
      apply(...(codes.map((code) => code.evaluate(chart)) as A)),
    );
  });
}

/** A list of expressions. */
export function list<T>(item: Code<T>, constraints: fc.ArrayConstraints = { maxLength: 3 }): Code<T[]> {
  return fc.array(item, constraints).map(listed);
}

/** A list whose items have different texts. */
export function set<T>(
  item: Code<T>,
  constraints: { minLength?: number; maxLength?: number } = { maxLength: 3 },
): Code<T[]> {
  return fc.uniqueArray(item, { ...constraints, selector: String }).map(listed);
}

/** All given items, in order. */
export function listed<T>(codes: ReadonlyArray<SourceCode<T>>): SourceCode<T[]> {
  return new SourceCode(
    `[${codes.join(', ')}]`,
    (chart) =>
      spoil(
        'list',
        codes.map((code) => code.evaluate(chart)),
      ) as T[],
  );
}

/** A map with any of these keys. */
export function mapOf<T>(keys: readonly string[], item: Code<T>): Code<{ [key: string]: T }> {
  return fc.record(Object.fromEntries(keys.map((key) => [key, item])), { requiredKeys: [] }).map((items) => {
    const code = object<{ [key: string]: T }>(items);
    return new SourceCode(String(code), (chart) => spoil('map', code.evaluate(chart)) as { [key: string]: T });
  });
}

/** A shape that names every property of a struct, so that a new one compiles only after it is covered. */
export type ShapeOf<T> = { readonly [K in keyof Required<T>]: Code<NonNullable<T[K]>> | undefined };

/** A struct with any of its optional properties. Undefined properties are never set in this program. */
export function struct<T>(shape: ShapeOf<T>, required: ReadonlyArray<keyof T> = []): Code<T> {
  const given = Object.entries(shape).filter(([, value]) => value !== undefined) as Array<[string, Code<unknown>]>;
  const names = given.map(([name]) => name);
  return fc
    .record(Object.fromEntries(given), { requiredKeys: names.filter((name) => required.includes(name as keyof T)) })
    .map(object<T>);
}

function object<T>(fields: { readonly [key: string]: SourceCode<unknown> | undefined }): SourceCode<T> {
  const entries = Object.entries(fields).filter(
    (entry): entry is [string, SourceCode<unknown>] => entry[1] !== undefined,
  );
  const text = entries.map(([key, code]) => `${/^[A-Za-z_]\w*$/.test(key) ? key : inspect(key)}: ${code}`).join(', ');
  return new SourceCode(
    entries.length === 0 ? '{}' : `{ ${text} }`,
    (chart) => Object.fromEntries(entries.map(([key, code]) => [key, code.evaluate(chart)])) as T,
  );
}
