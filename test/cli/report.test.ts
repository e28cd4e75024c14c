import { FindingSeverity } from '../../src/index';
import type { LocatedFinding } from '../../src/cli/located';
import { codeQualityReport } from '../../src/cli/report-code-quality';
import { jsonReport } from '../../src/cli/report-json';
import { sarifReport } from '../../src/cli/report-sarif';
import { textReport } from '../../src/cli/report-text';
import { files, inFolder, release, run } from './command';

const FINDINGS: readonly LocatedFinding[] = [
  {
    name: 'plain-tcp',
    severity: FindingSeverity.WARNING,
    key: 'engine.port',
    why: 'any client that reaches the port is root',
    fix: 'use TLS',
    source: 'client.go',
    property: 'listener',
    place: { file: './values/ci prod.yaml', line: 3, column: 5 },
  },
  {
    name: 'plain-tcp',
    severity: FindingSeverity.WARNING,
    key: 'spec.ports[0]',
    why: 'as above',
    fix: 'use TLS',
    object: { apiVersion: 'v1', kind: 'Service', namespace: 'ci', name: 'dagger' },
    place: { file: '/abs/dir/a.yaml', line: 1, column: 1 },
  },
  {
    name: 'nfs-cache',
    severity: FindingSeverity.INFO,
    key: 'engine.nfsCache',
    why: 'slow',
    fix: 'use a disk',
    place: { file: 'values.yaml', line: 7, column: 3 },
  },
  {
    name: 'no-requests',
    severity: FindingSeverity.ERROR,
    key: 'engine.resources',
    why: 'none',
    fix: 'set them',
    place: { file: 'standard input', line: 1, column: 1, isBelow: true },
  },
  {
    name: 'unknown-key',
    severity: FindingSeverity.ERROR,
    key: 'x',
    why: 'unknown',
    fix: 'remove it',
    object: { apiVersion: 'v1', kind: 'Pod' },
  },
];

test('prints text', () => {
  expect(textReport(FINDINGS, { hasColours: false })).toBe(`\
warning  plain-tcp  engine.port
  at      ./values/ci prod.yaml:3:5
  why     any client that reaches the port is root
  fix     use TLS
  prop    listener
  source  client.go
  docs    https://cdk8s-dagger.github.io/cdk8s-dagger/reference/findings#plain-tcp

warning  plain-tcp  spec.ports[0]
  in      Service ci/dagger
  at      /abs/dir/a.yaml:1:1
  why     as above
  fix     use TLS
  docs    https://cdk8s-dagger.github.io/cdk8s-dagger/reference/findings#plain-tcp

info  nfs-cache  engine.nfsCache
  at      values.yaml:7:3
  why     slow
  fix     use a disk
  docs    https://cdk8s-dagger.github.io/cdk8s-dagger/reference/findings#nfs-cache

error  no-requests  engine.resources
  below   standard input:1:1
  why     none
  fix     set them
  docs    https://cdk8s-dagger.github.io/cdk8s-dagger/reference/findings#no-requests

error  unknown-key  x
  in      Pod (without name)
  why     unknown
  fix     remove it
  docs    https://cdk8s-dagger.github.io/cdk8s-dagger/reference/findings#unknown-key

2 errors, 2 warnings, 1 info
`);
  expect(textReport([], { hasColours: false })).toBe('no findings\n');
});

test('prints text for a terminal', () => {
  expect(textReport(FINDINGS.slice(0, 1), { hasColours: true, width: 30 })).toBe(
    [
      '\u001b[33mwarning\u001b[0m  \u001b[1mplain-tcp\u001b[0m  engine.port',
      '  \u001b[2mat      \u001b[0m./values/ci',
      '          prod.yaml:3:5',
      '  \u001b[2mwhy     \u001b[0many client that',
      '          reaches the port is',
      '          root',
      '  \u001b[2mfix     \u001b[0muse TLS',
      '  \u001b[2mprop    \u001b[0mlistener',
      '  \u001b[2msource  \u001b[0mclient.go',
      '  \u001b[2mdocs    \u001b[0mhttps://cdk8s-dagger.github.io/cdk8s-dagger/reference/findings#plain-tcp',
      '',
      '1 warning',
      '',
    ].join('\n'),
  );
});

test('prints JSON', () => {
  expect(JSON.parse(jsonReport(FINDINGS.slice(1, 4)))).toEqual({
    findings: [
      {
        name: 'plain-tcp',
        severity: 'warning',
        key: 'spec.ports[0]',
        why: 'as above',
        fix: 'use TLS',
        object: { apiVersion: 'v1', kind: 'Service', namespace: 'ci', name: 'dagger' },
        file: '/abs/dir/a.yaml',
        line: 1,
        column: 1,
        docs: 'https://cdk8s-dagger.github.io/cdk8s-dagger/reference/findings#plain-tcp',
      },
      {
        name: 'nfs-cache',
        severity: 'info',
        key: 'engine.nfsCache',
        why: 'slow',
        fix: 'use a disk',
        file: 'values.yaml',
        line: 7,
        column: 3,
        docs: 'https://cdk8s-dagger.github.io/cdk8s-dagger/reference/findings#nfs-cache',
      },
      {
        name: 'no-requests',
        severity: 'error',
        key: 'engine.resources',
        why: 'none',
        fix: 'set them',
        file: 'standard input',
        line: 1,
        column: 1,
        docs: 'https://cdk8s-dagger.github.io/cdk8s-dagger/reference/findings#no-requests',
      },
    ],
  });
  expect(jsonReport([])).toBe('{\n  "findings": []\n}\n');
});

