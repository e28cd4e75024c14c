import { decode, UNKNOWN_FIELD } from '../kubernetes/validation/decode';
import { validateObject, type WireObject } from '../kubernetes/validation/validate-object';
import { Problems, type Found } from '../reporting/problems';
import type { ManifestObject } from './inventory';

/** Whether the other functions rely on a field. Jenkins sets the name of a pod, and the image of its first container. */
function isRead(property: string): boolean {
  return property.startsWith('spec.') && !property.endsWith('.image');
}

/**
 * Returns the fields of an object for which the API server rejects it because of their types, and required fields that are
 * missing. The other functions of this folder rely on both. Unknown fields are accepted: a newer release of Kubernetes may have them.
 */
export function wrongTypes({ kind, root }: ManifestObject): Found[] {
  const [types, all] = [new Problems(), new Problems()];
  decode(types, root.value, { kind: 'struct', name: kind });
  validateObject(all, root.value as WireObject);
  return [
    ...types.found.filter(({ problem }) => !problem.wrong.startsWith(UNKNOWN_FIELD)),
    ...all.found.filter(({ property }) => isRead(property) && !root.below(property).exists),
  ];
}
