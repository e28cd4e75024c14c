import { isDeepStrictEqual } from 'node:util';
import type { PodSpec, Toleration } from 'kubernetes-types/core/v1';

/** The nodes that an engine can run on. Undefined placements are unknown. */
export interface Placement {
  /** Whether one engine runs on each node. */
  readonly perNode: boolean;
  readonly podTemplate: { readonly spec: PodSpec };
}

/** An engine whose nodes are compared with those of others. */
interface Placed {
  readonly placement: Placement | undefined;
}

/**
 * Whether two engines are certain to run on the same node: neither their node selectors nor taints or affinities can
 * separate them.
 */
export function alwaysShareNode(one: Placement | undefined, other: Placement | undefined): boolean {
  return (
    one !== undefined &&
    other !== undefined &&
    (runsWhereverOther(one, other) || runsWhereverOther(other, one) || isSameHost(one, other))
  );
}

/**
 * Whether the node selectors of two engines require different values of a label, so that the engines never share a
 * node.
 */
export function neverShareNode(one: Placement | undefined, other: Placement | undefined): boolean {
  const nodes = nodeSelectorOf(other);
  return Object.entries(nodeSelectorOf(one)).some(
    ([label, value]) => nodes[label] !== undefined && nodes[label] !== value,
  );
}

/** Whether neither node selectors nor taints keep two engines on separate nodes. */
export function mayShareNode(one: Placement, other: Placement): boolean {
  const [spec, otherSpec] = [one.podTemplate.spec, other.podTemplate.spec];
  return !neverShareNode(one, other) && !isDedicated(spec, otherSpec) && !isDedicated(otherSpec, spec);
}

/**
 * Splits engines into groups, so that engines of different groups never share a node. Each step splits by the values of
 * a node label that all of them select, and reads each engine once. The time grows linearly with the number of engines.
 */
export function onSameNodes<T extends Placed>(
  engines: readonly T[],
  used: ReadonlySet<string> = new Set(),
): Array<readonly T[]> {
  const selectors = engines.map(({ placement }) => nodeSelectorOf(placement));
  const label = Object.keys(selectors[0] ?? {}).find(
    (key) => !used.has(key) && selectors.every((selector) => selector[key] !== undefined),
  );
  if (engines.length < 2 || label === undefined) {
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

/** Returns each engine that may run on the node of an earlier one, with the first such engine. */
export function meetings<T extends Placed>(engines: readonly T[]): Array<{ readonly engine: T; readonly first: T }> {
  return onSameNodes(engines).flatMap((group) => {
    // Most engines have the same node selector, and only the first of them is compared.
    const firsts = new Map<string, T>();
    return group.flatMap((engine) => {
      const { placement } = engine;
      const first = [...firsts.values()].find((other) => !neverShareNode(other.placement, placement));
      const selector = JSON.stringify(nodeSelectorOf(placement));
      if (!firsts.has(selector)) {
        firsts.set(selector, engine);
      }
      return first === undefined ? [] : [{ engine, first }];
    });
  });
}

function nodeSelectorOf(placement: Placement | undefined): { readonly [label: string]: string } {
  return placement?.podTemplate.spec.nodeSelector ?? {};
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
    tolerations.some((toleration) => !includes(tolerated, toleration))
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
