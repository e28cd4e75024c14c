import { parseArgs } from 'node:util';
import { nearest } from '../reporting/suggestions';
import type { Problems } from '../reporting/problems';

/** An option of a command. */
export interface Option {
  /** Without the dashes. */
  readonly name: string;
  readonly short?: string;
  /** The name of its value in the help. A switch has none. */
  readonly value?: string;
  /** The allowed values. */
  readonly choices?: readonly string[];
  readonly isRequired?: boolean;
  readonly isRepeated?: boolean;
  readonly help: string;
  /** The fix if it is missing. */
  readonly missing?: string;
}

/** The options and operands that a command accepts. */
export interface Syntax {
  readonly options: readonly Option[];
  /** The operands; a command without them accepts options only. */
  readonly operands?: { readonly name: string; readonly what: string };
}

/** The arguments of a command. */
export class Given {
  public constructor(
    private readonly options: { readonly [name: string]: readonly string[] },
    public readonly operands: readonly string[],
  ) {}

  public text(name: string): string | undefined {
    return this.texts(name)[0];
  }

  /** The value of a required option, after the check. */
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
export function readOptions(args: readonly string[], { operands, options }: Syntax, problems: Problems): Given {
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
  const given: { [name: string]: string[] } = {};
  const rest: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') {
      rest.push(token.value);
    } else if (token.kind === 'option') {
      const option = all.find(({ name }) => name === token.name);
      if (option === undefined) {
        problems.add(token.rawName, { wrong: 'is not an option', fix: nearestOption(token.rawName, all) });
      } else if (isFine(option, token, given[option.name], problems)) {
        given[option.name] = [...(given[option.name] ?? []), token.value ?? ''];
      }
    }
  }
  if (given[HELP.name] === undefined) {
    checkPresence(
      options,
      given,
      tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : [])),
      problems,
    );
    checkOperands(operands, rest, problems);
  }
  return new Given(given, rest);
}

function isFine(
  { choices, isRepeated, name, value: wanted }: Option,
  { inlineValue: isInline = false, value }: { readonly inlineValue?: boolean; readonly value?: string },
  before: readonly string[] | undefined,
  problems: Problems,
): boolean {
  const flag = `--${name}`;
  if (wanted === undefined) {
    if (value !== undefined) {
      problems.add(flag, { wrong: 'takes no value', got: value, fix: `write ${flag}` });
    }
    return value === undefined;
  }
  // `-` alone is a value, and so is anything after `=`.
  if (value === undefined || (!isInline && /^-./.test(value))) {
    problems.add(flag, {
      wrong: 'has no value',
      ...(value !== undefined && { got: value }),
      allowed: choices?.join(', '),
      fix: `write ${flag} ${wanted}, or ${flag}=${wanted} for a value that starts with -`,
    });
    return false;
  }
  if (value === '') {
    problems.add(flag, { wrong: 'is empty', allowed: choices?.join(', '), fix: `write ${flag} ${wanted}` });
    return false;
  }
  if (choices !== undefined && !choices.includes(value)) {
    problems.add(flag, {
      wrong: 'is not an allowed value',
      got: value,
      allowed: choices.join(', '),
      fix: `the nearest is ${nearest(value, choices)}`,
    });
    return false;
  }
  if (isRepeated !== true && before !== undefined) {
    problems.add(flag, {
      wrong: 'is given twice',
      got: value,
      fix: `keep one of ${flag} ${before[0]} and ${flag} ${value}`,
    });
    return false;
  }
  return true;
}

function nearestOption(written: string, options: readonly Option[]): string {
  const names = options.map(({ name }) => `--${name}`);
  return `the nearest is ${nearest(written, names)}`;
}

function checkPresence(
  options: readonly Option[],
  given: { readonly [name: string]: unknown },
  named: readonly string[],
  problems: Problems,
): void {
  for (const { choices, isRequired, missing, name, value } of options) {
    if (isRequired === true && given[name] === undefined && !named.includes(name)) {
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
      problems.add(argument, {
        wrong: 'is an unexpected argument',
        fix: 'remove it, or write the option before it',
      }),
    );
  } else if (rest.length === 0 || rest.includes('')) {
    problems.add(operands.name, {
      wrong: rest.length === 0 ? 'is missing' : 'is empty',
      allowed: operands.what,
      fix: `name at least one ${operands.name}`,
    });
  }
}
