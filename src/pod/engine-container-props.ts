import type { Duration } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import type { KeySelector } from '../config/key-selector';
import type { EnvFrom } from './env-from';
import type { EnvVar } from './env-var';
import type { EngineGpu } from './gpu';
import type { EngineImage } from './image';
import type { LifecycleHook } from './lifecycle-hook';
import type { EngineProbes } from './probes';
import type { EngineProxy } from './proxy';
import type { EngineResources } from './resources';
import type { EnginePodSecurity } from './security';
import type { EngineServiceAccount } from './service-account';

/** The pull policy of the engine's image. */
export enum ImagePullPolicy {
  /** Pulls at every start of a container. */
  ALWAYS = 'Always',
  /** Pulls if the node doesn't have the image. */
  IF_NOT_PRESENT = 'IfNotPresent',
  /** Never pulls. The image must be on the node. */
  NEVER = 'Never',
}

/** Properties of the engine's container, and of the parts of the pod that it uses. */
export interface EngineContainerProps {
  /**
   * The image. Its entrypoint is always used, because it sets up cgroups and limits.
   *
   * @default - the published image of the version
   */
  readonly image?: EngineImage;

  /**
   * The pull policy of the image.
   *
   * @default - the API server's: ImagePullPolicy.IF_NOT_PRESENT for a reference with a tag other than `latest`
   */
  readonly imagePullPolicy?: ImagePullPolicy;

  /**
   * The resources of the engine's container.
   *
   * @default - none, but you should set requests, and keep other workloads off the node
   */
  readonly resources?: EngineResources;

  /**
   * The environment variables of the engine's container, by name.
   *
   * @default - those that other properties need
   */
  readonly env?: { [name: string]: EnvVar };

  /**
   * Secrets and ConfigMaps whose keys all become environment variables.
   *
   * @default - none
   */
  readonly envFrom?: EnvFrom[];

  /**
   * Additional flags of `dagger-engine`, after those of the library.
   *
   * @default - none
   */
  readonly args?: string[];

  /**
   * Additional ports to declare on the engine's container. Declaring a port doesn't open it.
   *
   * @default - none
   */
  readonly extraPorts?: k8s.ContainerPort[];

  /**
   * Additional mounts of the engine's container, for volumes in `volumes`.
   *
   * @default - none
   */
  readonly volumeMounts?: k8s.VolumeMount[];

  /**
   * The proxy for the engine and every build.
   *
   * @default - none
   */
  readonly proxy?: EngineProxy;

  /**
   * CA certificates (PEM) that the engine and every build container trust. Each is mounted as a
   * single file. A change needs a restart.
   *
   * @default - those of the image
   */
  readonly caCertificates?: KeySelector[];

  /**
   * The NVIDIA GPUs of each engine. They set the image tag, the environment variable, the runtime class, the resource and the architecture.
   *
   * @default - none
   */
  readonly gpu?: EngineGpu;

  /**
   * The probes of the engine's container.
   *
   * @default - startup and readiness, no liveness
   */
  readonly probes?: EngineProbes;

  /**
   * The time between the request to stop and the kill. From v0.21.0 and v1.0.0-beta.1, an engine that is killed before
   * it has written its cache deletes all of it at the next start.
   *
   * @default Duration.minutes(10)
   */
  readonly terminationGracePeriod?: Duration;

  /**
   * The hook before the engine stops, with its `maxDuration`. The engine keeps serving until the hook ends.
   *
   * @default - none
   */
  readonly preStop?: LifecycleHook;

  /**
   * The hook after the start of the engine's container.
   *
   * @default - none
   */
  readonly postStart?: LifecycleHook;

  /**
   * The group of the socket, and the capabilities.
   *
   * @default - group 1001, no explicit capabilities
   */
  readonly security?: EnginePodSecurity;

  /**
   * The service account of the pods. If you remove it later, the API server keeps the name. To reset it, use
   * `EngineServiceAccount.fromName('default')`.
   *
   * @default - the namespace's default account, whose token is not mounted
   */
  readonly serviceAccount?: EngineServiceAccount;
}
