import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseRelease, KNOWN, tagOf } from '../../src/version/release';

const ROOT = join(__dirname, '../..');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

function run(script: string, args: readonly string[], input = ''): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts', script), ...args], {
    input,
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

describe('release-notes.mjs', () => {
  test('prints the section of the version', () => {
    const { status, output } = run('release-notes.mjs', [`v${version}`]);
    expect({ status, output }).toEqual({ status: 0, output: expect.stringContaining('### ') });
    expect(output).not.toMatch(/^## /m);
  });

  test('rejects the tag of another version', () => {
    expect(run('release-notes.mjs', ['v0.0.1'])).toEqual({
      status: 1,
      output: `the tag must be v${version}, the version of package.json; got v0.0.1\n`,
    });
  });
});

describe('new-engine-releases.mjs', () => {
  const newest = KNOWN['0.x'].newest;
  const next = tagOf({ ...newest, patch: newest.patch + 1 });
  const later = tagOf({ ...newest, minor: newest.minor + 1, patch: 0 });
  const known = [tagOf(newest), tagOf(KNOWN['1.0'].newest), 'v0.11.9'];
  const tags = (names: readonly string[]): string =>
    names.map((name) => `0123456789abcdef0123456789abcdef01234567\trefs/tags/${name}\n`).join('');

  test('prints releases after the newest known ones, oldest first', () => {
    expect(parseRelease(next)).toBeDefined();
    const input = tags([later, 'v1.0.0', ...known, next, 'v1.0.0-beta.1^{}', 'helm/chart/v9.0.0', 'vNext']);
    expect(run('new-engine-releases.mjs', [], input)).toEqual({ status: 0, output: `${next}\n${later}\nv1.0.0\n` });
  });

  test('prints nothing if all releases are known', () => {
    expect(run('new-engine-releases.mjs', [], tags(known))).toEqual({ status: 0, output: '' });
  });

  test('rejects input without releases', () => {
    expect(run('new-engine-releases.mjs', [], 'fatal: not found\n').status).toBe(2);
  });
});
