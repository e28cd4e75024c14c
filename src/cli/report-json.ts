import { docsOf } from '../reporting/documentation';
import type { LocatedFinding } from './located';

/** Formats findings as JSON: one object, so that fields can be added later. */
export function jsonReport(findings: readonly LocatedFinding[]): string {
  const all = findings.map(({ fix, ignored, key, name, object, place, property, severity, source, why }) => ({
    ...{ name, severity, key, why, source, property, fix, object },
    ...{ file: place?.file, line: place?.line, column: place?.column, reason: ignored },
    docs: docsOf(name),
  }));
  const ignored = all.filter(({ reason }) => reason !== undefined);
  const shown = all.filter(({ reason }) => reason === undefined);
  return `${JSON.stringify({ findings: shown, ...(ignored.length > 0 && { ignored }) }, undefined, 2)}\n`;
}
