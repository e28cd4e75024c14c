import type { Toleration } from 'kubernetes-types/core/v1';
import { checkKey } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';

const OPERATORS = ['Equal', 'Exists'];
const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** Reports tolerations that the API server rejects (kubernetes/kubernetes pkg/apis/core/validation, ValidateTolerations). */
export function checkTolerations(tolerations: readonly Toleration[], problems: Problems): void {
  for (const [index, { key, operator, value, effect, tolerationSeconds }] of tolerations.entries()) {
    const at = problems.at(`tolerations[${index}]`);
    if ((key ?? '') !== '') {
      checkKey(at, 'key', key as string);
    }
    if (operator !== undefined && !OPERATORS.includes(operator)) {
      at.add('operator', {
        wrong: 'not an operator',
        got: operator,
        allowed: OPERATORS.join(', '),
        fix: "use 'Exists' for any value of the key",
      });
    } else if (operator === 'Exists' && (value ?? '') !== '') {
      at.add('value', {
        wrong: "the operator 'Exists' matches every value",
        got: value,
        allowed: 'no value',
        fix: "remove it, or use the operator 'Equal'",
      });
    } else if (operator !== 'Exists' && (key ?? '') === '') {
      at.add('key', {
        wrong: 'no key',
        allowed: "a key, or the operator 'Exists' for every taint",
        fix: "set the key, or the operator 'Exists'",
      });
    }
    if ((effect ?? '') !== '' && !EFFECTS.includes(effect as string)) {
      at.add('effect', {
        wrong: 'not an effect',
        got: effect,
        allowed: EFFECTS.join(', '),
        fix: 'choose one, or remove it for all of them',
      });
    } else if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
      at.add('tolerationSeconds', {
        wrong: "only the effect 'NoExecute' has a time",
        got: tolerationSeconds,
        allowed: "the effect 'NoExecute'",
        fix: 'remove it',
      });
    }
  }
}
