import type { DescribedEngine } from '../reading/described-engine';
import type { Findings } from './finding';
import { report } from './finding-kinds';

/**
 * Reports `replicas` in the manifest of a workload with an autoscaler. Skips workloads from a cluster, which always
 * have this field.
 */
export function reportReplicas({ autoscaler, object: { kind, root } }: DescribedEngine, findings: Findings): void {
  const replicas = root.at('spec', 'replicas');
  if (autoscaler !== undefined && replicas.exists && !root.at('metadata', 'uid').exists) {
    const { kind: of, name } = autoscaler.object;
    report(findings, 'replicas-with-autoscaler', {
      key: replicas.origin,
      why: `each time you apply the manifest, the ${kind} returns to ${replicas.number} engines, and builds on the others are interrupted, until the ${of} ${name} changes the number again`,
    });
  }
}
