import type { Problem, Problems } from '../../reporting/problems';
import { instead } from '../../reporting/suggestions';
import { isPlainObject } from '../../reporting/plain-object';
import { isQuantity } from '../quantity';
import { fieldsOf, type ScalarName, type WireType } from './wire-types';

/** The start of the message about a field that Kubernetes doesn't have. */
export const UNKNOWN_FIELD = 'Kubernetes has no field with this name';

interface Scalar {
  readonly holds: (value: unknown) => boolean;
  /** A description of the allowed values. */
  readonly allowed: string;
  /** An example for the fix. */
  readonly example?: string;
  /** The problem with other values, if it is more specific than a wrong type. */
  readonly wrong?: string;
  /** The value that Kubernetes reads for `null` in a list or map. */
  readonly zero: unknown;
}

const isInteger = (value: unknown, limit: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= -limit && value < limit;

const SCALARS: { readonly [name in ScalarName]: Scalar } = {
  any: { holds: () => true, allowed: 'any value', zero: {} },
  bool: { holds: (value) => typeof value === 'boolean', allowed: 'true or false', zero: false },
  bytes: {
    holds: (value) => typeof value === 'string' && value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value),
    allowed: 'a base64 string',
    example: "'YQ=='",
    wrong: 'must be base64',
    zero: '',
  },
  float64: { holds: (value) => Number.isFinite(value), allowed: 'a number', zero: 0 },
  int32: { holds: (value) => isInteger(value, 2 ** 31), allowed: 'a whole number of at most 2147483647', zero: 0 },
  int64: { holds: (value) => isInteger(value, 2 ** 63), allowed: 'a whole number', zero: 0 },
  IntOrString: {
    holds: (value) => typeof value === 'string' || isInteger(value, 2 ** 31),
    allowed: 'a string, or a whole number of at most 2147483647',
    zero: 0,
  },
  Quantity: {
    holds: isQuantity,
    allowed: "a decimal number with an optional suffix such as 'm', 'Gi', 'G'",
    example: "'500m' or '16Gi'",
    wrong: 'must be a Kubernetes quantity',
    zero: 0,
  },
  string: { holds: (value) => typeof value === 'string', allowed: 'a string', zero: '' },
  Time: {
    holds: (value) =>
      typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[-+]\d\d:\d\d)$/.test(value),
    allowed: 'an RFC 3339 time',
    example: "'2026-01-31T12:00:00Z'",
    wrong: 'must be a time',
    zero: null,
  },
};

/**
 * Reports fields that Kubernetes doesn't have, and values of the wrong type (sigs.k8s.io/json, UnmarshalStrict).
 * Returns the value as Kubernetes reads it, without these fields and values, and without `null`.
 */
export function decode(problems: Problems, value: unknown, type: WireType): unknown {
  const found = new Decoding(problems);
  found.read(value, type);
  return found.isClean ? value : clean(value, type);
}

/**
 * Decodes one value. It first reads the value without copying it. Only a value with a problem or a `null` is copied.
 */
class Decoding {
  public isClean = true;
  /** The path to the value as fields and indexes. It is formatted only for a problem. */
  private readonly path: Array<string | number> = [];
  /** The kind of the parent of each step. Keys of maps are formatted in brackets. */
  private readonly holders: Array<'list' | 'map' | 'struct'> = [];

  public constructor(private readonly problems: Problems) {}

  public read(value: unknown, type: WireType): void {
    if (value === undefined) {
      return;
    }
    if (value === null) {
      this.isClean = false;
      return;
    }
    if (!hasType(value, type)) {
      this.report(wrongType(value, type));
      return;
    }
    if (type.kind === 'list') {
      this.readItems(value as unknown[], type.item);
    } else if (type.kind === 'map') {
      this.readEntries(value as Fields, type.item);
    } else if (type.kind === 'struct') {
      this.readFields(value as Fields, type.name);
    }
  }

  private readItems(list: readonly unknown[], type: WireType): void {
    for (let index = 0; index < list.length; index += 1) {
      if (isScalarOf(list[index], type)) {
        continue;
      }
      this.enter(index, 'list');
      // cdk8s writes `null` for both.
      if (list[index] === undefined || list[index] === null) {
        this.report({
          wrong: 'must not be null or undefined',
          got: list[index],
          allowed: 'a value',
          fix: 'remove it',
        });
      }
      this.read(list[index], type);
      this.leave();
    }
  }

  private readEntries(map: Fields, type: WireType): void {
    for (const key of Object.keys(map)) {
      if (isScalarOf(map[key], type)) {
        continue;
      }
      this.enter(key, 'map');
      this.read(map[key], type);
      this.leave();
    }
  }

