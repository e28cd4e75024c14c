import { nearest } from '../reporting/suggestions';
import type { Problems } from '../reporting/problems';
import { FindingSeverity } from './finding';

/** What a program, or cdk8s.yaml, says of findings: how bad they may be, and which of them are fine. Nothing checks the types of either. */

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

/** Reports names that no finding has. Returns the others. */
export function checkNames(
  property: string,
  given: unknown,
  known: readonly string[],
  problems: Problems,
): readonly string[] {
  if (given !== undefined && !Array.isArray(given)) {
    problems.add(property, {
      wrong: 'not a list',
      got: given,
      allowed: 'a list of names of findings',
      fix: typeof given === 'string' ? `write [${JSON.stringify(given)}]` : 'write the names in brackets',
    });
    return [];
  }
  const names = (given ?? []) as readonly string[];
  for (const [index, name] of names.entries()) {
    if (!known.includes(name)) {
      problems.add(`${property}[${index}]`, {
        wrong: 'no finding has that name',
        got: name,
        allowed: 'the names that findings have',
        fix: `the nearest is ${nearest(String(name), known)}`,
      });
    }
  }
  return names.filter((name) => known.includes(name));
}
