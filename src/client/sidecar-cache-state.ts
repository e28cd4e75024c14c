import type { Container } from 'kubernetes-types/core/v1';
import type { BoundCache } from '../storage/cache-volume';

/** The key of the construct state that holds the `SidecarCache` of an `EngineSidecar`. */
export const SIDECAR_CACHE = 'sidecar-cache';

/** The key of the construct state that holds the `SidecarContainer` of an `EngineSidecar`. */
export const SIDECAR_CONTAINER = 'sidecar-container';

/** The cache of an `EngineSidecar`. The engines in all of its jobs share it. */
export interface SidecarCache {
  readonly namespace: string | undefined;
  readonly cache: BoundCache;
}

/** Returns the engine's container of an `EngineSidecar`, which methods can change until synth. */
export type SidecarContainer = () => Container;
