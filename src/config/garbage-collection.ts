import type { Duration, Size } from 'cdk8s';
import type { DiskSpace } from './disk-space';

/** The limits between which the engine keeps its cache. */
export interface GcSpace {
  /**
   * What is kept even when the disk is full.
   *
   * @default - see the structs that contain this one
   */
  readonly reservedSpace?: DiskSpace;

  /**
   * What the cache may use.
   *
   * @default - see the structs that contain this one
   */
  readonly maxUsedSpace?: DiskSpace;

  /**
   * What the engine tries to leave free on the disk.
   *
   * @default - see the structs that contain this one
   */
  readonly minFreeSpace?: DiskSpace;

  /**
   * How much more than needed to free in one go, as a percentage of the space between
   * `reservedSpace` and `maxUsedSpace`. From v0.18.9.
   *
   * @default - see the structs that contain this one
   */
  readonly sweepSize?: DiskSpace;
}

/** One rule of garbage collection: which records, when idle for how long, above which limits. */
export interface GcPolicy extends GcSpace {
  /**
   * All records, internal ones too.
   *
   * @default false
   */
  readonly all?: boolean;

  /**
   * Which records, such as `type==exec.cachemount`; the types are `internal`, `frontend`, `source.local`,
   * `source.git.checkout`, `exec.cachemount` and `regular`.
   *
   * From v0.21.0 all filters must match, and several types go into one, with commas:
   * `type==source.local,type==exec.cachemount`. Before, they are alternatives, and a comma means both.
   *
   * @default - no restriction
   */
  readonly filters?: string[];

  /**
   * Keep what was used within this time.
   *
   * @default - no such time
   */
  readonly keepDuration?: Duration;
}

/** The limits of the cache of DagQL results in memory. From v1.0.0-beta.10. */
export interface DagqlCache {
  /**
   * Above this estimated size the engine drops results.
   *
   * @default - 4 GiB
   */
  readonly maxEstimatedSize?: Size;

  /**
   * It drops them down to this estimated size.
   *
   * @default - 3 GiB
   */
  readonly targetEstimatedSize?: Size;
}

/**
 * Garbage collection of the engine's cache.
 *
 * The engine doesn't merge what you set with its defaults, so all limits are written together: those that you
 * leave out are computed from the size of the cache volume, or are the engine's own defaults when
 * that is not known.
 */
export interface GarbageCollection extends GcSpace {
  /**
   * Whether to collect garbage at all.
   *
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * How long to keep cache volumes, local sources and git checkouts that nothing uses.
   *
   * From v0.21.0 the engine drops them after 48 hours, on an empty disk too. Before, its rule for them never matched, so
   * that they were kept as long as anything else: there this property may shorten their life.
   *
   * @default - 48 hours; before v0.21.0, 60 days
   */
  readonly keepCacheVolumes?: Duration;

  /**
   * The rules, in order, instead of the ones that the engine makes from the limits.
   *
   * @default - the engine's own
   */
  readonly policies?: GcPolicy[];

  /**
   * Limits of the cache of DagQL results in memory. From v1.0.0-beta.10.
   *
   * @default - the engine's own
   */
  readonly dagqlCache?: DagqlCache;
}
