import type { EnginePlan } from '../workload/engine-plan';
import { hostPorts } from '../workload/rollout-rules';
import { usesDefaultNetwork } from '../workload/shared-node-networks';
import { normalDirectory } from '../storage/node-directories';

/** Returns the directories on nodes that an engine must not share with another engine, by the property that sets them. */
export function nodeDirectories({ cacheInUse, hostSocket }: EnginePlan): { readonly [property: string]: string } {
  const cache = cacheInUse?.volume?.hostPath?.path;
  return {
    ...(cache !== undefined && { cache: normalDirectory(cache) }),
    ...(hostSocket !== undefined && { hostSocket: normalDirectory(hostSocket.path) }),
  };
}

/** Returns the resources that only one engine on each node can use. */
function nodeResources(plan: EnginePlan): string[] {
  return [
    ...new Set(hostPorts(plan.podTemplate.spec).map((port) => `port ${port} of its node`)),
    ...(usesDefaultNetwork(plan) ? ['bridge dagger0 and the network 10.87.0.0/16 of its node'] : []),
  ];
}

/** Engines that use the same resource of a node, and may run on the same node. */
export interface NodeConflict<T> {
  readonly resource: string;
  readonly engines: readonly T[];
}

/** Returns the engines that can't run on the same node, but may. */
export function nodeConflicts<T extends { readonly plan: EnginePlan }>(engines: readonly T[]): Array<NodeConflict<T>> {
  const users = new Map<string, T[]>();
  for (const engine of engines) {
    for (const resource of nodeResources(engine.plan)) {
      const others = users.get(resource) ?? [];
      others.push(engine);
      users.set(resource, others);
    }
  }
  return [...users].flatMap(([resource, all]) => onSameNodes(all).map((together) => ({ resource, engines: together })));
}

/**
 * Splits engines by the values of a node label that all of them select, because engines with different values never
 * share a node. Returns the groups of several engines that no label separates. Each step reads each engine once, so the
 * time grows linearly with the number of engines.
 */
function onSameNodes<T extends { readonly plan: EnginePlan }>(
  engines: readonly T[],
  used: ReadonlySet<string> = new Set(),
): Array<readonly T[]> {
  if (engines.length < 2) {
    return [];
  }
  const selectors = engines.map(({ plan }) => plan.podTemplate.spec.nodeSelector ?? {});
  const label = Object.keys(selectors[0]!).find(
    (key) => !used.has(key) && selectors.every((selector) => selector[key] !== undefined),
  );
  if (label === undefined) {
    return [engines];
  }
  const groups = new Map<string, T[]>();
  engines.forEach((engine, index) => {
    const value = selectors[index]![label]!;
    const group = groups.get(value) ?? [];
    group.push(engine);
    groups.set(value, group);
  });
  return [...groups.values()].flatMap((group) => onSameNodes(group, new Set([...used, label])));
}
