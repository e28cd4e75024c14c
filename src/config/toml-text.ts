import type { Problems } from '../reporting/problems';
import { Fraction } from './engine-units';
import { isTable, type Table } from './tables';
import type { WireRegistry } from './wire';

/*
 * The engine reads TOML with go-toml 1.9.5, which doesn't support all of TOML 1.1. The engine doesn't start with syntax
 * that only smol-toml supports.
 */

/** Parses TOML as the engine does, and reports syntax that the engine doesn't support. */
export function readToml(text: string, problems: Problems): unknown {
  let given: unknown;
  try {
    given = toml().parse(text, { integersAsBigInt: true });
  } catch (error) {
    const { line, column, message } = error as import('smol-toml').TomlError;
    report(problems, line, column, message.split('\n')[0]!.replace('Invalid TOML document: ', ''));
    return {};
  }
  const [place, why] = beyondGoToml(text) ?? [];
  if (place !== undefined) {
    report(problems, text.slice(0, place).split('\n').length, place - text.lastIndexOf('\n', place - 1), why!);
  }
  return asWritten(given);
}

function report(problems: Problems, line: number, column: number, why: string): void {
  problems.add('', {
    wrong: `is not valid TOML at line ${line}, column ${column}, so the engine would not start: ${why}`,
    allowed: "TOML, such as 'trace = true'",
    fix: 'correct it, or use EngineToml.of(...)',
  });
}

/** Replaces numbers, to distinguish whole numbers from fractions as Go does. */
function asWritten(given: unknown): unknown {
  return typeof given === 'bigint'
    ? Number(given)
    : typeof given === 'number'
      ? new Fraction(String(given))
      : Array.isArray(given)
        ? given.map(asWritten)
        : isTable(given)
          ? Object.fromEntries(Object.entries(given).map(([key, value]) => [key, asWritten(value)]))
          : given;
}

const LONG_STRING = /"""(?:\\[^]|[^\\])*?"""+|'''[^]*?'''+/y;
const STRING = /"(?:\\.|[^"\\\n])*"|'[^'\n]*'/y;
const COMMENT = /#[^\n]*/y;

/**
 * Returns the first position in a TOML file that go-toml 1.9.5 rejects, and the reason (its lexer.go and
 * keysparsing.go).
 */
function beyondGoToml(text: string): [place: number, why: string] | undefined {
  /** The depth of lists and inline tables. */
  let depth = 0;
  let isHeader = false;
  /** The last token other than white space, comments, and line breaks within lists. */
  let before = '\n';
  for (let at = 0; at < text.length;) {
    const [kind, token] = tokenAt(text, at);
    const why =
      kind === 'string' ? wrongString(token, isHeader, /^[ \t]*[.=]/.test(text.slice(at + token.length))) : undefined;
    if (why !== undefined) {
      return [at, why];
    }
    if (token === '}' && before === ',') {
      return [at, 'a comma at the end of an inline table'];
    }
    if (token === '[' && before === '\n' && depth === 0) {
      isHeader = true;
    } else if (token === '\n') {
      isHeader = false;
    }
    if (!isHeader) {
      depth += '[{'.includes(token) ? 1 : ']}'.includes(token) ? -1 : 0;
    }
    const isBlank = kind === 'comment' || /^[ \t\r]$/.test(token) || (token === '\n' && depth > 0);
    before = isBlank ? before : token;
    at += token.length;
  }
  return undefined;
}

function tokenAt(text: string, at: number): [kind: 'string' | 'comment' | 'sign', token: string] {
  for (const [kind, pattern] of [
    ['string', LONG_STRING],
    ['string', STRING],
    ['comment', COMMENT],
  ] as const) {
    pattern.lastIndex = at;
    const token = pattern.exec(text)?.[0];
    if (token !== undefined) {
      return [kind, token];
    }
  }
  return ['sign', text[at]!];
}

