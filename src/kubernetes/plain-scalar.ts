/** The value of an unquoted scalar in YAML 1.1. */
export interface PlainScalar {
  readonly kind: 'bool' | 'float' | 'int' | 'null' | 'str';
  readonly value: string | number | boolean | null;
}

const WORDS: ReadonlyMap<string, PlainScalar> = new Map([
  ...words('bool', true, ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']),
  ...words('bool', false, ['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']),
  ...words('null', null, ['', '~', 'null', 'Null', 'NULL']),
  ...words('float', NaN, ['.nan', '.NaN', '.NAN']),
  ...words('float', Infinity, ['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF']),
  ...words('float', -Infinity, ['-.inf', '-.Inf', '-.INF']),
]);

function words(
  kind: PlainScalar['kind'],
  value: PlainScalar['value'],
  texts: readonly string[],
): Array<[string, PlainScalar]> {
  return texts.map((text) => [text, { kind, value }]);
}

/**
 * Parses an unquoted scalar as Helm and kubectl do, except for base-60 numbers. Times remain strings (resolve.go of
 * go.yaml.in/yaml/v2 2.4.2, the same as gopkg.in/yaml.v2).
 */
export function plainScalar(text: string): PlainScalar {
  const word = WORDS.get(text);
  if (word !== undefined) {
    return word;
  }
  // yaml.v2 passes scalars that start with a dot to Go's own parser, which requires digits around every `_`.
  if (/^[-+.\d]/.test(text) && !/^\..*(?<!\d)_|^\..*_(?!\d)/s.test(text)) {
    const plain = text.replaceAll('_', '');
    const whole = integer(plain);
    if (whole !== undefined) {
      return { kind: 'int', value: whole };
    }
    if (/^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/.test(plain) && Number.isFinite(Number(plain))) {
      return { kind: 'float', value: Number(plain) };
    }
  }
  return { kind: 'str', value: text };
}

/** Parses like strconv.ParseInt and ParseUint with base 0: 0x, 0b, 0o, and a leading zero for octal. */
function integer(text: string): number | undefined {
  const [, sign, digits] = /^([-+]?)(0[xX][\da-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9]\d*)$/.exec(text) ?? [];
  if (digits === undefined) {
    return undefined;
  }
  const size = BigInt(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits);
  const limit = sign === '' ? 2n ** 64n - 1n : sign === '-' ? 2n ** 63n : 2n ** 63n - 1n;
  return size > limit ? undefined : Number(sign === '-' ? -size : size);
}
