import { inspect } from 'node:util';
import type { Construct } from 'constructs';
import * as fc from 'fast-check';

/**
 * An expression in a program: its TypeScript, and a function that evaluates it. Counterexamples can be pasted as
 * programs, and each evaluation creates new objects.
 */
export class SourceCode<T> {
  public constructor(
    private readonly text: string,
    /** Evaluates the expression in a chart. */
    public readonly evaluate: (chart: Construct) => T,
  ) {}

  public toString(): string {
    return this.text;
  }

  /** The text that fast-check prints for a counterexample. */
  public [fc.toStringMethod](): string {
    return this.text;
  }
}

/** An arbitrary expression of a type. */
export type Code<T> = fc.Arbitrary<SourceCode<T>>;

/** A kind of data in a program: a value, the items of a list, or a map with user-defined keys. */
export type Part = 'value' | 'list' | 'map';

type Spoil = (part: Part, said: unknown) => unknown;

const asIs: Spoil = (_part, said) => said;
let spoil = asIs;

/** Evaluates a program, and replaces each part with the result of `change`, in the order of evaluation. */
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

/** Generates a value, written as a literal. */
export function plain<T>(values: fc.Arbitrary<T>): Code<T> {
  return values.map(literal);
}

/** Generates one of these values, written as a literal. */
export function anyOf<T>(...values: readonly T[]): Code<T> {
  return plain(fc.constantFrom(...values));
}

/** Generates a function call with arbitrary arguments. */
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

/** Generates a list of expressions. */
export function list<T>(item: Code<T>, constraints: fc.ArrayConstraints = { maxLength: 3 }): Code<T[]> {
  return fc.array(item, constraints).map(listed);
}

/** Generates a list whose items have different texts. */
export function set<T>(
  item: Code<T>,
  constraints: { minLength?: number; maxLength?: number } = { maxLength: 3 },
): Code<T[]> {
  return fc.uniqueArray(item, { ...constraints, selector: String }).map(listed);
}

/** Returns a list of all given items, in order. */
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

/** Generates a map with any subset of these keys. */
export function mapOf<T>(keys: readonly string[], item: Code<T>): Code<{ [key: string]: T }> {
  return fc.record(Object.fromEntries(keys.map((key) => [key, item])), { requiredKeys: [] }).map((items) => {
    const code = object<{ [key: string]: T }>(items);
    return new SourceCode(String(code), (chart) => spoil('map', code.evaluate(chart)) as { [key: string]: T });
  });
}

/**
 * The shape of a struct, with every property. A new property in the struct is a compile error until the shape covers
 * it.
 */
export type ShapeOf<T> = { readonly [K in keyof Required<T>]: Code<NonNullable<T[K]>> | undefined };

/**
 * Generates a struct with any subset of its optional properties. Properties that are undefined in the shape are never
 * set.
 */
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
