// Prints the section for a version in CHANGELOG.md: `node scripts/release-notes.mjs v0.2.0`.
// Fails if the tag doesn't match the version in package.json, or if the section is missing, empty or without a date. Reads the files
// of the current folder.
import { readFileSync } from 'node:fs';

const [tag] = process.argv.slice(2);
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
if (tag !== `v${version}`) {
  fail(`the tag must be v${version}, the version of package.json; got ${tag}`);
}
const sections = readFileSync('CHANGELOG.md', 'utf8').split(/^## /m);
const section = sections.find((text) => text.startsWith(`[${version}] - `));
if (section === undefined || !/ - \d{4}-\d{2}-\d{2}\n/.test(section)) {
  fail(`CHANGELOG.md has no section "## [${version}] - DATE" with a date such as 2027-01-15`);
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
