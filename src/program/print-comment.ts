/** The maximum width of a line. */
export const WIDTH = 120;

/** A text as comment lines, each with its line break. The lines after the first one are indented by `hanging`. */
export function comment(text: string, indent = 0, hanging = 0): string {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= WIDTH) {
      lines[lines.length - 1] = `${line} ${word}`;
    } else {
      lines.push(`${' '.repeat(indent)}// ${' '.repeat(lines.length === 0 ? 0 : hanging)}${word}`);
    }
  }
  return lines.map((line) => `${line}\n`).join('');
}
