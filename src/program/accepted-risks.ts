import type { AcceptedRisk } from '../reporting/accepted-risk';
import { riskName } from '../reporting/engine-risk';
import { list, literal, name, object, type Expression } from './expression';

/** Returns the value of `acceptRisks`, or undefined if no risk is accepted. */
export function acceptedRisks(accepted: readonly AcceptedRisk[], origin?: string): Expression | undefined {
  return accepted.length === 0
    ? undefined
    : list(
        accepted.map(({ property, reason, risk }) =>
          object({
            risk: name(riskName(risk), risk),
            property: property === undefined ? undefined : literal(property),
            reason: literal(reason),
          }),
        ),
        origin,
      );
}
