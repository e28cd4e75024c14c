import type { Problem, Problems } from '../../reporting/problems';
import { plainScalar } from '../plain-scalar';
import { formatPath, type PropertyPath } from '../../reporting/property-path';

/** A string in an object: a value or a key. */
export interface TextAt {
  readonly text: string;
  readonly path: PropertyPath;
}

/** Matches strings that contain only safe characters: printable ASCII, tabs and line breaks. */
const PLAIN = /^[\t\n\x20-\x7e]*$/;

/**
 * Matches characters that kubectl rejects or reads as line breaks, and unpaired surrogates, which no encoding supports.
 */
const UNREADABLE =
  /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

const NAMES: { readonly [character: string]: string } = {
  '\u007f': 'DEL',
  '\u0085': 'NEL, a line break',
  '\u2028': 'a line separator',
  '\u2029': 'a paragraph separator',
  '\ufeff': 'a byte order mark',
};

/**
 * Matches the numbers that cdk8s's YAML writer quotes (yaml 2, schema yaml-1.1). It doesn't quote other notations, such
 * as `0o22`, which kubectl reads as numbers.
 */
const QUOTED_NUMBER =
  /^[-+]?(0b[01_]+|[0-9][0-9_]*|0x[0-9a-fA-F_]+|([0-9][0-9_]*)?(\.[0-9_]*)?[eE][-+]?[0-9]+|([0-9][0-9_]*)?\.[0-9_]*|\.(inf|Inf|INF))$/;

/** Reports strings in an object that kubectl can't read, or reads as other values. */
export function checkTexts(problems: Problems, texts: readonly TextAt[]): void {
  for (const { path, text } of texts) {
    const problem = text === MERGE && path.at(-1) === text ? MERGE_KEY : unsafe(text);
    if (problem !== undefined) {
      problems.add(formatPath(path), problem);
    }
  }
}

/** Returns the problem that a string causes in YAML as a plain scalar, a key or a block. */
export function unsafe(text: string): Problem | undefined {
  if (!PLAIN.test(text)) {
    const match = UNREADABLE.exec(text);
    if (match !== null) {
      return unreadable(text, match.index);
    }
  }
  if (text.includes('\n')) {
    return startsBlockBadly(text) ? BAD_BLOCK : undefined;
  }
  return /^[-+.\d]/.test(text) ? misreadNumber(text) : undefined;
}

function unreadable(text: string, index: number): Problem {
  const character = text[index]!;
  const lines = text.slice(0, index).split('\n');
  const code = `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  const name = NAMES[character] ?? (character > '\ud7ff' ? 'not a character' : 'a control character');
  return {
    wrong: `contains ${code}, ${name}, at line ${lines.length}, column ${lines.at(-1)!.length + 1}, which kubectl can't read in a manifest`,
    allowed: 'other characters',
    fix: 'remove it',
  };
}

function misreadNumber(text: string): Problem | undefined {
  const { kind, value } = plainScalar(text);
  if (kind === 'str' || QUOTED_NUMBER.test(text)) {
    return undefined;
  }
  return {
    wrong: `kubectl would read it as the number ${String(value)}, because cdk8s writes it without quotes`,
    got: text,
    allowed: 'text that kubectl reads as a string',
    fix: `write '${String(value)}' if you mean the number`,
  };
}

/**
 * Whether the YAML writer would write a string as a block whose indentation kubectl can't detect. It writes multi-line
 * strings as blocks, and marks their indentation only if they start with a space.
 */
function startsBlockBadly(text: string): boolean {
  // The writer quotes strings with other control characters or with trailing blanks.
  return !/[^\t\n -\uffff]|\n[\t ]+$/.test(text) && /^\n*\t|^[ \t\n]* [ \t\n]*$/.test(text);
}

const BAD_BLOCK: Problem = {
  wrong: 'starts with white space that hides the indentation from kubectl',
  allowed: 'multi-line text that starts with other characters',
  fix: 'remove the white space at the start',
};

/** The merge key of YAML 1.1. */
export const MERGE = '<<';

const MERGE_KEY: Problem = {
  wrong: 'kubectl merges the maps below this key into the map that contains it',
  got: MERGE,
  allowed: 'other keys',
  fix: 'rename it',
};
