import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';
import { parse, parseAllDocuments } from 'yaml';

// Runs the scripts of the GitHub Action, the GitLab component and the pre-commit hook, as their runners would.

const ROOT = join(__dirname, '../..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const { version } = JSON.parse(read('package.json')) as { readonly version: string };

/** In node_modules, so that the bundled command finds its dependencies. */
const folder = mkdtempSync(join(ROOT, 'node_modules/.cache-without-typescript-'));
const bin = join(folder, 'cdk8s-dagger/node_modules/.bin');
const work = join(folder, 'work');

const BAD_ENGINE = `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: dagger, namespace: ci }
spec:
  selector: { matchLabels: { app: dagger } }
  template:
    metadata: { labels: { app: dagger } }
    spec:
      containers:
        - name: engine
          image: registry.dagger.io/engine:main
          securityContext: { privileged: true }
`;

beforeAll(() => {
  buildSync({
    entryPoints: [join(ROOT, 'src/cli/run.ts')],
    outfile: join(bin, 'cdk8s-dagger'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    external: ['cdk8s', 'cdk8s-plus-28', 'constructs', 'smol-toml'],
    define: { PACKAGE_VERSION: JSON.stringify(version) },
    banner: { js: '#!/usr/bin/env node' },
    logLevel: 'warning',
  });
  chmodSync(join(bin, 'cdk8s-dagger'), 0o755);
});

beforeEach(() => {
  mkdirSync(work);
  write('bad engines/engine.yaml', BAD_ENGINE);
  write('good/none.yaml', 'apiVersion: v1\nkind: Namespace\nmetadata: { name: ci }\n');
});
afterEach(() => rmSync(work, { recursive: true }));
afterAll(() => rmSync(folder, { recursive: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(work, file)), { recursive: true });
  writeFileSync(join(work, file), text);
}

function shell(
  args: readonly string[],
  env: { readonly [name: string]: string } = {},
): { code: number; output: string } {
  const { status, stderr, stdout } = spawnSync('bash', args, {
    cwd: work,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${bin}:${process.env.PATH}`, ...env },
  });
  return { code: status!, output: stdout + stderr };
}

/** Commits the folder, and changes the image of the bad engine. */
function changeInRepository(): void {
  const commit = 'git -c user.name=test -c user.email=test@example.com commit --quiet --message before';
  expect(shell(['-ec', `git init --quiet; git add .; ${commit}`]).code).toBe(0);
  write('bad engines/engine.yaml', BAD_ENGINE.replace('engine:main', 'engine:v0.21.8'));
}

jest.setTimeout(60_000);

describe('action.yml', () => {
  interface Action {
    readonly inputs: { readonly [name: string]: { readonly default?: string; readonly required?: boolean } };
    readonly runs: {
      readonly steps: ReadonlyArray<{ readonly name: string; readonly run: string; readonly env: object }>;
    };
  }
  const action = parse(read('action.yml')) as Action;
  const [install, check, compare] = action.runs.steps;

  /** Runs a step, with the shell options of GitHub's `shell: bash`. */
  function run(
    inputs: { readonly [name: string]: string },
    step = check!,
  ): { code: number; output: string; summary: string } {
    const value = (name: string): string => inputs[name] ?? action.inputs[name]!.default!;
    const env = Object.fromEntries(
      Object.entries(step.env).map(([name, text]: [string, string]) => [
        name,
        text.replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, input: string) => value(input)),
      ]),
    );
    const summary = join(work, 'summary.md');
    write('step.sh', step.run);
    const result = shell(['--noprofile', '--norc', '-eo', 'pipefail', 'step.sh'], {
      ...env,
      RUNNER_TEMP: folder,
      GITHUB_STEP_SUMMARY: summary,
    });
    return { ...result, summary: readFileSync(summary, 'utf8') };
  }

  test('fails with errors, and writes the summary and SARIF', () => {
    const { code, output, summary } = run({ files: 'bad engines\ngood\n', 'sarif-file': 'findings.sarif' });
    expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining('error  moving-image') });
    expect(summary).toBe(`### Dagger Engines\n\`\`\`\n${output}\`\`\`\n`);
    const sarif = JSON.parse(readFileSync(join(work, 'findings.sarif'), 'utf8'));
    const [{ locations }] = sarif.runs[0].results;
    expect(locations[0].physicalLocation.artifactLocation.uri).toBe('bad%20engines/engine.yaml');
  });

  test('passes with ignored findings', () => {
    const { code, output } = run({
      files: 'bad engines',
      ignore: 'moving-image=a test cluster\nno-cache-volume=a test cluster\n',
    });
    expect({ code, output }).toEqual({
      code: 0,
      output: expect.stringContaining('ignored  moving-image: a test cluster'),
    });
  });

  test('fails without a report if a file does not exist', () => {
    const { code, output } = run({ files: 'nowhere', 'sarif-file': 'findings.sarif' });
    expect({ code, output }).toEqual({ code: 2, output: expect.stringContaining('nowhere: no such file') });
    expect(() => readFileSync(join(work, 'findings.sarif'))).toThrow('ENOENT');
  });

  test('does not run commands in inputs', () => {
    const { code, output } = run({ files: '$(touch broken)\n--help', ignore: '`touch broken`=x' });
    expect({ code, output }).toEqual({ code: 2, output: expect.stringContaining('no finding has this name') });
    expect(() => readFileSync(join(work, 'broken'))).toThrow('ENOENT');
  });

  test('shows the effects of a change in the summary, and fails with fail-on-effects', () => {
    changeInRepository();
    const { code, output, summary } = run({ files: 'bad engines', base: 'HEAD' }, compare);
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('DaemonSet `ci/dagger`') });
    expect(summary).toBe(output);
    expect(run({ files: 'bad engines', base: 'HEAD', 'fail-on-effects': 'info' }, compare).code).toBe(1);
  });

  test('installs the version of this package by default', () => {
    expect(install!.run).toContain('"$PACKAGE"');
    expect(action.inputs['package']!.default).toBe(`cdk8s-dagger@${version}`);
  });
});

