import type { Duration } from 'cdk8s';
import { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';
import type { ConfigContext } from './config-context';
import { formatDuration } from './engine-units';
import type { DagqlCache, GarbageCollection, GcPolicy } from './gc-options';
import { bytesOf, fillLimits, MAX_USED_PERCENT, renderLimits, share } from './gc-limits';
import type { WireGc, WirePolicy, WireSpace, WireWorker } from './wire';

/** Renders `gc` in engine.json, or returns undefined if it isn't needed. */
export function renderGc(gc: GarbageCollection | undefined, context: ConfigContext): WireGc | undefined {
  const { enabled, policies, keepCacheVolumes, dagqlCache } = gc ?? {};
  checkCombination(gc ?? {}, context);
  if (enabled === false) {
    return { enabled };
  }
  const rest = { enabled, dagqlCache: dagqlCache && renderDagqlCache(dagqlCache) };
  if (policies !== undefined) {
    return { ...rest, policies: renderPolicies(policies, { ...context, problems: context.problems.at('policies') }) };
  }
  const given = renderLimits(gc ?? {}, context);
  const isPreset = context.cacheSize !== undefined && !setsGc(context.toml?.worker?.oci, context.version);
  const limits =
    isPreset || keepCacheVolumes !== undefined || Object.values(given).some((limit) => limit !== undefined)
      ? fillLimits(given, context)
      : undefined;
  if (keepCacheVolumes !== undefined) {
    return { ...rest, policies: generatedPolicies(limits!, keepCacheVolumes, context) };
  }
  return gc === undefined && limits === undefined ? undefined : { ...rest, ...limits };
}

/** Renders the policies for either file. */
export function renderPolicies(policies: readonly GcPolicy[], context: ConfigContext): WirePolicy[] {
  return policies.map((policy, index) => {
    const problems = context.problems.at(`[${index}]`);
    return {
      all: policy.all,
      filters: policy.filters,
      keepDuration: policy.keepDuration && formatDuration(policy.keepDuration, problems, 'keepDuration'),
      ...renderLimits(policy, { ...context, problems }),
    };
  });
}

/** Whether engine.toml configures garbage collection. */
export function setsGc({ gc, ...worker }: WireWorker = {}, version: EngineVersion): boolean {
  const limits = version.supports(EngineCapability.TOML_GC_SPACE)
    ? ['reservedSpace', 'maxUsedSpace', 'minFreeSpace']
    : [];
  return gc === false || [...limits, 'gckeepstorage', 'gcpolicy'].some((key) => key in worker);
}

function checkCombination(gc: GarbageCollection, { problems }: ConfigContext): void {
  const { enabled, ...others } = gc;
  const set = Object.entries(others)
    .filter(([, value]) => value !== undefined)
    .map(([key]) => key);
  if (enabled === false && set.length > 0) {
    problems.add('enabled', {
      wrong: `garbage collection is disabled, so ${set.join(', ')} would have no effect`,
      got: false,
      fix: 'remove enabled: false, or the other properties',
    });
    return;
  }
  const unused = set.filter((key) => key !== 'policies' && key !== 'dagqlCache');
  if (gc.policies !== undefined && unused.length > 0) {
    problems.add('policies', {
      wrong: `the engine ignores ${unused.join(', ')} if policies are set`,
      fix: 'set the limits in each policy',
    });
  }
  if (gc.policies?.length === 0) {
    problems.add('policies', {
      wrong: 'the engine reads an empty list as unset, and generates its own policies',
      got: [],
      fix: 'remove it, or set enabled to false',
    });
  }
}

/**
 * Returns the policies that the engine would generate from limits, with a different lifetime of cache volumes
 * (engine/server/gc.go:518-570@v1.0.0-beta.10; internal/buildkit/cmd/buildkitd/config/gcpolicy.go:72-110@v0.20.8).
 */
function generatedPolicies(
  limits: WireSpace,
  keepCacheVolumes: Duration,
  { version, problems, cacheSize }: ConfigContext,
): WirePolicy[] {
  const types = ['source.local', 'exec.cachemount', 'source.git.checkout'].map((type) => `type==${type}`);
  const isBuildkit = version.supports(EngineCapability.GC_FILTERS_ARE_ALTERNATIVES);
  return [
    // `sweepSize` isn't set, because the engine would round any percentage of 512 MB up to 1 GB, which exceeds the
    // maximum.
    {
      filters: isBuildkit ? types : [types.join(',')],
      keepDuration: formatDuration(keepCacheVolumes, problems, 'keepCacheVolumes'),
      maxUsedSpace: Math.min(
        512_000_000,
        cacheSize === undefined ? Infinity : share(bytesOf(cacheSize), MAX_USED_PERCENT),
      ),
    },
    { keepDuration: '1440h', ...limits },
    ...(isBuildkit ? [limits] : []),
    { all: true, ...limits },
  ];
}

function renderDagqlCache({ maxEstimatedSize, targetEstimatedSize }: DagqlCache): WireGc['dagqlCache'] {
  return {
    maxEstimatedBytes: maxEstimatedSize && bytesOf(maxEstimatedSize),
    targetEstimatedBytes: targetEstimatedSize && bytesOf(targetEstimatedSize),
  };
}
