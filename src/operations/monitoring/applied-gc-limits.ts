import { parseSpace } from '../../config/engine-units';
import { bytesOf, inBytes } from '../../config/gc-limits';
import type { WirePolicy, WireSpace } from '../../config/wire';
import type { MonitoredEngine } from './monitored-engine';

/** The limits of garbage collection in bytes. A limit is undefined if it isn't set, or depends on an unknown disk. */
export interface GcLimits {
  readonly maxUsed?: number;
  readonly minFree?: number;
}

/**
 * Returns the limits that an engine applies, from `gc` of engine.json and `worker.oci` of engine.toml.
 *
 * Policies take precedence over limits, and engine.json takes precedence over engine.toml. The last policy applies to
 * all records, so its limits apply to the whole cache.
 */
export function gcLimits({ cache, gc: { json = {}, toml = {} } }: Pick<MonitoredEngine, 'cache' | 'gc'>): GcLimits {
  if (json.enabled === false || toml.gc === false) {
    return {};
  }
  const limits: WireSpace & Pick<WirePolicy, 'filters' | 'keepBytes'> =
    json.policies?.at(-1) ?? toml.gcpolicy?.at(-1) ?? (hasLimits(json) ? json : toml);
  if (limits.filters !== undefined && limits.filters.length > 0) {
    return {};
  }
  const volume = cache?.size && bytesOf(cache.size);
  const bytes = (value: unknown): number | undefined => inBytes(parseSpace(value), volume);
  const maxUsed = bytes(limits.maxUsedSpace ?? limits.keepBytes ?? toml.gckeepstorage);
  const minFree = bytes(limits.minFreeSpace);
  // The engine reads 0 as unset.
  return { ...(maxUsed && { maxUsed }), ...(minFree && { minFree }) };
}

function hasLimits(gc: WireSpace): boolean {
  return gc.maxUsedSpace !== undefined || gc.minFreeSpace !== undefined || gc.reservedSpace !== undefined;
}
