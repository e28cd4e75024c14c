import type { KubernetesObject } from '../manifests';
import { unknownFields } from './known-fields';
import { typeError } from './kubernetes-types';

/** Fields of properties whose docstrings name a newer release of Kubernetes. */
const NEWER_FIELDS = [
  /\.volumeClaimTemplates?(\[\d+\])?\.spec\.volumeAttributesClassName$/,
  /\.resourceClaims\[\d+\]\.resourceClaim(Template)?Name$/,
];

/** Fields of objects that have the wrong type, or that Kubernetes 1.28 does not have. */
export function faults(objects: readonly KubernetesObject[]): string[] {
  return objects.flatMap((object) => [
    ...[typeError(object)].filter((error) => error !== undefined),
    ...unknownFields(object).filter((path) => !NEWER_FIELDS.some((field) => field.test(path))),
  ]);
}
