import { isClusterScoped } from '../kubernetes/cluster-scoped-kinds';
import type { Findings } from './finding';
import type { Inventory, ManifestObject } from '../reading/inventory';
import { report } from './manifest-findings';

/** Objects that are there twice: the cluster keeps the one that is applied last. */
export function reportDuplicates({ objects }: Inventory, findings: Findings): void {
  const seen = new Set<string>();
  for (const object of objects.filter(({ root }) => root.at('metadata', 'name').exists)) {
    const key = identity(object);
    if (seen.has(key)) {
      report(
        findings,
        'duplicate-object',
        object.root.at('metadata', 'name').origin,
        `there is another ${object.kind} ${JSON.stringify(object.name)}, and the cluster keeps the one that is applied last`,
        'give one of them another name or namespace, or check what is for one cluster at a time',
      );
    }
    seen.add(key);
  }
}

function identity({ kind, name, namespace, type }: ManifestObject): string {
  const group = type.slice(0, type.indexOf('/'));
  return JSON.stringify([type, isClusterScoped(group === '' ? 'core' : group, kind) ? undefined : namespace, name]);
}
