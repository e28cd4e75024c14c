import { API_SPELLING } from './wire-form';
import { K8S_TYPES } from './k8s-types';

/** A type with fields in cdk8s-plus-28's `k8s` namespace, such as `Volume`. */
export type K8sType = keyof typeof K8S_TYPES;

/** The type of a field: a type with fields, a scalar, a list, or a map with user-defined keys. */
export type FieldType = K8sType | `${K8sType}[]` | 'string' | 'boolean' | 'string{}';

export function isK8sType(type: string): type is K8sType {
  return Object.hasOwn(K8S_TYPES, type);
}

interface TypedField {
  /** The name in the generated classes. */
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
}

const read = new Map<K8sType, ReadonlyMap<string, TypedField>>();

/** Returns the fields of a type, keyed by their spelling in the Kubernetes API. */
export function fieldsOf(type: K8sType): ReadonlyMap<string, TypedField> {
  const fields =
    read.get(type) ??
    new Map(
      K8S_TYPES[type].split('; ').map((field) => {
        const [, name = '', optional, of = ''] = /^(\w+)(\??): (.*)$/.exec(field) ?? [];
        return [API_SPELLING[name] ?? name, { name, type: of, optional: optional === '?' }];
      }),
    );
  read.set(type, fields);
  return fields;
}
