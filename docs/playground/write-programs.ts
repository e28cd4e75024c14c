// Writes programs of the form in TypeScript and Python to a folder: node write-programs.js FOLDER
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULTS, programOf, type Choices } from './choices';
import { python, typescript } from './code';

const VARIANTS: { readonly [name: string]: Partial<Choices> } = {
  pool: { storageClass: 'gp3', monitoring: 'operator' },
  nodes: { topology: 'nodes', exposure: 'none' },
  temporary: { topology: 'temporary', exposure: 'tcp', monitoring: 'annotations' },
};

for (const [name, choices] of Object.entries(VARIANTS)) {
  const folder = join(process.argv[2]!, name);
  const program = programOf({ ...DEFAULTS, ...choices });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'main.ts'), typescript(program));
  writeFileSync(join(folder, 'main.py'), python(program));
}
