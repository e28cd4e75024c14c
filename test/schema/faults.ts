import type { KubernetesObject } from '../manifests';
import { unknownFields } from './known-fields';
import { typeError } from './kubernetes-types';

/** Paths of fields that need a newer Kubernetes release, as the docstrings of their properties say. */
const NEWER_FIELDS = [
  /\.volumeClaimTemplates?(\[\d+\])?\.spec\.volumeAttributesClassName$/,
  /\.resourceClaims\[\d+\]\.resourceClaim(Template)?Name$/,
];

/** Returns the fields that have the wrong type, or that don't exist in Kubernetes 1.28. */
export function faults(objects: readonly KubernetesObject[]): string[] {
  return objects.flatMap((object) => [
    ...[typeError(object)].filter((error) => error !== undefined),
    ...unknownFields(object).filter((path) => !NEWER_FIELDS.some((field) => field.test(path))),
  ]);
}
