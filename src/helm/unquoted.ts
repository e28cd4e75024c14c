import type { Findings } from '../findings/finding';
import type { Problems } from '../internal/problems';
import { PUT_RIGHT, report } from './chart-findings';

/** Words that YAML doesn't read as texts (gopkg.in/yaml.v2 resolve.go, with which Helm and kubectl read). */
const WORDS: readonly [RegExp, string][] = [
  [/^(|~|null|Null|NULL)$/, 'nothing'],
  [/^(y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/, 'true or false'],
  [/^[-+]?(0x[\da-fA-F]+|0b[01]+|0o[0-7]+|\d+\.?\d*([eE][-+]?\d+)?|\.\d+([eE][-+]?\d+)?|\.(inf|Inf|INF))$|^\.(nan|NaN|NAN)$/, 'a number'],
];

/** What YAML reads where a template writes that text without quotes; undefined where it reads the text. */
export function readsAs(text: string): string | undefined {
  return WORDS.find(([pattern]) => pattern.test(text.replaceAll('_', '')))?.[1];
}

/** Reports a text that the chart writes without quotes, and Kubernetes refuses for what YAML makes of it. */
export function checkUnquoted(key: string, text: string, findings: Findings, problems: Problems): void {
  const read = readsAs(text);
  if (read === 'nothing') {
    problems.add(key, { wrong: 'the chart writes it without quotes, and YAML reads nothing there', got: text, allowed: 'another text', fix: 'remove it' });
  } else if (read !== undefined) {
    report(findings, 'invalid-render', key, `the chart writes ${JSON.stringify(text)} without quotes, YAML reads ${read}, and Kubernetes refuses that in place of a text; it is a text here`, PUT_RIGHT);
  }
}
