import { decode } from '../kubernetes/validation/decode';
import { invalidFields } from '../kubernetes/validation/report-invalid';
import { Problems, type Found } from '../reporting/problems';
import type { ManifestObject } from './manifest-object';

/** Matches the fields that may be missing, because CI systems such as Jenkins set them: metadata and images. */
const MAY_BE_MISSING = /^metadata\b|\.image$/;

/** The rejected fields of each object. Several engines can share an object. */
const results = new WeakMap<ManifestObject, Found[]>();

/**
 * Returns the fields that make the API server reject an object. Unknown fields are accepted, because a newer release of
 * Kubernetes may have them.
 */
export function rejectedFields(object: ManifestObject): Found[] {
  const { root } = object;
  const result =
    results.get(object) ??
    invalidFields(root.value as object).filter(
      ({ property }) => root.below(property).exists || !MAY_BE_MISSING.test(property),
    );
  results.set(object, result);
  return result;
}

/**
 * Returns the rejected fields that the other functions in this folder can't read: fields of the wrong type, and missing
 * required fields.
 */
export function unreadableFields(object: ManifestObject): Found[] {
  const types = new Problems();
  decode(types, object.root.value, { kind: 'struct', name: object.kind });
  return rejectedFields(object).filter(
    ({ property }) => types.found.some((found) => found.property === property) || !object.root.below(property).exists,
  );
}
