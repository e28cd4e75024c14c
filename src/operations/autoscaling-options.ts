import type { Duration } from 'cdk8s';
import type { INetworkPeer } from '../network/network-peer';
import type { ScaleMetric } from './scale-metric';
import type { ScaleIn, ScaleOut } from './scale-pace';
import type { ScaleTrigger } from './scale-trigger';

/** The minimum and maximum number of engines that an autoscaler runs. */
export interface AutoscalingLimits {
  /**
   * The minimum number of engines. These engines always run, so shard keys use only them. With 0, the engine stops when
   * it is idle, which requires KEDA and `maxReplicas: 1`.
   *
   * @default 1
   */
  readonly minReplicas?: number;

  /** The maximum number of engines. Certificates and `podNames` include all of them. */
  readonly maxReplicas: number;
}

/** The limits of an autoscaler that another program defines. */
export interface ExistingAutoscalingOptions extends AutoscalingLimits {
  /**
   * Whether the autoscaler stops engines, which requires a drain. Set it to false if the autoscaler's scale-down policy
   * is `Disabled`.
   *
   * @default true
   */
  readonly stopsEngines?: boolean;
}

/** Options common to all autoscalers that the library creates. */
export interface AutoscalerOptions extends AutoscalingLimits {
  /**
   * The pace at which engines stop. It has no effect with `maxReplicas: 1`.
   *
   * @default ScaleIn.gradual()
   */
  readonly scaleIn?: ScaleIn;

  /**
   * The pace at which engines start. It has no effect with `maxReplicas: 1`.
   *
   * @default ScaleOut.fast()
   */
  readonly scaleOut?: ScaleOut;
}

/** Options for a KEDA ScaledObject. The cluster needs KEDA 2.20 or later. */
export interface KedaAutoscalingOptions extends AutoscalerOptions {
  /** The triggers that determine the number of engines. The trigger that needs the most engines wins. */
  readonly triggers: ScaleTrigger[];

  /**
   * The interval at which KEDA checks whether to start or stop the engine, in whole seconds. Requires `minReplicas: 0`.
   * In all other cases, Kubernetes checks every 15 seconds.
   *
   * @default - KEDA's default: 30 seconds
   */
  readonly pollingInterval?: Duration;

  /**
   * The time without a session or other demand after which the engine stops, in whole seconds. Requires `minReplicas:
   * 0`.
   *
   * @default - KEDA's default: 5 minutes
   */
  readonly cooldown?: Duration;

  /**
   * The number of engines if a trigger fails repeatedly. CPU and memory triggers don't support it.
   *
   * @default - the number stays unchanged
   */
  readonly fallback?: KedaFallback;

  /**
   * The pods of KEDA's operator. For `ScaleTrigger.sessions()`, the network policy allows them to read the metrics.
   *
   * @default - the pods with the label `app: keda-operator` in the namespace `keda`
   */
  readonly operator?: INetworkPeer;
}

/** The number of engines if a trigger of a ScaledObject fails repeatedly. */
export interface KedaFallback {
  /**
   * The number of engines. If more engines run already, they continue to run.
   */
  readonly replicas: number;

  /**
   * The number of consecutive failures before the fallback applies.
   *
   * @default 3
   */
  readonly failures?: number;
}

/** Options for a HorizontalPodAutoscaler. */
export interface HorizontalAutoscalingOptions extends AutoscalerOptions {
  /** The metrics that determine the number of engines. The metric that needs the most engines wins. */
  readonly metrics: ScaleMetric[];
}
