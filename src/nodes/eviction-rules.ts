import type { Toleration } from 'kubernetes-types/core/v1';
import type { NodeStopLimit } from '../pod/node-stop-limit';
import { EngineRisk } from '../reporting/engine-risk';
import type { Problems } from '../reporting/problems';

const DO_NOT_DISRUPT = 'karpenter.sh/do-not-disrupt';
const DISRUPTED = 'karpenter.sh/disrupted';
const SAFE_TO_EVICT = 'cluster-autoscaler.kubernetes.io/safe-to-evict';
const ENABLE_DS_EVICTION = 'cluster-autoscaler.kubernetes.io/enable-ds-eviction';
const SAFE_TO_EVICT_LOCAL_VOLUMES = 'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes';

/** Matches a positive Go duration (`time.ParseDuration`). */
const GO_DURATION = /^\+?(?=.*[1-9])(\d+(\.\d*)?(ns|us|µs|ms|s|m|h))+$/;

/** The properties of an engine's pods that affect their eviction. */
interface EvictedPods {
  readonly perNode: boolean;
  readonly annotations: { readonly [key: string]: string };
  readonly tolerations: readonly Toleration[];
}

/**
 * Returns the annotations that let cluster-autoscaler stop the engines on a node that it removes. By default, it evicts
 * the pods of DaemonSets only if the node has other pods too (kubernetes/autoscaler cluster-autoscaler/FAQ.md@55c37cd,
 * --daemonset-eviction-for-empty-nodes). It keeps nodes with other pods that have an emptyDir on disk, unless an
 * annotation names the volume (cluster-autoscaler/utils/drain/drain.go, HasBlockingLocalStorage).
 *
 * @param socketVolumes the names of emptyDirs that contain only sockets
 * @param given the user's annotations, which can list all volumes instead
 */
export function evictionAnnotations(
  perNode: boolean,
  limits: readonly NodeStopLimit[],
  socketVolumes: readonly string[],
  given: { readonly [key: string]: string } = {},
): { readonly [key: string]: string } {
  if (!limits.some(({ _isClusterAutoscaler }) => _isClusterAutoscaler)) {
    return {};
  }
  if (perNode) {
    return { [ENABLE_DS_EVICTION]: 'true' };
  }
  return socketVolumes.length > 0 && !(SAFE_TO_EVICT_LOCAL_VOLUMES in given)
    ? { [SAFE_TO_EVICT_LOCAL_VOLUMES]: socketVolumes.join(',') }
    : {};
}

/** Reports settings of the pods that keep autoscalers from stopping engines cleanly, or from removing their nodes. */
export function checkEviction(pods: EvictedPods, problems: Problems): void {
  checkTolerations(pods.tolerations, problems);
  checkDoNotDisrupt(pods, problems);
  if (pods.perNode) {
    checkClusterAutoscaler(pods.annotations, problems);
  }
}

/**
 * Warns about pods that Karpenter doesn't drain, because they tolerate its taint (kubernetes-sigs/karpenter
 * pkg/utils/pod/scheduling.go:77@v1.14.1, IsDrainable).
 */
function checkTolerations(tolerations: readonly Toleration[], problems: Problems): void {
  const index = tolerations.findIndex(({ effect = '', key = '', operator = 'Equal', value = '' }) => {
    const matchesKey = key === DISRUPTED || (key === '' && operator === 'Exists');
    return matchesKey && (operator === 'Exists' || value === '') && ['', 'NoSchedule'].includes(effect);
  });
  if (index >= 0) {
    problems.warn(
      EngineRisk.NOT_DRAINED,
      `tolerations[${index}]`,
      `it also tolerates ${DISRUPTED}, so Karpenter removes a node without stopping the engine: builds are interrupted, and the engine can't save its cache`,
      "set key to the key of the nodes' taint",
    );
  }
}

/**
 * Warns about an annotation that keeps idle nodes, or that Karpenter ignores (pkg/controllers/state/statenode.go:249,
 * pkg/utils/pod/scheduling.go:194@v1.14.1).
 */
function checkDoNotDisrupt({ annotations, perNode }: EvictedPods, problems: Problems): void {
  const value = annotations[DO_NOT_DISRUPT];
  const property = `podAnnotations[${JSON.stringify(DO_NOT_DISRUPT)}]`;
  if (value === undefined) {
    return;
  }
  if (value !== 'true' && !GO_DURATION.test(value)) {
    problems.warn(
      EngineRisk.IGNORED_ANNOTATION,
      property,
      `Karpenter ignores the value ${JSON.stringify(value)}`,
      "use 'true' or a duration such as '30m', or remove it",
    );
  } else if (value === 'true' && perNode) {
    problems.warn(
      EngineRisk.BLOCKED_NODE_REMOVAL,
      property,
      'every node runs a pod with this annotation, so Karpenter keeps idle nodes until they expire or drift',
      'remove it, and add it to the pods of the clients',
    );
  }
}

/**
 * Warns about annotations of a DaemonSet's pods that don't have the intended effect on cluster-autoscaler
 * (kubernetes/autoscaler cluster-autoscaler/FAQ.md:1024@55c37cd).
 */
function checkClusterAutoscaler(annotations: { readonly [key: string]: string }, problems: Problems): void {
  if (annotations[SAFE_TO_EVICT] === 'false') {
    problems.warn(
      EngineRisk.IGNORED_ANNOTATION,
      `podAnnotations[${JSON.stringify(SAFE_TO_EVICT)}]`,
      'cluster-autoscaler ignores it on the pods of a DaemonSet',
      'remove it, and add it to the pods of the clients',
    );
  }
  if (ENABLE_DS_EVICTION in annotations && annotations[ENABLE_DS_EVICTION] !== 'true') {
    problems.warn(
      EngineRisk.NOT_DRAINED,
      `podAnnotations[${JSON.stringify(ENABLE_DS_EVICTION)}]`,
      "cluster-autoscaler removes a node without stopping the engine, so the engine can't save its cache",
      "set it to 'true'",
    );
  }
}
