import type { k8s } from 'cdk8s-plus-28';
import type { EngineResourceClaim } from './resource-claims';

/** Fields of the pods that are passed through unchanged. Except for labels and annotations, they have their names in Kubernetes. */
export interface EnginePodProps {
  /**
   * The labels of the pods. They take precedence over the library's, except for the selector's. They are never part of a selector.
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
   * The labels that a node must have.
   *
   * @default - any node; `kubernetes.io/arch: amd64` with a GPU
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
   * The constraints that spread the pods over zones and nodes. A constraint without a label selector selects the engine's pods.
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
   * @default - the node's default runtime; the GPU's runtime class with a GPU
   */
  readonly runtimeClassName?: string;

  /**
   * The name of the scheduler that assigns the pods to nodes.
   *
   * @default - the cluster's default
   */
  readonly schedulerName?: string;

  /**
   * Additional entries of the hosts file of the pods.
   *
   * @default - none
   */
  readonly hostAliases?: k8s.HostAlias[];

  /**
   * The DNS policy of the pods: `ClusterFirst`, `ClusterFirstWithHostNet`, `Default` or `None`.
   *
   * @default - the API server's, ClusterFirst; ClusterFirstWithHostNet on the host's network
   */
  readonly dnsPolicy?: string;

  /**
   * The DNS servers, search domains and options of the pods.
   *
   * @default - those of the policy
   */
  readonly dnsConfig?: k8s.PodDnsConfig;

  /**
   * Whether the pods use the node's network. The engine's own network (10.87.0.0/16 unless set otherwise) is
   * then the node's too, and every port that the engine opens is open on the node.
   *
   * @default false
   */
  readonly hostNetwork?: boolean;

  /**
   * Whether the containers of a pod see each other's processes.
   *
   * @default false
   */
  readonly shareProcessNamespace?: boolean;

  /**
   * Kernel parameters of the pods. On the network of the node, parameters of the network are rejected.
   *
   * @default - none
   */
  readonly sysctls?: k8s.Sysctl[];

  /**
   * The seccomp profile of the pods. It applies to sidecars and init containers. Container runtimes don't apply it to the engine, which
   * is privileged.
   *
   * @default - the profile of the node
   */
  readonly seccompProfile?: k8s.SeccompProfile;

  /**
   * The SELinux labels of the pods, including the engine. A type that confines containers breaks builds.
   *
   * @default - chosen by the container runtime
   */
  readonly seLinuxOptions?: k8s.SeLinuxOptions;

  /**
   * Claims of devices (dynamic resource allocation). The engine's container uses all of them.
   *
   * @default - none
   */
  readonly resourceClaims?: EngineResourceClaim[];

  /**
   * The names of the Secrets with which the kubelet pulls the images of the pods. Builds don't use them, because the client sends the
   * registry credentials of its builds.
   *
   * @default - none
   */
  readonly imagePullSecrets?: string[];

  /**
   * Additional containers of the pod. All share one network, so they can't use the engine's ports.
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
   * Additional volumes of the pod.
   *
   * @default - none
   */
  readonly volumes?: k8s.Volume[];

  /**
   * Whether the token of the service account is mounted. The engine doesn't use it.
   *
   * @default false
   */
  readonly automountServiceAccountToken?: boolean;
}
