import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { drawEngines } from '../src/graph/draw-engines';
import { toMermaid } from '../src/graph/mermaid';

const DIST = join(__dirname, '../dist');

const examples = readdirSync(__dirname, { withFileTypes: true })
  .filter((entry) => existsSync(join(__dirname, entry.name, 'chart.ts')))
  .map(({ name }) => name);

/** Returns the diagram of an example's manifests, as `cdk8s-dagger graph` draws it. */
function diagram(example: string): string {
  const documents = readdirSync(DIST)
    .filter((file) => file.startsWith(`${example}.`) || file.startsWith(`${example}-`))
    .flatMap((file) => parseAllDocuments(readFileSync(join(DIST, file), 'utf8')).map((document) => document.toJS()));
  return toMermaid(drawEngines(documents));
}

const DIAGRAM = /^```mermaid\n([^]*?)^```\n\n/m;

test.each(examples)('the README of %s has the diagram of its manifests (UPDATE_DOCS=1 writes it)', (example) => {
  const page = join(__dirname, example, 'README.md');
  const wanted = diagram(example);
  expect(wanted).toContain('[["'); // An engine
  if (process.env.UPDATE_DOCS === '1') {
    const text = readFileSync(page, 'utf8').replace(DIAGRAM, '');
    // Before the first section.
    writeFileSync(
      page,
      text.replace(/^(?=## )/m, () => `\`\`\`mermaid\n${wanted}\`\`\`\n\n`),
    );
  }
  expect(DIAGRAM.exec(readFileSync(page, 'utf8'))?.[1]).toBe(wanted);
});
