import { Duration } from 'cdk8s';
import { checkSeconds } from '../kubernetes/quantity';
import { checkCalls } from '../reporting/check-arguments';
import type { Problems } from '../reporting/problems';

/** A limit in seconds, for checks and messages. */
export interface BoundNodeStopLimit {
  /** The property that sets the limit. */
  readonly property: string;
  readonly seconds: number;
  /** The event that stops the pods, for messages. */
  readonly cause: string;
  /** Whether nodes are interrupted, rather than removed as planned. */
  readonly isInterruption: boolean;
  /**
   * Whether the pods are evicted after the limit has started to apply, so that disruption budgets delay their stop.
   * cluster-autoscaler doesn't remove a node whose pods it can't evict immediately, and the kubelet doesn't evict the
   * pods of a node that shuts down.
   */
  readonly evicts: boolean;
}

const CLUSTER_AUTOSCALER = 'cluster-autoscaler removes a node';

/** The time that nodes give their pods to stop. Kubernetes kills pods that need longer. */
export class NodeStopLimit {
  /**
   * The limit that cluster-autoscaler applies when it removes a node. The pods of a DaemonSet get the annotation
   * `cluster-autoscaler.kubernetes.io/enable-ds-eviction: 'true'`. Without it, cluster-autoscaler removes a node
   * without clients before the engine has saved its cache. Other pods with a TLS sidecar get
   * `cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes` with the name of the socket's emptyDir, which would
   * otherwise keep their node. A cache in an emptyDir or a directory of the node still keeps it. To change this, list
   * all volumes in `podAnnotations`.
   *
   * @param maxGracefulTermination the value of its flag `--max-graceful-termination-sec`, by default 10 minutes
   */
  public static clusterAutoscaler(maxGracefulTermination: Duration = Duration.minutes(10)): NodeStopLimit {
    return new NodeStopLimit(maxGracefulTermination, CLUSTER_AUTOSCALER);
  }

  /**
   * The limit that Karpenter applies when it removes a node. Without `terminationGracePeriod`, a NodePool has no limit.
   *
   * @param terminationGracePeriod `spec.template.spec.terminationGracePeriod` of the NodePool
   */
  public static karpenter(terminationGracePeriod: Duration): NodeStopLimit {
    return new NodeStopLimit(terminationGracePeriod, 'Karpenter removes a node', { evicts: true });
  }

  /** The interruption of an AWS spot instance: two minutes after the notice. */
  public static awsSpot(): NodeStopLimit {
    return new NodeStopLimit(Duration.minutes(2), 'AWS interrupts a spot instance', {
      isInterruption: true,
      evicts: true,
    });
  }

  /** The preemption of a Google Cloud Spot VM. By default, GKE gives pods 15 of the 30 seconds after the notice. */
  public static gcpSpot(): NodeStopLimit {
    return new NodeStopLimit(Duration.seconds(15), 'Google Cloud preempts a Spot VM', { isInterruption: true });
  }

  /** The eviction of an Azure Spot VM: 30 seconds after the notice. */
  public static azureSpot(): NodeStopLimit {
    return new NodeStopLimit(Duration.seconds(30), 'Azure evicts a Spot VM', { isInterruption: true, evicts: true });
  }

  /**
   * The shutdown of a node, for example with `systemctl poweroff`.
   *
   * @param gracePeriod `shutdownGracePeriod` of the kubelet, without `shutdownGracePeriodCriticalPods`
   */
  public static nodeShutdown(gracePeriod: Duration): NodeStopLimit {
    return new NodeStopLimit(gracePeriod, 'a node shuts down', { isInterruption: true });
  }

  private constructor(
    private readonly limit: Duration,
    private readonly cause: string,
    private readonly kind: Partial<Pick<BoundNodeStopLimit, 'evicts' | 'isInterruption'>> = {},
  ) {}

  /** @internal */
  public get _isClusterAutoscaler(): boolean {
    return this.cause === CLUSTER_AUTOSCALER;
  }

  /** @internal */
  public _bind(property: string, problems: Problems): BoundNodeStopLimit {
    const { cause, kind, limit } = this;
    const { evicts = false, isInterruption = false } = kind;
    const seconds = checkSeconds(problems, property, limit, { min: 1, good: 600 });
    return { property, seconds, cause, isInterruption, evicts };
  }
}

checkCalls('NodeStopLimit', NodeStopLimit);
