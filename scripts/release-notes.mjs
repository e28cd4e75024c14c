// Prints the section for a version in CHANGELOG.md: `node scripts/release-notes.mjs v0.2.0`.
// Fails if the tag doesn't match the version in package.json, or if the section is missing or empty.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const read = (file) => readFileSync(resolve(import.meta.dirname, '..', file), 'utf8');
const [tag] = process.argv.slice(2);
const { version } = JSON.parse(read('package.json'));
if (tag !== `v${version}`) {
  fail(`the tag must be v${version}, the version of package.json; got ${tag}`);
}
const sections = read('CHANGELOG.md').split(/^## /m);
const section = sections.find((text) => text.startsWith(`[${version}] - `));
if (section === undefined) {
  fail(`CHANGELOG.md has no section "## [${version}] - DATE"`);
}
// Link targets follow the last section.
const notes = section
  .slice(section.indexOf('\n'))
  .replaceAll(/^\[[^\]]+\]: .*$/gm, '')
  .trim();
if (notes === '') {
  fail(`the section of ${version} in CHANGELOG.md is empty`);
}
console.log(notes);

function fail(message) {
  console.error(message);
  process.exit(1);
}
