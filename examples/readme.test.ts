import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const examples = readdirSync(__dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

test.each(examples)('the README of %s shows excerpts of its manifests', (name) => {
  const readme = readFileSync(join(__dirname, name, 'README.md'), 'utf8');
  const manifests = lines(readFileSync(join(__dirname, name, '__snapshots__', `${name}.test.ts.snap`), 'utf8'));
  // "```yaml elsewhere" starts a block that isn't from the charts.
  const excerpts = [...readme.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text]) => lines(text));
  expect(excerpts).not.toHaveLength(0);
  for (const excerpt of excerpts) {
    expect(manifests).toContain(excerpt);
  }
});

/** The lines without their indentation, with double quotes. */
function lines(text: string): string {
  return `\n${text
    .replace(/\\?["']/g, '"')
    .trim()
    .split('\n')
    .map((line) => line.trim())
    .join('\n')}\n`;
}
