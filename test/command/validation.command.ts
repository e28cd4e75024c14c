import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

describe("cdk8s synth with the example's cdk8s.yaml", () => {
  const root = join(__dirname, '../..');
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'validation-'));
    cpSync(join(root, 'examples/validation/cdk8s.yaml'), join(folder, 'cdk8s.yaml'));
    // Bundles the package and the example from their sources.
    bundle('src/index.ts', 'node_modules/cdk8s-dagger/index.js');
    bundle('examples/validation/chart.ts', 'chart.js');
    writeFileSync(
      join(folder, 'node_modules/cdk8s-dagger/package.json'),
      JSON.stringify({ name: 'cdk8s-dagger', main: 'index.js' }),
    );
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  function bundle(source: string, to: string): void {
    buildSync({
      entryPoints: [join(root, source)],
      outfile: join(folder, to),
      bundle: true,
      platform: 'node',
      packages: 'external',
    });
  }

  function synth(patches: string): { status: number | null; output: string } {
    writeFileSync(
      join(folder, 'main.js'),
      `
      const { App, JsonPatch } = require('cdk8s');
      const { VendoredEngineChart } = require('./chart');
      const app = new App();
      new VendoredEngineChart(app, 'ci', { namespace: 'ci', patches: [${patches}] });
      app.synth();
    `,
    );
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(root, 'node_modules/cdk8s-cli/bin/cdk8s'), 'synth'],
      {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, CDK8S_CHECK_UPGRADE: 'false', NODE_PATH: join(root, 'node_modules') },
      },
    );
    return { status, output: stdout + stderr };
  }

  test('passes without findings', () => {
    const { status, output } = synth('');
    expect(output).toContain('Validations ended succesfully');
    expect(status).toBe(0);
  });

  test('fails with the finding and its construct in the report', () => {
    const { status, output } = synth(
      `JsonPatch.add('/spec/template/spec/containers/0/livenessProbe', { exec: { command: ['true'] }, terminationGracePeriodSeconds: 30 })`,
    );
    expect(output).toContain('error: short-probe-grace (1 occurrences)');
    expect(output).toContain('- Construct Path: ci/engine');
    expect(output).toContain('> spec.template.spec.containers[0].livenessProbe.terminationGracePeriodSeconds');
    expect(status).toBe(2);
  });
});
