import type { Scalar } from 'yaml';

const CORE = 'tag:yaml.org,2002:';

const BOOLEANS: { readonly [text: string]: boolean } = Object.fromEntries([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((text) => [text, true]),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((text) => [text, false]),
]);

const NULLS = ['', '~', 'null', 'Null', 'NULL'];

/** What JSON has no number for. */
const NOT_FINITE = /^(\.(nan|NaN|NAN)|[-+]?\.(inf|Inf|INF))$/;

/** The tags that a scalar's text is read for; any other leaves a text. */
type Kind = 'bool' | 'float' | 'int' | 'null';

/** What a scalar comes to, or why it is refused: YAML 1.1 without numbers to base 60 (resolve.go of go.yaml.in/yaml/v2 2.4.2). */
export function scalarValue({ source = '', tag, type }: Scalar): { readonly value?: string | number | boolean | null; readonly problem?: string } {
  const short = tag?.startsWith(CORE) ? tag.slice(CORE.length) : tag;
  if (short === undefined ? type !== 'PLAIN' : !['bool', 'float', 'int', 'null', 'binary'].includes(short)) {
    return { value: source };
  }
  if (short === 'binary') {
    const isBase64 = source.length % 4 === 0 && /^[\da-zA-Z+/]*={0,2}$/.test(source);
    return isBase64 ? { value: Buffer.from(source, 'base64').toString() } : { problem: 'not base64, which !!binary stands for' };
  }
  if (NOT_FINITE.test(source)) {
    return { problem: 'a number that JSON doesn\'t have; fix: put it in quotes' };
  }
  const [kind, value] = resolve(source);
  if (short !== undefined && short !== kind && !(short === 'float' && kind === 'int')) {
    return { problem: `not a value of the type !!${short}` };
  }
  return { value };
}

function resolve(text: string): readonly [kind: Kind | 'str', value: string | number | boolean | null] {
  if (NULLS.includes(text)) {
    return ['null', null];
  }
  if (Object.hasOwn(BOOLEANS, text)) {
    return ['bool', BOOLEANS[text] as boolean];
  }
  if (!/^[-+.0-9]/.test(text)) {
    return ['str', text];
  }
  const plain = text.replaceAll('_', '');
  const whole = integer(plain);
  if (whole !== undefined) {
    return ['int', whole];
  }
  if (/^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/.test(plain) && Number.isFinite(Number(plain))) {
    return ['float', Number(plain)];
  }
  return ['str', text];
}

/** As strconv.ParseInt and ParseUint read it for base 0: 0x, 0b, 0o, and a leading zero for octal. */
function integer(text: string): number | undefined {
  const [, sign, digits] = /^([-+]?)(0[xX][\da-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9]\d*)$/.exec(text) ?? [];
  if (digits === undefined) {
    return undefined;
  }
  const size = BigInt(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits);
  const limit = sign === '' ? 2n ** 64n - 1n : sign === '-' ? 2n ** 63n : 2n ** 63n - 1n;
  return size > limit ? undefined : Number(sign === '-' ? -size : size);
}
