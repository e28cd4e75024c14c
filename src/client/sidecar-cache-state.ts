import type { BoundCache } from '../storage/cache-volume';

/** The name of the state in which an `EngineSidecar` stores its `SidecarCache`. */
export const SIDECAR_CACHE = 'sidecar-cache';

/** The name of the state in which an `EngineSidecar` stores the container of its engine. */
export const SIDECAR_CONTAINER = 'sidecar-container';

/** The cache of an `EngineSidecar`, which the engines in all of its jobs use. */
export interface SidecarCache {
  readonly namespace: string | undefined;
  readonly cache: BoundCache;
}
