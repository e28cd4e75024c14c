import { isClusterScoped } from '../kubernetes/cluster-scoped-kinds';
import type { Findings } from './finding';
import type { Inventory } from '../reading/inventory';
import type { ManifestObject } from '../reading/manifest-object';
import { report } from './finding-kinds';

/** Reports objects with the same kind, namespace and name. */
export function reportDuplicates({ objects }: Inventory, findings: Findings): void {
  const seen = new Set<string>();
  for (const object of objects.filter(({ root }) => root.at('metadata', 'name').exists)) {
    const key = identity(object);
    if (seen.has(key)) {
      report(findings, 'duplicate-object', {
        key: object.root.at('metadata', 'name').origin,
        why: `there is another ${object.kind} ${JSON.stringify(object.name)}, and the cluster keeps the one that is applied last`,
      });
    }
    seen.add(key);
  }
}

function identity({ kind, name, namespace, type }: ManifestObject): string {
  const group = type.slice(0, type.indexOf('/'));
  return JSON.stringify([type, isClusterScoped(group === '' ? 'core' : group, kind) ? undefined : namespace, name]);
}
