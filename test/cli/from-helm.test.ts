import { parseAllDocuments } from 'yaml';
import { App, Chart, Yaml } from 'cdk8s';
import { HelmChart, HelmRelease } from '../../src/index';
import { files, inFolder, read, release, run } from './command';

inFolder();

const VALUES = `\
engine:
  image:
    ref: registry.dagger.io/engine:v0.21.7
  port: 1234
  replicas: 3
  resources:
    requests: {cpu: 2}
`;

/** Returns the manifests that the library creates from values, for the same release as the arguments in `release`. */
function ofLibrary(values: { [key: string]: unknown }, chartVersion = '0.21.7'): string {
  const chart = new Chart(new App(), 'chart', { namespace: 'ci' });
  HelmRelease.fromValues(chart, 'release', { chart: HelmChart.OFFICIAL, chartVersion, releaseName: 'dagger', values });
  const warn = jest.spyOn(console, 'warn').mockImplementation();
  const text = Yaml.stringify(...(chart.toJson() as object[]));
  warn.mockRestore();
  return text;
}

describe('--emit manifests', () => {
  test('writes documents to standard output, and findings to standard error, once', async () => {
    files({ 'values.yaml': VALUES });
    const warn = jest.spyOn(console, 'warn').mockImplementation();
    const { code, stdout, stderr } = await run(release('manifests'));
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
    expect(code).toBe(0);
    expect(stdout).toBe(
      ofLibrary({
        engine: {
          image: { ref: 'registry.dagger.io/engine:v0.21.7' },
          port: 1234,
          replicas: 3,
          resources: { requests: { cpu: 2 } },
        },
      }),
    );
    expect(parseAllDocuments(stdout).map((document) => document.toJS().kind)).toEqual(
      expect.arrayContaining(['DaemonSet']),
    );
    expect(stderr.match(/^error  unknown-key  engine\.replicas$/gm)).toHaveLength(1);
    expect(stderr).toMatch(/\n2 errors, \d+ warnings, \d+ info\n$/);
  });

  test('writes nothing if there are findings of the severity of --fail-on', async () => {
    files({ 'values.yaml': VALUES });
    for (const level of ['error', 'warning', 'info']) {
      const { code, stdout, stderr } = await run(release('manifests', '--fail-on', level, '--output', 'out.yaml'));
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain('unknown-key');
      expect(() => read('out.yaml')).toThrow('ENOENT');
    }
  });

  test('writes the findings in the format of --format', async () => {
    files({ 'values.yaml': VALUES });
    const { stdout, stderr } = await run(release('manifests', '--format', 'json'));
    expect(stdout).toMatch(/^apiVersion: /);
    expect(JSON.parse(stderr).findings.map(({ name }: { name: string }) => name)).toContain('unknown-key');
  });

  test('records the reasons that findings are ignored', async () => {
    files({ 'values.yaml': VALUES });
    const { findings } = JSON.parse((await run(release('findings', '--format', 'json'))).stdout);
    const ignoring = findings.flatMap(({ name }: { name: string }) => ['--ignore', `${name}=a test`]);
    const { code, stderr, stdout } = await run(release('manifests', '--fail-on', 'info', ...ignoring));
    expect(code).toBe(0);
    expect(stderr).toMatch(/^ignored {2}[a-z-]+: a test\n/);
    expect(stderr).toMatch(/\nno findings; \d+ ignored\n$/);
    expect(stdout).toMatch(/^apiVersion: /);
  });
});

