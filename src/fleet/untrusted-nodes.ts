import type { EnginePlan } from '../workload/engine-plan';
import { mayShareNode } from '../workload/node-overlap';

/** An engine, and its member's key. */
interface Placed {
  readonly key: string;
  readonly plan: EnginePlan;
}

/** An untrusted engine that may run on the node of a trusted one. */
export interface MixedNodes {
  readonly untrusted: string;
  readonly trusted: string;
}

/** Returns each untrusted engine that may run on the node of a trusted one, with the first such engine. */
export function mixedNodes(trusted: readonly Placed[], untrusted: readonly Placed[]): MixedNodes[] {
  // Most engines of a fleet have the same placement.
  const placements = new Map<string, Placed>();
  for (const engine of trusted) {
    const { affinity, nodeSelector, tolerations } = engine.plan.podTemplate.spec;
    const placement = JSON.stringify([affinity, nodeSelector, tolerations]);
    if (!placements.has(placement)) {
      placements.set(placement, engine);
    }
  }
  return untrusted.flatMap(({ key, plan }) => {
    const other = [...placements.values()].find((engine) => mayShareNode(plan, engine.plan));
    return other === undefined ? [] : [{ untrusted: key, trusted: other.key }];
  });
}
