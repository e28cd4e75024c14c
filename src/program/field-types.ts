import { K8S_TYPES } from './k8s-types';

/** A type of the `k8s` namespace of cdk8s-plus-28 that has fields, such as `Volume`. */
export type K8sType = keyof typeof K8S_TYPES;

/** The type of a field: one of those, of a scalar, a list, or a map by words of the user's. */
export type FieldType = K8sType | `${K8sType}[]` | 'string' | 'boolean' | 'string{}';

export function isK8sType(type: string): type is K8sType {
  return Object.hasOwn(K8S_TYPES, type);
}

/** The fields of a type, as the generated classes spell them. */
export function fieldsOf(type: K8sType): Map<string, { readonly type: string; readonly optional: boolean }> {
  return new Map(K8S_TYPES[type].split('; ').map((field) => {
    const [name, of] = field.split(': ') as [string, string];
    return [name.replace('?', ''), { type: of, optional: name.endsWith('?') }];
  }));
}
