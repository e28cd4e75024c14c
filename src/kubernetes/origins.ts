import { isAtOrBelow, joinPath, stepsOf } from '../reporting/property-path';

/** Maps parts of objects to the properties that they are rendered from. */
const origins = new WeakMap<object, Omit<PropertyName, 'field'>>();

/** A field of an object, and the property that the field and the fields below it are rendered from. */
export interface PropertyName {
  /** The path of the field. */
  readonly field: string;
  readonly property: string;
  /** Whether the property has the Kubernetes type of the field, so that the paths below both are the same. */
  readonly isPassedThrough?: boolean;
}

/**
 * The properties that an object's fields are rendered from. The first match applies, unless a nested field has its own
 * origin.
 */
export type PropertyNames = readonly PropertyName[];

/** Records that a part of an object is the wire form of a property. */
export function setOrigin<T extends object>(value: T, property: string): T {
  origins.set(value, { property, isPassedThrough: true });
  return value;
}

/** Records that the library renders a part of an object from a property. */
export function setName<T extends object>(value: T, property: string): T {
  origins.set(value, { property });
  return value;
}

/** Returns the property that the field at a path is rendered from. */
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
