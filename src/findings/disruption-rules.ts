import type { PodCount } from '../kubernetes/pod-count';
import { blockedEvictions } from '../operations/disruption-budget';
import { evaluate } from '../program/expression';
import type { DescribedEngine } from '../reading/described-engine';
import { podCount } from '../reading/workload-properties';
import type { Findings } from './finding';
import { report } from './finding-kinds';

/** Reports PodDisruptionBudgets that reject every eviction of an engine. */
export function reportDisruptionBudgets(
  { autoscaler, inventory, labels, object: { kind, namespace, root, type } }: DescribedEngine,
  findings: Findings,
): void {
  if (!type.startsWith('apps/')) {
    return;
  }
  const budgets = inventory.budgetsOf(namespace, labels);
  const least =
    autoscaler === undefined ? (root.at('spec', 'replicas').number ?? 1) : Math.max(1, autoscaler.minReplicas);
  const replicas = kind === 'DaemonSet' ? undefined : least;
  for (const budget of budgets) {
    for (const limit of ['maxUnavailable', 'minAvailable'] as const) {
      const field = budget.root.at('spec', limit);
      const expression = podCount(field);
      const count = expression && (evaluate(expression) as PodCount);
      const blocked = count && blockedEvictions({ limit, count, replicas });
      if (blocked !== undefined) {
        report(findings, 'blocked-evictions', { key: field.origin, why: blocked.why });
      }
    }
  }
  const [first, second] = budgets;
  if (first !== undefined && second !== undefined) {
    // The API server answers each eviction with an error (pkg/registry/core/pod/storage/eviction.go:227@v1.37.2).
    report(findings, 'blocked-evictions', {
      key: second.root.at('spec', 'selector').origin,
      why: `the PodDisruptionBudget ${JSON.stringify(first.name)} selects the same pods, and Kubernetes rejects evictions of pods with two budgets`,
      fix: 'remove one of them',
    });
  }
}
