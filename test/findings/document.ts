import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FindingSeverity, type FindingKind } from '../../src/findings/finding';
import { SECOND_DOCUMENT, SECOND_DOCUMENT_KIND } from '../../src/cli/values-layers';
import { FINDINGS } from '../../src/findings/finding-kinds';
import { CHART_FINDINGS } from '../../src/helm/chart-findings';
import { EngineRisk } from '../../src/reporting/engine-risk';
import { code, table } from '../markdown';
import { CATALOGUE } from '../wrong-programs/catalogue';
import { DOUBTFUL_PROGRAMS } from '../wrong-programs/warnings';

/** The page that explains findings and risks. */
export const PAGE = join(__dirname, '../../docs/reference/findings.md');

const RISKS: ReadonlyMap<string, string> = new Map(Object.entries(EngineRisk).map(([name, id]) => [id, name]));
const KINDS: { readonly [name: string]: FindingKind } = {
  ...CHART_FINDINGS,
  ...FINDINGS,
  [SECOND_DOCUMENT]: SECOND_DOCUMENT_KIND,
};

/** The ids of all findings and risks. */
export const IDS: readonly string[] = [...new Set([...Object.keys(KINDS), ...RISKS.keys()])].sort();

/** The sentences that describe the members of `EngineRisk`, by id. */
const SENTENCES: ReadonlyMap<string, string> = new Map(
  [
    ...readFileSync(join(__dirname, '../../src/reporting/engine-risk.ts'), 'utf8').matchAll(
      /\/\*\*((?:(?!\*\/)[^])*?)\*\/\s+[A-Z_]+ = '([a-z-]+)'/g,
    ),
  ].map(([, text, id]) => [
    id!,
    text!
      .replace(/\n\s*\*/g, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
  ]),
);

/** Returns the content of docs/reference/findings.md. */
export function document(): string {
  return `# Findings and risks

This page explains every finding of [\`check\`](../how-to/check-manifests.md), of Helm values and of synth, and every risk that a program can
[accept](../how-to/accept-risks.md). It is generated from the code. Errors without a name are on the page of
[rejected programs](rejected-programs.md).

- \`error\`: the engine doesn't work, loses data or exposes its node.
- \`warning\`: the engine works, but the setting can cause a failure later.
- \`info\`: the setting is harmless and can be cleaned up.

${table(['Finding', 'Severity', 'Description'], [...IDS].sort(bySeverity).map(row))}
${IDS.map(section).join('\n')}`;
}

const LEVELS = [FindingSeverity.ERROR, FindingSeverity.WARNING, FindingSeverity.INFO];

function bySeverity(one: string, other: string): number {
  const rank = (id: string): number => LEVELS.findIndex((level) => severityOf(id).startsWith(level));
  return rank(one) - rank(other);
}

/** The severity of a finding, or of the messages about a risk. */
function severityOf(id: string): string {
  const kind = KINDS[id];
  if (kind === undefined) {
    return errorsOf(id).length > 0 ? FindingSeverity.ERROR : FindingSeverity.WARNING;
  }
  return kind.worst === undefined ? kind.severity : `${kind.worst} or ${kind.severity}`;
}

function row(id: string): string[] {
  return [`[\`${id}\`](#${id})`, severityOf(id), descriptionOf(id)];
}

function descriptionOf(id: string): string {
  return SENTENCES.get(id) ?? `${KINDS[id]!.title[0]!.toUpperCase()}${KINDS[id]!.title.slice(1)}.`;
}

function section(id: string): string {
  const { fix, property, source } = KINDS[id] ?? {};
  const risk = RISKS.get(id);
  const messages = [...errorsOf(id), ...warningsOf(id)];
  const facts = [
    `Severity: ${severityOf(id)}.`,
    ...(fix === undefined ? [] : [`Fix in a manifest: ${fix}.`]),
    ...(property === undefined ? [] : [`Property in a program: \`${property}\`.`]),
    ...(risk === undefined ? [] : [`To keep the setting, accept \`EngineRisk.${risk}\`.`]),
    ...(source === undefined ? [] : [`Source: ${source}.`]),
    ...(messages.length === 0 ? [] : [`Message in a program, for example: ${code(messages[0]!)}`]),
  ];
  return `## ${id}\n\n${descriptionOf(id)}\n\n${facts.map((fact) => `- ${fact}\n`).join('')}`;
}

/** The error messages that a program gets unless it accepts the risk. */
function errorsOf(id: string): string[] {
  return Object.values(CATALOGUE)
    .flat()
    .flatMap(({ says }) => says.split('\n').slice(1))
    .filter((line) => line.endsWith(`; or accept EngineRisk.${RISKS.get(id)}`))
    .map((line) => line.replace(/^ *- /, ''));
}

/** The warnings that a program prints unless it accepts the risk. */
function warningsOf(id: string): string[] {
  return DOUBTFUL_PROGRAMS.filter(({ warning }) => warning === id).map(({ says }) => says.replace(/^\[\S+\] /, ''));
}
