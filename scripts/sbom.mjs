// Prints the SBOM of the package in CycloneDX: its dependencies, and the YAML parser that lib/cli-commands.js contains.
// For `npm sbom`, the parser is a development dependency.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');
const { name, packages } = JSON.parse(readFileSync(resolve(ROOT, 'package-lock.json'), 'utf8'));
const parser = `yaml@${packages['node_modules/yaml'].version}`;

const sbom = npmSbom('--omit', 'dev');
// npm writes the name of the folder.
sbom.metadata.component.name = name;
const { properties, ...component } = npmSbom().components.find((one) => one['bom-ref'] === parser);
sbom.components.push({
  ...component,
  properties: properties.filter(({ name }) => name !== 'cdx:npm:package:development'),
});
sbom.dependencies.find(({ ref }) => ref === sbom.metadata.component['bom-ref']).dependsOn.push(parser);
sbom.dependencies.push({ ref: parser, dependsOn: [] });
console.log(JSON.stringify(sbom, undefined, 2));

function npmSbom(...options) {
  const args = ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx', ...options];
  return JSON.parse(execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 26 }));
}
