import { HelmChart } from '../../src/index';
import { files, inFolder, run } from './command';

inFolder();

const COMMANDS = ['from-helm', 'from-manifests', 'check', 'diff', 'graph', 'versions'];

test('prints the version', async () => {
  expect(await run(['--version'])).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' });
});

test('prints the help', async () => {
  const { code, stdout, stderr } = await run(['--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatchSnapshot();
  expect(await run(['-h'])).toEqual({ code, stdout, stderr });
  expect(await run(['help'])).toEqual({ code, stdout, stderr });
});

test.each(COMMANDS)('prints the help of %s', async (command) => {
  const { code, stdout, stderr } = await run([command, '--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatchSnapshot();
  expect(await run([command, '--unknown', '-h'])).toEqual({ code: 0, stdout, stderr: '' });
});

test('wraps the help', async () => {
  for (const command of [[], ...COMMANDS.map((name) => [name])]) {
    const { stdout } = await run([...command, '--help']);
    expect(stdout.split('\n').filter((line) => line.length > 110)).toEqual([]);
  }
});

test('shows the help as an error if there is no command', async () => {
  const { stdout: help } = await run(['--help']);
  expect(await run([])).toEqual({ code: 2, stdout: '', stderr: help });
});

const FROM_HELM = [
  'from-helm',
  '--chart',
  'official',
  '--values',
  'values.yaml',
  '--release',
  'dagger',
  '--namespace',
  'ci',
  '--emit',
  'findings',
];
const SEE_FROM_HELM = '\nSee cdk8s-dagger from-helm --help.\n';

test.each<[what: string, args: string[], says: string]>([
  [
    'an unknown command',
    ['from-hlem'],
    'cdk8s-dagger: "from-hlem" is not a command; allowed: from-helm, from-manifests, check, diff, graph, versions; fix: use from-helm\n',
  ],
  [
    'an option before the command',
    ['--chart', 'official', 'from-helm'],
    'cdk8s-dagger: "--chart" is not a command; allowed: from-helm, from-manifests, check, diff, graph, versions; fix: use check\n',
  ],
  [
    'all missing options at once',
    ['from-helm'],
    `\
cdk8s-dagger from-helm has 5 problems:
  - --chart: is missing; allowed: official, gstackio, kubiya; fix: add --chart CHART
  - --values: is missing; fix: add --values FILE, or --values /dev/null for the defaults of the chart
  - --release: is missing; fix: add --release NAME
  - --namespace: is missing; fix: add --namespace NAMESPACE
  - --emit: is missing; allowed: manifests, typescript, findings; fix: add --emit WHAT${SEE_FROM_HELM}`,
  ],
  [
    'all wrong options at once',
    [
      'from-helm',
      '--chart',
      'oficial',
      '--emit=yaml',
      '--fail-on',
      'errors',
      '--format',
      'yml',
      '-f',
      'values.yaml',
      '--release',
      'dagger',
      '-n',
      'ci',
      '--vlaues',
      'x',
    ],
    `\
cdk8s-dagger from-helm has 6 problems:
  - --chart: is not an allowed value; got "oficial"; allowed: official, gstackio, kubiya; fix: use official
  - --emit: is not an allowed value; got "yaml"; allowed: manifests, typescript, findings; fix: use manifests
  - --fail-on: is not an allowed value; got "errors"; allowed: error, warning, info; fix: use error
  - --format: is not an allowed value; got "yml"; allowed: text, json, sarif, code-quality; fix: use text
  - --vlaues: is not an option; fix: use --values, or remove it
  - x: is an unexpected argument; fix: remove it, or put its option before it${SEE_FROM_HELM}`,
  ],
  [
    'an unknown short option',
    [...FROM_HELM, '-x'],
    `cdk8s-dagger from-helm has 1 problem:\n  - -x: is not an option; fix: use --emit, or remove it${SEE_FROM_HELM}`,
  ],
  [
    'an option without a value at the end',
    [...FROM_HELM, '--output'],
    `cdk8s-dagger from-helm has 1 problem:\n  - --output: requires a value; fix: use --output FILE, or --output=FILE for a value that starts with -${SEE_FROM_HELM}`,
  ],
  [
    'an option whose value is the next option',
    [...FROM_HELM, '--output', '--fail-on', 'error'],
    `\
cdk8s-dagger from-helm has 2 problems:
  - --output: requires a value; got "--fail-on"; fix: use --output FILE, or --output=FILE for a value that starts with -
  - error: is an unexpected argument; fix: remove it, or put its option before it${SEE_FROM_HELM}`,
  ],
  [
    'an option twice',
    [...FROM_HELM, '--release', 'other'],
    `cdk8s-dagger from-helm has 1 problem:\n  - --release: is set twice; got "other"; fix: keep one of --release dagger and --release other${SEE_FROM_HELM}`,
  ],
  [
    'a switch with a value',
    ['from-helm', '--help=yes', ...FROM_HELM.slice(1)],
    `cdk8s-dagger from-helm has 1 problem:\n  - --help: does not take a value; got "yes"; fix: use --help${SEE_FROM_HELM}`,
  ],
  [
    '--ignore without a reason, or of a finding that no release has',
    [...FROM_HELM, '--ignore', 'plain-tpc=a test', '--ignore', 'plain-tcp', '--ignore', 'nfs-cache= '],
    `\
cdk8s-dagger from-helm has 3 problems:
  - --ignore: no finding has this name; got "plain-tpc"; fix: use plain-tcp
  - --ignore: plain-tcp needs a reason, without secrets; fix: use --ignore 'plain-tcp=a test cluster'
  - --ignore: nfs-cache needs a reason, without secrets; fix: use --ignore 'nfs-cache=a test cluster'
`,
  ],
  [
    'empty values of options',
    [...FROM_HELM, '--output', '', '--chart-version='],
    `\
cdk8s-dagger from-helm has 2 problems:
  - --output: is empty; fix: use --output FILE
  - --chart-version: is empty; fix: use --chart-version VERSION${SEE_FROM_HELM}`,
  ],
  [
    'an empty name of a file',
    ['check', ''],
    'cdk8s-dagger check has 1 problem:\n  - FILE: is empty; allowed: files, folders, and - for standard input; fix: pass at least one FILE\nSee cdk8s-dagger check --help.\n',
  ],
  [
    'check without files',
    ['check'],
    'cdk8s-dagger check has 1 problem:\n  - FILE: is missing; allowed: files, folders, and - for standard input; fix: pass at least one FILE\nSee cdk8s-dagger check --help.\n',
  ],
  [
    '--ignore of a finding that no manifest has',
    ['check', 'a.yaml', '--ignore', 'plain-tpc'],
    'cdk8s-dagger check has 1 problem:\n  - --ignore: no finding has this name; got "plain-tpc"; fix: use plain-tcp\n',
  ],
])('rejects %s', async (_what, args, says) => {
  expect(await run(args)).toEqual({ code: 2, stdout: '', stderr: says });
});

test('knows all charts of the library', async () => {
  const { stdout } = await run(['from-helm', '--help']);
  expect(stdout).toContain(`the chart; one of ${HelmChart.ALL.map(({ name }) => name).join(', ')}`);
});

test('reports a bug with a separate exit code', async () => {
  const broken = jest.spyOn(HelmChart.ALL, 'find').mockImplementation(() => {
    throw new TypeError('broken');
  });
  const { code, stderr } = await run(
    FROM_HELM.map((argument) => (argument === 'values.yaml' ? '/dev/null' : argument)),
  );
  broken.mockRestore();
  expect(code).toBe(70);
  expect(stderr).toMatch(/^cdk8s-dagger has a bug\. Please report it with this text:\nTypeError: broken\n +at /);
});

const ENGINE = `\
apiVersion: v1
kind: Pod
metadata: { name: engine }
spec: { containers: [{ name: engine, image: "registry.dagger.io/engine:v0.21.8" }] }
`;

test.each(['cdk8s', 'yaml', '../../src/findings/finding-kinds', '../../src/cli/report'])(
  'shows help and errors without loading %s',
  async (module) => {
    jest.doMock(module, () => {
      throw new Error('loaded');
    });
    // The modules of src/ load each other on first use, so the command has to run.
    await jest.isolateModulesAsync(async () => {
      const { main } = jest.requireActual<typeof import('../../src/cli/main')>('../../src/cli/main');
      for (const args of [['--help'], ...COMMANDS.map((command) => [command, '--help']), [], ['check', '--fromat']]) {
        expect(await run(args, { main })).toEqual(await run(args));
      }
      // A command that does its work loads the module.
      files({ 'engine.yaml': ENGINE });
      expect((await run(['check', 'engine.yaml'], { main })).stderr).toContain('Error: loaded');
    });
    jest.dontMock(module);
  },
);
