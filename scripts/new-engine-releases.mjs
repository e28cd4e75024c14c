// Prints the engine releases that are newer than the newest known release of their line, oldest first:
//
//   git ls-remote --tags https://github.com/dagger/dagger 'v*' | node scripts/new-engine-releases.mjs
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'esbuild';

// The table of releases is in TypeScript. It is compiled in memory, so that the script works without a build.
const { outputFiles } = await build({
  entryPoints: [resolve(import.meta.dirname, '../src/version/release.ts')],
  bundle: true,
  format: 'esm',
  write: false,
});
const { compareReleases, KNOWN, lineOf, parseRelease, tagOf } = await import(
  `data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`
);

const releases = readFileSync(0, 'utf8')
  .split('\n')
  .map((line) => /\trefs\/tags\/(v\S+)$/.exec(line)?.[1])
  .map((tag) => (tag === undefined ? undefined : parseRelease(tag)))
  .filter((release) => release !== undefined);
if (releases.length === 0) {
  console.error('no release on standard input; expected the output of git ls-remote --tags');
  process.exit(2);
}
releases
  .filter((release) => compareReleases(release, KNOWN[lineOf(release)].newest) > 0)
  .sort(compareReleases)
  .forEach((release) => console.log(tagOf(release)));
