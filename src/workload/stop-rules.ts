import type { PodTemplate } from '../pod/pod-template';
import { selects } from '../kubernetes/label-selector';
import type { DisruptionBudget } from '../operations/disruption-budget';
import { AFTER_DRAIN_SECONDS } from '../pod/grace-period';
import { EngineRisk } from '../reporting/engine-risk';
import type { EnginePlan } from './engine-plan';

/** The time in seconds for which the CLI tries to connect. It was 601 s with v0.21.8 and v1.0.0-beta.10. */
const CLI_RETRY_SECONDS = 600;

const HOSTNAME = 'kubernetes.io/hostname';

/**
 * Warns about a drain of the only engine that takes longer than rejected clients wait. An autoscaler stops the only
 * engine when it is idle, so its drain is short.
 */
export function checkDrainOfOnlyEngine({ autoscaling, drain, listener, problems, replicas }: EnginePlan): void {
  if (
    replicas === 1 &&
    autoscaling === undefined &&
    listener !== undefined &&
    drain?.admitsNewClients === false &&
    drain.atMost > CLI_RETRY_SECONDS
  ) {
    problems.warn(
      EngineRisk.LONG_DRAIN_OF_ONLY_ENGINE,
      'drain.atMost',
      `the only engine rejects new clients during its drain of up to ${drain.atMost} s, and the CLI gives up after ${CLI_RETRY_SECONDS} s`,
      `set admitNewClients: true, set atMost to at most Duration.seconds(${CLI_RETRY_SECONDS}), or run several engines`,
    );
  }
}

/**
 * Warns about engines that Karpenter stops as soon as it removes their node, before the clients on the node have ended.
 *
 * Karpenter deletes a pod when only its grace period is left of the limit (kubernetes-sigs/karpenter
 * pkg/controllers/node/termination, DeleteExpiringPods@v1.14.1). Other engines have no clients that depend on the node.
 */
export function checkClientsOfNodes({ gracePeriodSeconds, nodeStopLimits, perNode, problems }: EnginePlan): void {
  const limit = nodeStopLimits.find(
    ({ evicts, isInterruption, seconds }) => evicts && !isInterruption && gracePeriodSeconds === seconds,
  );
  if (perNode && limit !== undefined) {
    const { cause, property, seconds } = limit;
    problems.warn(
      EngineRisk.STOP_EXCEEDS_NODE_LIMIT,
      property,
      `when ${cause}, it stops the engine at once instead of after the clients on the node, because pods have ${seconds} s, and the grace period of the engine is ${gracePeriodSeconds} s`,
      `raise the limit of the nodes to the time that builds need plus ${gracePeriodSeconds} s`,
    );
  }
}

/**
 * Warns about a disruption budget that keeps engines on one node from stopping one after the other within the limit of
 * the node.
 *
 * Karpenter deletes pods without an eviction when only their grace period is left of the limit (kubernetes-sigs/karpenter
 * pkg/controllers/node/termination, DeleteExpiringPods@v1.14.1).
 */
export function checkBudgetOfNodes(plan: EnginePlan, budget: DisruptionBudget): void {
  const { drain, gracePeriodSeconds, nodeStopLimits, perNode, podTemplate, problems, replicas } = plan;
  const atOnce = perNode || replicas === undefined ? undefined : budget._disruptionsOf(replicas);
  if (drain === undefined || atOnce === undefined || atOnce < 1 || atOnce >= replicas! || isAloneOnNode(podTemplate)) {
    return;
  }
  const stop = drain.atMost + AFTER_DRAIN_SECONDS;
  for (const { cause, evicts, isInterruption, seconds } of nodeStopLimits) {
    const last = isInterruption ? stop : gracePeriodSeconds;
    if (!evicts || seconds < AFTER_DRAIN_SECONDS || stop + last <= seconds) {
      continue;
    }
    const why = `when ${cause} with several engines, the budget lets ${atOnce} of them stop at a time, which can take ${stop} s`;
    if (isInterruption) {
      problems.warn(
        EngineRisk.BUDGET_EXCEEDS_NODE_LIMIT,
        'disruptionBudget',
        `${why}. Pods have ${seconds} s, so the other engines are killed`,
        'run each engine on its own node with topologySpreadConstraints, or use DisruptionBudget.none()',
      );
    } else {
      problems.warn(
        EngineRisk.BUDGET_EXCEEDS_NODE_LIMIT,
        'disruptionBudget',
        `${why}. Pods have ${seconds} s, and Karpenter ignores the budget in the last ${last} s, the grace period, so it stops the other engines too early`,
        `run each engine on its own node with topologySpreadConstraints, or raise the limit of the nodes to at least ${stop + last} s`,
      );
    }
  }
}

/** Whether the scheduler places at most one of the engines on a node, if there are enough nodes. */
function isAloneOnNode({ metadata: { labels }, spec }: PodTemplate): boolean {
  const { affinity, containers, hostNetwork, topologySpreadConstraints = [] } = spec;
  const apart = affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  return (
    topologySpreadConstraints.some(
      ({ labelSelector, topologyKey, whenUnsatisfiable }) =>
        topologyKey === HOSTNAME && whenUnsatisfiable === 'DoNotSchedule' && selects(labelSelector, labels),
    ) ||
    apart.some(({ labelSelector, topologyKey }) => topologyKey === HOSTNAME && selects(labelSelector, labels)) ||
    containers.some(({ ports = [] }) => ports.some(({ hostPort }) => hostNetwork === true || hostPort !== undefined))
  );
}
