import type { Affinity, Container, EnvVar, Toleration, Volume, VolumeMount } from 'kubernetes-types/core/v1';

/** The additions to a pod that uses an engine, in wire form. */
export interface PodAdditions {
  /** The labels of the pod. The engine's network policy allows pods with these labels. */
  readonly podLabels: { readonly [key: string]: string };
  /** Init containers that run before the pod's own init containers. */
  readonly initContainers: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes: readonly Volume[];
  /** The environment variables of each container that uses the engine. */
  readonly env: readonly EnvVar[];
  /** The mounts of each container that uses the engine. */
  readonly volumeMounts: readonly VolumeMount[];
  readonly supplementalGroups: readonly number[];
  readonly nodeSelector: { readonly [key: string]: string };
  readonly affinity?: Affinity;
  readonly tolerations: readonly Toleration[];
  /** Whether `kubectl` in the pod needs the token of the pod's service account. */
  readonly needsToken: boolean;
  /** The service account with the permissions to reach the engine through the Kubernetes API. */
  readonly serviceAccountName?: string;
  /** Whether autoscalers stop the engine of a node before pods with a critical priority. */
  readonly stopsBeforeCriticalPods?: boolean;
  /** The time in seconds that the pod needs to stop. */
  readonly terminationGracePeriodSeconds?: number;
}

/** Additions that change nothing, as a base for others. */
export const NO_ADDITIONS: PodAdditions = {
  podLabels: {},
  initContainers: [],
  containers: [],
  volumes: [],
  env: [],
  volumeMounts: [],
  supplementalGroups: [],
  nodeSelector: {},
  tolerations: [],
  needsToken: false,
};
