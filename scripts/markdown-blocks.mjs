// The ```ts blocks of Markdown pages.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const IGNORED = ['node_modules', 'lib', 'dist', 'coverage', '.git'];

/** The Markdown pages of a folder and of the folders in it. */
export function pagesIn(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !IGNORED.includes(entry.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? pagesIn(path) : path.endsWith('.md') ? [path] : [];
    });
}

/** The blocks of a page with the line of the fence and the text above it. */
export function blocksOf(page) {
  const markdown = readFileSync(page, 'utf8');
  return [...markdown.matchAll(/^```ts\n(.*?)^```$/gms)].map(({ 0: all, 1: code, index }) => {
    const above = markdown.slice(0, index + all.indexOf('\n'));
    return { code, line: above.split('\n').length, above };
  });
}
