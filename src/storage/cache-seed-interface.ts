import type { Size } from 'cdk8s';
import type { EngineVersion } from '../version/engine-version';

/** A seed for the caches of engines. Implemented by `CacheSeed`. */
export interface ICacheSeed {
  /** The name of the VolumeSnapshot that new volumes are copied from. */
  readonly snapshotName: string;

  /** The version of the engine that wrote the cache. */
  readonly version: EngineVersion;

  /** The size of the snapshotted volume. Volumes that are copied from it can't be smaller. */
  readonly size: Size;

  /** The namespace of the snapshot, or undefined if its chart has none. */
  readonly namespace?: string;
}
