import { call, list, literal, member, type Assertion, type Entry, type Expression } from '../program/expression';
import { fieldsOf, isK8sType, type FieldType, type K8sType } from '../kubernetes/field-types';

/**
 * What the API server reads, as a program writes it that has the types of the `k8s` namespace of cdk8s-plus-28. It comes to the
 * same without loading that package. What doesn't fit a type, such as a field that Kubernetes 1.28 didn't have, is there too,
 * with an assertion.
 *
 * @param type the name of a type, such as `Volume`, or of a list of it, such as `Volume[]`
 */
export function shape(wire: unknown, type: FieldType, origin?: string): Expression {
  return convert(wire, type, origin)?.expression ?? list([], origin);
}

/** An expression, and whether it fits the type that is asked for. */
interface Typed {
  readonly expression: Expression;
  readonly fits: boolean;
}

/** Undefined for null, which the API server takes as absent. */
function convert(value: unknown, type: string, origin: string | undefined): Typed | undefined {
  if (value === null || value === undefined) {
    return undefined;
  }
  if (Array.isArray(value)) {
    const item = type.endsWith('[]') ? type.slice(0, -2) : undefined;
    const items = value
      .map((one, index) => convert(one, item ?? 'any', origin && `${origin}[${index}]`))
      .filter((one) => one !== undefined);
    return {
      expression: list(
        items.map(({ expression }) => expression),
        origin,
      ),
      fits: type === 'any' || (item !== undefined && items.every(({ fits }) => fits)),
    };
  }
  if (typeof value === 'object') {
    return isK8sType(type) ? objectOf(value, type, origin) : mapOf(value, type, origin);
  }
  return scalar(value as string | number | boolean, type, origin);
}

function scalar(value: string | number | boolean, type: string, origin: string | undefined): Typed {
  if ((type === 'Quantity' || type === 'IntOrString') && typeof value !== 'boolean') {
    const make = typeof value === 'number' ? 'fromNumber' : 'fromString';
    return { expression: call(`k8s.${type}.${make}`, (plain: unknown) => plain, [literal(value)], origin), fits: true };
  }
  return { expression: literal(value, origin), fits: type === 'any' || type === typeof value };
}

/** A map by words of the user's, or what has no type. */
function mapOf(value: object, type: string, origin: string | undefined): Typed {
  const item = type.endsWith('{}') ? type.slice(0, -2) : undefined;
  const typed = Object.entries(value).flatMap(([key, one]): Array<readonly [string, Typed]> => {
    const converted = convert(one, item ?? 'any', origin && member(origin, key));
    return converted === undefined ? [] : [[key, converted]];
  });
  const entries = typed.map(([key, { expression }]): Entry => [key, expression]);
  return {
    expression: { kind: 'object', entries, origin },
    fits: type === 'any' || (item !== undefined && typed.every(([, { fits }]) => fits)),
  };
}

/** An object of a type. It always fits, if need be because it asserts so. */
function objectOf(value: object, type: K8sType, origin: string | undefined): Typed {
  const fields = fieldsOf(type);
  const newer: string[] = [];
  const other: string[] = [];
  const entries = Object.entries(value).flatMap(([key, one]): Entry[] => {
    const field = fields.get(key);
    const converted = convert(one, field?.type ?? 'any', origin && member(origin, key));
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
    return { type: `unknown as ${type}`, why: `not as ${type} has it: ${other.join(', ')}` };
  }
  return newer.length === 0
    ? undefined
    : { type, why: `not in ${type}, which is that of Kubernetes 1.28: ${newer.join(', ')}` };
}
