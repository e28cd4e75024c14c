import type { AcceptedRisk } from '../reporting/accepted-risk';
import type { EngineJson } from '../config/engine-json';
import type { EngineToml } from '../config/engine-toml';
import type { KeySelector } from '../config/key-selector';
import type { ImagePullPolicy } from '../pod/engine-container-props';
import type { EnvVar } from '../pod/env-var';
import type { EngineImage } from '../pod/image';
import type { EngineProbe } from '../pod/probe';
import type { EngineProxy } from '../pod/proxy';
import type { EngineResources } from '../pod/resources';
import type { EnginePodSecurity } from '../pod/security';
import type { CacheVolume } from '../storage/cache-volume';
import type { CliInstall } from './cli-install';

/** Properties for an EngineSidecar. */
export interface EngineSidecarProps {
  /** The release of the engine, such as `v0.21.7`. For a custom image, use the release that the image is based on. */
  readonly version: string;

  /**
   * The prefix for the names of the sidecar's objects.
   *
   * @default - the construct's id
   */
  readonly name?: string;

  /**
   * Whether the engine is a native sidecar, which is an init container that keeps running (Kubernetes 1.29 and later).
   * A native sidecar is ready before the job's containers start, and stops after they end. A plain container guarantees
   * neither. A Job with a plain engine never completes unless something else stops the engine, as Argo Workflows and
   * Tekton do with their sidecars.
   *
   * @default true
   */
  readonly native?: boolean;

  /**
   * The image of the engine.
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
   * @default - none
   */
  readonly resources?: EngineResources;

  /**
   * Environment variables of the engine's container, by name.
   *
   * @default - none
   */
  readonly env?: { [name: string]: EnvVar };

  /**
   * Flags of `dagger-engine`.
   *
   * @default - none
   */
  readonly args?: string[];

  /**
   * The proxies that the engine and its builds use.
   *
   * @default - none
   */
  readonly proxy?: EngineProxy;

  /**
   * CA certificates (PEM) that the engine and all build containers trust.
   *
   * @default - only the CA certificates of the image
   */
  readonly caCertificates?: KeySelector[];

  /**
   * The group that owns the socket, and additional capabilities.
   *
   * @default - group 1001, no additional capabilities
   */
  readonly security?: EnginePodSecurity;

  /**
   * The probe that delays the job's containers until the engine is ready.
   *
   * @default EngineProbe.connect() - every 5 s for up to ten minutes
   */
  readonly startupProbe?: EngineProbe;

  /**
   * The cache volume. The default has no size limit, because the volume is deleted with the job's pod. If several pods
   * share a volume, only one job can use it at a time, because only one engine can lock it.
   *
   * @default CacheVolume.emptyDir() - deleted with the pod
   */
  readonly cache?: CacheVolume;

  /**
   * The content of `engine.json`.
   *
   * @default - only garbage collection, if the size of the cache volume is known
   */
  readonly engineJson?: EngineJson;

  /**
   * The content of `engine.toml`.
   *
   * @default - none
   */
  readonly engineToml?: EngineToml;

  /**
   * Whether builds may use root capabilities (`insecureRootCapabilities` of `withExec`) and, in v0.21.0 and later, the
   * host network. Either makes a build root on the node.
   *
   * @default - the setting in `engineJson` or `engineToml`, or else the engine's default
   */
  readonly insecureRootCapabilities?: boolean;

  /**
   * Risks to accept, with reasons. The library writes the reasons to an annotation of the sidecar's ConfigMap and of
   * the objects that run the engine: connected objects, and objects that the library creates for CI systems. For ARC,
   * Jenkins and Buildkite, the pods have the annotation.
   *
   * @default - none
   */
  readonly acceptRisks?: AcceptedRisk[];

  /**
   * Installs the `dagger` command in the job's containers.
   *
   * @default - not installed: the images of the containers must have it
   */
  readonly cli?: CliInstall;
}
