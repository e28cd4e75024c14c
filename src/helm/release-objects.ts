import type { OtherObject } from '../program/engine-program';
import type { ManifestObject } from '../reading/manifest-object';
import { otherObject } from '../reading/manifest-charts';

const WITHOUT_NAMESPACE = {
  op: 'remove',
  path: '/metadata/namespace',
  why: 'the chart leaves out the namespace: apply the object with --namespace',
} as const;

/**
 * Returns the other objects of the release. Patches remove the namespace that a cdk8s chart adds to objects without
 * one.
 */
export function othersOf(objects: readonly ManifestObject[]): OtherObject[] {
  const ids = new Set<string>();
  return objects.map((object) => {
    const other = otherObject(object, ids);
    return object.namespace === undefined ? { ...other, patches: [...other.patches, WITHOUT_NAMESPACE] } : other;
  });
}
