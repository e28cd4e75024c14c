import type { Size } from 'cdk8s';
import type { Problems } from '../reporting/problems';
import type { EngineVersion } from '../version/engine-version';
import type { Table } from './tables';
import type { KeySelector } from './key-selector';
import type { WireToml } from './wire';

/** The engine that configuration files are rendered for. */
export interface ConfigContext {
  readonly version: EngineVersion;

  readonly problems: Problems;

  /** The size of the cache volume. Undefined if it isn't known. */
  readonly cacheSize?: Size;

  /**
   * Whether `cacheSize` is the size of the file system that the engine sees, so that percentages refer to the volume. False
   * for an emptyDir on disk: its size is a limit, and the engine sees the whole disk of the node.
   */
  readonly cacheIsOwnFilesystem: boolean;

  /** The limit of an emptyDir that the user mounts instead of a cache volume of the library. */
  readonly mountedLimit?: Size;

  /** Whether the cache is on NFS, where overlayfs can't write. */
  readonly cacheIsNfs: boolean;

  /** Addresses that engine.toml must list in addition to the caller's, for example `tcp://0.0.0.0:8080`. */
  readonly extraAddresses: readonly string[];

  /** Whether builds may request root capabilities. Undefined if only the files decide. */
  readonly insecureRootCapabilities?: boolean;

  /** The paths of the certificates for a listener whose TLS the engine terminates. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca?: string };

  /** engine.toml as the engine reads it. Only set while engine.json is rendered. */
  readonly toml?: WireToml;
}

/** A configuration file, ready to be mounted. */
export interface RenderedConfig {
  readonly text: string;
  /** The files that the text refers to, sorted by path. */
  readonly files: readonly MountedFile[];
  /** The text as the engine reads it. */
  readonly keys: Table;
}

/** A file that a configuration file refers to. The pod mounts it at `path`, by `subPath`. */
export interface MountedFile {
  readonly selector: KeySelector;
  readonly path: string;
}
