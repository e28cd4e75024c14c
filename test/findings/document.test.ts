import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { TEMPLATES } from '../../src/reading/engine-pods';
import { document, IDS, PAGE } from './document';

test('docs/reference/findings.md matches the code (UPDATE_DOCS=1 writes it)', () => {
  if (process.env.UPDATE_DOCS === '1') {
    writeFileSync(PAGE, document());
  }
  expect(readFileSync(PAGE, 'utf8')).toBe(document());
});

test('every finding and risk is on the page once', () => {
  expect([...document().matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual(IDS);
  expect(IDS.filter((id) => !/^[a-z]+(-[a-z]+)*$/.test(id))).toEqual([]);
});

const MANIFESTS = join(__dirname, '../../docs/how-to/check-manifests.md');

test('docs/how-to/check-manifests.md names every kind of object that can contain an engine', () => {
  const listed = /native sidecar of a ([^]*?)\. It is recognized/
    .exec(readFileSync(MANIFESTS, 'utf8'))![1]!
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
  for (const page of [MANIFESTS, join(__dirname, '../../examples/validation/README.md')]) {
    const shown = /^```yaml(?: elsewhere)?\n(# cdk8s.yaml\n[^]*?)^```/m.exec(readFileSync(page, 'utf8'))?.[1];
    expect((parse(shown!) as typeof example).validations).toEqual(example.validations);
  }
});
