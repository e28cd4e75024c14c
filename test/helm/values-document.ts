import { stringify } from 'yaml';
import { CHART_FINDINGS } from '../../src/helm/chart-findings';
import { code, table } from '../markdown';
import type { ChartValues } from './chart-values';
import { DOUBTFUL_VALUES, WRONG_VALUES, type DoubtfulValues, type WrongValues } from './wrong-values';

/** The catalogue as a page of the documentation. */
export function document(): string {
  return `# What values are refused, and what is found in them

This page is made from the tests of \`HelmRelease.fromValues\`: what stands on the left is in a values.yaml, and what stands on the
right is said of it. All that is wrong with values comes in one error. The charts are those of
[migrating-from-helm.md](migrating-from-helm.md); where none is named it is the official one, 0.21.7.

${Object.entries(WRONG_VALUES)
  .map(([area, all]) => `## ${area}\n\n${table(['Values', 'What is said'], all.map(refused))}`)
  .join('\n')}
## Findings

These make a release, and are in \`findings\`. \`strict\` makes errors of them from a severity on, and \`ignoreFindings\` takes names of
those that are fine.

${table(['Finding', 'Values', 'What is said'], DOUBTFUL_VALUES.map(found))}`;
}

function refused(given: WrongValues): string[] {
  const { ignoreFindings, namespace, releaseName, says, strict, title, values } = given;
  const told = {
    ...(releaseName !== undefined && { releaseName }),
    ...('namespace' in given && { namespace: namespace ?? 'none' }),
    ...(strict && { strict }),
    ...(ignoreFindings && { ignoreFindings }),
  };
  const beside = Object.entries(told).map(([key, value]) => code(`${key}: ${[value].flat().join(', ')}`));
  return [
    [`${title}${chartOf(given)}`, ...beside, ...(Object.keys(values).length === 0 ? [] : [yaml(values)])].join('<br>'),
    says.map(code).join('<br>'),
  ];
}

function found(given: DoubtfulValues): string[] {
  const { fix, key, name, severity, title, values, why } = given;
  const { source } = (CHART_FINDINGS as { readonly [finding: string]: { readonly source?: string } })[name] ?? {};
  return [
    `\`${name}\`<br>${severity}`,
    `${title}${chartOf(given)}${Object.keys(values).length === 0 ? '' : `<br>${yaml(values)}`}`,
    `${code(`${key}: ${why}`)}<br>${code(`fix: ${fix}`)}${source === undefined ? '' : `<br>source: ${source}`}`,
  ];
}

function chartOf(given: WrongValues | DoubtfulValues): string {
  const version = 'version' in given ? (given.version ?? 'no version') : undefined;
  const named = [given.chart.name === 'official' ? undefined : given.chart.name, version].filter(
    (part) => part !== undefined,
  );
  return named.length === 0 ? '' : ` (${named.join(', ')})`;
}

function yaml(values: ChartValues): string {
  return code(stringify(values, { collectionStyle: 'flow', lineWidth: 0 }).trim());
}
