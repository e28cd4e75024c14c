import type { LocatedFinding } from './located';

/** Writes findings as JSON: one object, to which fields can be added later. */
export function jsonReport(findings: readonly LocatedFinding[]): string {
  const all = findings.map(({ name, severity, key, why, source, property, fix, object, place }) => ({
    name,
    severity,
    key,
    why,
    source,
    property,
    fix,
    object,
    file: place?.file,
    line: place?.line,
    column: place?.column,
  }));
  return `${JSON.stringify({ findings: all }, undefined, 2)}\n`;
}