test('prints SARIF', () => {
  expect(JSON.parse(sarifReport(FINDINGS, '1.2.3'))).toMatchSnapshot();
  expect(JSON.parse(sarifReport([], '1.2.3')).runs[0]).toMatchObject({ results: [], tool: { driver: { rules: [] } } });
});

test('prints a GitLab Code Quality report', () => {
  const entries = JSON.parse(codeQualityReport(FINDINGS)) as ReadonlyArray<{ readonly fingerprint: string }>;
  expect(entries.slice(0, 3)).toEqual([
    {
      description: 'engine.port: any client that reaches the port is root. Fix: use TLS',
      check_name: 'plain-tcp',
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      severity: 'minor',
      location: { path: 'values/ci prod.yaml', lines: { begin: 3 } },
    },
    {
      description: 'Service ci/dagger: spec.ports[0]: as above. Fix: use TLS',
      check_name: 'plain-tcp',
      fingerprint: expect.any(String),
      severity: 'minor',
      location: { path: '/abs/dir/a.yaml', lines: { begin: 1 } },
    },
    {
      description: 'engine.nfsCache: slow. Fix: use a disk',
      check_name: 'nfs-cache',
      fingerprint: expect.any(String),
      severity: 'info',
      location: { path: 'values.yaml', lines: { begin: 7 } },
    },
  ]);
  expect(entries.slice(3)).toMatchObject([
    { severity: 'critical', location: { path: 'stdin', lines: { begin: 1 } } },
    { severity: 'critical', location: { path: 'stdin', lines: { begin: 1 } } },
  ]);
  expect(new Set(entries.map(({ fingerprint }) => fingerprint)).size).toBe(FINDINGS.length);
  expect(codeQualityReport([])).toBe('[]\n');
});

test('fingerprints of a Code Quality report do not depend on lines', () => {
  const moved = { ...FINDINGS[0]!, place: { file: 'values/ci prod.yaml', line: 9, column: 1 } };
  const fingerprint = (finding: LocatedFinding): string => JSON.parse(codeQualityReport([finding]))[0].fingerprint;
  expect(fingerprint(moved)).toBe(fingerprint(FINDINGS[0]!));
});

describe('colours', () => {
  inFolder();

  const report = async (surroundings: Parameters<typeof run>[1]): Promise<string> => {
    files({ 'values.yaml': 'engine: {port: 1234}\n' });
    return (await run(release('findings'), surroundings)).stdout;
  };

  test('are used in terminals', async () => {
    expect(await report({ terminal: 80 })).toContain('\u001b[');
    expect(await report({})).not.toContain('\u001b[');
  });

  test('are off with NO_COLOR', async () => {
    expect(await report({ terminal: 80, env: { NO_COLOR: '1' } })).not.toContain('\u001b[');
    expect(await report({ terminal: 80, env: { NO_COLOR: '' } })).toContain('\u001b[');
  });

  test('do not change the width of lines in a terminal', async () => {
    const lines = (await report({ terminal: 80 })).replace(/\u001b\[\d+m/g, '').split('\n');
    // The first line of a finding, with its name and key, is never wrapped. Neither are long words such as addresses.
    const canBreak = (line: string): boolean => line.trim().split(/ +/).length > 2;
    expect(lines.filter((line) => line.length > 80 && line.startsWith(' ') && canBreak(line))).toEqual([]);
    expect((await report({})).split('\n').some((line) => line.length > 80)).toBe(true);
  });
});

describe('ignored findings', () => {
  const ignored: LocatedFinding[] = [{ ...FINDINGS[2]!, ignored: 'a test cluster' }, FINDINGS[3]!];

  test('are in text by name, with the reason', () => {
    expect(textReport(ignored, { hasColours: false })).toMatch(
      /fix {5}set them\n {2}docs {4}\S+#no-requests\n\nignored {2}nfs-cache: a test cluster\n1 error; 1 ignored\n$/,
    );
  });

  test('are in JSON apart from the others', () => {
    const { findings, ignored: reasons } = JSON.parse(jsonReport(ignored));
    expect(findings.map(({ name }: { name: string }) => name)).toEqual(['no-requests']);
    expect(reasons).toMatchObject([{ name: 'nfs-cache', reason: 'a test cluster' }]);
  });

  test('are suppressed in SARIF', () => {
    const [{ results }] = JSON.parse(sarifReport(ignored, '1.2.3')).runs;
    expect(results[0].suppressions).toEqual([{ kind: 'external', justification: 'a test cluster' }]);
    expect(results[1].suppressions).toBeUndefined();
  });

  test('are left out of a Code Quality report', () => {
    const entries = JSON.parse(codeQualityReport(ignored));
    expect(entries).toMatchObject([{ check_name: 'no-requests' }]);
  });
});
