import { stringify } from 'yaml';
import { kindOf } from '../../src/findings/finding-kinds';
import { CHART_FINDINGS } from '../../src/helm/chart-findings';
import { code, table } from '../markdown';
import type { ChartValues } from './chart-values';
import { DOUBTFUL_VALUES, WRONG_VALUES, type DoubtfulValues, type WrongValues } from './wrong-values';

/** Returns the content of docs/reference/rejected-values.md, which lists the catalogue. */
export function document(): string {
  return `# Rejected Helm values and findings

This page is generated from the tests of \`HelmRelease.fromValues\`. The first column shows the content of a values.yaml, and the
second the messages. One error lists all problems of the values. The charts are those of
[Migrate from Helm](../how-to/migrate-from-helm.md). Rows without a chart are for the official one, 0.21.7.

${Object.entries(WRONG_VALUES)
  .map(([area, all]) => `## ${area}\n\n${table(['Values', 'Messages'], all.map(rejected))}`)
  .join('\n')}
## Findings

These values produce a release with \`findings\`. \`failOn\` turns findings of a minimum severity into errors, and
\`acceptRisks\` accepts findings, each with a reason.

${table(['Finding', 'Values', 'Messages'], DOUBTFUL_VALUES.map(found))}`;
}

function rejected(given: WrongValues): string[] {
  const { acceptRisks, failOn, namespace, releaseName, says, title, values } = given;
  const options = {
    ...(releaseName !== undefined && { releaseName }),
    ...('namespace' in given && { namespace: namespace ?? 'none' }),
    ...(failOn && { failOn }),
    ...(acceptRisks && { acceptRisks: acceptRisks.map(({ risk, reason }) => `${risk}: ${reason}`) }),
  };
  const optionCells = Object.entries(options).map(([key, value]) => code(`${key}: ${[value].flat().join(', ')}`));
  return [
    [`${title}${chartOf(given)}`, ...optionCells, ...(Object.keys(values).length === 0 ? [] : [yaml(values)])].join(
      '<br>',
    ),
    says.map(code).join('<br>'),
  ];
}

function found(given: DoubtfulValues): string[] {
  const { fix, key, name, severity, title, values, why } = given;
  const source =
    name in CHART_FINDINGS ? CHART_FINDINGS[name as keyof typeof CHART_FINDINGS].source : kindOf(name).source;
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
