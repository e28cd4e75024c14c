import { isDeepStrictEqual } from 'node:util';
import type { PodSpec } from 'kubernetes-types/core/v1';
import type { EnginePlan } from '../workload/engine-plan';
import { neverShareNode } from '../workload/node-overlap';

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

function mayShareNode(one: EnginePlan, other: EnginePlan): boolean {
  const [spec, otherSpec] = [one.podTemplate.spec, other.podTemplate.spec];
  return !neverShareNode(one, other) && !isDedicated(spec, otherSpec) && !isDedicated(otherSpec, spec);
}

/** Whether a pod selects nodes, and tolerates a taint of these nodes that keeps the other pod away. */
function isDedicated({ affinity, nodeSelector = {}, tolerations = [] }: PodSpec, other: PodSpec): boolean {
  const selectsNodes =
    affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution !== undefined ||
    Object.entries(nodeSelector).some(([label, value]) => other.nodeSelector?.[label] !== value);
  const tolerated = other.tolerations ?? [];
  return (
    selectsNodes &&
    !tolerated.some(({ key }) => key === undefined) &&
    tolerations.some((toleration) => !tolerated.some((one) => isDeepStrictEqual(one, toleration)))
  );
}
