import { formatBytes, parseSpace } from '../config/engine-units';
import { isTable } from '../config/tables';
import { parsed } from '../reading/config-text';
import type { DescribedEngine } from '../reading/described-engine';
import type { Field } from '../reading/field';
import type { Changes } from './change';
import type { ComparedEngine } from './comparison';

/** The limits of garbage collection that delete more of the cache if they become lower or higher. */
const LIMITS = [
  { key: 'maxUsedSpace', isTighter: (from: number, to: number) => to < from, verb: 'uses at most' },
  { key: 'minFreeSpace', isTighter: (from: number, to: number) => to > from, verb: 'leaves free at least' },
] as const;

/** Reports limits of garbage collection that delete more of the cache. */
export function reportLimits({ after, before }: Required<ComparedEngine>, changes: Changes): void {
  const [used, usedAfter] = [limitOf(before, 'maxUsedSpace'), limitOf(after, 'maxUsedSpace')];
  // On a larger disk, both limits grow.
  const isLarger = used !== undefined && usedAfter !== undefined && usedAfter.value > used.value;
  for (const { isTighter, key, verb } of isLarger ? [] : LIMITS) {
    const [from, to] = [limitOf(before, key), limitOf(after, key)];
    const file = fileOf(after);
    if (from === undefined || to === undefined || file === undefined || !isTighter(from.value, to.value)) {
      continue;
    }
    changes.add('cache-limit-lowered', ['after', file], {
      effect: `Garbage collection deletes more: the cache ${verb} ${to.text} instead of ${from.text}`,
      reasons: [`${key} of the last policy in the configuration changes. The engines apply it after they restart.`],
    });
  }
}

/** Returns the text of the configuration file with the limits. The engine ignores the other one. */
function fileOf({ json, toml }: DescribedEngine): Field | undefined {
  return json.kind === 'text' ? json.text : toml.kind === 'text' ? toml.text : undefined;
}

/** A limit, which is comparable only with limits in the same unit. */
interface Limit {
  readonly value: number;
  readonly text: string;
}

/** Returns a limit in bytes of the last policy, which covers the whole cache, or else of the whole configuration. */
function limitOf({ json }: DescribedEngine, key: string): Limit | undefined {
  const config = json.kind === 'text' ? parsed('engine.json', json.text.text ?? '') : undefined;
  const gc = isTable(config) ? config['gc'] : undefined;
  if (!isTable(gc)) {
    return undefined;
  }
  const policies = Array.isArray(gc['policies']) ? (gc['policies'] as unknown[]) : [];
  const last = policies.at(-1);
  const bytes = parseSpace(isTable(last) ? last[key] : gc[key])?.bytes;
  return bytes === undefined || bytes === 0 ? undefined : { value: bytes, text: formatBytes(bytes) };
}
