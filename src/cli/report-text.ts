import { FindingSeverity } from '../findings/finding';
import { wrap } from '../program/print-comment';
import { docsOf } from './finding-docs';
import { showObject, showPlace, type LocatedFinding } from './located';

/** The terminal or file that a report is written to. */
export interface Terminal {
  readonly hasColours: boolean;
  /** The width in columns, or undefined for a file, whose lines aren't wrapped. */
  readonly width?: number;
  /** The version of this package, whose documentation the report links to. */
  readonly version: string;
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
export function textReport(
  findings: readonly LocatedFinding[],
  { hasColours, version, width = Infinity }: Terminal,
): string {
  const paint = (text: string, code: number): string => (hasColours ? `\u001b[${code}m${text}\u001b[0m` : text);
  const row = (label: string, text: string): string =>
    `  ${paint(label.padEnd(LABEL_WIDTH), FAINT)}${wrap(text, width - LABEL_WIDTH - 2).join(`\n${' '.repeat(LABEL_WIDTH + 2)}`)}`;
  const block = ({ fix, key, name, object, place, property, severity, source, why }: LocatedFinding): string =>
    [
      `${paint(severity, COLOURS[severity])}  ${paint(name, BOLD)}  ${key}`,
      ...(object === undefined ? [] : [row('in', showObject(object))]),
      ...(place === undefined ? [] : [row(place.isBelow === true ? 'below' : 'at', showPlace(place))]),
      row('why', why),
      row('fix', fix),
      ...(property === undefined ? [] : [row('prop', property)]),
      ...(source === undefined ? [] : [row('source', source)]),
      row('docs', docsOf(name, version)),
    ].join('\n');
  const shown = findings.filter(({ ignored }) => ignored === undefined);
  const reasons = new Set(
    findings.flatMap(({ ignored, name }) => (ignored === undefined ? [] : [`ignored  ${name}: ${ignored}`])),
  );
  return `${[...shown.map(block), [...reasons, summary(findings)].join('\n')].join('\n\n')}\n`;
}

const LABEL_WIDTH = 'source '.length + 1;

function summary(findings: readonly LocatedFinding[]): string {
  const shown = findings.filter(({ ignored }) => ignored === undefined);
  const counts = Object.values(FindingSeverity).flatMap((severity) => {
    const count = shown.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}${count === 1 || severity === FindingSeverity.INFO ? '' : 's'}`];
  });
  const ignored = findings.length - shown.length;
  return [
    counts.length === 0 ? 'no findings' : counts.join(', '),
    ...(ignored === 0 ? [] : [`${ignored} ignored`]),
  ].join('; ');
}
