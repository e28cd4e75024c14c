import { fieldsOf, isK8sType, type FieldType, type K8sType } from '../kubernetes/field-types';
import { call, list, literal, type Assertion, type Entry, type Expression } from '../program/expression';
import type { Field } from './field';

/**
 * Converts a value in wire form to an expression of a type in the `k8s` namespace of cdk8s-plus-28, without loading
 * that package. Fields that don't fit the type, such as fields that Kubernetes 1.28 doesn't have, are kept with a type
 * assertion.
 *
 * @param field the value
 * @param type the name of a type, such as `Volume`, or of a list, such as `Volume[]`
 */
export function shape(field: Field, type: FieldType): Expression {
  return convert(field, type)?.expression ?? list([], field.origin);
}

/** Converts a value in wire form to an expression without a type. */
export function plain(field: Field): Expression {
  return convert(field, 'any')?.expression ?? list([], field.origin);
}

/** An expression, and whether it fits the requested type. */
interface Typed {
  readonly expression: Expression;
  readonly fits: boolean;
}

/** Converts a value. Returns undefined for null, which the API server treats as absent. */
function convert(field: Field, type: string): Typed | undefined {
  const { origin, value } = field;
  if (!field.exists) {
    return undefined;
  }
  if (Array.isArray(value)) {
    const item = type.endsWith('[]') ? type.slice(0, -2) : undefined;
    const items = field.items.map((one) => convert(one, item ?? 'any')).filter((one) => one !== undefined);
    return {
      expression: list(
        items.map(({ expression }) => expression),
        origin,
      ),
      fits: type === 'any' || (item !== undefined && items.every(({ fits }) => fits)),
    };
  }
  if (typeof value === 'object') {
    return isK8sType(type) ? objectOf(field, type) : mapOf(field, type);
  }
  return scalar(value as string | number | boolean, type, origin);
}

function scalar(value: string | number | boolean, type: string, origin: string): Typed {
  if ((type === 'Quantity' || type === 'IntOrString') && typeof value !== 'boolean') {
    const make = typeof value === 'number' ? 'fromNumber' : 'fromString';
    return { expression: call(`k8s.${type}.${make}`, (plain: unknown) => plain, [literal(value)], origin), fits: true };
  }
  return { expression: literal(value, origin), fits: type === 'any' || type === typeof value };
}

/** Converts a map with user-defined keys, or without a type. */
function mapOf(field: Field, type: string): Typed {
  const item = type.endsWith('{}') ? type.slice(0, -2) : undefined;
  const typed = field.entries.flatMap(([key, one]): Array<readonly [string, Typed]> => {
    const converted = convert(one, item ?? 'any');
    return converted === undefined ? [] : [[key, converted]];
  });
  const entries = typed.map(([key, { expression }]): Entry => [key, expression]);
  return {
    expression: { kind: 'object', entries, origin: field.origin },
    fits: type === 'any' || (item !== undefined && typed.every(([, { fits }]) => fits)),
  };
}

/** Converts an object of a type. The result always fits, if necessary with an assertion. */
function objectOf({ entries: values, origin }: Field, type: K8sType): Typed {
  const fields = fieldsOf(type);
  const newer: string[] = [];
  const other: string[] = [];
  const entries = values.flatMap(([key, one]): Entry[] => {
    const field = fields.get(key);
    const converted = convert(one, field?.type ?? 'any');
    if (converted === undefined) {
      return [];
    }
    if (field === undefined) {
      newer.push(key);
    } else if (!converted.fits) {
      other.push(field.name);
    }
    return [[field?.name ?? key, converted.expression]];
  });
  other.push(
    ...[...fields.values()]
      .filter(({ name, optional }) => !optional && !entries.some(([key]) => key === name))
      .map(({ name }) => name),
  );
  const assertion = assertionOf(`k8s.${type}`, newer, other);
  return { expression: { kind: 'object', entries, origin, ...(assertion !== undefined && { assertion }) }, fits: true };
}

function assertionOf(type: string, newer: readonly string[], other: readonly string[]): Assertion | undefined {
  if (other.length > 0) {
    return { type: `unknown as ${type}`, why: `${type} expects another type for: ${other.join(', ')}` };
  }
  return newer.length === 0 ? undefined : { type, why: `${type} in Kubernetes 1.28 doesn't have: ${newer.join(', ')}` };
}
