import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const SCRIPT = join(__dirname, '../../scripts/release-channel.mjs');

function channel(tag: string, tags: readonly string[]): string {
  const { stdout, stderr } = spawnSync(process.execPath, [SCRIPT, tag], { input: tags.join('\n'), encoding: 'utf8' });
  return stdout + stderr;
}

test.each([
  ['v0.2.0', ['v0.2.0'], 'latest', '--latest'],
  ['v0.10.0', ['v0.9.0', 'v0.10.0', 'v0.11.0-rc.1'], 'latest', '--latest'],
  ['v0.2.1', ['v0.2.0', 'v0.3.0', 'v0.2.1'], 'release-0.2', '--latest=false'],
  ['v1.4.2', ['v1.4.1', 'v2.0.0', 'v1.4.2'], 'release-1', '--latest=false'],
  ['v0.3.0-rc.1', ['v0.2.0', 'v0.3.0-rc.1'], 'next', '--prerelease --latest=false'],
])('%s after %s has the dist-tag %s', (tag, tags, distTag, options) => {
  expect(channel(tag, tags)).toBe(`dist-tag=${distTag}\ngithub-options=${options}\n`);
});

test('rejects a tag that is not a version', () => {
  expect(channel('v0.2', [])).toBe('the tag must be a version such as v0.2.0; got v0.2\n');
});
