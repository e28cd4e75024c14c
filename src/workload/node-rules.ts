import type { NodeSelectorTerm, PodSpec } from 'kubernetes-types/core/v1';
import { selects } from '../kubernetes/label-selector';
import { EngineRisk } from '../reporting/engine-risk';
import type { Problems } from '../reporting/problems';
import type { EngineImageVariant } from '../version/engine-image-variant';

/** The operators that test the values of a label or its presence, as in label selectors. */
const LABEL_OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'];

/**
 * Reports node requirements that no published engine image meets, because of the operating system or the architecture.
 */
export function checkNodes(
  { affinity, nodeSelector = {} }: PodSpec,
  variant: EngineImageVariant | undefined,
  problems: Problems,
): void {
  if (affinity === undefined && Object.keys(nodeSelector).length === 0) {
    return;
  }
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const labels = { 'kubernetes.io/os': ['linux'], 'kubernetes.io/arch': variant?.architectures ?? [] };
  for (const [label, allowed] of Object.entries(labels)) {
    const selected = nodeSelector[label];
    const values = {
      [`nodeSelector[${JSON.stringify(label)}]`]: selected === undefined ? [] : [selected],
      affinity: requiredValues(terms, label),
    };
    for (const [property, given] of Object.entries(values)) {
      const isPossible = given.length === 0 || allowed.length === 0 || given.some((value) => allowed.includes(value));
      if (!isPossible && !problems.has(property)) {
        problems.add(property, {
          wrong: `no image of the engine runs on nodes with this ${label}`,
          got: given.join(', '),
          allowed: allowed.join(', '),
          fix: `select nodes with ${label}: ${allowed[0]}`,
        });
      }
    }
  }
}

/** Reports a node affinity that conflicts with the node selector, because no term matches a selected node. */
export function checkNodeAffinity({ affinity, nodeSelector = {} }: PodSpec, problems: Problems): void {
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const conflicts = terms.map(({ matchExpressions = [] }) =>
    matchExpressions.find(
      (expression) =>
        Object.hasOwn(nodeSelector, expression.key) &&
        LABEL_OPERATORS.includes(expression.operator) &&
        !selects({ matchExpressions: [expression] }, nodeSelector),
    ),
  );
  const [first] = conflicts;
  if (first !== undefined && !problems.has('affinity') && conflicts.every((conflict) => conflict !== undefined)) {
    const { key, operator, values } = first;
    problems.add('affinity.nodeAffinity', {
      wrong: `conflicts with nodeSelector, which requires ${key}: ${nodeSelector[key]}, so no node matches both`,
      got: [key, operator, ...(values ?? [])].join(' '),
      allowed: 'a node affinity that matches the nodes that nodeSelector selects',
      fix: 'remove one of them',
      risk: EngineRisk.UNSCHEDULABLE,
    });
  }
}

/** Returns the values of a label that the terms allow, or an empty list if a term allows every value. */
function requiredValues(terms: readonly NodeSelectorTerm[], label: string): readonly string[] {
  const values = terms.map(
    ({ matchExpressions = [] }) =>
      matchExpressions.find(({ key, operator }) => key === label && operator === 'In')?.values ?? [],
  );
  return values.some((allowed) => allowed.length === 0) ? [] : values.flat();
}
