import type { DescribedEngine } from '../reading/described-engine';
import type { Field } from '../reading/field';
import type { ComparedEngine } from './comparison';
import { hasNoPods, selectsNoNode } from './workload-facts';

/** A change of the nodes that can run the pods of an engine. */
export interface NodeChange {
  /** Whether the pods can no longer run on some of the old nodes. */
  readonly leaves: boolean;
  /** Whether the pods can no longer run on any of the old nodes. */
  readonly leavesAll: boolean;
  /** The changed fields, such as `another nodeSelector`. */
  readonly texts: readonly string[];
  readonly field: Field;
}

/** Returns the change of the nodes that can run an engine, or undefined without a change. */
export function nodeChange({ after, before }: Required<ComparedEngine>): NodeChange | undefined {
  if (hasNoPods(before) || selectsNoNode(after.object)) {
    return undefined;
  }
  const [from, to] = [before, after].map(({ spec }) => spec.at('nodeSelector').texts);
  const keys = [...new Set([...Object.keys(from!), ...Object.keys(to!)])].filter((key) => from![key] !== to![key]);
  const [oldRules, newRules] = [before, after].map(nodeRules);
  const [oldTolerations, newTolerations] = [before, after].map(tolerationsOf);
  const lost = oldTolerations!.filter((one) => !newTolerations!.includes(one));
  const gained = newTolerations!.filter((one) => !oldTolerations!.includes(one));
  const changed = [
    {
      name: 'nodeSelector',
      text: 'another nodeSelector',
      is: keys.length > 0,
      narrows: keys.some((key) => to![key] !== undefined),
    },
    { name: 'affinity', text: 'another node affinity', is: oldRules !== newRules, narrows: newRules !== undefined },
    { name: 'tolerations', text: 'other tolerations', is: lost.length + gained.length > 0, narrows: lost.length > 0 },
  ].filter(({ is }) => is);
  return changed.length === 0
    ? undefined
    : {
        // Only the pods of a DaemonSet stay on all nodes that still fit.
        leaves: after.object.kind !== 'DaemonSet' || changed.some(({ narrows }) => narrows),
        leavesAll: keys.some((key) => from![key] !== undefined && to![key] !== undefined),
        texts: changed.map(({ text }) => text),
        field: after.spec.at(changed[0]!.name),
      };
}

/** Returns the required rules about nodes in the affinity, as text. */
function nodeRules({ spec }: DescribedEngine): string | undefined {
  const rules = spec.at('affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution');
  return rules.exists ? JSON.stringify(rules.value) : undefined;
}

function tolerationsOf({ spec }: DescribedEngine): string[] {
  return spec
    .at('tolerations')
    .items.map(({ texts: { effect = '', key = '', operator = 'Equal', value = '' } }) =>
      JSON.stringify([key, operator, value, effect]),
    );
}
