import type { AcceptedRisk } from '../reporting/accepted-risk';
import type { EngineJson } from '../config/engine-json';
import type { EngineToml } from '../config/engine-toml';
import type { Listener } from '../network/listener';
import type { EngineMetrics } from '../network/metrics';
import type { EngineNetworkPolicyOptions } from '../network/network-policy-options';
import type { EngineRemoteCache } from '../network/remote-cache';
import type { EngineTelemetry } from '../network/telemetry';
import type { IEngineNodes } from '../nodes/engine-nodes-interface';
import type { DisruptionBudget } from '../operations/disruption-budget';
import type { Monitoring } from '../operations/monitoring/monitoring';
import type { EngineContainerProps } from '../pod/engine-container-props';
import type { EnginePodProps } from '../pod/engine-pod-props';

/** Properties common to all engine workloads. */
export interface EngineProps extends EngineContainerProps, EnginePodProps {
  /**
   * The release of the engine, such as `v0.21.7`. For a custom image, use the release that the image is based on. The
   * library generates and checks the manifest for this release.
   */
  readonly version: string;

  /**
   * The name of the workload, and the prefix of the names of other objects. It must be a DNS label of at most 63
   * characters (55 with metrics, 52 for a StatefulSet). If a Service is named after the engine, the name must start
   * with a letter. Without such a Service, the name of a DaemonSet or Deployment may contain dots.
   *
   * @default - the construct's id
   */
  readonly name?: string;

  /**
   * Labels of all objects of the engine except its pods. For labels of the pods, use `podLabels`. These labels take
   * precedence over those that the library sets: `app.kubernetes.io/name` and `app.kubernetes.io/instance`,
   * `app.kubernetes.io/version` on the workload, and `app.kubernetes.io/component` on Services. Selectors never use
   * them.
   *
   * @default - none
   */
  readonly labels?: { [key: string]: string };

  /**
   * Annotations of the workload. For annotations of the pods, use `podAnnotations`.
   *
   * @default - no annotations
   */
  readonly annotations?: { [key: string]: string };

  /**
   * Whether the engine takes over an existing workload, for example the workload of a Helm release. `podSelector` and
   * `configVolumeName` require it.
   *
   * @default false
   */
  readonly takeOver?: boolean;

  /**
   * The labels that select the pods of the existing workload. They are also added to the pods. Requires `takeOver`,
   * because the selector of a workload can't be changed.
   *
   * @default - `app.kubernetes.io/name: dagger-engine` and `app.kubernetes.io/instance: NAME`
   */
  readonly podSelector?: { [key: string]: string };

  /**
   * The content of `engine.json`.
   *
   * @default - only garbage collection, if the size of the cache volume is known
   */
  readonly engineJson?: EngineJson;

  /**
   * The content of `engine.toml`.
   *
   * @default - no settings
   */
  readonly engineToml?: EngineToml;

  /**
   * The name that the existing workload gives to the volume with `engine.json` and `engine.toml`. Requires `takeOver`.
   *
   * @default 'config'
   */
  readonly configVolumeName?: string;

  /**
   * Whether builds may use root capabilities (`insecureRootCapabilities` of `withExec`) and, in v0.21.0 and later, the
   * host network. Either makes a build root on the node. Dagger functions that run nested engines or containers need
   * this setting. The library writes the setting to `engine.json`, or to `engine.toml` before v0.15.0.
   *
   * @default - the setting in `engineJson` or `engineToml`, or else the engine's default
   */
  readonly insecureRootCapabilities?: boolean;

  /**
   * The port for clients, and its protection.
   *
   * @default - no open port: clients use the node's socket or the Kubernetes API
   */
  readonly listener?: Listener;

  /**
   * The endpoint for Prometheus metrics, by default with a separate Service. `monitoring` also opens the endpoint, but
   * without a Service, because monitoring doesn't need one.
   *
   * @default - the default endpoint without a Service if `monitoring` is set, otherwise no metrics
   */
  readonly metrics?: EngineMetrics;

  /**
   * The monitoring of the engine with Prometheus: scraping, alerts and a dashboard. It enables the metrics.
   *
   * @default - none
   */
  readonly monitoring?: Monitoring;

  /**
   * Metrics of the engine process, which the engine sends over OTLP. Requires v0.21.10 or later.
   *
   * @default - off
   */
  readonly telemetry?: EngineTelemetry;

  /**
   * A remote cache service, in releases after v1.0.0-beta.14.
   *
   * @default - none
   */
  readonly remoteCache?: EngineRemoteCache;

  /**
   * The network policy of the engine. It allows connected clients and the peers in `allowFrom` to reach the port, and
   * the peers in `allowMetricsFrom` to reach the metrics. The cluster needs a network plugin that enforces network
   * policies.
   *
   * @default - a policy that allows only these peers if a port is open, otherwise no policy
   */
  readonly networkPolicy?: EngineNetworkPolicyOptions;

  /**
   * The nodes that run the engines, for example those of `EngineNodes.karpenter(...)`. They add to `nodeSelector`,
   * `tolerations` and `nodeStopLimits`, and determine the default directory of `CacheVolume.hostPath()`. Clients that
   * use the socket on the node get the same node selector and tolerations.
   *
   * @default - any node that the other properties allow
   */
  readonly nodes?: IEngineNodes;

  /**
   * The number of engines that node drains may stop at the same time. A single engine doesn't need a budget, because an
   * evicted engine waits for its clients.
   *
   * @default - DisruptionBudget.maxUnavailable(PodCount.absolute(1)) for a StatefulSet or Deployment with several
   * engines, otherwise none
   */
  readonly disruptionBudget?: DisruptionBudget;

  /**
   * Risks to accept, with reasons. The library doesn't print accepted warnings, and ignores accepted errors. The
   * workload's annotation `cdk8s-dagger.github.io/accepted-risks` lists the reasons. Settings that Kubernetes rejects
   * can't be accepted.
   *
   * @default - none
   */
  readonly acceptRisks?: AcceptedRisk[];
}
