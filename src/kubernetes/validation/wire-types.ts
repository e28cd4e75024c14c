import { TYPES } from './types';

/** The name of a scalar type in Go, or in Kubernetes if the type has its own notation. */
export type ScalarName =
  'any' | 'bool' | 'bytes' | 'float64' | 'int32' | 'int64' | 'IntOrString' | 'Quantity' | 'string' | 'Time';

/** A type of the Kubernetes API. */
export type WireType =
  | { readonly kind: 'scalar'; readonly name: ScalarName }
  | { readonly kind: 'list' | 'map'; readonly item: WireType }
  | { readonly kind: 'struct'; readonly name: string };

const structs = new Map<string, ReadonlyMap<string, WireType>>();

/** Whether Kubernetes has a type with this name, such as `Container` or `DaemonSet`. */
export function isStruct(name: string): boolean {
  return Object.hasOwn(TYPES, name);
}

/** Returns the fields of a type. Parses each type in the table on first use. */
export function fieldsOf(struct: string): ReadonlyMap<string, WireType> {
  let fields = structs.get(struct);
  if (fields === undefined) {
    fields = new Map(
      TYPES[struct]!.split('; ').map((field) => {
        const colon = field.indexOf(': ');
        return [field.slice(0, colon), typeOf(field.slice(colon + 2))];
      }),
    );
    structs.set(struct, fields);
  }
  return fields;
}

function typeOf(text: string): WireType {
  if (text.endsWith('[]') || text.endsWith('{}')) {
    return { kind: text.endsWith('[]') ? 'list' : 'map', item: typeOf(text.slice(0, -2)) };
  }
  return isStruct(text) ? { kind: 'struct', name: text } : { kind: 'scalar', name: text as ScalarName };
}
