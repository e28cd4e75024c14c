import type { NodeSelectorTerm, PodSpec } from 'kubernetes-types/core/v1';
import type { Problems } from '../reporting/problems';
import type { EngineImageVariant } from '../version/engine-image-variant';

/** Reports nodes on which no published image of the engine runs: another operating system, or another architecture. */
export function checkNodes(
  { affinity, nodeSelector = {} }: PodSpec,
  variant: EngineImageVariant | undefined,
  problems: Problems,
): void {
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

/** The values of a label that all terms together allow. Empty if a term allows every value. */
function requiredValues(terms: readonly NodeSelectorTerm[], label: string): readonly string[] {
  const values = terms.map(
    ({ matchExpressions = [] }) =>
      matchExpressions.find(({ key, operator }) => key === label && operator === 'In')?.values ?? [],
  );
  return values.some((of) => of.length === 0) ? [] : values.flat();
}
