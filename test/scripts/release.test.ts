import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRelease, KNOWN, tagOf } from '../../src/version/release';

const ROOT = join(__dirname, '../..');

function run(
  script: string,
  args: readonly string[],
  options: { readonly input?: string; readonly cwd?: string } = {},
): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts', script), ...args], {
    ...options,
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

describe('release-notes.mjs', () => {
  const LINKS = '[0.3.0]: https://example.com/v0.3.0\n[0.2.0]: https://example.com/v0.2.0\n';

  /** Prints the notes of v0.3.0 from a changelog that starts with the given section. */
  function notes(section: string, tag = 'v0.3.0'): { status: number | null; output: string } {
    const cwd = mkdtempSync(join(tmpdir(), 'release-notes-'));
    writeFileSync(join(cwd, 'package.json'), JSON.stringify({ version: '0.3.0' }));
    writeFileSync(
      join(cwd, 'CHANGELOG.md'),
      `# Changelog\n\n${section}\n## [0.2.0] - 2026-12-01\n\n- The first version.\n\n${LINKS}`,
    );
    return run('release-notes.mjs', [tag], { cwd });
  }

  test('prints the section of the version', () => {
    expect(notes('## [0.3.0] - 2027-01-15\n\n### Added\n\n- A pool.\n')).toEqual({
      status: 0,
      output: '### Added\n\n- A pool.\n',
    });
  });

  test.each([
    ['another version', '## [0.4.0] - 2027-01-15\n\n- A pool.\n'],
    ['no date', '## [0.3.0] - not released yet\n\n- A pool.\n'],
  ])('rejects a section with %s', (_, section) => {
    expect(notes(section)).toEqual({
      status: 1,
      output: 'CHANGELOG.md has no section "## [0.3.0] - DATE" with a date such as 2027-01-15\n',
    });
  });

  test('rejects an empty section', () => {
    expect(notes('## [0.3.0] - 2027-01-15\n')).toEqual({
      status: 1,
      output: 'the section of 0.3.0 in CHANGELOG.md is empty\n',
    });
  });

  test('rejects the tag of another version', () => {
    expect(notes('## [0.3.0] - 2027-01-15\n\n- A pool.\n', 'v0.0.1')).toEqual({
      status: 1,
      output: 'the tag must be v0.3.0, the version of package.json; got v0.0.1\n',
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
    expect(run('new-engine-releases.mjs', [], { input })).toEqual({ status: 0, output: `${next}\n${later}\nv1.0.0\n` });
  });

  test('prints nothing if all releases are known', () => {
    expect(run('new-engine-releases.mjs', [], { input: tags(known) })).toEqual({ status: 0, output: '' });
  });

  test('rejects input without releases', () => {
    expect(run('new-engine-releases.mjs', [], { input: 'fatal: not found\n' }).status).toBe(2);
  });
});
