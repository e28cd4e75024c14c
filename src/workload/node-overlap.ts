import { isDeepStrictEqual } from 'node:util';
import type { PodSpec, Toleration } from 'kubernetes-types/core/v1';

/** The decision of an engine about its nodes. */
export interface Placement {
  /** Whether there is one engine on each node. */
  readonly perNode: boolean;
  readonly podTemplate: { readonly spec: PodSpec };
}

/** Whether each node that one of two engines runs on also runs the other. Taints and affinities can keep engines apart. */
export function alwaysShareNode(one: Placement, other: Placement): boolean {
  return runsWherever(one, other) || runsWherever(other, one) || isSameHost(one, other);
}

/** Whether node selectors keep two engines apart: both require a label, with different values. */
export function neverShareNode({ podTemplate: one }: Placement, { podTemplate: other }: Placement): boolean {
  const nodes = other.spec.nodeSelector ?? {};
  return Object.entries(one.spec.nodeSelector ?? {}).some(
    ([label, value]) => nodes[label] !== undefined && nodes[label] !== value,
  );
}

/** Whether an engine runs on every node that another engine can run on. */
function runsWherever({ perNode, podTemplate: { spec } }: Placement, { podTemplate: other }: Placement): boolean {
  const { affinity, nodeSelector = {}, tolerations = [] } = spec;
  const { nodeSelector: otherNodes = {}, tolerations: tolerated = [] } = other.spec;
  return (
    perNode &&
    affinity === undefined &&
    other.spec.affinity?.podAntiAffinity === undefined &&
    Object.entries(nodeSelector).every(([label, value]) => otherNodes[label] === value) &&
    tolerated.every((toleration) => includes(tolerations, toleration))
  );
}

function includes(tolerations: readonly Toleration[], wanted: Toleration): boolean {
  return tolerations.some((toleration) => isDeepStrictEqual(toleration, wanted));
}

/** Whether both engines select the same host. */
function isSameHost(one: Placement, other: Placement): boolean {
  const [host, otherHost] = [one, other].map(
    ({ podTemplate }) => podTemplate.spec.nodeSelector?.['kubernetes.io/hostname'],
  );
  return host !== undefined && host === otherHost;
}
