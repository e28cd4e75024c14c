import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { table } from '../markdown';

const FILE = join(__dirname, '../../docs/testing.md');

/** Expects these rows in the table with this header in docs/testing.md. With UPDATE_DOCS=1, writes them first. */
export function expectOnPage(head: readonly string[], rows: readonly string[][]): void {
  const { after, before } = around(head);
  const page = `${before}${table(head, rows)}${after}`;
  if (process.env.UPDATE_DOCS === '1') {
    writeFileSync(FILE, page);
  }
  expect(readFileSync(FILE, 'utf8')).toBe(page);
}

/** Returns the cells of the table with this header in docs/testing.md. */
export function rowsOnPage(head: readonly string[]): string[][] {
  return around(head)
    .rows.trimEnd()
    .split('\n')
    .map((row) => row.slice(2, -2).split(' | '));
}

/** Finds the table with this header. Returns its rows, and the text before and after the table. */
function around(head: readonly string[]): { readonly before: string; readonly rows: string; readonly after: string } {
  const [before, rest, ...others] = readFileSync(FILE, 'utf8').split(table(head, []));
  if (rest === undefined || others.length > 0) {
    throw new Error(`docs/testing.md must have one table with the head ${head.join(', ')}`);
  }
  const end = rest.search(/^(?!\|)/m);
  return { before: before!, rows: rest.slice(0, end), after: rest.slice(end) };
}
