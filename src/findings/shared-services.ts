import type { Findings } from './finding';
import { enginesOf, type EnginePod } from '../reading/engine-pods';
import { selectsPods, mayShare, type Inventory, type ManifestObject } from '../reading/inventory';
import { report } from './finding-kinds';

/** Reports Services that select the engines of several workloads. A client can reach any of these engines. */
export function reportSharedServices({ objects }: Inventory, findings: Findings): void {
  const engines = objects.flatMap(enginesOf);
  for (const service of objects.filter(({ type }) => type === '/Service')) {
    const selected = engines.filter(({ pod }) => selectsPods(service, pod.at('metadata', 'labels').texts));
    for (const namespace of namespacesOf(service, selected)) {
      const behind = selected.filter(({ object }) => mayShare(object.namespace, namespace));
      const names = [...new Set(behind.map(({ object: { kind, name } }) => `${kind} ${name}`))].sort();
      if (names.length > 1) {
        report(findings, 'shared-selector', {
          key: service.root.at('spec', 'selector').origin,
          why: `the Service selects the engines of ${names.join(' and ')}, and a client can reach any of them`,
        });
      }
    }
  }
}

/**
 * Returns the possible namespaces of a Service. A Service without a namespace in the manifest can be in the namespace
 * of any engine.
 */
function namespacesOf({ namespace }: ManifestObject, engines: readonly EnginePod[]): Array<string | undefined> {
  const named = engines.flatMap(({ object }) => object.namespace ?? []);
  return namespace !== undefined || named.length === 0 ? [namespace] : [...new Set(named)];
}