function wrongString(token: string, isHeader: boolean, isKey: boolean): string | undefined {
  if (isHeader && /[[\]]|^".*\\/.test(token)) {
    return "a table header with '[', ']' or '\\' in a name: write the table inline, as the value of its name";
  }
  if (/^(?:"""(?:\\[^]|[^\\])*?""""|'''[^]*?'''')/.test(token)) {
    return 'a string whose content ends with quotes';
  }
  if (token.startsWith('"') && /^(?:[^\\]|\\[^ex])*\\[ex]/.test(token)) {
    return "an escape sequence of TOML 1.1: write '\\u001b' for '\\e', '\\u00e9' for '\\xe9'";
  }
  return isKey && /^"(?:[^\\]|\\[^"])*\\"./.test(token) ? "a name with '\"' in it" : undefined;
}

/**
 * Matches characters that go-toml rejects in quoted names. In table headers, it also rejects brackets and characters
 * that must be escaped.
 */
const UNREADABLE = /["\p{Surrogate}]/u;
const UNREADABLE_IN_HEADER = /["\\[\]\u0000-\u001f\u007f\p{Surrogate}]/u;

/** Formats a file, and reports values that the engine can't read. Other checks report invalid registry hosts. */
export function writeToml(
  given: Table & { readonly registry?: { readonly [host: string]: WireRegistry } },
  problems: Problems,
): string {
  const { registry = {}, ...others } = given;
  const hosts = Object.entries(registry);
  const parts = [
    isWritable(others, problems),
    ...hosts.map(([host, table]) => isWritable(table, problems.at(`registry[${JSON.stringify(host)}]`))),
  ];
  if (!parts.every(Boolean)) {
    return '';
  }
  const isAddress = ([host]: [string, unknown]) => host.includes(']');
  const names = hosts.filter((host) => !isAddress(host));
  const text = [
    // An IPv6 address can't be in a header. A table without a header must precede all headers.
    ...hosts.filter(isAddress).map(([host, table]) => `registry.${JSON.stringify(host)} = ${inline(table)}\n`),
    toml().stringify({ ...given, registry: names.length === 0 ? undefined : Object.fromEntries(names) }),
  ].join('');
  // smol-toml writes an empty table as an empty line.
  return text.trim() === '' ? '' : text.endsWith('\n') ? text : `${text}\n`;
}

function isWritable(given: unknown, problems: Problems): boolean {
  if (given === null || given === undefined) {
    problems.add('', {
      wrong: 'must not be null, which TOML does not support',
      got: given,
      allowed: 'a value',
      fix: 'remove it',
    });
    return false;
  }
  const parts = Array.isArray(given)
    ? given.map((item, index) => isWritable(item, problems.at(`[${index}]`)))
    : isTable(given)
      ? Object.entries(given)
          .filter(([, value]) => value !== undefined)
          .map(([key, value]) => {
            const inside = problems.at(/^[-\w]+$/.test(key) ? key : `[${JSON.stringify(key)}]`);
            const isHeader = isTable(value) || (Array.isArray(value) && value.some(isTable));
            return isReadable(key, isHeader, inside) && isWritable(value, inside);
          })
      : [];
  return parts.every(Boolean);
}

function isReadable(name: string, isHeader: boolean, problems: Problems): boolean {
  const isUnreadable = (isHeader ? UNREADABLE_IN_HEADER : UNREADABLE).test(name);
  if (isUnreadable) {
    problems.add('', {
      wrong: 'must be a name that the engine can parse, quoted or not',
      got: name,
      allowed: `names without ${isHeader ? "'\"', '\\', '[', ']' or control characters" : "'\"'"}`,
      fix: 'choose another name',
    });
  }
  return !isUnreadable;
}

/** Formats a table inline. The table is passed in a nested list, because smol-toml gives other tables headers. */
function inline(table: object): string {
  return /^x = \[ \[ ([^]*) \] \]\n$/.exec(toml().stringify({ x: [[table]] }))![1]!;
}

/** Loads smol-toml on demand, because most programs have no engine.toml. */
function toml(): typeof import('smol-toml') {
  return require('smol-toml') as typeof import('smol-toml');
}
