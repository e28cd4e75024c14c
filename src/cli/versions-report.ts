import { wrap } from '../program/print-comment';
import { showValue } from '../version/fact-table';
import type { Output } from './io';
import type { VersionsAnswer } from './versions-answer';

/** Formats the output of the `versions` command as human-readable text. */
export function versionsReport(answer: VersionsAnswer, { columns, isTTY }: Pick<Output, 'isTTY' | 'columns'>): string {
  const width = isTTY === true && columns !== undefined ? columns : Infinity;
  const blocks = answer.engine === undefined ? tableOf(answer, width) : releaseOf(answer, answer.engine, width);
  return `${blocks.join('\n\n')}\n`;
}

function tableOf({ facts, known, values }: VersionsAnswer, width: number): string[] {
  const limits = Object.entries(known).map(
    ([line, { newest, oldest, read }]) => `${line}: ${oldest} to ${newest}, source code read up to ${read}`,
  );
  const row = (
    title: string,
    { confirmedUntil, evidence, runOn, summary }: VersionsAnswer['facts'][number] | VersionsAnswer['values'][number],
  ): string => {
    const established = runOn.length === 0 ? evidence : `${evidence}, run on ${runOn.join(', ')}`;
    const until = `confirmed until ${confirmedUntil['0.x']}, ${confirmedUntil['1.0']}`;
    return [title, ...wrapped(summary, 2, width), ...wrapped(`${established}; ${until}`, 2, width)].join('\n');
  };
  return [
    ['Known releases', ...limits.map((limit) => `  ${limit}`)].join('\n'),
    ...facts.map((fact) => row(`${fact.id}  ${fact.releases}`, fact)),
    ...values.map((one) => row(`${one.id} = ${showValue(one.value)}  ${one.releases}`, one)),
  ];
}

function releaseOf(
  { facts, values }: VersionsAnswer,
  { notes, version }: NonNullable<VersionsAnswer['engine']>,
  width: number,
): string[] {
  const rows = facts.map(({ applies, id, isConfirmed, summary }) => ({
    left: applies === 'unknown' ? '?' : `${applies}${isConfirmed === true ? '' : '?'}`,
    id,
    text: summary,
  }));
  const idWidth = Math.max(...rows.map(({ id }) => id.length));
  const indent = 'yes?'.length + 2 + idWidth + 2;
  const lines = rows.map(({ id, left, text }) => {
    const [first, ...more] = wrapped(text, indent, width);
    return [`${left.padEnd(4)}  ${id.padEnd(idWidth)}  ${(first as string).trimStart()}`, ...more].join('\n');
  });
  return [
    [version, ...notes.flatMap((note) => wrapped(note, 2, width))].join('\n'),
    lines.join('\n'),
    values
      .map(({ id, isConfirmed, value }) => `${id} = ${showValue(value)}${isConfirmed === true ? '' : '?'}`)
      .join('\n'),
  ];
}

function wrapped(text: string, indent: number, width: number): string[] {
  return wrap(text, Math.max(width - indent, 40)).map((line) => `${' '.repeat(indent)}${line}`);
}
