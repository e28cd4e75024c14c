import { Fraction } from './engine-units';

/* Matches the white space after a token, which belongs to the token. */
const BLANKS = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"[ \t\n\r]*/y;
const SCALAR = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)[ \t\n\r]*/y;
const [OBJECT, OBJECT_END, LIST, LIST_END, COLON, COMMA] = ['{', '}', '[', ']', ':', ','].map(
  (sign) => new RegExp(`\\${sign}[ \\t\\n\\r]*`, 'y'),
) as [RegExp, RegExp, RegExp, RegExp, RegExp, RegExp];

/**
 * Returns the position of the first token that makes a string invalid JSON, such as `line 3, column 5`. The messages of
 * `JSON.parse` differ between Node releases, and often contain no position.
 */
export function jsonErrorPlace(text: string): string {
  const lines = jsonStart(text).split('\n');
  return `line ${lines.length}, column ${lines.at(-1)!.length + 1}`;
}

/** Returns the longest prefix of a string that is valid JSON, or can be continued to valid JSON. */
export function jsonStart(text: string): string {
  let at = 0;
  const take = (token: RegExp): boolean => {
    token.lastIndex = at;
    at += token.exec(text)?.[0].length ?? 0;
    return token.lastIndex > 0;
  };
  const items = (item: () => boolean, end: RegExp): boolean => {
    if (take(end)) {
      return true;
    }
    do {
      if (!item()) {
        return false;
      }
    } while (take(COMMA));
    return take(end);
  };
  const value = (): boolean => {
    if (take(OBJECT)) {
      return items(() => take(STRING) && take(COLON) && value(), OBJECT_END);
    }
    return take(LIST) ? items(value, LIST_END) : take(STRING) || take(SCALAR);
  };
  take(BLANKS);
  value();
  return text.slice(0, at);
}

/** The key that marks a fraction. No object in a configuration file has it. */
const FRACTION = '\u0000';

/**
 * Parses JSON like JSON.parse, but distinguishes whole numbers from fractions as Go does. Before Node 22, JSON.parse
 * doesn't reveal the source text of numbers, so fractions are marked in the text first. Throws if the text isn't JSON.
 */
export function readJson(text: string): unknown {
  JSON.parse(text);
  const marked = text.replace(/"(?:[^"\\]|\\.)*"|-?\d[-+.eE\d]*/g, (token) =>
    /^-?\d+[.eE]/.test(token) ? `{${JSON.stringify(FRACTION)}:"${token}"}` : token,
  );
  return JSON.parse(marked, (_, value: { readonly [FRACTION]?: string } | null) =>
    value?.[FRACTION] === undefined ? value : new Fraction(value[FRACTION]),
  ) as unknown;
}
