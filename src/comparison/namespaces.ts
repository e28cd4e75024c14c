import { FLUX_PRUNE, SYNC_OPTIONS } from '../gitops/protection';
import type { ManifestObject } from '../reading/manifest-object';
import type { Changes } from './change';
import type { Comparison } from './comparison';

/** Reports Namespaces of engines that are removed from the manifests. */
export function reportNamespaces(comparison: Comparison, changes: Changes): void {
  const withEngines = new Set(comparison.engines.map(({ after, before }) => (before ?? after)!.object.namespace));
  for (const { after, before } of comparison.objects) {
    if (before?.type !== '/Namespace' || after !== undefined || !withEngines.has(before.name)) {
      continue;
    }
    const { name, root } = before;
    if (isProtected(before)) {
      changes.add('cache-at-risk', ['before', root], {
        effect: `Namespace ${name} remains only if your tool follows its annotation`,
        reasons: [
          'The Namespace is removed from the manifests, and has an annotation against pruning. Without it, Kubernetes would delete all engines and claims in the Namespace.',
        ],
      });
    } else {
      changes.add('cache-deleted', ['before', root], {
        effect: `Namespace ${name} is deleted with all engines and claims in it`,
        reasons: [
          'The Namespace is removed from the manifests. Tools that prune delete it, and Kubernetes deletes everything in it, also claims that no manifest contains.',
          'The disks of the claims are lost, unless their reclaim policy is Retain. Directories of nodes remain.',
        ],
      });
    }
  }
}

/** Whether a change removes a Namespace, and with it everything in the Namespace. */
export function isDeletedNamespace({ after, before }: Comparison, name: string | undefined): boolean {
  const [old, current] = [before, after].map((inventory) =>
    name === undefined ? undefined : inventory.named('/Namespace', undefined, name),
  );
  return old !== undefined && current === undefined && !isProtected(old);
}

/** Whether an annotation keeps Argo CD or Flux from deleting an object. */
function isProtected({ root }: ManifestObject): boolean {
  const annotations = root.at('metadata', 'annotations').texts;
  return (
    annotations[FLUX_PRUNE]?.toLowerCase() === 'disabled' ||
    /(^|,)\s*Prune=(false|confirm)\s*(,|$)/.test(annotations[SYNC_OPTIONS] ?? '')
  );
}
