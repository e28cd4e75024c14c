import { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';
import type { Problems } from '../reporting/problems';
import { EngineRisk } from '../reporting/engine-risk';
import type { ConfigContext } from './config-context';
import { formatBytes, MIB, parseSpace, type Space } from './engine-units';
import {
  bytesOf,
  inBytes,
  MAX_USED_PERCENT,
  round,
  share,
  VOLUME_MIN_FREE_PERCENT,
  VOLUME_RESERVED_PERCENT,
} from './gc-limits';
import { neverMatches } from './gc-filters';
import type { WirePolicy, WireSpace } from './wire';

const LIMITS = ['maxUsedSpace', 'minFreeSpace', 'reservedSpace'] as const;

/** A reasonable percentage of a volume for each limit. */
const GOOD_PERCENT = {
  maxUsedSpace: MAX_USED_PERCENT,
  minFreeSpace: VOLUME_MIN_FREE_PERCENT,
  reservedSpace: VOLUME_RESERVED_PERCENT,
};

/** The minimum useful size of a limit. Image layers are larger than this. */
const USEFUL_BYTES = 16 * MIB;

/** Reports limits that can't work or don't have the intended effect. */
export function checkLimits(limits: WireSpace, context: ConfigContext, problems: Problems): void {
  const volume = context.cacheSize && bytesOf(context.cacheSize);
  const [max, minFree, reserved] = [
    spaceOf(limits.maxUsedSpace),
    spaceOf(limits.minFreeSpace),
    spaceOf(limits.reservedSpace),
  ];

  if (volume !== undefined && !context.cacheIsOwnFilesystem) {
    for (const key of LIMITS) {
      if (spaceOf(limits[key])?.percent !== undefined) {
        problems.add(key, {
          wrong: 'must be a size, because a percentage refers to the disk of the node',
          got: limits[key],
          allowed: 'a size',
          fix: 'use a value such as DiskSpace.size(Size.gibibytes(10))',
        });
      }
    }
  }
  const whole = volume === undefined ? 'the disk' : 'the volume';
  for (const key of context.cacheIsOwnFilesystem || volume === undefined ? LIMITS : (['maxUsedSpace'] as const)) {
    const space = spaceOf(limits[key]);
    if (space?.percent === 100 || (space?.bytes !== undefined && volume !== undefined && space.bytes >= volume)) {
      const good = volume === undefined ? `${GOOD_PERCENT[key]}%` : round(share(volume, GOOD_PERCENT[key]));
      problems.add(key, {
        wrong: `must be less than ${whole}, otherwise the disk fills up or the cache is always empty`,
        got: limits[key],
        allowed: `less than ${whole}`,
        fix: `use a value such as ${good}`,
      });
    }
  }
  if (max?.bytes !== undefined && max.bytes < USEFUL_BYTES) {
    problems.warn(
      EngineRisk.TINY_CACHE,
      'maxUsedSpace',
      `a cache of at most ${formatBytes(max.bytes)} can hardly hold one layer, so every run deletes nearly everything`,
      'check the unit',
    );
  }
  if (exceeds(reserved, max, volume)) {
    problems.add('reservedSpace', {
      wrong: 'must not exceed maxUsedSpace, which would have no effect',
      got: limits.reservedSpace,
      allowed: `at most ${show(limits.maxUsedSpace)}`,
      fix: 'decrease it, or increase maxUsedSpace',
    });
  }
  if (context.cacheIsOwnFilesystem && overlap(max, minFree, volume)) {
    problems.warn(
      EngineRisk.OVERLAPPING_GC_LIMITS,
      'maxUsedSpace',
      `the cache never grows to ${show(limits.maxUsedSpace)}, because the rest of the volume is less than minFreeSpace ${show(limits.minFreeSpace)}`,
      'lower one of them',
    );
  }
}

/** Reports a sweep that deletes the whole cache. */
export function checkSweep(limits: WireSpace, ofPolicy: boolean, problems: Problems): void {
  const key = limits.sweep === undefined ? 'sweepSize' : 'sweep';
  const sweep = spaceOf(limits[key]);
  const max = spaceOf(limits.maxUsedSpace);
  if (sweep === undefined) {
    return;
  }
  if (max === undefined) {
    problems.add(key, {
      wrong: 'without maxUsedSpace, every sweep deletes the whole cache',
      got: limits[key],
      allowed: 'a sweep together with maxUsedSpace',
      fix: 'set maxUsedSpace too',
    });
  } else if (sweep.bytes !== undefined && !ofPolicy) {
    problems.add(key, {
      wrong: 'must be a percentage, because a size of more than 512 MB deletes all cache volumes at each collection',
      got: limits[key],
      allowed: 'a percentage',
      fix: 'use a value such as DiskSpace.percent(20)',
    });
  } else if (sweep.bytes !== undefined && max.bytes !== undefined && sweep.bytes >= max.bytes) {
    problems.add(key, {
      wrong: 'must be less than maxUsedSpace, otherwise every sweep deletes the whole cache',
      got: limits[key],
      allowed: `less than ${show(limits.maxUsedSpace)}`,
      fix: 'use a value such as DiskSpace.percent(20)',
    });
  }
}

/** Warns about an incomplete set of limits. The engine sets missing limits to zero, not to their defaults. */
export function checkComplete(limits: WireSpace, problems: Problems): void {
  const missing = LIMITS.filter((key) => spaceOf(limits[key]) === undefined && !problems.has(key));
  const isAnySet = missing.length < LIMITS.length || spaceOf(limits.sweepSize ?? limits.sweep) !== undefined;
  if (isAnySet && missing.length > 0) {
    problems.warn(
      EngineRisk.PARTIAL_GC,
      '',
      `the engine sets ${missing.join(' and ')} to zero, not to its default, because other limits are set`,
      'set all three',
    );
  }
}

/** Reports policies that don't have the intended effect. */
export function checkPolicies(policies: readonly WirePolicy[], context: ConfigContext, problems: Problems): void {
  for (const [index, policy] of policies.entries()) {
    const at = problems.at(`[${index}]`);
    checkLimits(policy, context, at);
    checkSweep(policy, true, at);
    warnAboutPruning(policy, context.version, at);
    for (const [position, filter] of (policy.filters ?? []).entries()) {
      const wrong = neverMatches(filter, policy.filters!, context.version);
      if (wrong !== undefined) {
        at.add(`filters[${position}]`, {
          wrong: `the filter never matches: ${wrong.why}`,
          got: filter,
          allowed: wrong.allowed,
          fix: wrong.fix,
        });
      }
    }
  }
}

/**
 * Warns about a policy without limits. Such a policy has no threshold, so it deletes everything that it matches
 * (dagql/cache_prune.go:580-616@v0.21.7). In BuildKit, a policy without filters applies to all records.
 */
function warnAboutPruning(policy: WirePolicy, version: EngineVersion, problems: Problems): void {
  const isLimited = [...LIMITS, 'keepBytes' as const, 'sweepSize' as const, 'sweep' as const].some(
    (key) => spaceOf(policy[key]) !== undefined || problems.has(key),
  );
  const isOfSome =
    policy.all === true ||
    (policy.filters ?? []).length > 0 ||
    version.supports(EngineCapability.GC_FILTERS_ARE_ALTERNATIVES);
  if (!isLimited && !policy.keepDuration && !problems.has('keepDuration') && isOfSome) {
    problems.warn(
      EngineRisk.PRUNES_EVERYTHING,
      '',
      'without limits or keepDuration, every run deletes all unused records that the policy matches',
      'set maxUsedSpace',
    );
  }
}

/** Returns the space if it is set. The engine treats zero as unset. */
function spaceOf(value: unknown): Space | undefined {
  const space = parseSpace(value);
  return space?.bytes === 0 ? undefined : space;
}

function exceeds(a: Space | undefined, b: Space | undefined, volume: number | undefined): boolean {
  const [x, y] = [inBytes(a, volume), inBytes(b, volume)];
  return x !== undefined && y !== undefined ? x > y : (a?.percent ?? 0) > (b?.percent ?? Infinity);
}

function overlap(a: Space | undefined, b: Space | undefined, volume: number | undefined): boolean {
  const [x, y] = [inBytes(a, volume), inBytes(b, volume)];
  return volume !== undefined ? (x ?? 0) + (y ?? 0) > volume : (a?.percent ?? 0) + (b?.percent ?? 0) > 100;
}

function show(value: unknown): string {
  return String(value);
}
