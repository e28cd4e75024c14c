import { isAtOrBelow, joinPath, stepsOf } from '../reporting/property-path';

/** The properties of a program from which parts of objects are rendered. */
const origins = new WeakMap<object, Omit<PropertyName, 'field'>>();

/** The property of a program that becomes a field of an object, or fields below it. */
export interface PropertyName {
  /** The path of the field. */
  readonly field: string;
  readonly property: string;
  /** Whether the program writes the field itself, in the form of Kubernetes. */
  readonly isPassedThrough?: boolean;
}

/** The names of properties. The first matching name is used, unless a field below has its own origin. */
export type PropertyNames = readonly PropertyName[];

/** Records that a part of an object is a property in wire form. */
export function setOrigin<T extends object>(value: T, property: string): T {
  origins.set(value, { property, isPassedThrough: true });
  return value;
}

/** Records that the library renders a part of an object from a property. */
export function setName<T extends object>(value: T, property: string): T {
  origins.set(value, { property });
  return value;
}

/** The property from which a field of an object is rendered, by the path of the field. */
export function propertyOf(object: object, field: string, names: PropertyNames): Omit<PropertyName, 'field'> {
  const origin = innermostOrigin(object, field);
  const name = origin ?? names.find((one) => isAtOrBelow(field, one.field)) ?? { field: '', property: '' };
  return { ...name, property: joinPath(name.property, field.slice(name.field.length)) };
}

function innermostOrigin(object: object, field: string): PropertyName | undefined {
  let found: PropertyName | undefined;
  let value: unknown = object;
  for (const { end, key } of stepsOf(field)) {
    value = (value as { readonly [key: string]: unknown } | undefined)?.[key];
    const origin = typeof value === 'object' && value !== null ? origins.get(value) : undefined;
    found = origin === undefined ? found : { ...origin, field: field.slice(0, end) };
  }
  return found;
}
