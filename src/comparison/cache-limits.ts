import { formatBytes, parseSpace } from '../config/engine-units';
import { setsLimits } from '../config/gc-bound';
import { isTable } from '../config/tables';
import type { WireGc, WirePolicy, WireSpace, WireWorker } from '../config/wire';
import { parsed } from '../reading/config-text';
import type { DescribedEngine } from '../reading/described-engine';
import type { Field } from '../reading/field';
import { EngineCapability } from '../version/engine-capability';
import type { Changes } from './change';
import type { ComparedEngine } from './comparison';

/** The limits of garbage collection that delete more of the cache if they become lower or higher. */
const LIMITS = [
  { key: 'maxUsedSpace', isTighter: (from: number, to: number) => to < from, verb: 'uses at most' },
  { key: 'minFreeSpace', isTighter: (from: number, to: number) => to > from, verb: 'leaves free at least' },
] as const;

/** Reports limits of garbage collection that delete more of the cache. */
export function reportLimits({ after, before }: Required<ComparedEngine>, changes: Changes): void {
  const [old, current] = [effectiveLimits(before), effectiveLimits(after)];
  if (old === undefined || current === undefined) {
    return;
  }
  const [used, usedAfter] = [old, current].map(({ limits }) => bytesOf(limits.maxUsedSpace));
  // On a larger disk, both limits grow.
  const isLarger = used !== undefined && usedAfter !== undefined && usedAfter > used;
  for (const { isTighter, key, verb } of isLarger ? [] : LIMITS) {
    const [from, to] = [bytesOf(old.limits[key]), bytesOf(current.limits[key])];
    if (from === undefined || to === undefined || !isTighter(from, to)) {
      continue;
    }
    changes.add('cache-limit-lowered', ['after', current.file], {
      effect: `Garbage collection deletes more: the cache ${verb} ${formatBytes(to)} instead of ${formatBytes(from)}`,
      reasons: [
        `${current.names[key]} of the last policy in the configuration changes. The engines apply it after they restart.`,
      ],
    });
  }
}

/** The limits that cover the whole cache. */
interface EffectiveLimits {
  readonly limits: Pick<WireSpace, 'maxUsedSpace' | 'minFreeSpace'>;
  /** The names of the limits in the configuration. */
  readonly names: { readonly [limit in 'maxUsedSpace' | 'minFreeSpace']: string };
  /** The file that sets them. */
  readonly file: Field;
}

/**
 * Returns the limits in effect, or undefined if there are none: those of the last policy, which covers the whole cache,
 * or else those of the whole configuration. engine.json takes precedence (engine/server/gc.go:287-375@v0.21.7).
 */
function effectiveLimits({ json, toml, version }: DescribedEngine): EffectiveLimits | undefined {
  const gc = tableAt(json, 'engine.json', ['gc']) as WireGc;
  const worker = tableAt(toml, 'engine.toml', ['worker', 'oci']) as WireWorker;
  if (gc.enabled === false || worker.gc === false) {
    return undefined;
  }
  const [jsonPolicy, tomlPolicy] = [lastOf(gc.policies), lastOf(worker.gcpolicy)];
  const isOfJson = jsonPolicy !== undefined || (tomlPolicy === undefined && setsLimits(gc));
  const file = isOfJson ? json : toml;
  if (file.kind !== 'text') {
    return undefined;
  }
  if (isOfJson || version.supports(EngineCapability.TOML_GC_SPACE)) {
    const names = { maxUsedSpace: 'maxUsedSpace', minFreeSpace: 'minFreeSpace' };
    return { limits: isOfJson ? (jsonPolicy ?? gc) : (tomlPolicy ?? worker), names, file: file.text };
  }
  const [name, maxUsedSpace] =
    tomlPolicy === undefined ? ['gckeepstorage', worker.gckeepstorage] : ['keepBytes', tomlPolicy.keepBytes];
  return { limits: { maxUsedSpace }, names: { maxUsedSpace: name, minFreeSpace: name }, file: file.text };
}

/** Returns a table in a configuration file. It is empty if the file or the table doesn't exist. */
function tableAt(file: DescribedEngine['json'], name: string, path: readonly string[]): object {
  const content = file.kind === 'text' ? parsed(name, file.text.text ?? '') : undefined;
  const found = path.reduce((table, key) => (isTable(table) ? table[key] : undefined), content);
  return isTable(found) ? found : {};
}

function lastOf(policies: unknown): WirePolicy | undefined {
  const last: unknown = Array.isArray(policies) ? policies.at(-1) : undefined;
  return isTable(last) ? last : undefined;
}

/** Returns a limit in bytes, or undefined if it isn't set or is a percentage. */
function bytesOf(limit: unknown): number | undefined {
  const bytes = parseSpace(limit)?.bytes;
  return bytes === 0 ? undefined : bytes;
}
