import { nodePoolsOf } from '../reading/node-pools';
import type { DescribedEngine } from '../reading/described-engine';
import type { Findings } from './finding';
import { report } from './finding-kinds';

const DO_NOT_DISRUPT = 'karpenter.sh/do-not-disrupt';

/** Reports NodePools whose nodes never finish their removal, because of an annotation of the engine. */
export function reportNodePools(engine: DescribedEngine, findings: Findings): void {
  const annotation = engine.pod.at('metadata', 'annotations', DO_NOT_DISRUPT);
  if (annotation.text !== 'true') {
    return;
  }
  for (const { expires, grace, object } of nodePoolsOf(engine)) {
    if (expires && !grace.exists) {
      report(findings, 'blocked-node-removal', {
        key: annotation.origin,
        why: `the NodePool ${JSON.stringify(object.name)} has no terminationGracePeriod, so Karpenter waits forever for this pod when a node expires`,
        fix: 'set spec.template.spec.terminationGracePeriod of the NodePool',
      });
    }
  }
}
