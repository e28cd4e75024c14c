import type { Size } from 'cdk8s';
import { SizeRoundingBehavior } from 'cdk8s';
import { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';
import type { ConfigContext } from './config-context';
import { formatBytes, GIB, KIB, MIB, parseSpace, type Space } from './engine-units';
import type { Table } from './tables';
import type { GcSpace } from './gc-options';
import type { WireSpace } from './wire';

/**
 * The default limits of the engine in percent (engine/server/gc.go:597-602@v1.0.0-beta.10, unchanged since v0.15.0).
 */
export const MAX_USED_PERCENT = 75;
const MIN_FREE_PERCENT = 20;
/** The reserved space, rounded to GiB. The engine's default is 10 GB, or 10 % of a disk below 100 GB. */
const RESERVED_BYTES = 10 * GIB;

/**
 * The limits for a volume that contains only the cache, in percent. Such a volume needs less free space than a node's
 * disk.
 */
export const VOLUME_MIN_FREE_PERCENT = 15;
export const VOLUME_RESERVED_PERCENT = 10;
const SWEEP_PERCENT = 20;

export function bytesOf(size: Size): number {
  return size.toKibibytes({ rounding: SizeRoundingBehavior.NONE }) * KIB;
}

/** Renders user-defined limits in the engine's format. */
export function renderLimits(given: GcSpace, { version, problems }: ConfigContext): WireSpace {
  return {
    reservedSpace: given.reservedSpace?._render(problems, 'reservedSpace'),
    maxUsedSpace: given.maxUsedSpace?._render(problems, 'maxUsedSpace'),
    minFreeSpace: given.minFreeSpace?._render(problems, 'minFreeSpace'),
    [sweepKey(version)]: given.sweepSize?._render(problems, 'sweepSize'),
  };
}

/**
 * Adds omitted limits, because the engine sets them to zero if others are set
 * (engine/server/gc.go:502-515@v1.0.0-beta.10). The added limits are computed from the size of the volume, or are the
 * engine's defaults if the size is unknown. They never conflict with user-defined limits.
 */
export function fillLimits(given: WireSpace, context: ConfigContext): WireSpace {
  const key = sweepKey(context.version);
  const volume = context.cacheSize && bytesOf(context.cacheSize);
  const limits =
    volume === undefined ? fillForUnknownDisk(given) : fillForVolume(given, volume, context.cacheIsOwnFilesystem);
  const sweep =
    given[key] ??
    (volume !== undefined && sweepsGently(limits) && canSweep(context.version) ? `${SWEEP_PERCENT}%` : undefined);
  return { ...limits, ...(sweep === undefined ? {} : { [key]: sweep }) };
}

/** Whether engine.toml must contain the limits for the volume, because the release doesn't support engine.json. */
export function needsPreset({ cacheSize, version }: ConfigContext): boolean {
  return cacheSize !== undefined && !version.supports(EngineCapability.ENGINE_JSON);
}

/** Returns the limits in engine.toml for a volume of known size, for releases that don't support engine.json. */
export function presetForToml(context: ConfigContext): Table {
  const { sweep: _sweep, sweepSize: _sweepSize, ...limits } = fillLimits({}, context);
  return context.version.supports(EngineCapability.TOML_GC_SPACE)
    ? { ...limits }
    : { gckeepstorage: limits.maxUsedSpace };
}

/** Returns the limits for a volume of `volume` bytes. Each computed limit fits into the space that the
 * others leave. */
function fillForVolume(given: WireSpace, volume: number, ownFilesystem: boolean): WireSpace {
  const bytes = (value: unknown) => inBytes(parseSpace(value), volume);
  const freeFor = (taken: number | undefined) =>
    ownFilesystem && taken !== undefined && taken < volume ? volume - taken : volume;

  const maxUsedSpace =
    given.maxUsedSpace ?? round(Math.min(share(volume, MAX_USED_PERCENT), freeFor(bytes(given.minFreeSpace))));
  const minFreeSpace =
    given.minFreeSpace ?? round(Math.min(share(volume, VOLUME_MIN_FREE_PERCENT), freeFor(bytes(maxUsedSpace))));
  const reservedSpace =
    given.reservedSpace ??
    round(Math.min(share(volume, VOLUME_RESERVED_PERCENT), RESERVED_BYTES, bytes(maxUsedSpace) ?? volume));
  return { reservedSpace, maxUsedSpace, minFreeSpace };
}

function fillForUnknownDisk(given: WireSpace): WireSpace {
  const percentLeft = (value: unknown) => Math.max(1, 100 - (parseSpace(value)?.percent ?? 0));

  const maxUsedSpace = given.maxUsedSpace ?? `${Math.min(MAX_USED_PERCENT, percentLeft(given.minFreeSpace))}%`;
  const minFreeSpace = given.minFreeSpace ?? `${Math.min(MIN_FREE_PERCENT, percentLeft(given.maxUsedSpace))}%`;
  const reservedSpace =
    given.reservedSpace ?? round(Math.min(RESERVED_BYTES, parseSpace(maxUsedSpace)?.bytes ?? Infinity));
  return { reservedSpace, maxUsedSpace, minFreeSpace };
}

/**
 * Whether a sweep deletes at most half of the cache. The engine rounds percentages up to whole gigabytes
 * (internal/buildkit/cmd/buildkitd/config/gcpolicy.go:136-149@v0.21.7).
 */
function sweepsGently({ maxUsedSpace, reservedSpace }: WireSpace): boolean {
  const max = parseSpace(maxUsedSpace)?.bytes;
  const reserved = parseSpace(reservedSpace)?.bytes;
  if (max === undefined || reserved === undefined) {
    return true;
  }
  return percentAsEngine(SWEEP_PERCENT, max - reserved) * 2 <= max - reserved;
}

/** Returns a percentage in bytes, as the engine computes it. */
function percentAsEngine(percent: number, total: number): number {
  return (Math.floor(share(total, percent) / GIB) + 1) * 1e9;
}

/** Converts disk space to bytes. Returns undefined for a percentage of a volume of unknown size. */
export function inBytes(space: Space | undefined, volume: number | undefined): number | undefined {
  return (
    space?.bytes ?? (space?.percent === undefined || volume === undefined ? undefined : share(volume, space.percent))
  );
}

export function share(total: number, percent: number): number {
  return Math.floor((total * percent) / 100);
}

/** Rounds down to a readable size: to whole GiB from 4 GiB, to whole MiB from 1 MiB, otherwise to whole KiB. */
export function round(bytes: number): string {
  const unit = bytes >= 4 * GIB ? GIB : bytes >= MIB ? MIB : KIB;
  return formatBytes(Math.max(1, Math.floor(bytes / unit)) * unit);
}

function sweepKey(version: EngineVersion): 'sweep' | 'sweepSize' {
  return version.supports(EngineCapability.JSON_GC_SWEEP) ? 'sweep' : 'sweepSize';
}

function canSweep(version: EngineVersion): boolean {
  return version.supports(EngineCapability.JSON_GC_SWEEP) || version.supports(EngineCapability.JSON_GC_SWEEP_SIZE);
}
