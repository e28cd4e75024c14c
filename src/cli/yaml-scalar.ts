import type { Scalar } from 'yaml';
import { plainScalar } from '../kubernetes/plain-scalar';

const CORE = 'tag:yaml.org,2002:';

/** Returns the value of a scalar, or the problem with it. A scalar with an unknown tag is a string. */
export function scalarValue({ source = '', tag, type }: Scalar): {
  readonly value?: string | number | boolean | null;
  readonly problem?: string;
} {
  const short = tag?.startsWith(CORE) ? tag.slice(CORE.length) : tag;
  if (short === undefined ? type !== 'PLAIN' : !['bool', 'float', 'int', 'null', 'binary'].includes(short)) {
    return { value: source };
  }
  if (short === 'binary') {
    const isBase64 = source.length % 4 === 0 && /^[\da-zA-Z+/]*={0,2}$/.test(source);
    return isBase64
      ? { value: Buffer.from(source, 'base64').toString() }
      : { problem: 'not base64, which !!binary requires' };
  }
  const { kind, value } = plainScalar(source);
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return { problem: "a number that JSON can't represent; fix: put it in quotes" };
  }
  if (short !== undefined && short !== kind && !(short === 'float' && kind === 'int')) {
    return { problem: `not a value of the type !!${short}` };
  }
  return { value };
}
