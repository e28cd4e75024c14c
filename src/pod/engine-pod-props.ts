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
   * Labels that a node must have.
   *
   * @default - any node; `kubernetes.io/arch: amd64` with a GPU
   */
  readonly nodeSelector?: { [key: string]: string };

  /**
   * Taints that the pods tolerate.
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
   * The spread of the pods over zones and nodes. A constraint without a label selector gets the engine's.
   *
   * @default - none
   */
  readonly topologySpreadConstraints?: k8s.TopologySpreadConstraint[];

  /**
   * Priority class.
   *
   * @default - the cluster's default
   */
  readonly priorityClassName?: string;

  /**
   * Runtime class.
   *
   * @default - the node's default runtime; the GPU's runtime class with a GPU
   */
  readonly runtimeClassName?: string;

  /**
   * Scheduler.
   *
   * @default - the cluster's default
   */
  readonly schedulerName?: string;

  /**
   * Entries of the pods' hosts file.
   *
   * @default - none
   */
  readonly hostAliases?: k8s.HostAlias[];

  /**
   * DNS policy: `ClusterFirst`, `ClusterFirstWithHostNet`, `Default` or `None`.
   *
   * @default - the API server's, ClusterFirst; ClusterFirstWithHostNet on the host's network
   */
  readonly dnsPolicy?: string;

  /**
   * DNS servers, search domains and options.
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
   * Whether the pods have the engine's group as their `fsGroup`. The kubelet then makes it the group of the files in volumes. Turn this
   * off for volumes whose driver can't change groups.
   *
   * @default true
   */
  readonly fsGroup?: boolean;

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
   * Names of the Secrets that the kubelet pulls the pods' images with; of a Secret of cdk8s-plus-28, its `name`. Builds
   * don't use them: registry credentials of builds come from the client.
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
   * Whether the service account's token is mounted. The engine has no use for one.
   *
   * @default false
   */
  readonly automountServiceAccountToken?: boolean;
}
