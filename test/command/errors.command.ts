import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

describe('cdk8s synth of a wrong program', () => {
  const root = join(__dirname, '../..');
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'errors-'));
    buildSync({
      entryPoints: [join(root, 'src/index.ts')],
      outfile: join(folder, 'node_modules/cdk8s-dagger/index.js'),
      bundle: true,
      platform: 'node',
      packages: 'external',
    });
    writeFileSync(
      join(folder, 'node_modules/cdk8s-dagger/package.json'),
      JSON.stringify({ name: 'cdk8s-dagger', main: 'index.js' }),
    );
    writeFileSync(join(folder, 'cdk8s.yaml'), 'language: typescript\napp: node main.js\n');
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  function synth(program: string): { status: number | null; output: string } {
    writeFileSync(
      join(folder, 'main.js'),
      `const { App, Chart, JsonPatch } = require('cdk8s');
const { EngineDaemonSet } = require('cdk8s-dagger');
const app = new App();
const chart = new Chart(app, 'ci', { namespace: 'ci' });
${program}
app.synth();
`,
    );
    const cli = join(root, 'node_modules/cdk8s-cli/bin/cdk8s');
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'synth'], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, CDK8S_CHECK_UPGRADE: 'false', NODE_PATH: join(root, 'node_modules') },
    });
    return { status, output: stdout + stderr };
  }

  it('shows the problem and the line of the program, without frames of the library', () => {
    const { output, status } = synth("new EngineDaemonSet(chart, 'engine', { version: 'v0.21.7', minReady: 5 });");
    expect(status).not.toBe(0);
    expect(output).toContain('ValidationError: [ci/engine] EngineDaemonSet has 1 problem:\n  - minReady: ');
    expect(output).toMatch(/^ {4}at .*main\.js:5:\d+/m);
    expect(output).not.toMatch(/^ {4}at .*node_modules\/cdk8s-dagger/m);
  });

  it('shows an error that is known at synth without frames of the library', () => {
    const { output, status } = synth(`
      for (const id of ['one', 'two']) {
        new EngineDaemonSet(chart, id, { version: 'v0.21.7', name: 'engine' });
      }`);
    expect(status).not.toBe(0);
    expect(output).toContain('[ci/two] podSelector: the selector of ci/two also selects the pods of ci/one');
    expect(output).not.toMatch(/^ {4}at .*node_modules\/cdk8s-dagger/m);
  });
});
