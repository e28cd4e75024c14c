/** The maximum width of a line, in columns. */
export const WIDTH = 120;

/** Prints text as comment lines. `hanging` is the additional indentation of all lines but the first. */
export function comment(text: string, indent = 0, hanging = 0): string {
  const before = `${' '.repeat(indent)}// `;
  return wrap(text, WIDTH - before.length - hanging)
    .map((line, index) => `${before}${' '.repeat(index === 0 ? 0 : hanging)}${line}\n`)
    .join('');
}

/** Wraps text at a width. A longer word gets its own line. */
export function wrap(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1) as string;
    if (line === '') {
      lines[lines.length - 1] = word;
    } else if (line.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${line} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}
