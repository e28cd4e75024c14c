import type { Size } from 'cdk8s';
import type { Problems } from '../reporting/problems';
import type { EngineVersion } from '../version/engine-version';
import type { Table } from './file-keys';
import type { KeySelector } from './key-selector';
import type { WireToml } from './wire';

/** What the engine's configuration files need to know of the engine that they are for. */
export interface ConfigContext {
  readonly version: EngineVersion;

  readonly problems: Problems;

  /** The size of the cache volume, where it is known. */
  readonly cacheSize?: Size;

  /**
   * Whether `cacheSize` is that of the file system that the engine sees, so that a percentage is one of the volume.
   * Not so for an emptyDir on disk: its size is a limit, and the engine sees the node's whole disk.
   */
  readonly cacheIsOwnFilesystem: boolean;

  /** Whether the cache is on NFS, which overlayfs can't write to. */
  readonly cacheIsNfs: boolean;

  /** Addresses that engine.toml has to name beside the caller's own, for example `tcp://0.0.0.0:8080`. */
  readonly extraAddresses: readonly string[];

  /** Whether builds may ask for root capabilities; undefined where the files alone say so. */
  readonly insecureRootCapabilities?: boolean;

  /** The paths of the certificates with which the engine serves TLS, where a listener wants that. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca?: string };

  /** What engine.toml says, as the engine reads it; set while engine.json is rendered. */
  readonly toml?: WireToml;
}

/** A configuration file, ready to be mounted. */
export interface RenderedConfig {
  readonly text: string;
  /** What the text refers to, by path. */
  readonly files: readonly MountedFile[];
  /** The text as the engine reads it. */
  readonly keys: Table;
}

/** A file that the text names: the pod mounts it at `path`, by itself, with `subPath`. */
export interface MountedFile {
  readonly selector: KeySelector;
  readonly path: string;
}
