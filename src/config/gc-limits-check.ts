import { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';
import type { Problems } from '../reporting/problems';
import { EngineWarning } from '../reporting/warnings';
import type { ConfigContext } from './config-context';
import { parseSpace, type Space } from './engine-units';
import {
  bytesOf,
  inBytes,
  MAX_USED_PERCENT,
  round,
  share,
  VOLUME_MIN_FREE_PERCENT,
  VOLUME_RESERVED_PERCENT,
} from './gc-limits';
import type { WirePolicy, WireSpace } from './wire';

const LIMITS = ['maxUsedSpace', 'minFreeSpace', 'reservedSpace'] as const;

/** What of a volume is a good value of each. */
const GOOD_PERCENT = {
  maxUsedSpace: MAX_USED_PERCENT,
  minFreeSpace: VOLUME_MIN_FREE_PERCENT,
  reservedSpace: VOLUME_RESERVED_PERCENT,
};

/** Reports limits that can't work, or that are not what they seem. */
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
          wrong: "a percentage is one of the node's disk, not of this volume",
          got: limits[key],
          allowed: 'a size',
          fix: 'for example DiskSpace.size(Size.gibibytes(10))',
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
        wrong: `not less than ${whole}, so that the disk fills up or the cache is always empty`,
        got: limits[key],
        allowed: `less than ${whole}`,
        fix: `for example ${good}`,
      });
    }
  }
  if (exceeds(reserved, max, volume)) {
    problems.add('reservedSpace', {
      wrong: 'more than maxUsedSpace, which then bounds nothing',
      got: limits.reservedSpace,
      allowed: `at most ${show(limits.maxUsedSpace)}`,
      fix: 'lower it, or raise maxUsedSpace',
    });
  }
  if (context.cacheIsOwnFilesystem && overlap(max, minFree, volume)) {
    problems.warn(
      EngineWarning.OVERLAPPING_GC_LIMITS,
      'maxUsedSpace',
      `the cache never grows to ${show(limits.maxUsedSpace)}: minFreeSpace ${show(limits.minFreeSpace)} is more than what that leaves`,
    );
  }
}

/** Reports a sweep that empties the cache instead of a part of it. */
export function checkSweep(limits: WireSpace, ofPolicy: boolean, problems: Problems): void {
  const key = limits.sweep === undefined ? 'sweepSize' : 'sweep';
  const sweep = spaceOf(limits[key]);
  const max = spaceOf(limits.maxUsedSpace);
  if (sweep === undefined) {
    return;
  }
  if (max === undefined) {
    problems.add(key, {
      wrong: 'without maxUsedSpace every sweep empties the cache',
      got: limits[key],
      allowed: 'beside maxUsedSpace',
      fix: 'set maxUsedSpace too',
    });
  } else if (sweep.bytes !== undefined && !ofPolicy) {
    problems.add(key, {
      wrong: 'a size of more than 512 MB empties the cache volumes at each collection',
      got: limits[key],
      allowed: 'a percentage',
      fix: 'for example DiskSpace.percent(20)',
    });
  } else if (sweep.bytes !== undefined && max.bytes !== undefined && sweep.bytes >= max.bytes) {
    problems.add(key, {
      wrong: 'not less than maxUsedSpace, so that every sweep empties the cache',
      got: limits[key],
      allowed: `less than ${show(limits.maxUsedSpace)}`,
      fix: 'for example DiskSpace.percent(20)',
    });
  }
}

/** Reports some limits without the others, which are then zero instead of the engine's defaults. */
export function checkComplete(limits: WireSpace, problems: Problems): void {
  const missing = LIMITS.filter((key) => spaceOf(limits[key]) === undefined && !problems.has(key));
  const isAnySet = missing.length < LIMITS.length || spaceOf(limits.sweepSize ?? limits.sweep) !== undefined;
  if (isAnySet && missing.length > 0) {
    problems.warn(
      EngineWarning.PARTIAL_GC,
      '',
      `the engine takes ${missing.join(' and ')} as zero, not as its default, beside the limits that are set; set all three`,
    );
  }
}

/** Reports rules that don't do what they say. */
export function checkPolicies(policies: readonly WirePolicy[], context: ConfigContext, problems: Problems): void {
  for (const [index, policy] of policies.entries()) {
    const at = problems.at(`[${index}]`);
    checkLimits(policy, context, at);
    checkSweep(policy, true, at);
    warnOfPruning(policy, context.version, at);
    for (const [position, filter] of (policy.filters ?? []).entries()) {
      const wrong = neverMatches(filter, policy.filters!, context.version);
      if (wrong !== undefined) {
        at.add(`filters[${position}]`, {
          wrong: `a filter that never matches: ${wrong.why}`,
          got: filter,
          allowed: wrong.allowed,
          fix: wrong.fix,
        });
      }
    }
  }
}

