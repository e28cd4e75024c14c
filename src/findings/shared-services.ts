import type { Findings } from './finding';
import { enginesOf, type EnginePod } from '../reading/engine-pods';
import { mayShare, type Inventory } from '../reading/inventory';
import type { ManifestObject } from '../reading/manifest-object';
import { report } from './finding-kinds';

/** Reports Services that select the engines of several workloads. A client can reach any of these engines. */
export function reportSharedServices(inventory: Inventory, findings: Findings): void {
  const engines = new Map<ManifestObject, EnginePod[]>(inventory.of('/Service', undefined).map((one) => [one, []]));
  for (const engine of inventory.objects.flatMap(enginesOf)) {
    const { object, pod } = engine;
    for (const service of inventory.servicesOf(object.namespace, pod.at('metadata', 'labels').texts)) {
      engines.get(service)!.push(engine);
    }
  }
  for (const [service, selected] of engines) {
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
