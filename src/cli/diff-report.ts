import type { Change } from '../comparison/change';
import { CHANGE_KINDS } from '../comparison/change-kinds';
import { effectDocsOf } from './finding-docs';
import { showObject, showPlace, type Place, type Reported } from './located';
import { sarifLog } from './report-sarif';
import { blocks, layout, summary, type Terminal } from './report-text';

/** An effect of a change, and its location. */
export interface LocatedChange extends Change, Reported {
  readonly name: Change['name'];
  readonly severity: Change['severity'];
  readonly place: Place;
}

const NO_EFFECTS = 'no effects on engines';

/** Formats effects as human-readable text. */
export function diffText(changes: readonly LocatedChange[], terminal: Terminal): string {
  const { heading, row } = layout(terminal);
  const block = (change: LocatedChange): string =>
    [
      heading(change, showObject(change.object)),
      row('what', sentence(change.effect)),
      ...(change.reasons.length === 0 ? [] : [row('why', change.reasons.join(' '))]),
      ...change.commands.map((command, index) => `${row(index === 0 ? 'run' : '', '')}${command}`),
      row('at', showPlace(change.place)),
    ].join('\n');
  return blocks(changes, block, summary(changes, NO_EFFECTS));
}

/** Formats effects as JSON: one object, so that fields can be added later. */
export function diffJson(changes: readonly LocatedChange[]): string {
  const all = changes.map(({ commands, effect, ignored, key, name, object, place, reasons, severity, side }) => ({
    ...{ name, severity, effect, reasons, commands, object, side, key },
    ...{ file: place.file, line: place.line, column: place.column, reason: ignored },
  }));
  const ignored = all.filter(({ reason }) => reason !== undefined);
  const shown = all.filter(({ reason }) => reason === undefined);
  return `${JSON.stringify({ effects: shown, ...(ignored.length > 0 && { ignored }) }, undefined, 2)}\n`;
}

/** Formats effects for code scanning. */
export function diffSarif(changes: readonly LocatedChange[], version: string): string {
  const results = changes.map(({ effect, ignored, key, name, object, place, reasons, severity, side }) => ({
    ...{ name, severity, ignored },
    title: CHANGE_KINDS[name].title,
    docs: effectDocsOf(version),
    message: [sentence(effect), ...reasons].join(' '),
    location: `${showObject(object)}: ${key}`,
    // Lines of the old version would be wrong in the new one.
    place: side === 'after' ? place : { file: place.file?.replace(/^[^/]*?:/, '') },
  }));
  return sarifLog(results, version);
}

/** The first line of the comment. A job in CI can find its earlier comment by this line. */
const MARK = '<!-- cdk8s-dagger diff -->';

/** Formats effects as Markdown for a comment on a pull request: a table, and then the details. */
export function diffMarkdown(changes: readonly LocatedChange[]): string {
  const shown = changes.filter(({ ignored }) => ignored === undefined);
  const ignored = new Set(
    changes.flatMap(({ ignored: reason, name }) =>
      reason === undefined ? [] : [`- Ignored \`${name}\`: ${escaped(reason)}`],
    ),
  );
  const title = '### Effects on Dagger Engines';
  if (shown.length === 0) {
    return `${[MARK, title, '', 'This change has no effects on engines.', ...(ignored.size > 0 ? ['', ...ignored] : [])].join('\n')}\n`;
  }
  const all = shown.map(
    ({ effect, object, severity }) => `| ${LABELS[severity]} | ${objectText(object)} | ${escaped(effect)} |`,
  );
  const rows = fitting(all, LENGTH_MAX);
  const sections = fitting(
    shown.map((change) => details(change).join('\n')),
    LENGTH_MAX - rows.join('\n').length,
  );
  return `${[
    MARK,
    `${title}: ${summary(changes, NO_EFFECTS)}`,
    '',
    '| | Object | Effect |',
    '| --- | --- | --- |',
    ...rows,
    ...leftOut(all.length - rows.length, 'The rows'),
    '',
    '<details>',
    '<summary>Reasons and commands</summary>',
    ...sections,
    ...leftOut(shown.length - sections.length, 'The details'),
    '',
    '</details>',
    ...(ignored.size > 0 ? ['', ...ignored] : []),
  ].join('\n')}\n`;
}

/** The length of the table and the details. A comment on GitHub has at most 65,536 characters. */
const LENGTH_MAX = 60_000;

/** Returns as many texts as fit, in order. */
function fitting(texts: readonly string[], length: number): string[] {
  let rest = length;
  return texts.filter((text) => (rest -= text.length + 1) >= 0);
}

/** Returns a paragraph about texts that don't fit. */
function leftOut(count: number, what: string): string[] {
  return count === 0 ? [] : ['', `${what} of ${count} more are left out. \`--format text\` shows them.`];
}

const LABELS = { error: '🔴 error', warning: '🟡 warning', info: '🔵 info' } as const;

function details({ commands, effect, name, object, place, reasons }: LocatedChange): string[] {
  return [
    '',
    `**${escaped(effect)}** (${objectText(object)}, \`${name}\`)`,
    '',
    ...(reasons.length === 0 ? [] : [escaped(reasons.join(' ')), '']),
    ...(commands.length === 0 ? [] : ['```sh', ...commands, '```', '']),
    `At \`${showPlace(place).replaceAll('`', '')}\``,
  ];
}

function objectText(object: Change['object']): string {
  const [kind, name] = showObject(object).split(' ', 2);
  return `${kind} \`${(name ?? '').replaceAll(/[`|]/g, '')}\``;
}

/** Escapes the characters that have a meaning in Markdown. */
function escaped(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*<>|[\]]/g, '\\$&');
}

function sentence(text: string): string {
  return `${text}.`;
}