describe('--emit findings', () => {
  const names = async (...args: string[]): Promise<string[]> => {
    const { stdout } = await run(release('findings', '--format', 'json', ...args));
    return JSON.parse(stdout).findings.map(({ name }: { name: string }) => name);
  };

  test('writes them with their places to standard output, the worst first', async () => {
    files({ 'values.yaml': VALUES });
    const { code, stdout, stderr } = await run(release('findings'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const blocks = stdout.trimEnd().split('\n\n');
    expect(blocks).toContain(`\
error  unknown-key  engine.replicas
  at      values.yaml:5:3
  why     the official chart does not have this key, and Helm ignores it silently
  fix     the chart runs one engine for each node or a single engine: convert the release with --emit typescript, and set replicas
  source  values.yaml and templates of the charts, which have no schema; kubernetes.io/docs/reference/kubernetes-api
  docs    https://cdk8s-dagger.github.io/cdk8s-dagger/reference/findings#unknown-key`);
    const severities = blocks.slice(0, -1).map((block) => block.split(' ')[0]);
    expect(severities).toEqual([...severities].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)));
    const count = (severity: string): number => severities.filter((one) => one === severity).length;
    expect(blocks.at(-1)).toBe(`${count('error')} errors, ${count('warning')} warnings, ${count('info')} info`);
  });

  const ORDER: ReadonlyArray<string | undefined> = ['error', 'warning', 'info'];

  test.each([
    ['error', 1],
    ['warning', 1],
    ['info', 1],
  ])('--fail-on %s of an error', async (level, code) => {
    files({ 'values.yaml': VALUES });
    expect((await run(release('findings', '--fail-on', level))).code).toBe(code);
  });

  test.each([
    ['error', 0],
    ['warning', 1],
    ['info', 1],
  ])('--fail-on %s of a warning', async (level, code) => {
    files({ 'values.yaml': 'engine: {port: 1234}\n' });
    expect((await run(release('findings', '--fail-on', level, '--ignore', 'short-probe-grace=a test'))).code).toBe(
      code,
    );
  });

  test('leave out ignored ones, which do not count', async () => {
    files({ 'values.yaml': VALUES });
    expect(await names()).toContain('unknown-key');
    expect(await names('--ignore', 'unknown-key=a test')).not.toContain('unknown-key');
    expect(
      (
        await run(
          release(
            'findings',
            '--fail-on',
            'error',
            '--ignore',
            'unknown-key=a test',
            '--ignore',
            'short-probe-grace=a test',
          ),
        )
      ).code,
    ).toBe(0);
  });

  test('include duplicate keys and a second document', async () => {
    files({
      'values.yaml':
        'engine:\n  port: 1234\nnameOverride: x\nnameOverride: x\nengine:\n  args: []\n---\nnameOverride: y\n',
    });
    const { stdout } = await run(release('findings'));
    expect(stdout.split('\n\n')).toEqual(
      expect.arrayContaining([
        'error  duplicate-key  engine\n  at      values.yaml:5:1\n  why     values.yaml:1 already has this key, whose value is ignored\n  fix     keep one of them\n  docs    https://cdk8s-dagger.github.io/cdk8s-dagger/reference/findings#duplicate-key',
        'error  second-document  nameOverride\n  at      values.yaml:8:1\n  why     another document begins here, and Helm 3 reads only the first document of a file\n  fix     write it into a separate file, and pass both\n  source  pkg/cli/values/options.go of helm/helm v3.18.6\n  docs    https://cdk8s-dagger.github.io/cdk8s-dagger/reference/findings#second-document',
        'info  duplicate-key  nameOverride\n  at      values.yaml:4:1\n  why     values.yaml:3 already has this key, with the same value\n  fix     keep one of them\n  docs    https://cdk8s-dagger.github.io/cdk8s-dagger/reference/findings#duplicate-key',
      ]),
    );
    expect(await names('--ignore', 'second-document=a test', '--ignore', 'duplicate-key=a test')).not.toEqual(
      expect.arrayContaining(['duplicate-key']),
    );
  });
});

test('--emit typescript writes a program', async () => {
  files({ 'values.yaml': VALUES });
  const { code, stdout, stderr } = await run(release('typescript', '--values', '/dev/null'));
  expect(code).toBe(0);
  expect(stdout).toContain("\nconst engine = new EngineDaemonSet(chart, 'engine', {\n");
  expect(stdout).toContain("new Chart(app, 'dagger', { namespace: 'ci' })");
  expect(stdout).toContain('// - error unknown-key at engine.replicas: ');
  expect(stdout).toMatch(/^\/\/ From values\.yaml, \/dev\/null of the official chart 0\.21\.7, release dagger\.\n/);
  expect(stderr).toContain('unknown-key');
  // The fixes on standard error refer to values, so the program must not repeat them.
  const fixes = [...stderr.matchAll(/^ {2}fix {5}(.+)$/gm)].map(([, fix]) => fix!);
  expect(fixes.length).toBeGreaterThan(1);
  const text = stdout.replaceAll(/\s*\/\/ /g, ' ');
  expect(fixes.filter((fix) => text.includes(fix))).toEqual([]);
});

