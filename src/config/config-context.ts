import type { Size } from 'cdk8s';
import type { Problems } from '../reporting/problems';
import type { EngineVersion } from '../version/engine-version';
import type { Table } from './tables';
import type { KeySelector } from './key-selector';
import type { WireToml } from './wire';

/** The input for rendering the configuration files of an engine. */
export interface ConfigContext {
  readonly version: EngineVersion;

  readonly problems: Problems;

  /** The size of the cache volume, or undefined if it is unknown. */
  readonly cacheSize?: Size;

  /**
   * Whether `cacheSize` is the size of the file system that the engine sees, so that percentages refer to the volume.
   * False for an emptyDir on disk, whose size is only a limit, because the engine sees the node's whole disk.
   */
  readonly cacheIsOwnFilesystem: boolean;

  /** The limit of an emptyDir that the user mounts at the state directory instead of setting `cache`. */
  readonly mountedLimit?: Size;

  /** Whether the cache is on NFS, where overlayfs can't write. */
  readonly cacheIsNfs: boolean;

  /** Addresses that engine.toml must list in addition to the user-defined ones, for example `tcp://0.0.0.0:8080`. */
  readonly extraAddresses: readonly string[];

  /** Whether builds may request root capabilities, or undefined if the property isn't set. */
  readonly insecureRootCapabilities?: boolean;

  /** Whether the property `telemetry` enables the metrics of the engine process. */
  readonly sendsMetrics?: boolean;

  /** The paths of the certificates for a listener whose TLS the engine terminates. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca?: string };

  /** The content of engine.toml as the engine reads it. Set only while engine.json is rendered. */
  readonly toml?: WireToml;
}

/** A configuration file, ready to be mounted. */
export interface RenderedConfig {
  readonly text: string;
  /** The files that the text refers to, sorted by path. */
  readonly files: readonly MountedFile[];
  /** The keys and values that the engine reads from the text. */
  readonly keys: Table;
}

/** A key of a Secret or ConfigMap that a configuration file refers to. The pod mounts it at `path` with `subPath`. */
export interface MountedFile {
  readonly selector: KeySelector;
  readonly path: string;
}
