import type { EnginePlan } from '../workload/engine-plan';
import { meetings, onSameNodes } from '../workload/node-overlap';
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

/** Two engines that need the same resource of a node, and may run on the same node. */
export interface NodeConflict<T> {
  readonly resource: string;
  readonly engine: T;
  /** The engine that comes first. */
  readonly first: T;
}

/** Returns two engines of each group that needs the same resource of the same nodes. */
export function nodeConflicts<T extends { readonly placement: EnginePlan }>(
  engines: readonly T[],
): Array<NodeConflict<T>> {
  const users = new Map<string, T[]>();
  for (const engine of engines) {
    for (const resource of nodeResources(engine.placement)) {
      const others = users.get(resource) ?? [];
      others.push(engine);
      users.set(resource, others);
    }
  }
  return [...users].flatMap(([resource, all]) =>
    onSameNodes(all).flatMap((group) =>
      meetings(group)
        .slice(0, 1)
        .map((meeting) => ({ resource, ...meeting })),
    ),
  );
}
