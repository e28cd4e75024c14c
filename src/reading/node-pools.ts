import type { Toleration } from 'kubernetes-types/core/v1';
import type { DescribedEngine } from './described-engine';
import type { Field } from './field';
import type { ManifestObject } from './manifest-object';

/** A NodePool of Karpenter whose nodes can run an engine. */
export interface DescribedNodePool {
  readonly object: ManifestObject;
  readonly grace: Field;
  /** The value of `terminationGracePeriod` in seconds, or undefined without a limit. */
  readonly graceSeconds: number | undefined;
  /** Whether nodes have a maximum age. */
  readonly expires: boolean;
}

/** Returns the NodePools whose labels and taints fit the node selector and the tolerations of an engine. */
export function nodePoolsOf({ inventory, spec }: DescribedEngine): DescribedNodePool[] {
  const selector = Object.entries(spec.at('nodeSelector').texts);
  const tolerations = spec.at('tolerations').items.map(({ value }) => value as Toleration);
  return inventory.of('karpenter.sh/NodePool', undefined).flatMap((object) => {
    const template = object.root.at('spec', 'template');
    const fits =
      selector.every(([key, value]) => allows(object, key, value)) &&
      template.at('spec', 'taints').items.every((taint) => tolerations.some((one) => tolerates(one, taint)));
    const grace = template.at('spec', 'terminationGracePeriod');
    const expires = template.at('spec', 'expireAfter').text !== 'Never';
    return fits ? [{ object, grace, graceSeconds: secondsOf(grace.text), expires }] : [];
  });
}

/** Whether the nodes of a pool have or can have a label with this value. */
function allows({ name, root }: ManifestObject, key: string, value: string): boolean {
  const template = root.at('spec', 'template');
  const requirements = template.at('spec', 'requirements').items.filter((one) => one.at('key').text === key);
  const label = key === 'karpenter.sh/nodepool' ? name : template.at('metadata', 'labels').texts[key];
  return (
    label === value ||
    (label === undefined && requirements.some((one) => one.at('values').items.some(({ text }) => text === value)))
  );
}

function tolerates({ effect = '', key = '', operator = 'Equal', value = '' }: Toleration, taint: Field): boolean {
  const { effect: of, key: taintKey, value: taintValue = '' } = taint.texts;
  return (
    of === 'PreferNoSchedule' ||
    ((key === taintKey || (key === '' && operator === 'Exists')) &&
      (operator === 'Exists' || value === taintValue) &&
      (effect === '' || effect === of))
  );
}

const SECONDS: { readonly [unit: string]: number } = { h: 3600, m: 60, s: 1 };

/** Returns the seconds of a duration such as `1h30m`, or undefined for a text that Karpenter rejects. */
export function secondsOf(text: string | undefined): number | undefined {
  return text !== undefined && /^(\d+[hms])+$/.test(text)
    ? [...text.matchAll(/(\d+)([hms])/g)].reduce((sum, [, amount, unit]) => sum + Number(amount) * SECONDS[unit!]!, 0)
    : undefined;
}
