import type { AcceptedRisk } from '../reporting/accepted-risk';
import type { EngineJson } from '../config/engine-json';
import type { EngineToml } from '../config/engine-toml';
import type { Listener } from '../network/listener';
import type { EngineMetrics } from '../network/metrics';
import type { EngineNetworkPolicyOptions } from '../network/network-policy-options';
import type { EngineContainerProps } from '../pod/engine-container-props';
import type { EnginePodProps } from '../pod/engine-pod-props';

/** Properties common to all engine workloads. */
export interface EngineProps extends EngineContainerProps, EnginePodProps {
  /**
   * The release of the engine, such as `v0.21.7`. With a custom image, the release that it is based on.
   * It determines the output and the checks.
   */
  readonly version: string;

  /**
   * The name of the workload, and the prefix of all other names. It is a DNS label of at most 63 characters, 55 with metrics, or 52
   * for a StatefulSet. If a Service is named after the engine, the name starts with a letter. The name of a DaemonSet or Deployment
   * without such a Service may contain dots.
   *
   * @default - the construct's id
   */
  readonly name?: string;

  /**
   * The labels of all objects of the engine except its pods, which have `podLabels`. They take precedence over the labels that the
   * library sets: `app.kubernetes.io/name` and `instance`, `version` on the workload, and `component` on Services. Selectors never
   * use them.
   *
   * @default - none
   */
  readonly labels?: { [key: string]: string };

  /** Annotations of the workload. For annotations of the pods, use `podAnnotations`. */
  readonly annotations?: { [key: string]: string };

  /**
   * Whether the engine takes over an existing workload, for example one of a Helm release. `podSelector` and
   * `configVolumeName` are rejected without it.
   *
   * @default false
   */
  readonly takeOver?: boolean;

  /**
   * The labels that select the pods of the existing workload. They become labels of the pods. Requires `takeOver`, because
   * the selector of a workload can't be changed.
   *
   * @default - `app.kubernetes.io/name: dagger-engine` and `app.kubernetes.io/instance: NAME`
   */
  readonly podSelector?: { [key: string]: string };

  /**
   * The content of `engine.json`.
   *
   * @default - garbage collection sized from the cache volume where its size is known, nothing else
   */
  readonly engineJson?: EngineJson;

  /**
   * The content of `engine.toml`.
   *
   * @default - nothing
   */
  readonly engineToml?: EngineToml;

  /**
   * The name of the volume with `engine.json` and `engine.toml` in the existing workload. Requires `takeOver`.
   *
   * @default 'config'
   */
  readonly configVolumeName?: string;

  /**
   * Whether builds may use root capabilities (`insecureRootCapabilities` of `withExec`) and, from v0.21.0, the host
   * network. Both make builds root on the node. Dagger functions that run nested engines or containers need it. It is
   * written to `engine.json`, before v0.15.0 to `engine.toml`.
   *
   * @default - the setting in these files
   */
  readonly insecureRootCapabilities?: boolean;

  /**
   * The port for clients, and its protection.
   *
   * @default - no port is open: clients use the node's socket or the Kubernetes API
   */
  readonly listener?: Listener;

  /**
   * Prometheus metrics, with a separate Service.
   *
   * @default - off
   */
  readonly metrics?: EngineMetrics;

  /**
   * The network policy of the engine. It admits connected clients and peers of `allowFrom` to the port, and peers of
   * `allowMetricsFrom` to the metrics. The cluster needs a network plugin that enforces policies.
   *
   * @default - a policy that admits only these peers, if a port is open
   */
  readonly networkPolicy?: EngineNetworkPolicyOptions;

  /**
   * Risks to accept, with reasons. An accepted warning isn't printed, and an accepted error doesn't fail. The workload's annotation
   * `cdk8s-dagger.github.io/accepted-risks` lists the reasons. Settings that Kubernetes rejects can't be accepted.
   *
   * @default - none
   */
  readonly acceptRisks?: AcceptedRisk[];
}
