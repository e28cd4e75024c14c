import { ApiObject, type Chart } from 'cdk8s';
import type { DaemonSetSpec, StatefulSetSpec } from 'kubernetes-types/apps/v1';
import { autoscalerOf } from '../reading/autoscaler';
import { Field } from '../reading/field';
import { Inventory } from '../reading/inventory';
import type { ManifestObject } from '../reading/manifest-object';
import { sharedDuringSynth } from '../reporting/app-checks';
import { MARGIN_SECONDS, rolloutSeconds, startSeconds } from '../workload/rollout-timeout';

/** The kinds whose controllers replace pods. */
const WORKLOADS = ['apps/DaemonSet', 'apps/Deployment', 'apps/StatefulSet'];

/** The kinds that change the number of pods. */
const AUTOSCALERS = ['autoscaling/HorizontalPodAutoscaler', 'keda.sh/ScaledObject'];

/**
 * Returns the rendered workloads and autoscalers in some charts. During a synth, the tools for the same charts share
 * them.
 */
export function renderedWorkloads(charts: readonly Chart[]): Inventory {
  const key = JSON.stringify(['workloads', ...charts.map(({ node }) => node.path)]);
  return sharedDuringSynth(charts[0]!, key, () => render(charts));
}

function render(charts: readonly Chart[]): Inventory {
  const objects = charts
    .flatMap((chart) => chart.node.findAll())
    .filter((one) => ApiObject.isApiObject(one))
    // The objects of GitOps tools can be in the same chart, and rendering them needs this inventory.
    .filter(({ apiGroup, kind }) => [...WORKLOADS, ...AUTOSCALERS].includes(`${apiGroup}/${kind}`));
  return new Inventory(objects.map((object) => Field.root(object.toJson(), (path) => path)));
}

/** The longest time that healthy updates take. */
export interface RolloutTime {
  /** The number of seconds of the slowest workload. All workloads are updated at the same time. */
  readonly seconds: number;
  /** The DaemonSets whose number of nodes isn't known. They aren't counted. */
  readonly uncounted: readonly string[];
  /** The DaemonSets whose pods are replaced only after they are deleted. */
  readonly onDelete: readonly string[];
}

/**
 * Returns the longest time that healthy updates of all workloads take.
 *
 * @param maxNodes the highest number of nodes with pods of a DaemonSet
 */
export function rolloutTime(inventory: Inventory, maxNodes: number | undefined): RolloutTime {
  const found = inventory.objects
    .filter(({ type }) => WORKLOADS.includes(type))
    .map((object) => ({ object, seconds: secondsOf(object, inventory, maxNodes) }));
  return {
    seconds: Math.max(0, ...found.map(({ seconds = 0 }) => seconds)),
    uncounted: found.filter(({ seconds }) => seconds === undefined).map(({ object }) => object.name),
    onDelete: found
      .filter(({ object }) => object.kind === 'DaemonSet' && isOnDelete(object))
      .map(({ object }) => object.name),
  };
}

/** Returns the number of seconds for a workload, or undefined if its number of pods isn't known. */
function secondsOf(object: ManifestObject, inventory: Inventory, maxNodes: number | undefined): number | undefined {
  // Flux waits for the pods of a DaemonSet, but no timeout is long enough.
  if (isOnDelete(object)) {
    return 0;
  }
  const spec = object.root.at('spec').value;
  if (object.kind === 'DaemonSet') {
    return maxNodes === undefined ? undefined : daemonSetSeconds(spec as DaemonSetSpec, maxNodes);
  }
  const { terminationGracePeriodSeconds: stop = 30 } = (spec as StatefulSetSpec).template.spec ?? {};
  const replicas = autoscalerOf(object, inventory)?.maxReplicas ?? object.root.at('spec', 'replicas').number ?? 1;
  const update = rolloutSeconds(
    { kind: object.kind, spec: { ...(spec as Parameters<typeof rolloutSeconds>[0]['spec']), replicas } },
    replicas,
  );
  // If there will be fewer pods, or none, the others still stop.
  return update === undefined ? undefined : Math.max(update, stop);
}

/** Whether the controller of a workload replaces pods only after a person deletes them. */
function isOnDelete({ root }: ManifestObject): boolean {
  return root.at('spec', 'updateStrategy', 'type').text === 'OnDelete';
}

function daemonSetSeconds({ minReadySeconds, template, updateStrategy }: DaemonSetSpec, nodes: number): number {
  const { maxUnavailable = 1 } = updateStrategy?.rollingUpdate ?? {};
  const atOnce =
    typeof maxUnavailable === 'number' ? maxUnavailable : Math.ceil((parseInt(maxUnavailable, 10) * nodes) / 100);
  const stop = template.spec?.terminationGracePeriodSeconds ?? 30;
  return Math.ceil(nodes / Math.max(1, atOnce)) * (stop + startSeconds(template, minReadySeconds) + MARGIN_SECONDS);
}
