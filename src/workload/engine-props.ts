import type { AcceptedRisk } from '../reporting/accepted-risk';
import type { EngineJson } from '../config/engine-json';
import type { EngineToml } from '../config/engine-toml';
import type { Listener } from '../network/listener';
import type { EngineMetrics } from '../network/metrics';
import type { EngineNetworkPolicyOptions } from '../network/network-policy-options';
import type { EnginePodProps } from '../pod/engine-pod-props';

/** What every engine can be told, whatever runs it. */
export interface EngineProps extends EnginePodProps {
  /**
   * The release that the engine runs, such as `v0.21.7`. With an image of one's own, the release that it behaves
   * like. It decides what is written and what is refused.
   */
  readonly version: string;

  /**
   * Name of the workload and stem of all other names: a DNS label of at most 63 characters, for a StatefulSet 52, with metrics
   * 55. It starts with a letter where a Service is named after it. A DaemonSet or Deployment without such Services may have dots in it.
   *
   * @default - the construct's id
   */
  readonly name?: string;

  /**
   * Labels of every object that the engine makes; the pods' own are in `pod.labels`. They go before those that the library
   * sets: `app.kubernetes.io/name` and `instance`, `version` on the workload, `component` on Services. They never go into a
   * selector.
   *
   * @default - none of one's own
   */
  readonly labels?: { [key: string]: string };

  /**
   * Annotations of the workload; the pods' own are in `pod.annotations`.
   *
   * @default - none
   */
  readonly annotations?: { [key: string]: string };

  /**
   * Labels that select the engine's pods, instead of the library's, to take over a workload that exists: selectors
   * can't be changed. The pods get them.
   *
   * @default - `app.kubernetes.io/name: dagger-engine` and `app.kubernetes.io/instance: NAME`
   */
  readonly selector?: { [key: string]: string };

  /**
   * What `engine.json` says.
   *
   * @default - garbage collection sized from the cache volume where its size is known, nothing else
   */
  readonly engineJson?: EngineJson;

  /**
   * What `engine.toml` says.
   *
   * @default - nothing
   */
  readonly engineToml?: EngineToml;

  /**
   * Name of the pod's volume with the engine's files: to take over a workload with its volumes' names.
   *
   * @default 'config'
   */
  readonly configVolumeName?: string;

  /**
   * Whether builds may ask for root capabilities (`insecureRootCapabilities` of `withExec`) and, from v0.21.0, for the
   * network of the host: both make them root on the node. Dagger functions that run engines or containers of their own need
   * it. It goes into `engine.json`, before v0.15.0 into `engine.toml`.
   *
   * @default - what those say, else true
   */
  readonly insecureRootCapabilities?: boolean;

  /**
   * The port for clients.
   *
   * @default - no port is open: clients use the node's socket or the Kubernetes API
   */
  readonly listener?: Listener;

  /**
   * Prometheus metrics, with a Service of their own.
   *
   * @default - off
   */
  readonly metrics?: EngineMetrics;

  /**
   * Who may reach the engine over the network, and what it may reach. Where a port is open, only clients that are connected
   * or admitted with `allowFrom` reach it, and only scrapers admitted with `allowMetricsFrom` reach the metrics. The
   * cluster's network plugin has to enforce policies.
   *
   * @default - a policy that admits those alone, where a port is open
   */
  readonly networkPolicy?: EngineNetworkPolicyOptions;

  /**
   * Risks to accept, with reasons. An accepted warning isn't printed, and an accepted error doesn't fail. The workload's annotation
   * `cdk8s-dagger.github.io/accepted-risks` lists the reasons. What Kubernetes rejects can't be accepted.
   *
   * @default - none
   */
  readonly acceptRisks?: AcceptedRisk[];
}
