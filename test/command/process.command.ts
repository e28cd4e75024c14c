import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

/**
 * The folder of the command, which is bundled into one file. The folder is in node_modules, so that the file finds its
 * dependencies.
 */
const folder = mkdtempSync(join(__dirname, '../../node_modules/.cache-cli-'));
const command = join(folder, 'cli.js');

beforeAll(() => {
  buildSync({
    entryPoints: [join(__dirname, '../../src/cli/run.ts')],
    outfile: command,
    bundle: true,
    platform: 'node',
    target: 'node20',
    external: ['cdk8s', 'cdk8s-plus-28', 'constructs', 'smol-toml'],
    define: { PACKAGE_VERSION: '"1.2.3"' },
    logLevel: 'warning',
  });
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

// The command can start slowly on a busy machine.
jest.setTimeout(60_000);

function run(
  args: string[],
  input = '',
  env: { [name: string]: string } = {},
): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    cwd: folder,
    input,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 2 ** 28,
  });
  return { status, stdout, stderr };
}

const RELEASE = [
  'from-helm',
  '--chart',
  'official',
  '--chart-version',
  '0.21.7',
  '-f',
  '-',
  '--release',
  'dagger',
  '-n',
  'ci',
  '--emit',
];

test('prints the version', () => {
  expect(run(['--version'])).toEqual({ status: 0, stdout: '1.2.3\n', stderr: '' });
});

test('prints manifests to standard output and findings to standard error, and returns the exit code', () => {
  const { status, stdout, stderr } = run([...RELEASE, 'manifests'], 'engine: {port: 1234}\n');
  expect(status).toBe(0);
  expect(stdout.split(/^---$/m).every((document) => /^apiVersion: /m.test(document))).toBe(true);
  expect(stderr).toMatch(/^warning {2}plain-tcp {2}engine\.port$/m);
  expect(stderr).not.toMatch(/^\[/m);
  expect(run([...RELEASE, 'manifests', '--fail-on', 'warning'], 'engine: {port: 1234}\n')).toEqual({
    status: 1,
    stdout: '',
    stderr,
  });
  expect(run([...RELEASE, 'manifests'], 'engine: [').status).toBe(2);
});

test('rejects standard input that is closed', () => {
  const { status, stderr } = spawnSync(process.execPath, [command, ...RELEASE, 'manifests'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: 'standard input: empty; fix: check the command before the pipe\n',
  });
});

test.each<[what: string, args: string[], stderr: RegExp]>([
  ['standard output', [], /\nstandard output: ENOSPC: no space left on device, write\n$/],
  ['a file', ['--output', '/dev/full'], /\n\/dev\/full: no space left on the device\n$/],
])('exits with 74 if %s is full', (_what, args, says) => {
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = spawnSync(process.execPath, [command, ...RELEASE, 'manifests', ...args], {
    cwd: folder,
    input: '{}',
    stdio: ['pipe', full, 'pipe'],
    encoding: 'utf8',
  });
  closeSync(full);
  expect(status).toBe(74);
  expect(stderr).toMatch(says);
  expect(stderr).not.toMatch(/^ +at /m);
});

/** Values whose manifests are larger than a pipe buffer. */
const MANY = `engine:\n  env:\n${Array.from({ length: 3000 }, (_, n) => `    - {name: VARIABLE_${n}, value: "${'x'.repeat(50)}"}\n`).join('')}`;

test('prints very large values', () => {
  writeFileSync(join(folder, 'values.yaml'), MANY);
  const { status, stdout } = run([
    ...RELEASE.map((argument) => (argument === '-' ? 'values.yaml' : argument)),
    'manifests',
  ]);
  expect(status).toBe(0);
  expect(stdout).toContain('- name: VARIABLE_2999\n');
});

test('prints a very long text', () => {
  const { status, stdout } = run(
    [...RELEASE, 'manifests'],
    `engine:\n  config: |\n${'    # a comment\n'.repeat(80_000)}`,
  );
  expect(status).toBe(0);
  expect(stdout.length).toBeGreaterThan(960_000);
});

test.each(['manifests', 'findings'])('exits with 74 if the reader of %s stops reading', async (emit) => {
  const child = spawn(process.execPath, [command, ...RELEASE, emit], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  child.stderr.setEncoding('utf8');
  let stderr = '';
  child.stderr.on('data', (chunk: string) => {
    stderr += chunk;
  });
  child.stdin.end(emit === 'manifests' ? MANY : 'engine: {port: 1234}\n');
  const [exit] = await once(child, 'close');
  expect(exit).toBe(74);
  expect(stderr).not.toMatch(/EPIPE|^ +at /m);
});

test('loads only what it needs', () => {
  const loaded = (args: string[]): string[] => {
    const { stderr } = run(args, '', { NODE_OPTIONS: `--require ${join(folder, 'loaded.js')}` });
    return [
      ...new Set([...stderr.matchAll(/node_modules\/(?!\.cache)([^/\n]+)\//g)].map(([, name]) => name as string)),
    ];
  };
  writeFileSync(
    join(folder, 'loaded.js'),
    'process.on("exit", () => process.stderr.write(Object.keys(require.cache).join("\\n")));',
  );
  expect(loaded(['from-helm', '--help'])).toEqual([]);
  expect(loaded(['from-helm'])).toEqual([]);
  expect(loaded([...RELEASE, 'manifests'])).toContain('cdk8s');
  expect(loaded([...RELEASE, 'manifests'])).not.toContain('cdk8s-plus-28');
});
