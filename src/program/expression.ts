import { keysOf, pathBelow } from '../reporting/property-path';
/**
 * An expression in a program, with its value and its TypeScript. Running a program and printing it use the same
 * expressions, so the created objects and the printed program can't differ.
 */
export type Expression = {
  /** The origin of the expression, such as `engine.port`, or undefined if it is derived. */
  readonly origin?: string;
} & (
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  /** A secret, which the program reads from an environment variable. */
  | { readonly kind: 'secret'; readonly value: string; readonly variable: string }
  /** An enum member, or a constant in the program. */
  | { readonly kind: 'name'; readonly text: string; readonly value: unknown }
  | { readonly kind: 'object'; readonly entries: readonly Entry[]; readonly assertion?: Assertion }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | {
      readonly kind: 'call';
      readonly callee: string;
      readonly apply: (...args: never[]) => unknown;
      readonly args: readonly Expression[];
    }
);

/** A type assertion for an object whose shape doesn't match the type. */
export interface Assertion {
  readonly type: string;
  /** A sentence that names the parts that don't match the type. */
  readonly why: string;
}

/** A property of an object. */
export type Entry = readonly [key: string, value: Expression];

export type ObjectExpression = Extract<Expression, { kind: 'object' }>;

/** Plain data. */
export type Data = string | number | boolean | readonly Data[] | { readonly [key: string]: Data };

export function literal(value: string | number | boolean, origin?: string): Expression {
  return { kind: 'literal', value, origin };
}

export function name(text: string, value: unknown, origin?: string): Expression {
  return { kind: 'name', text, value, origin };
}

export function list(items: readonly Expression[], origin?: string): Expression {
  return { kind: 'list', items, origin };
}

/** Creates an expression for an object. Properties that are undefined are left out. */
export function object(entries: { readonly [key: string]: Expression | undefined }, origin?: string): ObjectExpression {
  return {
    kind: 'object',
    entries: Object.entries(entries).filter((entry): entry is [string, Expression] => entry[1] !== undefined),
    origin,
  };
}

/** Returns the value of a property, if the object has it. */
export function entryOf({ entries }: ObjectExpression, property: string): Expression | undefined {
  return entries.find(([key]) => key === property)?.[1];
}

/** Returns an object with some properties added or replaced. The value undefined removes a property. */
export function withEntries(
  expression: ObjectExpression,
  changed: { readonly [property: string]: Expression | undefined },
): ObjectExpression {
  const entries = [
    ...expression.entries.map(([key, value]) => [key, Object.hasOwn(changed, key) ? changed[key] : value] as const),
    ...Object.entries(changed).filter(([key]) => entryOf(expression, key) === undefined),
  ];
  return { ...expression, entries: entries.filter((entry): entry is Entry => entry[1] !== undefined) };
}

/** Returns an object without some properties, or undefined if no property is left. */
export function withoutEntries(
  expression: Expression | undefined,
  properties: readonly string[],
): ObjectExpression | undefined {
  return expression?.kind === 'object'
    ? nonEmptyObject(withEntries(expression, Object.fromEntries(properties.map((property) => [property, undefined]))))
    : undefined;
}

/** Returns a list without the objects whose property has one of the values, or undefined if no item is left. */
export function withoutItems(
  items: Expression | undefined,
  property: string,
  values: readonly unknown[],
): Expression | undefined {
  const left = (items?.kind === 'list' ? items.items : []).filter((item) => {
    const value = item.kind === 'object' ? entryOf(item, property) : undefined;
    return value?.kind !== 'literal' || !values.includes(value.value);
  });
  return nonEmptyList(left, items?.origin);
}

/**
 * Creates an expression for a function call. `callee` is the name of the function in the program. Arguments that are
 * undefined are left out.
 */
export function call<A extends unknown[]>(
  callee: string,
  apply: (...args: A) => unknown,
  args: ReadonlyArray<Expression | undefined>,
  origin?: string,
): Expression {
  return {
    kind: 'call',
    callee,
    apply: apply as (...args: never[]) => unknown,
    args: args.filter((arg): arg is Expression => arg !== undefined),
    origin,
  };
}

/** Creates an expression for a static method call, for example `staticCall({ CacheVolume }, 'none', [])`. */
export function staticCall<T extends object>(
  type: { readonly [name: string]: T },
  method: keyof T & string,
  args: ReadonlyArray<Expression | undefined>,
  origin?: string,
): Expression {
  const [name, owner] = Object.entries(type)[0]!;
  return call(`${name}.${method}`, (owner[method] as (...args: never[]) => unknown).bind(owner), args, origin);
}

/** Creates an expression for a list, or returns undefined if it has no items. */
export function nonEmptyList(items: readonly Expression[], origin?: string): Expression | undefined {
  return items.length === 0 ? undefined : list(items, origin);
}

/** Returns an object, or undefined if it has no properties. */
export function nonEmptyObject(expression: ObjectExpression): ObjectExpression | undefined {
  return expression.entries.length === 0 ? undefined : expression;
}

/** Converts plain data to an expression. */
export function data(value: Data, origin?: string): Expression {
  if (Array.isArray(value)) {
    return list(
      value.map((item, index) => data(item as Data, origin && `${origin}[${index}]`)),
      origin,
    );
  }
  if (typeof value === 'object') {
    const entries = Object.entries(value as { readonly [key: string]: Data }).map(([key, item]): Entry => [
      key,
      data(item, origin && pathBelow(origin, key)),
    ]);
    return { kind: 'object', entries, origin };
  }
  return literal(value, origin);
}

/** Evaluates an expression. Each call creates new objects. */
export function evaluate(expression: Expression): unknown {
  switch (expression.kind) {
    case 'literal':
    case 'secret':
    case 'name':
      return expression.value;
    case 'object':
      return Object.fromEntries(expression.entries.map(([key, value]) => [key, evaluate(value)]));
    case 'list':
      return expression.items.map(evaluate);
    case 'call':
      return (expression.apply as (...args: unknown[]) => unknown)(...expression.args.map(evaluate));
  }
}

/**
 * Returns the expressions on the path to a property, from the outermost one to the last one that exists. A call is
 * treated as if it had the properties of its arguments.
 */
export function along(expression: Expression, path: string): Expression[] {
  const found = [expression];
  let at: Expression | undefined = expression;
  for (const part of keysOf(path)) {
    at = within(at, part);
    if (at === undefined) {
      break;
    }
    found.push(at);
  }
  return found;
}

function within(expression: Expression, part: string): Expression | undefined {
  switch (expression.kind) {
    // For a `Duration` property of a construct, Kubernetes has a field with the suffix `Seconds`.
    case 'object':
      return [part, `${part}Seconds`]
        .map((name) => expression.entries.find(([key]) => key === name)?.[1])
        .find((found) => found !== undefined);
    case 'list':
      return expression.items[Number(part)];
    case 'call':
      return expression.args.map((arg) => within(arg, part)).find((found) => found !== undefined);
    default:
      return undefined;
  }
}

/** Returns the properties and items in an expression, parents first, without the arguments of calls. */
export function inside(expression: Expression): Expression[] {
  return childrenOf(expression).flatMap((child) =>
    expression.kind === 'call' ? inside(child) : [child, ...inside(child)],
  );
}

/** Returns the values of an object, the items of a list, or the arguments of a call. */
export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'object':
      return expression.entries.map(([, value]) => value);
    case 'list':
      return expression.items;
    case 'call':
      return expression.args;
    default:
      return [];
  }
}
