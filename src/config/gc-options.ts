import type { Duration, Size } from 'cdk8s';
import type { DiskSpace } from './disk-space';

/** The size limits of the engine's cache. */
export interface GcSpace {
  /**
   * The space that the engine keeps for its cache when it deletes what exceeds `maxUsedSpace`. From v0.21.0, the engine
   * deletes this space too if less than `minFreeSpace` is free.
   *
   * @default - computed in `GarbageCollection`, none in a `GcPolicy`
   */
  readonly reservedSpace?: DiskSpace;

  /**
   * The maximum space that the cache may use.
   *
   * @default - computed in `GarbageCollection`, none in a `GcPolicy`
   */
  readonly maxUsedSpace?: DiskSpace;

  /**
   * The disk space that the engine tries to keep free.
   *
   * @default - computed in `GarbageCollection`, none in a `GcPolicy`
   */
  readonly minFreeSpace?: DiskSpace;

  /**
   * The additional space to free at each collection, as a percentage of the difference between `maxUsedSpace` and
   * `reservedSpace`. Requires v0.18.9 or later.
   *
   * @default - computed in `GarbageCollection`, none in a `GcPolicy`
   */
  readonly sweepSize?: DiskSpace;
}

/** A garbage collection policy. It deletes unused records if the cache exceeds the limits of the policy. */
export interface GcPolicy extends GcSpace {
  /**
   * Whether the policy includes internal records.
   *
   * @default false
   */
  readonly all?: boolean;

  /**
   * The filters for records, for example `type==exec.cachemount`. The types are `internal`, `frontend`, `source.local`,
   * `source.git.checkout`, `exec.cachemount` and `regular`.
   *
   * In v0.21.0 and later, all filters must match, and one filter can list several types, separated by commas:
   * `type==source.local,type==exec.cachemount`. In earlier releases, filters are alternatives, and a comma means "and".
   *
   * @default - all records
   */
  readonly filters?: string[];

  /**
   * The time that the policy keeps unused records.
   *
   * @default - none
   */
  readonly keepDuration?: Duration;
}

/** Limits for the in-memory cache of DagQL results. Requires v0.21.9 or later, or v1.0.0-beta.10 or later. */
export interface DagqlCache {
  /**
   * The estimated size above which the engine deletes results. It must be greater than `targetEstimatedSize`.
   *
   * @default Size.gibibytes(4)
   */
  readonly maxEstimatedSize?: Size;

  /**
   * The estimated size that remains after a deletion.
   *
   * @default Size.gibibytes(3)
   */
  readonly targetEstimatedSize?: Size;
}

/**
 * The garbage collection of the engine's cache.
 *
 * The engine doesn't combine its defaults with limits that you set, so the library always sets all limits. The library
 * computes omitted limits from the size of the cache volume, or uses the engine's defaults if the size is unknown.
 */
export interface GarbageCollection extends GcSpace {
  /**
   * Whether garbage collection is enabled.
   *
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * The time that the engine keeps unused cache volumes, local sources and git checkouts.
   *
   * In v0.21.0 and later, the engine deletes them after 48 hours by default, even if the disk is empty. In earlier
   * releases, the default policy for them never matches, so the engine keeps them as long as other records. In these
   * releases, setting this property can delete them earlier.
   *
   * @default - 48 hours, or 60 days before v0.21.0
   */
  readonly keepCacheVolumes?: Duration;

  /**
   * The policies, in the order in which the engine applies them. They replace the policies that the engine generates
   * from the limits.
   *
   * @default - policies that the engine generates from the limits
   */
  readonly policies?: GcPolicy[];

  /**
   * Limits for the in-memory cache of DagQL results. Requires v0.21.9 or later, or v1.0.0-beta.10 or later.
   *
   * @default - the defaults of the engine
   */
  readonly dagqlCache?: DagqlCache;
}
