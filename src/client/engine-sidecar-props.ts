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

/** Properties of an engine in the pod of a job. */
export interface EngineSidecarProps {
  /**
   * The version of the engine, such as `v0.21.7`. For a custom image, the version that it behaves like.
   */
  readonly version: string;

  /**
   * The prefix of the names of the sidecar's objects.
   *
   * @default - the construct's id
   */
  readonly name?: string;

  /**
   * Whether the engine is a native sidecar: an init container that keeps running (Kubernetes 1.29). It is ready before the job's containers start, and
   * stops after they end. A plain container does neither. A Job with a plain engine never completes unless something else stops the engine, as Argo
   * Workflows and Tekton do with their sidecars.
   *
   * @default true
   */
  readonly native?: boolean;

  /**
   * The image of the engine.
   *
   * @default - the published image of the version
   */
  readonly image?: EngineImage;

  /**
   * The pull policy of the image.
   *
   * @default - the API server's
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
   * The proxy of the engine and of all builds.
   *
   * @default - none
   */
  readonly proxy?: EngineProxy;

  /**
   * Certificates (PEM) of CAs that the engine and all build containers trust.
   *
   * @default - the CAs of the image
   */
  readonly caCertificates?: KeySelector[];

  /**
   * The group of the socket, and capabilities.
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
   * The volume of the cache. Only one job at a time can use a volume that several pods share, because the second engine can't lock it.
   *
   * @default CacheVolume.emptyDir() - the cache is deleted with the pod
   */
  readonly cache?: CacheVolume;

  /**
   * The content of `engine.json`.
   *
   * @default - garbage collection for the size of the cache volume, if the size is known
   */
  readonly engineJson?: EngineJson;

  /**
   * The content of `engine.toml`.
   *
   * @default - none
   */
  readonly engineToml?: EngineToml;

  /**
   * Whether builds may use root capabilities (`withExec(insecureRootCapabilities: true)`) and the network of the host.
   *
   * @default - the default of the engine's version
   */
  readonly insecureRootCapabilities?: boolean;

  /**
   * Risks to accept, with reasons. The reasons stay in the program, because the pod belongs to the job.
   *
   * @default - none
   */
  readonly acceptRisks?: AcceptedRisk[];

  /**
   * Installs the `dagger` command in the job's containers. The pod pulls the engine's image anyway.
   *
   * @default - the command is in their image
   */
  readonly cli?: CliInstall;
}
