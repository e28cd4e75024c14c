import type { k8s } from 'cdk8s-plus-28';
import type { PodSpec } from 'kubernetes-types/core/v1';

/** Which nodes a client has to run on. */
export interface Placement {
  readonly nodeSelector: { readonly [key: string]: string };
  readonly affinity?: k8s.Affinity;
  readonly tolerations: k8s.Toleration[];
}

/**
 * The nodes that have an engine, as the engine chooses them. Not by affinity to the engine's pods: that would keep an autoscaler
 * from making a node for the client, since the engine comes with the node.
 */
export function placementBeside({ affinity, nodeSelector, tolerations }: PodSpec): Placement {
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const chooses = required !== undefined || Object.keys(nodeSelector ?? {}).length > 0;
  return {
    nodeSelector: { ...nodeSelector },
    ...(required && {
      affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required as k8s.NodeSelector } },
    }),
    // An engine on every node is also on those that the client tolerates anyway.
    tolerations: chooses ? ((tolerations ?? []) as k8s.Toleration[]) : [],
  };
}

/** Both affinities at once. The terms of a node affinity are alternatives: all of one hold with any of the other. */
export function bothAffinities(
  own: k8s.Affinity | undefined,
  wanted: k8s.Affinity | undefined,
): k8s.Affinity | undefined {
  const terms = wanted?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (terms === undefined) {
    return own;
  }
  const ownTerms = own?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const both = (ownTerms ?? [{}]).flatMap((left) => {
    const fits = terms.filter((right) => includes(left, right));
    // Connected already.
    return fits.length > 0 ? [left] : terms.map((right) => join(left, right));
  });
  return {
    ...own,
    nodeAffinity: { ...own?.nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: both } },
  };
}

function join(left: k8s.NodeSelectorTerm, right: k8s.NodeSelectorTerm): k8s.NodeSelectorTerm {
  const matchExpressions = [...(left.matchExpressions ?? []), ...(right.matchExpressions ?? [])];
  const matchFields = [...(left.matchFields ?? []), ...(right.matchFields ?? [])];
  return { ...(matchExpressions.length > 0 && { matchExpressions }), ...(matchFields.length > 0 && { matchFields }) };
}

function includes(term: k8s.NodeSelectorTerm, part: k8s.NodeSelectorTerm): boolean {
  const has = (all: object[] | undefined, some: object[] | undefined): boolean =>
    (some ?? []).every((one) => (all ?? []).some((other) => JSON.stringify(other) === JSON.stringify(one)));
  return has(term.matchExpressions, part.matchExpressions) && has(term.matchFields, part.matchFields);
}
