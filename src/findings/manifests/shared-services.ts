import type { Findings } from '../finding';
import { enginesOf } from './engine-pods';
import { mayShare, type Inventory } from './inventory';
import { report } from './kinds';
import { selects } from './selector';

/** Services that lead to the engines of several workloads: a client comes to any of them. */
export function reportSharedServices({ objects }: Inventory, findings: Findings): void {
  const engines = objects.flatMap(enginesOf);
  for (const { namespace, root } of objects.filter(({ type }) => type === '/Service')) {
    const selector = root.at('spec', 'selector');
    const behind = engines.filter(({ object, pod }) => object.namespace === namespace && selector.exists && selects({ matchLabels: selector.texts }, pod.at('metadata', 'labels').texts));
    const names = [...new Set(behind.map(({ object: { kind, name } }) => `${kind} ${name}`))];
    if (names.length > 1) {
      report(findings, 'shared-selector', selector.origin, `it selects the engines of ${names.join(' and ')}, and a client comes to any of them`, 'select a label that the pods of one have alone');
    }
  }
}
