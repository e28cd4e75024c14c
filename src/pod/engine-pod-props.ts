import type { Duration } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import type { KeySelector } from '../config/key-selector';
import type { EnvFrom } from './env-from';
import type { EnvVar } from './env-var';
import type { EngineGpu } from './gpu';
import type { EngineImage } from './image';
import type { LifecycleHook } from './lifecycle-hook';
import type { EnginePodOptions } from './pod-options';
import type { EngineProbes } from './probes';
import type { EngineProxy } from './proxy';
import type { EngineResources } from './resources';
import type { EnginePodSecurity } from './security';
import type { EngineServiceAccount } from './service-account';

/** When the kubelet pulls the engine's image. */
export enum ImagePullPolicy {
  /** At every start of a container. */
  ALWAYS = 'Always',
  /** When the node doesn't have it. */
  IF_NOT_PRESENT = 'IfNotPresent',
  /** Never: the image is on the node. */
  NEVER = 'Never',
}

/** What goes into an engine's pod, whatever runs it. */
export interface EnginePodProps {
  /**
   * The image that runs. The entrypoint is always the image's own: it sets up cgroups and limits.
   *
   * @default - the published image of the version
   */
  readonly image?: EngineImage;

  /**
   * When the image is pulled.
   *
   * @default - the API server's: ImagePullPolicy.IF_NOT_PRESENT for a reference with a tag other than `latest`
   */
  readonly imagePullPolicy?: ImagePullPolicy;

  /**
   * Resources of the engine's container.
   *
   * @default - none: set requests, and keep other work off the node
   */
  readonly resources?: EngineResources;

  /**
   * Variables of the engine's container, by name.
   *
   * @default - those that other properties need
   */
  readonly env?: { [name: string]: EnvVar };

  /**
   * Secrets and ConfigMaps whose every key becomes a variable.
   *
   * @default - none
   */
  readonly envFrom?: EnvFrom[];

  /**
   * Flags of `dagger-engine`, appended to those that the library sets.
   *
   * @default - none
   */
  readonly args?: string[];

  /**
   * Ports to declare on the engine's container beside the listener's and the metrics'. Declaring one opens nothing.
   *
   * @default - none
   */
  readonly extraPorts?: k8s.ContainerPort[];

  /**
   * Mounts of the engine's container beside those that the library makes; the volumes go into `pod.volumes`.
   *
   * @default - none
   */
  readonly volumeMounts?: k8s.VolumeMount[];

  /**
   * Proxy that the engine and every build go through.
   *
   * @default - none
   */
  readonly proxy?: EngineProxy;

  /**
   * Certificates (PEM) of authorities that the engine and every build container trust. Each is mounted as a
   * single file; a change needs a restart.
   *
   * @default - those of the image
   */
  readonly caCertificates?: KeySelector[];

  /**
   * NVIDIA GPUs: sets the image's tag, the variable, the runtime class, the resource and the architecture.
   *
   * @default - none
   */
  readonly gpu?: EngineGpu;

  /**
   * Probes of the engine's container.
   *
   * @default - startup and readiness, no liveness
   */
  readonly probes?: EngineProbes;

  /**
   * Time between the request to stop and the kill. From v0.21.0 and v1.0.0-beta.1 an engine that is killed before
   * it has written its cache deletes all of it at the next start.
   *
   * @default Duration.minutes(10)
   */
  readonly terminationGracePeriod?: Duration;

  /**
   * Hook before the engine is asked to stop, with its `maxDuration`. The engine goes on serving meanwhile.
   *
   * @default - none
   */
  readonly preStop?: LifecycleHook;

  /**
   * Hook after the engine's container has started.
   *
   * @default - none
   */
  readonly postStart?: LifecycleHook;

  /**
   * Group of the socket, and capabilities.
   *
   * @default - group 1001, no capabilities spelled out
   */
  readonly security?: EnginePodSecurity;

  /**
   * Account that the pods run under. The API server keeps the name of one that is left out later: the way back is
   * `EngineServiceAccount.fromName('default')`.
   *
   * @default - the namespace's default account, whose token is not mounted
   */
  readonly serviceAccount?: EngineServiceAccount;

  /**
   * Fields of the pod that the engine has no opinion on.
   *
   * @default - none
   */
  readonly pod?: EnginePodOptions;
}
