import type { Change } from '../comparison/change';
import { CHANGE_KINDS } from '../comparison/change-kinds';
import { groupEffects, type EffectGroup } from './effect-groups';
import { EFFECT_DOCS } from '../reporting/documentation';
import { showObject, showPlace, type Place } from './located';
import type { LocatedChange } from './located-change';
import { sarifLog } from './report-sarif';
import { blocks, layout, summary, type Terminal } from './report-text';

const NO_EFFECTS = 'no effects on engines';

/** Formats effects as human-readable text. */
export function diffText(changes: readonly LocatedChange[], terminal: Terminal): string {
  const { heading, row } = layout(terminal);
  const block = (group: EffectGroup): string =>
    [
      heading(group, showObject(group.object)),
      row('what', sentence(group.effect)),
      ...(group.reasons.length === 0 ? [] : [row('why', group.reasons.join(' '))]),
      ...commandsOf(group).map((command, index) => `${row(index === 0 ? 'run' : '', '')}${command}`),
      row('at', showPlace(group.place)),
      ...group.others.map(({ object, place }, index) =>
        row(index === 0 ? 'also' : '', `${showObject(object)} at ${showPlace(place)}`),
      ),
    ].join('\n');
  return blocks(groupEffects(changes), block, summary(changes, NO_EFFECTS));
}

/** Returns the commands for all objects of a group. */
function commandsOf({ commands, others }: EffectGroup): string[] {
  return [...new Set([commands, ...others.map((other) => other.commands)].flat())];
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
    docs: EFFECT_DOCS,
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
  const groups = groupEffects(shown);
  const all = groups.map(
    ({ effect, object, others, severity }) =>
      `| ${LABELS[severity]} | ${objectText(object)}${others.length === 0 ? '' : ` and ${others.length} more`} | ${escaped(effect)} |`,
  );
  const rows = fitting(all, LENGTH_MAX);
  const sections = fitting(
    groups.map((group) => details(group).join('\n')),
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
    ...leftOut(groups.length - sections.length, 'The details'),
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

function details(group: EffectGroup): string[] {
  const { effect, name, object, others, place, reasons } = group;
  const commands = commandsOf(group);
  return [
    '',
    `**${escaped(effect)}** (${objectText(object)}, \`${name}\`)`,
    '',
    ...(reasons.length === 0 ? [] : [escaped(reasons.join(' ')), '']),
    ...(commands.length === 0 ? [] : ['```sh', ...commands, '```', '']),
    `At ${placeText(place)}`,
    ...(others.length === 0 ? [] : ['', 'The same for:', '']),
    ...others.map((other) => `- ${objectText(other.object)}, at ${placeText(other.place)}`),
  ];
}

function placeText(place: Place): string {
  return `\`${showPlace(place).replaceAll('`', '')}\``;
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
