import type { BoundCache } from '../storage/cache-volume';

/** The name of the state that an `EngineSidecar` keeps its `SidecarCache` in. */
export const SIDECAR_CACHE = 'sidecar-cache';

/** The cache of the engines that an `EngineSidecar` adds to jobs. */
export interface SidecarCache {
  readonly namespace: string | undefined;
  readonly cache: BoundCache;
}
