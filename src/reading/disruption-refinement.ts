import { isDeepStrictEqual } from 'node:util';
import { DisruptionBudget, UnhealthyPodEvictionPolicy } from '../operations/disruption-budget';
import { nonEmptyObject, object, staticCall, type Expression } from '../program/expression';
import { withProps, type Draft } from './draft';
import type { Field } from './field';
import type { ManifestObject } from './manifest-object';
import { choice } from './property-expressions';
import { podCount } from './workload-properties';

/**
 * Returns a draft whose construct creates the PodDisruptionBudget. Returns undefined unless a budget has the engine's
 * name and selector, and `disruptionBudget` can express its limit.
 */
export function disruptionBudget(draft: Draft, taken: ReadonlySet<ManifestObject>): Draft | undefined {
  const { inventory, object: workload } = draft.engine;
  const selector = workload.root.at('spec', 'selector', 'matchLabels').texts;
  const budget = inventory.named('policy/PodDisruptionBudget', workload.namespace, workload.name);
  const spec = budget?.root.at('spec');
  const expression = spec && budgetOf(spec);
  return budget === undefined ||
    expression === undefined ||
    taken.has(budget) ||
    !isDeepStrictEqual(spec?.at('selector', 'matchLabels').texts, selector)
    ? undefined
    : {
        ...withProps(draft, { disruptionBudget: expression }),
        objects: { ...draft.objects, disruptionBudget: budget },
      };
}

function budgetOf(spec: Field): Expression | undefined {
  const policy = spec.at('unhealthyPodEvictionPolicy');
  const options = nonEmptyObject(
    object({
      unhealthyPodEvictionPolicy:
        policy.text === UnhealthyPodEvictionPolicy.ALWAYS_ALLOW
          ? undefined
          : choice(
              'UnhealthyPodEvictionPolicy',
              UnhealthyPodEvictionPolicy,
              policy.text ?? UnhealthyPodEvictionPolicy.IF_HEALTHY_BUDGET,
              policy.origin,
            ),
    }),
  );
  const limit = (['maxUnavailable', 'minAvailable'] as const).find((one) => spec.at(one).exists);
  const count = limit && podCount(spec.at(limit));
  return limit && count && staticCall({ DisruptionBudget }, limit, [count, options], spec.origin);
}
