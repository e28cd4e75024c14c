import type { Findings } from '../findings/finding';
import { plainScalar } from '../kubernetes/plain-scalar';
import type { Problems } from '../reporting/problems';
import { report } from './chart-findings';
import { contentOf } from './charts';
import type { Release } from './chart-release';

/** The keys whose values the templates quote, append to another string, or only compare. */
const QUOTED = [
  'engine.config',
  'engine.configJson',
  'engine.image.repository',
  'engine.image.tag',
  'engine.kind',
  'fullnameOverride',
  'magicache.token',
  'nameOverride',
  'volumeMountsPostfix',
];

/** Reports strings that the templates render without quotes and that YAML reads as another type. */
export function checkUnquoted(release: Release, findings: Findings, problems: Problems): void {
  const { chart, names, namespace, releaseName, values, version } = release;
  const { keys } = contentOf(chart, version);
  const texts: ReadonlyArray<readonly [key: string, text: string | undefined]> = [
    ['releaseName', releaseName],
    ['namespace', namespace],
    ['nameOverride', names.name],
    ['fullnameOverride', values.flag('engine.newServiceAccount.create') ? names.fullname : undefined],
    ...Object.keys(keys)
      .filter((key) => keys[key] === 'text' && !QUOTED.includes(key) && !key.includes('[]'))
      .map((key) => [key, values.text(key)] as const),
  ];
  for (const [key, text] of texts) {
    const read = text === undefined ? undefined : readsAs(text);
    if (read === 'nothing') {
      const wrong = 'the chart renders it without quotes, so YAML reads null';
      problems.add(key, { wrong, got: text, allowed: 'another string', fix: 'remove it' });
    } else if (read !== undefined) {
      report(findings, 'invalid-render', {
        key,
        why: `the chart renders ${JSON.stringify(text)} without quotes, so YAML reads ${read}, and Kubernetes rejects it`,
        fix: 'none needed: the converted release has a string',
      });
    }
  }
}

/** Describes the value that YAML reads from unquoted text. Returns undefined for a string. */
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
