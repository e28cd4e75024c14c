import { fieldsOf, isK8sType, type K8sType } from '../kubernetes/field-types';
import type { Field } from './field';

/** A field of the wrong type. A required field that is missing has no value. */
export interface WrongType {
  readonly field: Field;
  /** The required type. `count` is a number of at least 0. */
  readonly type: string;
}

/** Numbers that become durations and replicas, of which there are no negative ones. */
const COUNTS = ['progressDeadlineSeconds', 'replicas', 'terminationGracePeriodSeconds'];

/** The required fields of each type, among those that are read. */
const REQUIRED: { readonly [type in K8sType]?: { readonly [path: string]: string } } = {
  Container: { name: 'string' },
  ContainerPort: { containerPort: 'number' },
  CsiVolumeSource: { driver: 'string' },
  DownwardApiVolumeFile: { path: 'string' },
  EnvVar: { name: 'string' },
  HostPathVolumeSource: { path: 'string' },
  KeyToPath: { key: 'string', path: 'string' },
  KubePersistentVolumeClaimProps: { 'metadata.name': 'string' },
  NfsVolumeSource: { server: 'string', path: 'string' },
  PersistentVolumeClaimVolumeSource: { claimName: 'string' },
  PodSpec: { containers: 'Container[]' },
  PodTemplateSpec: { spec: 'PodSpec' },
  RbdVolumeSource: { monitors: 'string[]', image: 'string' },
  Volume: { name: 'string' },
  VolumeMount: { name: 'string', mountPath: 'string' },
};

const SCALARS: { readonly [type: string]: (value: unknown) => boolean } = {
  any: () => true,
  boolean: (value) => typeof value === 'boolean',
  count: (value) => Number.isInteger(value) && Number(value) >= 0,
  Date: (value) => typeof value === 'string' || value instanceof Date,
  IntOrString: (value) => typeof value === 'string' || Number.isInteger(value),
  number: Number.isInteger,
  Quantity: (value) => typeof value === 'string' || typeof value === 'number',
  string: (value) => typeof value === 'string',
};

/**
 * What of a field and below it is of another type than the API server reads, which refuses the whole of it. Fields that are newer
 * than the types are not looked at. Where nothing is found, nobody who reads the field needs to ask for types.
 */
export function wrongTypes(field: Field, type: string): WrongType[] {
  const scalar = SCALARS[type];
  if (scalar !== undefined) {
    return scalar(field.value) ? [] : [{ field, type }];
  }
  if (type.endsWith('[]')) {
    return Array.isArray(field.value)
      ? field.items.flatMap((item) => wrongTypes(item, type.slice(0, -2)))
      : [{ field, type }];
  }
  if (field.map === undefined) {
    return [{ field, type }];
  }
  return isK8sType(type)
    ? inFields(field, type)
    : field.entries.filter(([, { exists }]) => exists).flatMap(([, entry]) => wrongTypes(entry, type.slice(0, -2)));
}

function inFields(field: Field, type: K8sType): WrongType[] {
  const missing = Object.entries(REQUIRED[type] ?? {})
    .map(([path, of]) => ({ field: field.at(...path.split('.')), type: of }))
    .filter((one) => !one.field.exists);
  const fields = fieldsOf(type);
  return [
    ...missing,
    ...field.entries.flatMap(([key, inner]) => {
      const of = fields.get(key)?.type;
      return of !== undefined && inner.exists ? wrongTypes(inner, COUNTS.includes(key) ? 'count' : of) : [];
    }),
  ];
}

/** That type in words. */
export function allowedOf(type: string): string {
  switch (type) {
    case 'boolean':
      return 'true or false';
    case 'count':
      return 'a whole number of at least 0';
    case 'number':
      return 'a whole number';
    case 'IntOrString':
    case 'Quantity':
      return 'a text or a number';
    case 'Date':
    case 'string':
      return 'a text';
    default:
      return type.endsWith('[]') ? 'a list' : 'a map';
  }
}
