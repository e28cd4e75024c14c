import { isDeepStrictEqual } from 'node:util';
import type { PodSpec, Toleration } from 'kubernetes-types/core/v1';

/** The nodes that an engine can run on. */
export interface Placement {
  /** Whether one engine runs on each node. */
  readonly perNode: boolean;
  readonly podTemplate: { readonly spec: PodSpec };
}

/**
 * Whether two engines are certain to run on the same node: neither their node selectors nor taints or affinities can
 * separate them.
 */
export function alwaysShareNode(one: Placement, other: Placement): boolean {
  return runsWhereverOther(one, other) || runsWhereverOther(other, one) || isSameHost(one, other);
}

/**
 * Whether the node selectors of two engines require different values of a label, so that the engines never share a
 * node.
 */
export function neverShareNode({ podTemplate: one }: Placement, { podTemplate: other }: Placement): boolean {
  const nodes = other.spec.nodeSelector ?? {};
  return Object.entries(one.spec.nodeSelector ?? {}).some(
    ([label, value]) => nodes[label] !== undefined && nodes[label] !== value,
  );
}

/** Whether an engine runs on every node that another engine can run on. */
function runsWhereverOther({ perNode, podTemplate: { spec } }: Placement, { podTemplate: other }: Placement): boolean {
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

/** Whether both engines select the same node by its host name. */
function isSameHost(one: Placement, other: Placement): boolean {
  const [host, otherHost] = [one, other].map(
    ({ podTemplate }) => podTemplate.spec.nodeSelector?.['kubernetes.io/hostname'],
  );
  return host !== undefined && host === otherHost;
}
