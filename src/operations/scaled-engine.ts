import type { NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import type { BoundMetrics } from '../network/metrics';
import type { Problems } from '../reporting/problems';

/** The properties of an engine that its autoscaler needs. */
export interface ScaledEngine {
  readonly kind: 'Deployment' | 'StatefulSet';
  readonly name: string;
  readonly namespace: string | undefined;
  readonly labels: { readonly [key: string]: string };
  readonly metrics: BoundMetrics | undefined;
  /** Whether the program states how long the engine waits for its clients before it stops. */
  readonly drainHasLimit: boolean;
  /** The probe that opens sessions most often. Undefined if no probe opens sessions while the engine is idle. */
  readonly sessionProbe: { readonly kind: string; readonly periodSeconds: number } | undefined;
  /** Whether the cache outlives a stopped engine. */
  readonly keepsCache: boolean;
  /** Whether the pods of a StatefulSet start and stop one after the other. */
  readonly startsInOrder: boolean;
  /** The problems of the engine. */
  readonly problems: Problems;
}

/** The autoscaler of an engine. */
export interface BoundAutoscaling {
  /** The objects of the autoscaler. The keys are the ids of their constructs. */
  readonly objects: { readonly [id: string]: object };
  /** The peers that read the metrics. */
  readonly metricsPeers: readonly NetworkPolicyPeer[];
  /** The resources whose utilization determines the number of engines: `cpu` and `memory`. */
  readonly utilized: ReadonlySet<string>;
}
