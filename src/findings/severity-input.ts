import { nearest } from '../reporting/suggestions';
import type { Problems } from '../reporting/problems';
import { FindingSeverity } from './finding';

/** The severity that a program or cdk8s.yaml chooses. Neither is type-checked. */

const SEVERITIES: readonly string[] = Object.values(FindingSeverity);

export function isSeverity(given: unknown): given is FindingSeverity {
  return SEVERITIES.includes(given as string);
}

export function checkSeverity(property: string, given: unknown, problems: Problems): void {
  if (given !== undefined && !isSeverity(given)) {
    problems.add(property, {
      wrong: 'not a severity',
      got: given,
      allowed: SEVERITIES.join(', '),
      fix: `the nearest is ${nearest(String(given), SEVERITIES)}`,
    });
  }
}
