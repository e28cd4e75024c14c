import type { Problems } from './problems';

/**
 * Reports a text that Kubernetes doesn't know here: a value that a program in JavaScript passes instead of an enum, or
 * one in a shape of Kubernetes.
 */
export function checkChoice(
  problems: Problems,
  property: string,
  value: string | undefined,
  choices: readonly string[],
): void {
  if (value !== undefined && !choices.includes(value)) {
    problems.add(property, {
      wrong: 'a value that Kubernetes does not know here',
      got: value,
      allowed: choices.join(', '),
      fix: 'choose one of them',
    });
  }
}
