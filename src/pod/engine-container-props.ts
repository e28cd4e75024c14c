import type { Duration } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import type { KeySelector } from '../config/key-selector';
import type { Drain } from './drain';
import type { EngineVolume } from './engine-volume';
import type { EnvFrom } from './env-from';
import type { EnvVar } from './env-var';
import type { EngineGpu } from './gpu';
import type { EngineImage } from './image';
import type { LifecycleHook } from './lifecycle-hook';
import type { NodeStopLimit } from './node-stop-limit';
import type { EngineProbes } from './probes';
import type { EngineProxy } from './proxy';
import type { EngineResources } from './resources';
import type { EnginePodSecurity } from './security';
import type { EngineServiceAccount } from './service-account';

/** The pull policy of the engine's image. */
export enum ImagePullPolicy {
  /** Pulls the image whenever the container starts. */
  ALWAYS = 'Always',
  /** Pulls the image if the node doesn't have it. */
  IF_NOT_PRESENT = 'IfNotPresent',
  /** Never pulls the image. The node must already have it. */
  NEVER = 'Never',
}

/** Properties for the engine's container, and for the pod if they concern the container. */
export interface EngineContainerProps {
  /**
   * The image of the engine. The library always keeps its entrypoint, which sets up cgroups and limits.
   *
   * @default - the published image of `version`
   */
  readonly image?: EngineImage;

  /**
   * The pull policy of the image.
   *
   * @default - the API server's default: ALWAYS for the tag `latest`, IF_NOT_PRESENT otherwise
   */
  readonly imagePullPolicy?: ImagePullPolicy;

  /**
   * The resources of the engine's container.
   *
   * @default - no requests and no limits, with a warning
   */
  readonly resources?: EngineResources;

  /**
   * The environment variables of the engine's container, keyed by name.
   *
   * @default - no additional variables
   */
  readonly env?: { [name: string]: EnvVar };

  /**
   * Secrets and ConfigMaps whose keys become environment variables of the engine's container.
   *
   * @default - none
   */
  readonly envFrom?: EnvFrom[];

  /**
   * Additional flags of `dagger-engine`. They follow the flags that the library sets.
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
   * Additional mounts of the engine's container, for the volumes in `volumes`.
   *
   * @default - none
   */
  readonly volumeMounts?: k8s.VolumeMount[];

  /**
   * Storage that builds can mount by name. Requires v1.0.0-beta.10 or later.
   *
   * @default - none
   */
  readonly engineVolumes?: EngineVolume[];

  /**
   * The proxies that the engine and its builds use.
   *
   * @default - none
   */
  readonly proxy?: EngineProxy;

  /**
   * CA certificates (PEM) that the engine and every build container trust. The library mounts each certificate as a
   * single file. Restart the engine after a change.
   *
   * @default - only the CA certificates of the image
   */
  readonly caCertificates?: KeySelector[];

  /**
   * The NVIDIA GPUs of each engine. They determine the tag of the image, an environment variable, the runtime class,
   * the resource limit, and the architecture of the nodes.
   *
   * @default - none
   */
  readonly gpu?: EngineGpu;

  /**
   * The probes of the engine's container.
   *
   * @default - a startup probe and a readiness probe, no liveness probe
   */
  readonly probes?: EngineProbes;

  /**
   * The time that the kubelet waits for the engine to stop before it kills it, in whole seconds. In v0.21.0 and later,
   * and in v1.0.0-beta.1 and later, an engine that is killed before it has written its cache deletes the whole cache at
   * the next start.
   *
   * @default Duration.minutes(10), or more if `drain` waits for longer than 225 seconds
   */
  readonly terminationGracePeriod?: Duration;

  /**
   * The limits on the time that nodes give their pods to stop. The drain and the grace period must fit into each limit.
   * Their default values do.
   *
   * @default - no limits
   */
  readonly nodeStopLimits?: NodeStopLimit[];

  /**
   * The behavior of the engine if it must stop while clients are connected.
   *
   * @default - Drain.untilIdle() in v0.21.4 and later, and in v1.0.0-beta.3 and later, unless `preStop` is set or the
   * grace period is below 75 seconds; Drain.none() in earlier releases, which exit with connected clients
   */
  readonly drain?: Drain;

  /**
   * The hook that runs before the engine stops. It requires `maxDuration`. The engine keeps serving until the hook
   * ends. This hook replaces the hook of `drain`, because a container has only one preStop hook.
   *
   * @default - the hook of `drain`
   */
  readonly preStop?: LifecycleHook;

  /**
   * The hook that runs after the start of the engine's container.
   *
   * @default - none
   */
  readonly postStart?: LifecycleHook;

  /**
   * The group of the engine's socket, and explicit capabilities.
   *
   * @default - group 1001, no explicit capabilities
   */
  readonly security?: EnginePodSecurity;

  /**
   * The service account of the pods. If you remove this property later, the API server keeps the old name. To reset it,
   * use `EngineServiceAccount.fromName('default')`.
   *
   * @default - the default service account of the namespace, without its token
   */
  readonly serviceAccount?: EngineServiceAccount;
}
