import type { Findings } from '../findings/finding';
import { plainScalar } from '../kubernetes/plain-scalar';
import type { Problems } from '../reporting/problems';
import { PUT_RIGHT, report } from './chart-findings';

/** What YAML reads where a template writes that text without quotes; undefined where it reads the text. */
export function readsAs(text: string): string | undefined {
  switch (plainScalar(text).kind) {
    case 'null':
      return 'nothing';
    case 'bool':
      return 'true or false';
    case 'int':
    case 'float':
      return 'a number';
    case 'str':
      return undefined;
  }
}

/** Reports a text that the chart writes without quotes, and Kubernetes refuses for what YAML makes of it. */
export function checkUnquoted(key: string, text: string, findings: Findings, problems: Problems): void {
  const read = readsAs(text);
  if (read === 'nothing') {
    problems.add(key, {
      wrong: 'the chart writes it without quotes, and YAML reads nothing there',
      got: text,
      allowed: 'another text',
      fix: 'remove it',
    });
  } else if (read !== undefined) {
    report(
      findings,
      'invalid-render',
      key,
      `the chart writes ${JSON.stringify(text)} without quotes, YAML reads ${read}, and Kubernetes refuses that in place of a text; it is a text here`,
      PUT_RIGHT,
    );
  }
}