describe('templates/check.yml', () => {
  const [spec, jobs] = parseAllDocuments(read('templates/check.yml'), { version: '1.2' }).map(({ contents }) =>
    String(contents),
  ) as [string, string];
  const { inputs } = (
    parse(spec) as {
      readonly spec: { readonly inputs: { readonly [name: string]: { readonly default?: boolean | string } } };
    }
  ).spec;

  function run(
    values: { readonly [name: string]: string },
    name = 'check-dagger-engines',
  ): { code: number; output: string } {
    const text = jobs.replace(
      /\$\[\[ inputs\.([\w-]+) \]\]/g,
      (_, input: string) => values[input] ?? String(inputs[input]!.default!),
    );
    const { [name]: job } = parse(text) as { readonly [name: string]: { readonly script: string[] } };
    return shell(['-ec', job!.script.join('\n')], { CI_MERGE_REQUEST_DIFF_BASE_SHA: 'HEAD' });
  }

  test('fails with errors, and writes the Code Quality report', () => {
    const { code, output } = run({ files: "'bad engines' good", options: "--ignore 'no-requests=a test cluster'" });
    expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining('error  moving-image') });
    const report = JSON.parse(readFileSync(join(work, 'gl-code-quality-report.json'), 'utf8'));
    expect(report[0]).toMatchObject({ check_name: 'moving-image', location: { path: 'bad engines/engine.yaml' } });
  });

  test('passes without findings', () => {
    expect(run({ files: 'good' })).toEqual({ code: 0, output: expect.stringContaining('no findings') });
  });

  test('writes the effects of a merge request', () => {
    changeInRepository();
    const compare = (values: { readonly [name: string]: string }): number =>
      run({ files: "'bad engines'", ...values }, 'compare-dagger-engines').code;
    expect(compare({})).toBe(0);
    expect(readFileSync(join(work, 'effects.md'), 'utf8')).toContain('DaemonSet `ci/dagger`');
    expect(compare({ 'compare-options': '--fail-on info' })).toBe(1);
  });

  test('uses the image of this version by default', () => {
    expect(inputs['image']!.default).toBe(`ghcr.io/cdk8s-dagger/cdk8s-dagger:${version}`);
  });
});

describe('.pre-commit-hooks.yaml', () => {
  const [hook] = parse(read('.pre-commit-hooks.yaml')) as ReadonlyArray<{
    readonly entry: string;
    readonly args: readonly string[];
  }>;

  test('checks the whole repository by default', () => {
    const { code, output } = shell(['-c', `${hook!.entry} "$@"`, 'hook', ...hook!.args]);
    expect({ code, output }).toEqual({
      code: 1,
      output: expect.stringContaining('at      bad engines/engine.yaml:12:11'),
    });
  });
});
