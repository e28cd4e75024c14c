import type { Affinity, NodeSelectorTerm, PodSpec, Toleration } from 'kubernetes-types/core/v1';
import { EngineRisk } from '../reporting/engine-risk';
import type { Problems } from '../reporting/problems';
import { isSame } from './equality';
import type { PodAdditions } from './pod-additions';

/** The node requirements of a client. */
export interface Placement {
  readonly nodeSelector: { readonly [key: string]: string };
  readonly affinity?: Affinity;
  readonly tolerations: readonly Toleration[];
}

/**
 * Returns the node requirements of an engine, so that its clients run on the same nodes. Affinity for the engine's pods
 * wouldn't work with a node autoscaler: the autoscaler wouldn't create a node for the client, because the engine starts
 * only after the node exists.
 */
export function placementOfEngine({ affinity, nodeSelector, tolerations }: PodSpec): Placement {
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const selectsNodes = required !== undefined || Object.keys(nodeSelector ?? {}).length > 0;
  return {
    nodeSelector: { ...nodeSelector },
    ...(required && { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required } } }),
    // An engine without node requirements also runs on nodes without taints, so the client needs no tolerations.
    tolerations: selectsNodes ? (tolerations ?? []) : [],
  };
}

/**
 * Joins two node affinities so that both apply. The terms of a node affinity are alternatives, so the result has one
 * term per combination.
 */
export function joinAffinities(own: Affinity | undefined, added: Affinity | undefined): Affinity | undefined {
  const terms = added?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (terms === undefined) {
    return own;
  }
  const ownTerms = own?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const joined = ownTerms?.flatMap((left) =>
    // A term without expressions matches no node. A term that includes an added term is already strict enough.
    Object.keys(left).length === 0 || terms.some((right) => includes(left, right))
      ? [left]
      : terms.map((right) => join(left, right)),
  );
  return {
    ...own,
    nodeAffinity: {
      ...own?.nodeAffinity,
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: joined ?? terms },
    },
  };
}

function join(left: NodeSelectorTerm, right: NodeSelectorTerm): NodeSelectorTerm {
  const matchExpressions = [...(left.matchExpressions ?? []), ...(right.matchExpressions ?? [])];
  const matchFields = [...(left.matchFields ?? []), ...(right.matchFields ?? [])];
  return { ...(matchExpressions.length > 0 && { matchExpressions }), ...(matchFields.length > 0 && { matchFields }) };
}

function includes(term: NodeSelectorTerm, part: NodeSelectorTerm): boolean {
  const has = (all: readonly object[] = [], some: readonly object[] = []): boolean =>
    some.every((one) => all.some((other) => isSame(other, one)));
  return has(term.matchExpressions, part.matchExpressions) && has(term.matchFields, part.matchFields);
}

/**
 * Warns about a pod that Karpenter stops after the engine of its node (groupPodsByPriority in
 * kubernetes-sigs/karpenter pkg/controllers/node/termination@v1.14.1).
 *
 * @param pod the pod in the warning, such as `the job`
 * @param property the property that sets the priority
 */
export function warnAboutPriority(
  spec: PodSpec,
  { stopsBeforeCriticalPods }: PodAdditions,
  { pod, property }: { readonly pod: string; readonly property: string },
  problems: Problems,
): void {
  if (stopsBeforeCriticalPods === true && isCritical(spec)) {
    problems.warn(
      EngineRisk.STOPS_AFTER_ENGINE,
      property,
      `${pod} has the priority class ${spec.priorityClassName}, so Karpenter stops it after the engine of its node, and its builds are interrupted`,
      'use another priority class',
    );
  }
}

/** Whether autoscalers stop the pods of a removed node after the pods of DaemonSets, because of their priority. */
export function isCritical({ priorityClassName = '' }: Pick<PodSpec, 'priorityClassName'>): boolean {
  return ['system-cluster-critical', 'system-node-critical'].includes(priorityClassName);
}