/** A rule without a limit has no threshold (dagql/cache_prune.go:580-616@v0.21.7); for BuildKit, one that names no records is one of all. */
function warnOfPruning(policy: WirePolicy, version: EngineVersion, problems: Problems): void {
  const isLimited = [...LIMITS, 'keepBytes' as const, 'sweepSize' as const, 'sweep' as const].some(
    (key) => spaceOf(policy[key]) !== undefined || problems.has(key),
  );
  const isOfSome =
    policy.all === true ||
    (policy.filters ?? []).length > 0 ||
    version.supports(EngineCapability.GC_FILTERS_ARE_ALTERNATIVES);
  if (!isLimited && !policy.keepDuration && !problems.has('keepDuration') && isOfSome) {
    problems.warn(
      EngineWarning.PRUNES_EVERYTHING,
      '',
      'without a limit and without keepDuration it deletes everything that it matches and nothing uses, at every run; set maxUsedSpace',
    );
  }
}

interface Mismatch {
  readonly why: string;
  readonly allowed: string;
  readonly fix: string;
}

const ANY_FILTER = "for example 'type==exec.cachemount'";
const RECORD_TYPES = ['internal', 'frontend', 'source.local', 'source.git.checkout', 'exec.cachemount', 'regular'];

function neverMatches(filter: string, all: readonly string[], version: EngineVersion): Mismatch | undefined {
  const clauses = filter
    .split(',')
    .map((clause) => /^\s*([A-Za-z]+)\s*(?:(==|!=|~=)\s*(.*?))?\s*$/.exec(clause)?.slice(1) ?? ['', '', '']);
  const badType = clauses.find(
    ([field, operator, given]) => isType(field) && operator === '==' && !RECORD_TYPES.includes(unquote(given)),
  );
  if (badType !== undefined) {
    const [field, , given = ''] = badType;
    const meant = RECORD_TYPES.find((type) => given !== '' && type.includes(given)) ?? 'exec.cachemount';
    return {
      why: `there is no record type ${JSON.stringify(given)}`,
      allowed: RECORD_TYPES.join(', '),
      fix: `for example '${field}==${meant}'`,
    };
  }
  return version.supports(EngineCapability.GC_FILTERS_ARE_ALTERNATIVES)
    ? neverMatchesAsContainerd(clauses, filter)
    : neverMatchesAsDagql(clauses, filter, all);
}

/** internal/buildkit/cache/manager.go:1629-1660@v0.20.8: fields without a value are present or not. */
function neverMatchesAsContainerd(clauses: readonly string[][], filter: string): Mismatch | undefined {
  const fields = ['id', 'parents', 'description', 'type', 'inuse', 'mutable', 'immutable', 'shared', 'private'];
  if (clauses.some(([field]) => !fields.includes(field ?? ''))) {
    return {
      why: 'there is no such field',
      allowed: `${fields.join(', ')}, with ==, != or ~= for the first four`,
      fix: ANY_FILTER,
    };
  }
  const types = new Set(
    clauses.filter(([field, operator]) => field === 'type' && operator === '==').map(([, , given]) => given),
  );
  return types.size > 1
    ? { why: 'a comma means both types at once', allowed: 'a filter for each type', fix: write(filter.split(',')) }
    : undefined;
}

/** dagql/cache_prune.go:1064-1130@v1.0.0-beta.10: equality alone, and a comma between types alone. */
function neverMatchesAsDagql(
  clauses: readonly string[][],
  filter: string,
  all: readonly string[],
): Mismatch | undefined {
  const fields = ['id', 'type', 'recordtype', 'description', 'inuse'];
  const [[field = '', operator] = []] = clauses;
  if (!fields.includes(field.toLowerCase()) || operator !== '==') {
    return {
      why: 'there is no such field or operator',
      allowed: `${fields.join(', ')}, each with ==`,
      fix: ANY_FILTER,
    };
  }
  if (clauses.length > 1 && !clauses.every(([name, equal]) => isType(name) && equal === '==')) {
    const parts = filter.split(',');
    return isType(field)
      ? {
          why: 'a comma separates types alone',
          allowed: 'a filter for each field',
          fix: write([parts.filter(isOfType).join(','), ...parts.filter((part) => !isOfType(part))]),
        }
      : undefined;
  }
  return isType(field) && all.some((other) => other !== filter && isOfType(other))
    ? {
        why: 'all filters of a policy must match',
        allowed: 'one filter with all types, separated by commas',
        fix: write([all.filter(isOfType).join(',')]),
      }
    : undefined;
}

function isType(field: string | undefined): boolean {
  return ['type', 'recordtype'].includes(field?.toLowerCase() ?? '');
}

function isOfType(filter: string): boolean {
  return isType(/^\s*([A-Za-z]+)/.exec(filter)?.[1]);
}

function write(filters: readonly string[]): string {
  return `write ${filters.map((filter) => `'${filter.trim()}'`).join(', ')}`;
}

function unquote(text: string | undefined): string {
  return (text ?? '').replace(/^"(.*)"$/, '$1');
}

/** The space, when it is set: the engine takes zero as unset. */
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
