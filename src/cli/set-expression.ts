import { isMap, type Value, type ValueMap } from '../helm/values';
import { InputError } from './io';
import { keyPath } from './located';

/** A value, and where it belongs: keys of maps, and indexes of lists. */
export interface Assignment {
  readonly path: ReadonlyArray<string | number>;
  readonly value: Value;
}

/** As Helm has them (pkg/strvals/parser.go of helm/helm v3.18.6). */
const INDEX_MAX = 65536;
const LEVELS_MAX = 30;

/**
 * What the argument of `--set` says, or of `--set-string`, which has texts alone. An expression that Helm takes without
 * doing anything is an error.
 */
export function parseSet(expression: string, option: string): Assignment[] {
  return new Parser(expression, option).assignments();
}

/** The values with an assignment made. */
export function assign(values: ValueMap, { path, value }: Assignment, expression: string): ValueMap {
  const set = (current: Value | undefined, at: number): Value => {
    const part = path[at];
    if (part === undefined) {
      return value;
    }
    const isItem = typeof path[at - 1] === 'number';
    if (typeof part === 'number') {
      const list = current === undefined || (isItem && current === null) ? [] : current;
      if (!Array.isArray(list)) {
        throw conflict(expression, path.slice(0, at), 'a list', current as Value);
      }
      const items: Value[] = Array.from(
        { length: Math.max(list.length, part + 1) },
        (_, index) => (list[index] as Value | undefined) ?? null,
      );
      items[part] = set(items[part], at + 1);
      return items;
    }
    const map = current === undefined || (isItem && !isMap(current)) ? {} : current;
    if (!isMap(map)) {
      throw conflict(expression, path.slice(0, at), 'a map', current as Value);
    }
    return { ...map, [part]: set(map[part], at + 1) };
  };
  return set(values, 0) as ValueMap;
}

function conflict(expression: string, path: ReadonlyArray<string | number>, wanted: string, value: Value): InputError {
  return new InputError(
    `${expression}: ${keyPath(path)} is not ${wanted}; got ${JSON.stringify(value)}; fix: set ${keyPath(path)} as a whole`,
  );
}

/** A number of 64 bits. One that starts with a zero is a text, as is every one with a point. */
function integer(text: string): number | undefined {
  const size = /^([+-]\d+|[1-9]\d*)$/.test(text) ? BigInt(text.replace('+', '')) : undefined;
  return size === undefined || BigInt.asIntN(64, size) !== size ? undefined : Number(size);
}

class Parser {
  private readonly letters: readonly string[];
  private at = 0;

  public constructor(
    private readonly expression: string,
    private readonly option: string,
  ) {
    this.letters = [...expression];
  }

  public assignments(): Assignment[] {
    const found: Assignment[] = [];
    while (this.at < this.letters.length) {
      found.push(this.assignment());
    }
    return found;
  }

  private assignment(): Assignment {
    const path = this.path();
    const isCut =
      this.at === this.letters.length &&
      path.some((part, index) => typeof part === 'string' && typeof path[index - 1] === 'number');
    if (isCut) {
      throw this.error(`${keyPath(path)} is set to nothing, which Helm drops in a list`, 'set a value');
    }
    return { path, value: this.value() };
  }

  /** Up to the `=`. */
  private path(): Array<string | number> {
    const path: Array<string | number> = [];
    for (let levels = 0, stop = ''; stop !== '=';) {
      const isAfterIndex = stop === '[';
      if (isAfterIndex) {
        path.push(this.index());
      }
      const { text, end } = this.until(isAfterIndex ? '=[.' : '=[.,');
      if (isAfterIndex && text !== '') {
        throw this.error(`${JSON.stringify(text)} behind an index`, 'write [0]=VALUE, [0].KEY=VALUE or [0][0]=VALUE');
      }
      if (end === undefined || end === ',') {
        throw this.error(
          `${path.length === 0 && text === '' ? 'a comma' : keyPath([...path, ...(text === '' ? [] : [text])])} without a value`,
          'write KEY=VALUE; a comma in a value is written \\,',
        );
      }
      if (!isAfterIndex) {
        path.push(this.key(text));
        levels += end === '.' ? 1 : 0;
      }
      if (levels > LEVELS_MAX) {
        throw this.error(
          `more than ${LEVELS_MAX} keys deep, which Helm doesn't take`,
          'write it into a file of values',
        );
      }
      stop = end;
    }
    return path;
  }

  private key(text: string): string {
    if (text === '') {
      throw this.error('an empty key', 'write KEY=VALUE; a dot in a key is written \\.');
    }
    if (text === '__proto__') {
      throw this.error('a key that is not read', 'remove it');
    }
    return text;
  }

  private index(): number {
    const { text, end } = this.until(']');
    if (end === undefined || !/^\+?\d+$/.test(text) || Number(text) > INDEX_MAX) {
      throw this.error(`${JSON.stringify(text)} is no index`, `write a number from 0 to ${INDEX_MAX}, and ]`);
    }
    return Number(text);
  }

  private value(): Value {
    if (this.letters[this.at] !== '{') {
      return this.scalar(this.until(',').text);
    }
    this.at++;
    const items: Value[] = [];
    for (let isOpen = true; isOpen;) {
      const { text, end } = this.until(',}');
      if (end === undefined) {
        throw this.error('a list without }', 'write {A,B}');
      }
      items.push(this.scalar(text));
      isOpen = end === ',';
    }
    this.at += this.letters[this.at] === ',' ? 1 : 0;
    return items;
  }

  private scalar(text: string): Value {
    if (this.option === '--set-string') {
      return text;
    }
    switch (text.toLowerCase()) {
      case 'true':
        return true;
      case 'false':
        return false;
      case 'null':
        return null;
      case '0':
        return 0;
      default:
        return integer(text) ?? text;
    }
  }

  /** The text up to one of the letters, or to the end. A backslash takes the letter behind it as it is. */
  private until(stops: string): { readonly text: string; readonly end?: string } {
    let text = '';
    while (this.at < this.letters.length) {
      const letter = this.letters[this.at++] as string;
      if (stops.includes(letter)) {
        return { text, end: letter };
      }
      text += letter === '\\' ? (this.letters[this.at++] ?? '') : letter;
    }
    return { text };
  }

  private error(wrong: string, fix: string): InputError {
    return new InputError(`${this.option} ${this.expression}: ${wrong}; fix: ${fix}`);
  }
}
