import type { Affinity, NodeSelector, NodeSelectorRequirement, PodAffinityTerm } from 'kubernetes-types/core/v1';
import type { LabelSelector } from 'kubernetes-types/meta/v1';
import { checkChoice } from '../reporting/choices';
import { checkKey, checkLabelValue, checkLabels } from './names';
import type { Problems } from '../reporting/problems';

const SET_OPERATORS = ['In', 'NotIn'];
const OPERATORS = [...SET_OPERATORS, 'Exists', 'DoesNotExist'];
const NODE_OPERATORS = [...OPERATORS, 'Gt', 'Lt'];

/** Reports a selector of objects by their labels that the API server refuses. */
export function checkSelector(problems: Problems, { matchExpressions, matchLabels }: LabelSelector): void {
  checkLabels(problems, 'matchLabels', matchLabels);
  checkLabelExpressions(problems.at('matchExpressions'), matchExpressions);
}

/** Reports conditions on labels that the API server rejects. */
export function checkLabelExpressions(problems: Problems, expressions: LabelSelector['matchExpressions']): void {
  checkRequirements(problems, expressions, OPERATORS);
}

/** Reports an affinity that the API server refuses. */
export function checkAffinity(
  problems: Problems,
  { nodeAffinity = {}, podAffinity = {}, podAntiAffinity = {} }: Affinity,
): void {
  const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
  const required = 'requiredDuringSchedulingIgnoredDuringExecution';
  for (const [index, term] of items(nodeAffinity[required]?.nodeSelectorTerms)) {
    checkNodeTerm(problems.at(`nodeAffinity.${required}.nodeSelectorTerms[${index}]`), term);
  }
  for (const [index, { preference }] of items(nodeAffinity[preferred])) {
    checkNodeTerm(problems.at(`nodeAffinity.${preferred}[${index}].preference`), preference ?? {});
  }
  for (const [kind, affinity] of Object.entries({ podAffinity, podAntiAffinity })) {
    for (const [index, term] of items(affinity[required])) {
      checkPodTerm(problems.at(`${kind}.${required}[${index}]`), term);
    }
    for (const [index, { podAffinityTerm }] of items(affinity[preferred])) {
      checkPodTerm(problems.at(`${kind}.${preferred}[${index}].podAffinityTerm`), podAffinityTerm ?? {});
    }
  }
}

function checkNodeTerm(problems: Problems, { matchExpressions }: NodeSelector['nodeSelectorTerms'][number]): void {
  checkRequirements(problems.at('matchExpressions'), matchExpressions, NODE_OPERATORS);
}

function checkPodTerm(problems: Problems, { labelSelector, topologyKey = '' }: Partial<PodAffinityTerm>): void {
  checkKey(problems, 'topologyKey', topologyKey);
  checkSelector(problems.at('labelSelector'), labelSelector ?? {});
}

function checkRequirements(
  problems: Problems,
  requirements: readonly NodeSelectorRequirement[] | undefined,
  operators: readonly string[],
): void {
  for (const [index, { key, operator, values: given }] of items(requirements)) {
    const values = Array.isArray(given) ? given : [];
    const at = problems.at(`[${index}]`);
    checkKey(at, 'key', key);
    checkChoice(at, 'operator', operator, operators);
    values.forEach((value, position) =>
      checkLabelValue(at, `values[${position}]`, value, 'no label has it: remove it'),
    );
    if (SET_OPERATORS.includes(operator) !== values.length > 0 && OPERATORS.includes(operator)) {
      at.add('values', {
        wrong: `the operator '${operator}' takes ${SET_OPERATORS.includes(operator) ? 'values' : 'none'}`,
        got: values,
        allowed: "values for 'In' and 'NotIn' alone",
        fix: 'use another operator',
      });
    }
  }
}

/** The items of a list with their indexes. Who writes no TypeScript can give something else, of which the API server speaks. */
function items<T extends object>(list: readonly T[] | undefined): ReadonlyArray<[number, T]> {
  return Array.isArray(list)
    ? [...(list as readonly T[]).entries()].filter(([, item]) => typeof item === 'object' && item !== null)
    : [];
}
