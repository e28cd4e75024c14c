import type { TypedLocalObjectReference } from 'kubernetes-types/core/v1';
import { toQuantity } from '../kubernetes/quantity';
import { EngineRisk } from '../reporting/engine-risk';
import type { Problems } from '../reporting/problems';
import { CacheOutcome } from '../version/cache-after-upgrade';
import type { EngineVersion } from '../version/engine-version';
import type { ICacheSeed } from './cache-seed-interface';
import type { ClaimOptions } from './cache-volume-options';

/** The facts about an engine that the rules for its claims need. */
export interface ClaimContext {
  readonly version: EngineVersion;
  readonly namespace: string | undefined;
  readonly problems: Problems;
}

/** Returns the snapshot that a claim is copied from, or undefined if it has no seed. Reports an unusable seed. */
export function seedSnapshot(options: ClaimOptions, context: ClaimContext): TypedLocalObjectReference | undefined {
  const { dataSource, dataSourceRef, seed, size } = options;
  const { namespace, problems, version } = context;
  if (seed === undefined) {
    return undefined;
  }
  if (dataSource !== undefined || dataSourceRef !== undefined) {
    problems.add('seed', {
      wrong: `conflicts with ${dataSource === undefined ? 'dataSourceRef' : 'dataSource'}, because a volume is copied from one source`,
      got: seed.snapshotName,
      allowed: 'one of seed, dataSource and dataSourceRef',
      fix: 'remove one of them',
    });
  }
  if (seed.namespace !== namespace) {
    problems.add('seed', {
      wrong: `is in ${namespaceText(seed.namespace)}, but a claim can only be copied from a snapshot in its own namespace`,
      got: seed.snapshotName,
      allowed: `a seed in ${namespaceText(namespace)}`,
      fix: 'create the seed in a chart with the namespace of the engine',
    });
  }
  if (size.toKibibytes({}) < seed.size.toKibibytes()) {
    problems.add('size', {
      wrong: `is smaller than the seed's volume, so the CSI driver can't copy it`,
      got: toQuantity(size),
      allowed: `at least ${toQuantity(seed.size)}`,
      fix: `use the size of the seed, ${toQuantity(seed.size)}`,
    });
  }
  checkSchema(seed, version, problems);
  return { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: seed.snapshotName };
}

/** Reports a seed that the engine can't read. It would copy the cache, and delete it when it starts. */
function checkSchema({ version: writer }: ICacheSeed, version: EngineVersion, problems: Problems): void {
  const { outcome, reason } = writer.cacheAfterUpgradeTo(version);
  if (outcome === CacheOutcome.UNCONFIRMED) {
    problems.warn(
      EngineRisk.UNKNOWN_CACHE_SCHEMA,
      'seed',
      `engine ${version.tag} may delete the cache of the seed, which ${writer.tag} writes, when it starts. ${reason.replace(/\.$/, '')}`,
      `use ${version.tag} for the seed`,
    );
  } else if (outcome === CacheOutcome.WIPED) {
    problems.add('seed', {
      wrong: `engine ${version.tag} reads only caches with schema ${version.cacheSchema}. It would delete the cache of the seed when it starts`,
      got: `schema ${writer.cacheSchema}, written by ${writer.tag}`,
      allowed: `a seed whose version has cache schema ${version.cacheSchema}`,
      fix: `set the version of the seed to ${version.tag}, or create another CacheSeed for this engine`,
    });
  }
}

function namespaceText(namespace: string | undefined): string {
  return namespace === undefined ? 'a chart without namespace' : `namespace ${namespace}`;
}
