import type { TopologySpreadConstraint } from 'kubernetes-types/core/v1';
import { checkChoice } from '../reporting/choices';
import { checkKey } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';
import { isCount } from '../kubernetes/quantity';
import { checkSelector } from '../kubernetes/selectors';

const WHEN_UNSATISFIABLE = ['DoNotSchedule', 'ScheduleAnyway'];

/** Reports constraints that the API server rejects (kubernetes/kubernetes pkg/apis/core/validation, validateTopologySpreadConstraints). */
export function checkSpread(constraints: readonly TopologySpreadConstraint[], problems: Problems): void {
  const taken = new Set<string>();
  for (const [index, { labelSelector, maxSkew, topologyKey, whenUnsatisfiable }] of constraints.entries()) {
    const at = problems.at(`topologySpreadConstraints[${index}]`);
    if (!isCount(maxSkew, 1)) {
      at.add('maxSkew', {
        wrong: 'not a number of pods',
        got: maxSkew,
        allowed: 'a whole number of at least 1',
        fix: 'set it to 1',
      });
    }
    checkKey(at, 'topologyKey', topologyKey);
    checkChoice(at, 'whenUnsatisfiable', whenUnsatisfiable, WHEN_UNSATISFIABLE);
    checkSelector(at.at('labelSelector'), labelSelector ?? {});
    const both = `${topologyKey} ${whenUnsatisfiable}`;
    if (taken.has(both)) {
      at.add('topologyKey', {
        wrong: 'another constraint has the same topologyKey, which the API server rejects',
        got: topologyKey,
        allowed: 'each topologyKey once for each whenUnsatisfiable',
        fix: 'remove one of them',
      });
    }
    taken.add(both);
  }
}
