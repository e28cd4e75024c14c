import type { Problems } from './problems';

/** Reports a text that Kubernetes doesn't know in that place: an enum's value that a program in JavaScript made up, or one of a shape as Kubernetes has it. */
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
