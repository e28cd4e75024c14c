import type { k8s } from 'cdk8s-plus-28';
import type { EngineResourceClaim } from './resource-claims';

/**
 * Pod fields that are passed through unchanged. They have the names of the Kubernetes fields, except for labels and
 * annotations.
 */
export interface EnginePodProps {
  /**
   * Additional labels of the pods. They take precedence over the labels that the library sets, except the labels of the
   * selector. Selectors never use additional labels.
   *
   * @default - none
   */
  readonly podLabels?: { [key: string]: string };

  /**
   * Annotations of the pods, for example one that keeps an autoscaler from evicting them.
   *
   * @default - none
   */
  readonly podAnnotations?: { [key: string]: string };

  /**
   * The labels that a node must have to run the pods.
   *
   * @default - any node, or with `gpu` any node with `kubernetes.io/arch: amd64`
   */
  readonly nodeSelector?: { [key: string]: string };

  /**
   * The taints that the pods tolerate.
   *
   * @default - none
   */
  readonly tolerations?: k8s.Toleration[];

  /**
   * The affinity rules of the pods.
   *
   * @default - none
   */
  readonly affinity?: k8s.Affinity;

  /**
   * The constraints that spread the pods over zones and nodes. A constraint without a label selector applies to the
   * engine's pods.
   *
   * @default - none
   */
  readonly topologySpreadConstraints?: k8s.TopologySpreadConstraint[];

  /**
   * The name of the priority class of the pods.
   *
   * @default - the cluster's default
   */
  readonly priorityClassName?: string;

  /**
   * The name of the runtime class of the pods.
   *
   * @default - the default runtime of the node, or with `gpu` its runtime class
   */
  readonly runtimeClassName?: string;

  /**
   * The name of the scheduler that assigns the pods to nodes.
   *
   * @default - the cluster's default
   */
  readonly schedulerName?: string;

  /**
   * Additional entries in the hosts file of the pods.
   *
   * @default - none
   */
  readonly hostAliases?: k8s.HostAlias[];

  /**
   * The DNS policy of the pods: 'ClusterFirst', 'ClusterFirstWithHostNet', 'Default' or 'None'.
   *
   * @default - 'ClusterFirst', or 'ClusterFirstWithHostNet' with `hostNetwork`
   */
  readonly dnsPolicy?: string;

  /**
   * The DNS servers, search domains and options of the pods.
   *
   * @default - the settings of `dnsPolicy`
   */
  readonly dnsConfig?: k8s.PodDnsConfig;

  /**
   * Whether the pods use the host network. Every port that the engine opens is then open on the node, and the node can
   * reach the network of the builds (10.87.0.0/16 by default).
   *
   * @default false
   */
  readonly hostNetwork?: boolean;

  /**
   * Whether the containers of a pod can see each other's processes.
   *
   * @default false
   */
  readonly shareProcessNamespace?: boolean;

  /**
   * Kernel parameters of the pods. With `hostNetwork`, network parameters are rejected.
   *
   * @default - none
   */
  readonly sysctls?: k8s.Sysctl[];

  /**
   * The seccomp profile of the pods. It applies to sidecars and init containers. Container runtimes don't apply it to
   * the engine, because its container is privileged.
   *
   * @default - the profile of the node
   */
  readonly seccompProfile?: k8s.SeccompProfile;

  /**
   * The SELinux labels of all containers in the pods, including the engine's. A type that confines containers breaks
   * builds.
   *
   * @default - the labels that the container runtime chooses
   */
  readonly seLinuxOptions?: k8s.SeLinuxOptions;

  /**
   * Device claims (dynamic resource allocation). The engine's container uses all of them.
   *
   * @default - none
   */
  readonly resourceClaims?: EngineResourceClaim[];

  /**
   * The names of the Secrets with the registry credentials for the pods' images. Builds don't use them, because clients
   * send their own registry credentials.
   *
   * @default - none
   */
  readonly imagePullSecrets?: string[];

  /**
   * Additional containers of the pods. They can't use the engine's ports, because the containers in a pod share one
   * network.
   *
   * @default - none
   */
  readonly sidecars?: k8s.Container[];

  /**
   * Containers that run before the engine.
   *
   * @default - none
   */
  readonly initContainers?: k8s.Container[];

  /**
   * Additional volumes of the pods.
   *
   * @default - none
   */
  readonly volumes?: k8s.Volume[];

  /**
   * Whether to mount the service account's token. The engine doesn't use it.
   *
   * @default false
   */
  readonly automountServiceAccountToken?: boolean;
}
