/**
 * Returns the text that YAML reads from a text that a template writes with `nindent` after `|`. The first line
 * determines the indentation of all lines. Every line break becomes \n, and one at the end is kept. Helm trims spaces
 * at the end of a chart's file (pkg/releaseutil/manifest.go).
 *
 * @param isLast whether the text is at the end of the file
 * @returns undefined if a later line has less indentation than the first, which is invalid YAML
 */
export function blockScalar(given: string, isLast = false): string | undefined {
  const written = isLast ? given.trimEnd() : given;
  if (written.trim() === '') {
    return '';
  }
  const lines = written.replaceAll(/\r\n?/g, '\n').split('\n');
  const indent = /^ */.exec(lines.find((line) => line.trim() !== '') ?? '')![0];
  const isWithin = (line: string): boolean => line.startsWith(indent) || line.trim() === '';
  const end = lines.findIndex((line) => !isWithin(line));
  const behind = end < 0 ? [] : lines.slice(end);
  // After the text, YAML accepts only comments, and they aren't part of it.
  if (behind.some((line) => !/^\s*(#|$)/.test(line))) {
    return undefined;
  }
  const text = lines
    .slice(0, lines.length - behind.length)
    .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : ''))
    .join('\n');
  return `${text.replace(/\n+$/, '')}\n`;
}
