import type { WireGc, WireWorker } from '../../config/wire';
import type { BoundListener } from '../../network/bound-listener';
import type { KnownClientCertificates } from '../../network/known-client-certificates';
import type { Problems } from '../../reporting/problems';
import type { BoundCache } from '../../storage/cache-volume';
import type { EngineVersion } from '../../version/engine-version';

/** The properties of an engine that its monitoring needs. */
export interface MonitoredEngine {
  readonly name: string;
  readonly namespace: string | undefined;
  /** The labels of every object of the engine. */
  readonly labels: { readonly [key: string]: string };
  /** The labels that select the pods. */
  readonly selector: { readonly [key: string]: string };
  readonly version: EngineVersion;
  readonly kind: 'DaemonSet' | 'Deployment' | 'StatefulSet';
  /** The number of engines, or undefined if nodes or an autoscaler determine it. */
  readonly replicas: number | undefined;
  /** The number of engines that always run, except during failures, or undefined if nodes determine it. */
  readonly minReplicas: number | undefined;
  readonly listener: BoundListener | undefined;
  /** The certificates of clients. The program can add more until synth. */
  readonly clientCertificates: KnownClientCertificates;
  readonly cache: BoundCache | undefined;
  /** The settings of garbage collection in both files. */
  readonly gc: { readonly json?: WireGc; readonly toml?: WireWorker };
  readonly gracePeriodSeconds: number;
  /** The time in seconds that a stopping engine waits for clients, or undefined without a drain. */
  readonly drainSeconds: number | undefined;
  /** The requested CPU cores of the engine's container, as a quantity. */
  readonly cpuRequest: string | undefined;
  /** The name of the CronJob that snapshots the cache of the engine, if it is the engine of a seed. */
  readonly snapshotCronJob?: string;
  /** The problems of the property `monitoring`. */
  readonly problems: Problems;
}

/** An engine whose namespace is known. */
export interface PlacedEngine extends MonitoredEngine {
  readonly namespace: string;
  /** The name and the namespace of the PodMonitor and the PrometheusRule. */
  readonly monitor: { readonly name: string; readonly namespace: string };
}
