import { reportDisruptionBudgets } from '../findings/disruption-rules';
import { Findings, FindingSeverity } from '../findings/finding';
import type { DescribedEngine } from '../reading/described-engine';
import type { ManifestObject } from '../reading/manifest-object';
import type { Changes } from './change';
import type { ComparedEngine, Comparison } from './comparison';
import { capitalized, listed } from './english';
import { hasNoPods, podCount } from './workload-facts';

/** Reports PodDisruptionBudgets that limit the evictions of engines differently, or not at all. */
export function reportEvictions({ engines }: Comparison, changes: Changes): void {
  for (const { after, before } of engines) {
    if (before !== undefined && after !== undefined && !hasNoPods(after)) {
      reportEviction({ before, after }, changes);
    }
  }
}

function reportEviction({ after, before }: Required<ComparedEngine>, changes: Changes): void {
  const [old, current] = [before, after].map(budgetsOf);
  const [from, to] = [old!, current!].map((budgets) => listed(budgets.map(limitOf)));
  const known = new Set(blocked(before));
  const reasons = blocked(after).filter((why) => !known.has(why));
  if (current!.length === 0 && old!.length > 0) {
    if (podCount(after.object, after.inventory) === 1) {
      return;
    }
    changes.add('evictions-changed', ['before', old![0]!.root], {
      effect: 'No PodDisruptionBudget limits the evictions of the engines',
      reasons: [
        `PodDisruptionBudget ${listed(old!.map(({ name }) => name))} no longer selects the pods (${from}). A drain of several nodes can stop all engines at the same time.`,
      ],
    });
  } else if (reasons.length > 0) {
    changes.add('evictions-changed', ['after', current!.at(-1)!.root.at('spec')], {
      effect: 'Kubernetes rejects every eviction of the engines',
      reasons: [...reasons.map((why) => `${capitalized(why)}.`), 'Drains of nodes wait until you change the budget.'],
    });
  } else if (from !== to && old!.length > 0) {
    changes.add('evictions-changed', ['after', current![0]!.root.at('spec')], {
      effect: `Drains of nodes evict the engines with ${to} instead of ${from}`,
      severity: FindingSeverity.INFO,
    });
  }
}

function budgetsOf({ inventory, labels, object }: DescribedEngine): ManifestObject[] {
  return inventory.budgetsOf(object.namespace, labels);
}

/** Returns the limit of a budget, such as `maxUnavailable 1`. */
function limitOf({ root }: ManifestObject): string {
  const spec = root.at('spec');
  const limit = spec.at('minAvailable').exists ? 'minAvailable' : 'maxUnavailable';
  return `${limit} ${spec.at(limit).text ?? spec.at(limit).number ?? 0}`;
}

/** Returns the reasons why Kubernetes rejects every eviction of an engine. */
function blocked(engine: DescribedEngine): string[] {
  const findings = new Findings();
  reportDisruptionBudgets(engine, findings);
  return findings.all.map(({ why }) => why);
}
