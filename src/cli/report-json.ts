import type { LocatedFinding } from './located';

/** For programs: one object, so that there can be more in it later. */
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
    option: place?.option,
  }));
  return `${JSON.stringify({ findings: all }, undefined, 2)}\n`;
}
