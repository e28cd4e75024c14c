import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { TEMPLATES } from '../../src/reading/engine-pods';
import { PAGE, table } from './document';

test('docs/how-to/check-manifests.md lists every finding (UPDATE_DOCS=1 writes it)', () => {
  if (process.env.UPDATE_DOCS === '1') {
    writeFileSync(
      PAGE,
      readFileSync(PAGE, 'utf8').replace(/^\| Finding +\|[^]*?\n\n/m, () => `${table()}\n`),
    );
  }
  const written = readFileSync(PAGE, 'utf8').match(/^\| Finding .*\n(\|.*\n)+/m)?.[0] ?? '';
  expect(cells(written)).toEqual(cells(table()));
});

/** Returns the cells of a Markdown table, regardless of the column widths. */
function cells(text: string): string[][] {
  return text
    .trim()
    .split('\n')
    .map((row) => row.split('|').map((cell) => cell.trim().replace(/^-+$/, '---')));
}

test('docs/how-to/check-manifests.md names every kind of object that can contain an engine', () => {
  const listed = /native sidecar of a ([^]*?)\. It is recognized/
    .exec(readFileSync(PAGE, 'utf8'))![1]!
    .split(/,\s|\sor\s/);
  expect(listed.sort()).toEqual(
    Object.keys(TEMPLATES)
      .map((type) => type.split('/')[1])
      .sort(),
  );
});

test('the pages show the cdk8s.yaml of the example', () => {
  const example = parse(readFileSync(join(__dirname, '../../examples/validation/cdk8s.yaml'), 'utf8')) as {
    readonly validations: unknown;
  };
  for (const page of [PAGE, join(__dirname, '../../examples/validation/README.md')]) {
    const shown = /^```yaml(?: elsewhere)?\n(# cdk8s.yaml\n[^]*?)^```/m.exec(readFileSync(page, 'utf8'))?.[1];
    expect((parse(shown!) as typeof example).validations).toEqual(example.validations);
  }
});
