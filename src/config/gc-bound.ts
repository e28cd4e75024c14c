import { EngineRisk } from '../reporting/engine-risk';
import type { Problems } from '../reporting/problems';
import { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';
import type { ConfigContext } from './config-context';
import { formatBytes, parseSpace } from './engine-units';
import { bytesOf, MAX_USED_PERCENT, round, share } from './gc-limits';
import { setsGc } from './gc-rendering';
import type { WireGc, WirePolicy, WireSpace, WireWorker } from './wire';

/**
 * Reports a cache that can outgrow the limit of its emptyDir. The engine sees the node's disk instead of that limit, so
 * it needs an absolute maximum.
 *
 * @param at returns the problems of the property that sets the effective limits
 */
export function checkBound(
  gc: WireGc = {},
  worker: WireWorker = {},
  { cacheSize, version }: Pick<ConfigContext, 'cacheSize' | 'version'>,
  at: (ofJson: boolean) => Problems,
): void {
  const volume = bytesOf(cacheSize!);
  if (isBounded(gc, worker, volume, version)) {
    return;
  }
  const ofJson =
    version.supports(EngineCapability.ENGINE_JSON) &&
    (!setsGc(worker, version) || (worker.gc !== false && setsAnything(gc)));
  const key = ofJson || version.supports(EngineCapability.TOML_GC_SPACE) ? 'maxUsedSpace' : 'gckeepstorage';
  at(ofJson).add('', {
    wrong: 'the cache can outgrow the limit of the emptyDir, at which the kubelet evicts the pod',
    risk: EngineRisk.CACHE_OUTGROWS_LIMIT,
    got: ofJson ? gc : worker,
    allowed: `a ${key} of less than ${formatBytes(volume)}, for all records`,
    fix: `set ${key} to ${round(share(volume, MAX_USED_PERCENT))}, or remove sizeLimit`,
  });
}

/** Whether the effective limits bound the size of the cache (engine/server/gc.go:287-375@v0.21.7). */
function isBounded(gc: WireGc, worker: WireWorker, volume: number, version: EngineVersion): boolean {
  if (gc.enabled === false || worker.gc === false) {
    return false;
  }
  const policies = gc.policies?.length ? gc.policies : (worker.gcpolicy ?? []);
  const isOfAll = ({ filters = [], keepDuration }: WirePolicy): boolean => filters.length === 0 && !keepDuration;
  return policies.length > 0
    ? policies.some((policy) => isOfAll(policy) && bounds(policy, volume, version))
    : bounds(setsLimits(gc) ? gc : worker, volume, version);
}

/**
 * Whether limits bound the size of the cache. Other checks report maximums that are percentages or too large.
 * `reservedSpace` is a maximum only in BuildKit.
 */
function bounds(
  limits: WireSpace & { readonly gckeepstorage?: unknown; readonly keepBytes?: unknown },
  volume: number,
  version: EngineVersion,
): boolean {
  const reserved = parseSpace(limits.reservedSpace ?? limits.gckeepstorage ?? limits.keepBytes)?.bytes;
  const isMaximum = version.supports(EngineCapability.GC_FILTERS_ARE_ALTERNATIVES);
  return isSet(limits.maxUsedSpace) || (isMaximum && reserved !== undefined && reserved > 0 && reserved < volume);
}

function setsAnything(gc: WireGc): boolean {
  return gc.enabled !== undefined || (gc.policies ?? []).length > 0 || setsLimits(gc);
}

/** Whether any limit is set. */
export function setsLimits({ maxUsedSpace, minFreeSpace, reservedSpace, sweepSize, sweep }: WireGc): boolean {
  return [maxUsedSpace, minFreeSpace, reservedSpace, sweepSize, sweep].some(isSet);
}

/** Whether a limit is set. The engine treats zero as unset. */
function isSet(value: unknown): boolean {
  const space = parseSpace(value);
  return space !== undefined && space.bytes !== 0;
}
