import { FindingSeverity } from '../findings/finding';
import { wrap } from '../program/print-comment';
import { docsOf } from '../reporting/documentation';
import { showObject, showPlace, type LocatedFinding, type Reported } from './located';

/** The terminal or file that a report is written to. */
export interface Terminal {
  readonly hasColours: boolean;
  /** The width in columns, or undefined for a file, whose lines aren't wrapped. */
  readonly width?: number;
}

/** The colours of severities, as codes of Select Graphic Rendition (ECMA-48). */
const COLOURS: { readonly [severity in FindingSeverity]: number } = {
  [FindingSeverity.ERROR]: 31,
  [FindingSeverity.WARNING]: 33,
  [FindingSeverity.INFO]: 36,
};
const BOLD = 1;
const FAINT = 2;

/** Formats findings as human-readable text: a block for each finding, and a summary. */
export function textReport(findings: readonly LocatedFinding[], terminal: Terminal): string {
  const { heading, row } = layout(terminal);
  const block = ({ fix, key, name, object, place, property, severity, source, why }: LocatedFinding): string =>
    [
      heading({ name, severity }, key),
      ...(object === undefined ? [] : [row('in', showObject(object))]),
      ...(place === undefined ? [] : [row(place.isBelow === true ? 'below' : 'at', showPlace(place))]),
      row('why', why),
      row('fix', fix),
      ...(property === undefined ? [] : [row('prop', property)]),
      ...(source === undefined ? [] : [row('source', source)]),
      row('docs', docsOf(name)),
    ].join('\n');
  return blocks(findings, block, summary(findings, 'no findings'));
}

/** The parts of a report in text form. */
export interface Layout {
  readonly heading: (of: Reported, subject: string) => string;
  readonly row: (label: string, text: string) => string;
}

/** Returns functions that format the parts of a report. */
export function layout({ hasColours, width = Infinity }: Terminal): Layout {
  const paint = (text: string, code: number): string => (hasColours ? `\u001b[${code}m${text}\u001b[0m` : text);
  return {
    heading: ({ name, severity }, subject) => `${paint(severity, COLOURS[severity])}  ${paint(name, BOLD)}  ${subject}`,
    row: (label, text) =>
      `  ${paint(label.padEnd(LABEL_WIDTH), FAINT)}${wrap(text, width - LABEL_WIDTH - 2).join(`\n${' '.repeat(LABEL_WIDTH + 2)}`)}`,
  };
}

/** Joins the blocks of a report, the reasons for ignored ones, and the summary. */
export function blocks<T extends Reported>(all: readonly T[], block: (one: T) => string, end: string): string {
  const reasons = new Set(
    all.flatMap(({ ignored, name }) => (ignored === undefined ? [] : [`ignored  ${name}: ${ignored}`])),
  );
  const shown = all.filter(({ ignored }) => ignored === undefined);
  return `${[...shown.map(block), [...reasons, end].join('\n')].join('\n\n')}\n`;
}

const LABEL_WIDTH = 'source '.length + 1;

/** Returns the number of findings of each severity. `none` is the text if there are none. */
export function summary(findings: readonly Reported[], none: string): string {
  const shown = findings.filter(({ ignored }) => ignored === undefined);
  const counts = Object.values(FindingSeverity).flatMap((severity) => {
    const count = shown.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}${count === 1 || severity === FindingSeverity.INFO ? '' : 's'}`];
  });
  const ignored = findings.length - shown.length;
  return [counts.length === 0 ? none : counts.join(', '), ...(ignored === 0 ? [] : [`${ignored} ignored`])].join('; ');
}