  private readFields(value: Fields, struct: string): void {
    const fields = fieldsOf(struct);
    for (const key of Object.keys(value)) {
      const type = fields.get(key);
      if (type !== undefined && isScalarOf(value[key], type)) {
        continue;
      }
      this.enter(key, 'struct');
      if (type !== undefined) {
        this.read(value[key], type);
      } else if (value[key] !== undefined) {
        const names = [...fields.keys()].filter((name) => name !== 'status');
        this.report({
          wrong: `${UNKNOWN_FIELD} in ${struct}`,
          allowed: names.join(', '),
          fix: instead(key, names),
        });
      }
      this.leave();
    }
  }

  private enter(key: string | number, holder: 'list' | 'map' | 'struct'): void {
    this.path.push(key);
    this.holders.push(holder);
  }

  private leave(): void {
    this.path.pop();
    this.holders.pop();
  }

  private report(problem: Problem): void {
    this.isClean = false;
    const steps = this.path.map((key, index) =>
      this.holders[index] === 'struct' ? `.${key}` : `[${this.holders[index] === 'list' ? key : JSON.stringify(key)}]`,
    );
    this.problems.add(steps.join('').replace(/^\./, ''), problem);
  }
}

interface Fields {
  readonly [key: string]: unknown;
}

/** Whether a value is a valid scalar, which needs no further checks. This is true for most fields. */
function isScalarOf(value: unknown, type: WireType): boolean {
  return type.kind === 'scalar' && value !== undefined && value !== null && SCALARS[type.name].holds(value);
}

function hasType(value: unknown, type: WireType): boolean {
  switch (type.kind) {
    case 'scalar':
      return SCALARS[type.name].holds(value);
    case 'list':
      return Array.isArray(value);
    default:
      return isPlainObject(value);
  }
}

function wrongType(value: unknown, type: WireType): Problem {
  const allowed =
    type.kind === 'scalar' ? SCALARS[type.name].allowed : type.kind === 'list' ? 'a list' : `a map${of(type)}`;
  const wrong = (type.kind === 'scalar' ? SCALARS[type.name].wrong : undefined) ?? 'has the wrong type';
  return { wrong, got: shown(value), allowed, fix: fixFor(value, type, allowed) };
}

function of(type: WireType): string {
  return type.kind === 'struct' ? ` with the fields ${[...fieldsOf(type.name).keys()].join(', ')}` : '';
}

/** Replaces values that JSON can't represent. Class instances may be large or circular. */
function shown(value: unknown): unknown {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && !isPlainObject(value)) {
    return `an object of the class ${value.constructor?.name ?? 'unknown'}`;
  }
  return typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint' ? typeof value : value;
}

function fixFor(value: unknown, type: WireType, allowed: string): string {
  if (type.kind === 'list' && typeof value !== 'object') {
    return `write ${JSON.stringify([value])}`;
  }
  if (type.kind === 'scalar') {
    const converted = type.name === 'string' ? String(value) : Math.round(Number(value));
    const isScalar = ['string', 'number', 'boolean'].includes(typeof value);
    if (isScalar && value !== '' && !Number.isNaN(value) && SCALARS[type.name].holds(converted)) {
      return `write ${JSON.stringify(converted)}`;
    }
    if (SCALARS[type.name].example !== undefined) {
      return `use a value such as ${SCALARS[type.name].example}`;
    }
  }
  return `write ${allowed}`;
}

/** Returns the value without invalid fields, so that rules about the other fields can be checked. */
function clean(value: unknown, type: WireType): unknown {
  switch (type.kind) {
    case 'scalar':
      return value;
    case 'list':
      return (value as unknown[]).map((item) => cleanItem(item, type.item));
    case 'map':
      return Object.fromEntries(
        Object.entries(value as Fields)
          .filter(([, item]) => item !== undefined)
          .map(([key, item]) => [key, cleanItem(item, type.item)]),
      );
    case 'struct':
      return Object.fromEntries(
        Object.entries(value as Fields).flatMap(([key, item]) => {
          const field = fieldsOf(type.name).get(key);
          return field === undefined || item === undefined || item === null || !hasType(item, field)
            ? []
            : [[key, clean(item, field)]];
        }),
      );
  }
}

function cleanItem(item: unknown, type: WireType): unknown {
  if (item !== null && item !== undefined && hasType(item, type)) {
    return clean(item, type);
  }
  return type.kind === 'scalar' ? SCALARS[type.name].zero : type.kind === 'list' ? [] : {};
}
