import type { ManifestObject } from '../reading/manifest-object';

/** Returns the key of the node for an object. */
export function keyOf({ name, namespace = '', type }: ManifestObject): string {
  return `${namespace}/${type}/${name}`;
}

/** Returns the first line of the label for an object. */
export function titleOf({ kind, name }: ManifestObject): string {
  return name === '' ? kind : `${kind} ${name}`;
}
