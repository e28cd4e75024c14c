/**
 * Returns the text that YAML reads from a block scalar. Templates render block scalars with `|` and `nindent`. The
 * first line determines the indentation of all lines. Every line break becomes \n, and a single one is kept at the end.
 * Helm trims spaces at the end of a template's file (pkg/releaseutil/manifest.go).
 *
 * @param isLast whether the block is at the end of the file
 * @returns undefined if a later line has less indentation than the first one, which is invalid YAML
 */
export function blockScalar(value: string, isLast = false): string | undefined {
  const written = isLast ? value.trimEnd() : value;
  if (written.trim() === '') {
    return '';
  }
  const lines = written.replaceAll(/\r\n?/g, '\n').split('\n');
  const indent = /^ */.exec(lines.find((line) => line.trim() !== '') ?? '')![0];
  const isWithin = (line: string): boolean => line.startsWith(indent) || line.trim() === '';
  const end = lines.findIndex((line) => !isWithin(line));
  const rest = end < 0 ? [] : lines.slice(end);
  // After the block, YAML accepts only comments, which aren't part of the text.
  if (rest.some((line) => !/^\s*(#|$)/.test(line))) {
    return undefined;
  }
  const text = lines
    .slice(0, lines.length - rest.length)
    .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : ''))
    .join('\n');
  return `${text.replace(/\n+$/, '')}\n`;
}