describe('the values', () => {
  const manifests = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await run([
      'from-helm',
      '--chart',
      'official',
      '--chart-version',
      '0.21.7',
      '--release',
      'dagger',
      '-n',
      'ci',
      '--emit',
      'manifests',
      ...args,
    ]);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    return stdout;
  };

  test('of a later file override those of an earlier one', async () => {
    files({
      'a.yaml': 'engine:\n  args: [--debug]\n  labels: {a: "1", b: "1"}\n',
      'b.yaml': 'engine:\n  args: [--extra-debug]\n  labels: {b: "2"}\n',
    });
    expect(await manifests('-f', 'a.yaml', '--values=b.yaml')).toBe(
      ofLibrary({ engine: { args: ['--extra-debug'], labels: { a: '1', b: '2' } } }),
    );
  });

  test('remove a default with null', async () => {
    files({
      'values.yaml': 'engine:\n  readinessProbeSettings:\n    exec: {command: ["true"]}\n    periodSeconds: null\n',
    });
    expect(await manifests('-f', 'values.yaml')).toBe(
      ofLibrary({ engine: { readinessProbeSettings: { exec: { command: ['true'] }, periodSeconds: null } } }),
    );
  });

  test('are read from standard input', async () => {
    const stdin = 'engine: {port: 2345}\n';
    expect(
      (
        await run(
          release('manifests').map((argument) => (argument === 'values.yaml' ? '-' : argument)),
          { stdin },
        )
      ).stdout,
    ).toBe(ofLibrary({ engine: { port: 2345 } }));
    files({ 'values.yaml': 'engine: {port: 1, hostPort: 2}\n' });
    expect((await run(release('manifests', '--values', '-'), { stdin })).stdout).toBe(
      ofLibrary({ engine: { port: 2345, hostPort: 2 } }),
    );
  });

  test('can be an empty file', async () => {
    expect(await manifests('-f', '/dev/null')).toBe(ofLibrary({}));
  });

  test('have the place of the file that sets them last', async () => {
    files({
      'a.yaml': 'engine:\n  port: 1\n  args: [--unknown=1]\n',
      'b.yaml': 'engine:\n  port: 1234\negnine: {x: 1}\n',
    });
    const { stdout } = await run([
      'from-helm',
      '--chart',
      'official',
      '--chart-version',
      '0.21.7',
      '-f',
      'a.yaml',
      '-f',
      'b.yaml',
      '--release',
      'dagger',
      '-n',
      'ci',
      '--emit',
      'findings',
      '--format',
      'json',
    ]);
    const places = Object.fromEntries(
      JSON.parse(stdout).findings.map(({ name, file, line, column }: any) => [name, `${file}:${line}:${column}`]),
    );
    expect(places).toMatchObject({
      'plain-tcp': 'b.yaml:2:3',
      'unknown-flag': 'a.yaml:3:10',
      'unknown-key': 'b.yaml:3:1',
      'no-requests': 'b.yaml:1:1',
    });
  });
});

test('uses the newest stable version of the chart, and names it', async () => {
  files({ 'values.yaml': '{}' });
  const args = release('findings').filter((argument) => !['--chart-version', '0.21.7'].includes(argument));
  const { stdout } = await run(args);
  const { newestStableVersion } = HelmChart.OFFICIAL;
  expect(newestStableVersion).toMatch(/^\d+\.\d+\.\d+$/);
  expect(stdout).toContain(
    `why     the version of the chart is not set, so the newest stable version is assumed: ${newestStableVersion}. It determines the release of the engine`,
  );
});

test('reads unknown keys in linear time', async () => {
  const keys = (count: number): string => Array.from({ length: count }, (_, n) => `  k${n}: 1\n`).join('');
  const cpu = async (count: number): Promise<number> => {
    files({ 'values.yaml': `engine:\n${keys(count)}` });
    const start = process.cpuUsage().user;
    const { stdout } = await run(release('findings', '--format', 'json'));
    expect(JSON.parse(stdout).findings.length).toBeGreaterThan(count);
    return process.cpuUsage().user - start;
  };
  await cpu(1000);
  const [few, many] = [await cpu(1000), await cpu(4000)];
  expect(many / few).toBeLessThan(8);
});

test('rejects keys that cdk8s cannot write', async () => {
  files({ 'values.yaml': 'engine:\n  labels: {constructor: "1"}\n  annotations: {__proto__: "2"}\n' });
  const { code, stderr } = await run(release('manifests'));
  expect(code).toBe(2);
  expect(stderr).toContain('values.yaml:2:12: engine.labels.constructor: ');
  expect(stderr).toContain('values.yaml:3:17: engine.annotations.__proto__: ');
});

test('rejects empty standard input', async () => {
  const args = release('manifests').map((argument) => (argument === 'values.yaml' ? '-' : argument));
  const rejected = { code: 2, stdout: '', stderr: 'standard input: empty; fix: check the command before the pipe\n' };
  expect(await run(args, { stdin: '' })).toEqual(rejected);
  expect(await run(args, { stdin: '\n' })).toEqual(rejected);
  // `helm get values` prints this for a release without values.
  expect((await run(args, { stdin: 'null\n' })).code).toBe(0);
});

describe('--output', () => {
  test('writes to the file, and nothing to standard output', async () => {
    files({ 'values.yaml': VALUES, 'out.yaml': 'before\n' });
    const { stdout: manifests } = await run(release('manifests'));
    expect(await run(release('manifests', '--output', 'out.yaml'))).toMatchObject({ code: 0, stdout: '' });
    expect(read('out.yaml')).toBe(manifests);
    const { stdout: findings } = await run(release('findings'));
    expect(await run(release('findings', '--output', 'out.txt'), { terminal: 40 })).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
    expect(read('out.txt')).toBe(findings);
  });
});

