import { decode, UNKNOWN_FIELD } from '../kubernetes/validation/decode';
import { validateObject, type WireObject } from '../kubernetes/validation/validate-object';
import { Problems, type Found } from '../reporting/problems';
import type { ManifestObject } from './inventory';

/** Whether a missing field is a problem. Names of pods and images may be missing, because Jenkins sets them. */
function isRead(property: string): boolean {
  return property.startsWith('spec.') && !property.endsWith('.image');
}

/**
 * Returns the fields of an object with a type that the API server rejects, and the required fields that are missing.
 * The other functions of this folder rely on both. Unknown fields are accepted, because a newer release of Kubernetes
 * may have them.
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
