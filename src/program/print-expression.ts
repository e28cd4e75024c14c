import { childrenOf, type Expression, type ObjectExpression } from './expression';
import { comment, WIDTH } from './print-comment';

/** Maps expressions to the comments above them. */
export type Remarks = ReadonlyMap<Expression, readonly string[]>;

/** The position of an expression. */
interface Place {
  /** The indentation of all its lines but the first, in columns. */
  readonly indent: number;
  /** The column of its first character. */
  readonly column: number;
  /** The length of the text that follows it on its last line. */
  readonly after: number;
}

/**
 * Prints expressions as TypeScript in Prettier's format: on one line if that fits, otherwise with one line per
 * property.
 */
export class ExpressionPrinter {
  public constructor(private readonly remarks: Remarks = new Map()) {}

  /** Prints a statement that ends with an expression, below the comments on the expression. */
  public statement(before: string, expression: Expression): string {
    return `${this.above(expression, 0)}${before}${this.print(expression, { indent: 0, column: before.length, after: 1 })};\n`;
  }

  private print(expression: Expression, place: Place): string {
    const line = this.line(expression);
    return line !== undefined && place.column + line.length + place.after <= WIDTH
      ? line
      : this.broken(expression, place);
  }

  /** Prints an expression on one line. Returns undefined if it needs several lines. */
  private line(expression: Expression): string | undefined {
    switch (expression.kind) {
      case 'literal':
        return isText(expression) ? undefined : scalar(expression.value);
      case 'secret':
        return `secret(${quoted(expression.variable)})`;
      case 'name':
        return expression.text;
      case 'list': {
        const items = hasSeveralObjects(expression.items) ? undefined : this.lines(expression.items);
        return items && `[${items.join(', ')}]`;
      }
      case 'call': {
        const args = this.lines(expression.args);
        return args && `${expression.callee}(${args.join(', ')})`;
      }
      case 'object': {
        const values = isDeep(expression) ? undefined : this.lines(expression.entries.map(([, value]) => value));
        const entries =
          values &&
          expression.entries.map(
            ([key, value], index) => `${isShorthand(key, value) ? '' : `${keyOf(key)}: `}${values[index]}`,
          );
        return entries && `${entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`}${asserted(expression)}`;
      }
    }
  }

  /** Prints each expression on one line. Returns undefined if one of them needs several lines or has a comment. */
  private lines(expressions: readonly Expression[]): string[] | undefined {
    const lines = expressions.map((one) => (this.remarks.has(one) ? undefined : this.line(one)));
    return lines.every((line) => line !== undefined) ? lines : undefined;
  }

  private broken(expression: Expression, { indent, column, after }: Place): string {
    switch (expression.kind) {
      case 'literal':
        return isText(expression) ? template(String(expression.value)) : scalar(expression.value);
      case 'secret':
      case 'name':
        return this.line(expression)!;
      case 'list':
        return block(
          '[',
          expression.items.map((item) => this.row(undefined, item, indent + 2)),
          `]`,
          indent,
        );
      case 'object':
        return block(
          '{',
          expression.entries.map(([key, value]) => this.row(key, value, indent + 2)),
          `}${asserted(expression)}`,
          indent,
        );
      case 'call': {
        const { args, callee } = expression;
        const last = args.at(-1);
        const others = args.slice(0, -1).map((arg) => this.line(arg));
        const before = `${callee}(${others.map((other) => `${other}, `).join('')}`;
        return last !== undefined &&
          this.staysOpen(args) &&
          !others.includes(undefined) &&
          column + before.length + 1 <= WIDTH
          ? `${before}${this.print(last, { indent, column: column + before.length, after: after + 1 })})`
          : block(
              `${callee}(`,
              args.map((arg) => this.row(undefined, arg, indent + 2)),
              ')',
              indent,
            );
      }
    }
  }

  /** Whether the last argument starts on the line of the call, and the call ends on the last line of the argument. */
  private staysOpen(args: readonly Expression[]): boolean {
    const last = args.at(-1)!;
    return (
      args.every((arg) => !this.remarks.has(arg)) &&
      ((args.length === 1 && isText(last)) ||
        ((last.kind === 'object' || last.kind === 'list') && args.at(-2)?.kind !== last.kind))
    );
  }

  /** Prints a property or an item that starts on its own line. */
  private row(key: string | undefined, value: Expression, indent: number): string {
    const before = key === undefined || isShorthand(key, value) ? '' : `${keyOf(key)}: `;
    const text = this.print(value, { indent, column: indent + before.length, after: 1 });
    return `${this.above(value, indent)}${' '.repeat(indent)}${before}${text},\n`;
  }

  private above(expression: Expression, indent: number): string {
    return (this.remarks.get(expression) ?? []).map((text) => comment(text, indent)).join('');
  }
}

function block(open: string, rows: readonly string[], close: string, indent: number): string {
  return rows.length === 0 ? `${open}${close}` : `${open}\n${rows.join('')}${' '.repeat(indent)}${close}`;
}

function isShorthand(key: string, value: Expression): boolean {
  return value.kind === 'name' && value.text === key;
}

function asserted({ assertion }: ObjectExpression): string {
  return assertion === undefined ? '' : ` as ${assertion.type}`;
}

/** Whether items are objects with several properties, which are printed one per line. */
function hasSeveralObjects(items: readonly Expression[]): boolean {
  return items.length > 1 && items.every((item) => item.kind === 'object' && item.entries.length > 1);
}

/** Whether an object contains several objects, or a deeply nested one. Neither is readable on one line. */
function isDeep(expression: ObjectExpression): boolean {
  return (
    depth(expression) > 4 ||
    expression.entries.filter(([, value]) => depth(value) > 1 || (value.kind === 'object' && value.entries.length > 0))
      .length > 1
  );
}

/** Returns the maximum nesting of brackets. */
function depth(expression: Expression): number {
  const hasBrackets = expression.kind === 'object' || expression.kind === 'list';
  return Number(hasBrackets) + Math.max(0, ...childrenOf(expression).map(depth));
}

/** Whether an expression is a multi-line string. */
export function isText(expression: Expression): boolean {
  return expression.kind === 'literal' && typeof expression.value === 'string' && expression.value.includes('\n');
}

/** Prints a key of an object, with quotes if necessary. `__proto__` without quotes would set the prototype. */
function keyOf(key: string): string {
  return key === '__proto__' ? "['__proto__']" : /^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key);
}

function scalar(value: string | number | boolean): string {
  return typeof value === 'string' ? quoted(value) : String(value);
}

/** Prints a string with the quotes that need fewer escapes, by default single quotes. */
function quoted(text: string): string {
  const count = (quote: string): number => text.split(quote).length - 1;
  const quote = count("'") > count('"') ? '"' : "'";
  return `${quote}${escaped(text).replaceAll(quote, `\\${quote}`)}${quote}`;
}

/** Prints a multi-line string. Its first line is below the opening quote. */
function template(text: string): string {
  // Editors strip spaces at the end of a line.
  return `\`\\\n${escaped(text, /[\n\t]/)
    .replace(/`|\$\{/g, '\\$&')
    .replace(/ (?=\n)/g, '\\u{20}')}\``;
}

/** Escapes backslashes and invisible characters, except those that match `allowed`. */
function escaped(text: string, allowed = /[]/): string {
  return text
    .replaceAll('\\', '\\\\')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\uFEFF]/gu, (character) =>
      allowed.test(character) ? character : (NAMED[character] ?? `\\u{${character.codePointAt(0)!.toString(16)}}`),
    );
}

const NAMED: { readonly [character: string]: string } = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
