import { parseArgs } from 'node:util';
import { nearest } from '../reporting/suggestions';
import type { Problems } from '../reporting/problems';

/** An option of a command. */
export interface Option {
  /** The name, without dashes. */
  readonly name: string;
  readonly short?: string;
  /** The placeholder of the value in the help, or undefined for a switch. */
  readonly value?: string;
  /** The allowed values. */
  readonly choices?: readonly string[];
  readonly isRequired?: boolean;
  readonly isRepeated?: boolean;
  readonly help: string;
  /** The fix if the option is missing. */
  readonly missing?: string;
}

/** The options and operands that a command accepts. */
export interface Syntax {
  readonly options: readonly Option[];
  /** The operands, or undefined if the command accepts only options. */
  readonly operands?: { readonly name: string; readonly what: string };
}

/** The arguments of a command. */
export class Arguments {
  public constructor(
    private readonly options: { readonly [name: string]: readonly string[] },
    public readonly operands: readonly string[],
  ) {}

  public text(name: string): string | undefined {
    return this.texts(name)[0];
  }

  /** Returns the value of a required option, which `readOptions` has checked. */
  public required(name: string): string {
    return this.text(name) as string;
  }

  public texts(name: string): readonly string[] {
    return this.options[name] ?? [];
  }

  public has(name: string): boolean {
    return name in this.options;
  }
}

/** The option that every command has. */
export const HELP: Option = { name: 'help', short: 'h', help: 'show this help' };

/** Reads the arguments of a command, and reports every problem with them. */
export function readOptions(args: readonly string[], { operands, options }: Syntax, problems: Problems): Arguments {
  const all = [...options, HELP];
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      all.map(({ name, short, value }) => [
        name,
        { type: value === undefined ? 'boolean' : 'string', ...(short !== undefined && { short }) } as const,
      ]),
    ),
  });
  const values: { [name: string]: string[] } = {};
  const rest: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') {
      rest.push(token.value);
    } else if (token.kind === 'option') {
      const option = all.find(({ name }) => name === token.name);
      if (option === undefined) {
        problems.add(token.rawName, { wrong: 'is not an option', fix: nearestOption(token.rawName, all) });
      } else if (isValid(option, token, values[option.name], problems)) {
        values[option.name] = [...(values[option.name] ?? []), token.value ?? ''];
      }
    }
  }
  if (values[HELP.name] === undefined) {
    checkPresence(
      options,
      values,
      tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : [])),
      problems,
    );
    checkOperands(operands, rest, problems);
  }
  return new Arguments(values, rest);
}

function isValid(
  { choices, isRepeated, name, value: placeholder }: Option,
  { inlineValue: isInline = false, value }: { readonly inlineValue?: boolean; readonly value?: string },
  before: readonly string[] | undefined,
  problems: Problems,
): boolean {
  const flag = `--${name}`;
  if (placeholder === undefined) {
    if (value !== undefined) {
      problems.add(flag, { wrong: 'does not take a value', got: value, fix: `use ${flag}` });
    }
    return value === undefined;
  }
  // `-` alone is a value, and so is anything after `=`.
  if (value === undefined || (!isInline && /^-./.test(value))) {
    problems.add(flag, {
      wrong: 'requires a value',
      ...(value !== undefined && { got: value }),
      allowed: choices?.join(', '),
      fix: `use ${flag} ${placeholder}, or ${flag}=${placeholder} for a value that starts with -`,
    });
    return false;
  }
  if (value === '') {
    problems.add(flag, { wrong: 'is empty', allowed: choices?.join(', '), fix: `use ${flag} ${placeholder}` });
    return false;
  }
  if (choices !== undefined && !choices.includes(value)) {
    problems.add(flag, {
      wrong: 'is not an allowed value',
      got: value,
      allowed: choices.join(', '),
      fix: `use ${nearest(value, choices)}`,
    });
    return false;
  }
  if (isRepeated !== true && before !== undefined) {
    problems.add(flag, {
      wrong: 'is set twice',
      got: value,
      fix: `keep one of ${flag} ${before[0]} and ${flag} ${value}`,
    });
    return false;
  }
  return true;
}

function nearestOption(written: string, options: readonly Option[]): string {
  const names = options.map(({ name }) => `--${name}`);
  return `use ${nearest(written, names)}, or remove it`;
}

function checkPresence(
  options: readonly Option[],
  values: { readonly [name: string]: unknown },
  named: readonly string[],
  problems: Problems,
): void {
  for (const { choices, isRequired, missing, name, value } of options) {
    if (isRequired === true && values[name] === undefined && !named.includes(name)) {
      problems.add(`--${name}`, {
        wrong: 'is missing',
        allowed: choices?.join(', '),
        fix: missing ?? `add --${name} ${value ?? ''}`,
      });
    }
  }
}

function checkOperands(operands: Syntax['operands'], rest: readonly string[], problems: Problems): void {
  if (operands === undefined) {
    rest.forEach((argument) =>
      problems.add(argument, { wrong: 'is an unexpected argument', fix: 'remove it, or put its option before it' }),
    );
  } else if (rest.length === 0 || rest.includes('')) {
    problems.add(operands.name, {
      wrong: rest.length === 0 ? 'is missing' : 'is empty',
      allowed: operands.what,
      fix: `pass at least one ${operands.name}`,
    });
  }
}
