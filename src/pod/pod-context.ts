import type { Container, ContainerPort, Volume, VolumeMount } from 'kubernetes-types/core/v1';
import type { MountedFile } from '../config/config-context';
import type { WireJson } from '../config/wire';
import type { Problems } from '../reporting/problems';
import type { BoundCache } from '../storage/cache-volume';
import type { EngineVersion } from '../version/engine-version';
import type { DrainSettings } from './drain-script';
import type { EngineContainerProps } from './engine-container-props';
import type { EnginePodProps } from './engine-pod-props';
import type { EnvVar } from './env-var';
import type { BoundHostSocket } from './host-socket';

/** The input for rendering a pod. */
export interface PodContext {
  readonly version: EngineVersion;
  readonly props: EngineContainerProps & EnginePodProps;
  readonly problems: Problems;
  readonly labels: { readonly [key: string]: string };
  readonly selector: { readonly [key: string]: string };
  readonly cache?: BoundCache;
  /** The socket on the node. */
  readonly hostSocket?: BoundHostSocket;
  /** The engine's files, and the name of their ConfigMap. */
  readonly config: {
    readonly name: string;
    /** The name of the volume, if the user sets it. */
    readonly volumeName?: string;
    readonly data?: { readonly [file: string]: string };
    readonly files: readonly MountedFile[];
    /** The state directory, if it isn't the engine's default. */
    readonly stateDirectory?: string;
    /** The keys in engine.json that make the engine report to other services. */
    readonly reports: Pick<WireJson, 'telemetry' | 'remoteCache'>;
  };
  /** The flags that the listener needs. */
  readonly listenerArgs: readonly string[];
  /** The port that the engine itself listens on for clients. */
  readonly listenerPort?: ContainerPort;
  /** Whether the engine's container declares `listenerPort`. */
  readonly declaresListenerPort?: boolean;
  /** The additions of the listener to the pod. */
  readonly listenerAddition?: PodAddition;
  /** The number of seconds that the pod has to stop. */
  readonly gracePeriodSeconds: number;
  /** The drain before the engine stops, if the library adds a hook for it. */
  readonly drain?: {
    readonly settings: DrainSettings;
    /** The addresses in engine.toml where the engine accepts clients. */
    readonly addresses: readonly string[];
    /** The port where the engine or the TLS sidecar accepts clients. */
    readonly listenerPort?: number;
  };
  /** The variables that properties add, keyed by property. */
  readonly propertyEnv: { readonly [property: string]: { readonly [name: string]: EnvVar } | undefined };
  /** The annotations that properties add to the pods. */
  readonly annotations: { readonly [key: string]: string };
  /** The metrics ports. */
  readonly metricsPorts: readonly ContainerPort[];
  readonly serviceAccountName?: string;
  /** The property path of each additional claim template, keyed by the name of the template. */
  readonly claimTemplates?: { readonly [name: string]: string };
}

/** Additions of a listener to the pod. */
export interface PodAddition {
  readonly volumes: readonly Volume[];
  /** Mounts in the engine's container. */
  readonly mounts: readonly VolumeMount[];
  /** A container that starts and stops with the engine. */
  readonly sidecar?: Container;
  /** A container that starts before the engine and stops after it. */
  readonly nativeSidecar?: Container;
}
