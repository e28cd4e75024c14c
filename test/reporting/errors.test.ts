import { readFileSync, writeFileSync } from 'node:fs';
import { anchorOf } from '../markdown';
import { document, kindsTable, PAGE, SECTIONS, TABLE } from './errors-document';

test.each([
  ['docs/reference/errors.md', PAGE, document],
  ['src/reporting/problem-kinds.ts', TABLE, kindsTable],
])('%s contains every error in the sources (UPDATE_DOCS=1 writes it)', (_name, file, content) => {
  if (process.env.UPDATE_DOCS === '1') {
    writeFileSync(file, content());
  }
  expect(readFileSync(file, 'utf8')).toBe(content());
});

/** Returns the pages and sections that a problem links to. */
function linksOf(problem: string): string[] {
  // The first tests may write the table that this module reads.
  const { docsOfErrors, SITE } = jest.requireActual<typeof import('../../src/reporting/documentation')>(
    '../../src/reporting/documentation',
  );
  return docsOfErrors(problem).map((link) => link.replace(SITE, ''));
}

test.each([...SECTIONS])('the errors in "%s" link to this section', (title, rows) => {
  const links = rows.map(({ wrong }) => [
    wrong,
    ...linksOf(`  - cache["a: b"].size: ${wrong.replaceAll('…', 'v0.21.7 (a, "b: c")')}; got "x: y"; fix: remove it`),
  ]);
  expect(links).toEqual(rows.map(({ wrong }) => [wrong, `reference/errors#${anchorOf(title)}`]));
});

test.each([...SECTIONS])('the texts in "%s" have no gaps', (_title, rows) => {
  const texts = rows.flatMap(({ kinds, wrong }) => [
    wrong,
    ...kinds.flatMap(({ allowed, fixes }) => [...allowed, ...fixes]),
  ]);
  expect(texts.filter((text) => /^[ ,;]|[ ,;]$| {2}| [,;]|(?<!\[)''/.test(text))).toEqual([]);
});

test('every error has a fix', () => {
  const rows = [...SECTIONS.values()].flat();
  const without = rows.filter(({ kinds }) => kinds.every(({ fixes }) => fixes.length === 0));
  expect(without.map(({ wrong }) => wrong)).toEqual([]);
});

test('every section has errors', () => {
  expect([...SECTIONS].filter(([, rows]) => rows.length === 0).map(([title]) => title)).toEqual([]);
});

test.each([
  [
    'listener.port: must be a TCP port; got 0; allowed: 1 to 65535; fix: use a value such as 8080',
    'services-and-ports',
  ],
  ['probes.startup.period: must be a duration that Kubernetes supports; got 1; fix: x', 'sizes-and-durations'],
  ['cache.claim.size: is required; allowed: a size; fix: set it', 'missing-and-invalid-values'],
  ['gpu: v0.9.0 has no GPU image; fix: remove it', 'releases-and-images'],
])('%s is in the section that fits', (problem, section) => {
  expect(linksOf(problem)).toEqual([`reference/errors#${section}`]);
});

test('an error that the table lacks links to the page', () => {
  expect(linksOf('  - cache: hums in the dark; fix: be quiet')).toEqual(['reference/errors']);
});
