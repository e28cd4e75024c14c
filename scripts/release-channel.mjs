// Prints where the version of a tag is published, as outputs of a workflow: the dist-tag of npm, and the options of
// `gh release create`.
//
//   git tag --list 'v*' | node scripts/release-channel.mjs v0.2.1
//
// Only the newest version is `latest`. A patch of an older line gets a dist-tag such as `release-0.2`, because npm
// rejects dist-tags that are versions, such as `v0.2`. A pre-release gets `next`.
import { readFileSync } from 'node:fs';

const [tag] = process.argv.slice(2);
const version = versionOf(tag);
if (version === undefined) {
  console.error(`the tag must be a version such as v0.2.0; got ${tag}`);
  process.exit(1);
}
const isNewest = readFileSync(0, 'utf8')
  .split('\n')
  .map(versionOf)
  .filter((one) => one !== undefined && !one.isPreRelease)
  .every((one) => compare(one.numbers, version.numbers) <= 0);
const [major, minor] = version.numbers;
const line = major === 0 ? `0.${minor}` : major;
const [distTag, options] = version.isPreRelease
  ? ['next', '--prerelease --latest=false']
  : isNewest
    ? ['latest', '--latest']
    : [`release-${line}`, '--latest=false'];
console.log(`dist-tag=${distTag}\ngithub-options=${options}`);

function versionOf(text) {
  const [, numbers, preRelease] = /^v(\d+\.\d+\.\d+)(-.+)?$/.exec(text) ?? [];
  return numbers && { numbers: numbers.split('.').map(Number), isPreRelease: preRelease !== undefined };
}

function compare(left, right) {
  const index = left.findIndex((number, at) => number !== right[at]);
  return index === -1 ? 0 : left[index] - right[index];
}