test.each<[what: string, texts: { [file: string]: string }, args: string[], says: string]>([
  ['a missing file', {}, [], 'values.yaml: no such file; fix: check the path, relative to HERE\n'],
  [
    'bad YAML',
    { 'values.yaml': 'engine:\n  image: ref: x\n' },
    [],
    'values.yaml:2:10: nested mappings are not allowed in compact mappings\n\n      image: ref: x\n             ^\n',
  ],
  [
    'values that are a list',
    { 'values.yaml': '\n- a\n' },
    [],
    'values.yaml:2:1: values must be a map; fix: write KEY: VALUE\n\n    - a\n    ^\n',
  ],
  [
    'values that are a text',
    { 'values.yaml': 'engine' },
    [],
    'values.yaml:1:1: values must be a map; fix: write KEY: VALUE\n\n    engine\n    ^\n',
  ],
  [
    'standard input twice',
    { 'values.yaml': '' },
    ['-f', '-', '-f', '-'],
    '--values -: standard input can be read only once; fix: use a file for the other values\n',
  ],
  [
    'values of the wrong type',
    { 'values.yaml': 'engine:\n  port: many\n  args: --debug\n  kind: 1\n' },
    [],
    `\
cdk8s-dagger from-helm has 3 problems:
  - values.yaml:3:3: engine.args: the chart expects a list of strings; got "--debug"; allowed: a list of strings; fix: write ["--debug"]
  - values.yaml:4:3: engine.kind: the chart expects a string; got 1; allowed: a string; fix: write "1"
  - values.yaml:2:3: engine.port: the chart expects a whole number from 1 to 65535; got "many"; allowed: a whole number from 1 to 65535; fix: write only digits, such as 1234
`,
  ],
  [
    'an unknown version of the chart',
    { 'values.yaml': '' },
    ['--chart-version', '0.1.0'],
    'cdk8s-dagger from-helm has 1 problem:\n  - --chart-version: is not a version of the official chart that the library can read; got "0.1.0"; allowed: 0.17.0 and later; fix: upgrade the release to 0.17.0 first\n',
  ],
])('rejects %s', async (_what, texts, args, says) => {
  files(texts);
  const base = args.includes('--chart-version')
    ? release('manifests').filter((argument) => !['--chart-version', '0.21.7'].includes(argument))
    : release('manifests');
  expect(await run([...base, ...args])).toEqual({ code: 2, stdout: '', stderr: says.replace('HERE', process.cwd()) });
});

test.each<[what: string, change: { [from: string]: string }, says: string]>([
  [
    'an invalid name of a release',
    { dagger: 'Dagger!' },
    "cdk8s-dagger from-helm has 1 problem:\n  - --release: is not a valid name for a Helm release; got \"Dagger!\"; allowed: lower-case letters, digits, '-' and '.', at most 53 characters; fix: use the name that helm list shows\n",
  ],
  [
    'an invalid name of a namespace',
    { ci: 'CI_1' },
    'cdk8s-dagger from-helm has 1 problem:\n  - --namespace: must be a valid name; got "CI_1"; allowed: lower-case letters, digits and \'-\', starting and ending with a letter or digit, at most 63 characters; fix: set the name to "ci-1"\n',
  ],
])('rejects %s', async (_what, change, says) => {
  files({ 'values.yaml': '' });
  expect(await run(release('manifests').map((argument) => change[argument] ?? argument))).toEqual({
    code: 2,
    stdout: '',
    stderr: says,
  });
});

test.each([
  ['gstackio', 'Deployment'],
  ['kubiya', 'DaemonSet'],
])('the %s chart', async (chart, kind) => {
  files({ 'values.yaml': '' });
  const args = release('manifests')
    .map((argument) => (argument === 'official' ? chart : argument))
    .filter((argument) => !['--chart-version', '0.21.7'].includes(argument));
  const { code, stdout } = await run(args);
  expect(code).toBe(0);
  expect(stdout).toContain(`\nkind: ${kind}\n`);
});

test('rejects keys that cdk8s cannot write', async () => {
  files({ 'values.yaml': 'constructor: 1\nengine: {constructor: {a: 1}, toString: 2}\n' });
  const { code, stderr } = await run(release('findings'));
  expect(code).toBe(2);
  expect(stderr).toMatch(/^ {2}- values\.yaml:1:1: constructor: cdk8s can't write/m);
  expect(stderr).toMatch(/^ {2}- values\.yaml:2:10: engine\.constructor: cdk8s can't write/m);
});
