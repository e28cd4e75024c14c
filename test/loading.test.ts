import { execFileSync } from 'node:child_process';
import { join, sep } from 'node:path';
import { buildSync } from 'esbuild';

const ROOT = join(__dirname, '..');

/**
 * Returns the packages that a program loads. It runs in a separate process, because jest has its own module registry.
 */
function packagesLoadedBy(program: string): string[] {
  const { outputFiles } = buildSync({
    stdin: {
      contents: `
        const before = new Set(Object.keys(require.cache));
        ${program}
        console.log(JSON.stringify(Object.keys(require.cache).filter((file) => !before.has(file))));
      `,
      resolveDir: ROOT,
    },
    bundle: true,
    packages: 'external',
    platform: 'node',
    write: false,
  });
  const files: string[] = JSON.parse(
    execFileSync(process.execPath, ['-'], { cwd: ROOT, encoding: 'utf8', stdio: 'pipe', input: outputFiles[0]!.text }),
  );
  const modules = files.map((file) => file.split(`${sep}node_modules${sep}`)[1]).filter((path) => path !== undefined);
  return [...new Set(modules.map((path) => path.split(sep)[0] as string))].sort();
}

const ENGINES = `
  const { App, Chart, Duration, Size } = require('cdk8s');
  const dagger = require('./src');
  const { CacheVolume, EnvVar, KeySelector } = dagger;
  const chart = new Chart(new App({ outdir: require('node:os').tmpdir() }), 'ci');
  const common = {
    version: 'v0.21.7',
    listener: dagger.Listener.insecureTcp(),
    metrics: {},
    gpu: {},
    proxy: { https: EnvVar.fromKey(KeySelector.fromSecretName('proxy', 'url')) },
    caCertificates: [KeySelector.fromConfigMapName('ca', 'ca.crt')],
    engineJson: dagger.EngineJson.of({ logLevel: dagger.LogLevel.INFO }),
    engineToml: dagger.EngineToml.of({ dns: { searchDomains: ['example.com'] } }),
    serviceAccount: dagger.EngineServiceAccount.create(),
    tolerations: [{ operator: 'Exists' }], sidecars: [{ name: 'sidecar', image: 'sidecar:1' }],
  };
  new dagger.EngineDaemonSet(chart, 'a', common);
  new dagger.EngineStatefulSet(chart, 'b', { ...common, cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200) }) });
  new dagger.EngineDeployment(chart, 'c', { ...common, cache: CacheVolume.ephemeral({ size: Size.gibibytes(200) }) });
  const connection = new dagger.EngineDaemonSet(chart, 'd', { version: 'v0.21.7' }).addClient({ cli: dagger.CliInstall.fromEngineImage() });
  connection.podSpec({ containers: [{ name: 'job', image: 'job:1' }] });
  chart.toJson();
`;

let loaded: string[];
beforeAll(() => {
  loaded = packagesLoadedBy(ENGINES);
});

test("a program that doesn't use cdk8s-plus-28 doesn't load it, which would take a third of its start", () => {
  expect(loaded).toEqual(expect.arrayContaining(['cdk8s', 'constructs']));
  expect(loaded).not.toContain('cdk8s-plus-28');
});

test('this test notices a program that loads it', () => {
  expect(packagesLoadedBy(`require('cdk8s-plus-28/lib/imports/k8s');`)).toContain('cdk8s-plus-28');
});

test('the library installs one package', () => {
  const withoutLibrary = packagesLoadedBy(`require('cdk8s');`);
  expect(loaded.filter((name) => !withoutLibrary.includes(name))).toEqual(['smol-toml']);
});
