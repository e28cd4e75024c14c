import { Duration, Size } from 'cdk8s';
import { DiskSpace, EngineJson, EngineToml, type EngineTomlOptions } from '../../src/index';
import { render } from './render';

/** Returns the properties with errors or warnings. */
function propertiesOf(given: Parameters<typeof render>[0]): string[] {
  const { errors, warnings } = render(given);
  const all = [...errors, ...warnings.map((text) => text.replace(/^[a-z-]+: /, ''))];
  return [...new Set(all.map((text) => text.replace(/: .*/, '')))];
}

const everything = DiskSpace.percent(100);

test.each<[string, EngineTomlOptions]>([
  ['engineToml.insecureEntitlements[0]', { insecureEntitlements: ['root'] }],
  ['engineToml.registries["a/b"]', { registries: { 'a/b': {} } }],
  ['engineToml.registries["worker.oci"].mirrors[0]', { registries: { 'worker.oci': { mirrors: ['http://m'] } } }],
  ['engineToml.worker.maxUsedSpace', { worker: { maxUsedSpace: everything } }],
  [
    'engineToml.worker.gcPolicies[1].maxUsedSpace',
    { worker: { gcPolicies: [{ all: true, keepDuration: Duration.hours(1) }, { maxUsedSpace: everything }] } },
  ],
  [
    'engineToml.worker.gcPolicies[0].keepDuration',
    { worker: { gcPolicies: [{ keepDuration: Duration.millis(0.5) }] } },
  ],
  ['engineToml.worker.maxParallelism', { worker: { maxParallelism: 4 } }],
  [
    'engineToml.additional.worker.oci.snapshotter',
    { worker: { gc: true }, additional: { worker: { oci: { snapshotter: 'zfs' } } } },
  ],
  [
    'engineToml.additional.registry["docker.io"].mirrors[0]',
    { additional: { registry: { 'docker.io': { mirrors: ['http://m'] } } } },
  ],
  [
    'engineToml.additional.registry["docker.io"].http',
    { registries: { 'docker.io': { http: true } }, additional: { registry: { 'docker.io': { http: false } } } },
  ],
])('reports %s', (property, options) => {
  expect(propertiesOf({ toml: EngineToml.of(options) })).toEqual([property]);
});

test('keeps the keys of the file for raw text', () => {
  expect(
    propertiesOf({ toml: EngineToml.raw('insecure-entitlements = ["root"]\n[worker.oci]\nmax-parallelism = 4') }),
  ).toEqual(['engineToml.insecure-entitlements[0]', 'engineToml.worker.oci.max-parallelism']);
  expect(propertiesOf({ version: 'v0.18.9', json: EngineJson.raw('{"gc":{"sweep":"0%"}}') })).toEqual([
    'engineJson.gc.sweep',
  ]);
});

test('renames the keys of engine.json too', () => {
  const sweepSize = DiskSpace.percent(0);
  expect(propertiesOf({ version: 'v0.18.9', json: EngineJson.of({ gc: { sweepSize } }) })).toEqual([
    'engineJson.gc.sweepSize',
  ]);
  expect(
    propertiesOf({
      version: 'v0.18.9',
      json: EngineJson.of({ gc: { policies: [{ sweepSize, keepDuration: Duration.hours(1) }] } }),
    }),
  ).toEqual(['engineJson.gc.policies[0].sweepSize']);
  expect(
    propertiesOf({
      version: 'v0.18.9',
      json: EngineJson.of({ gc: { sweepSize, keepCacheVolumes: Duration.days(7) } }),
    }),
  ).toEqual(['engineJson.gc.sweepSize']);
  expect(propertiesOf({ json: EngineJson.of({ gc: { keepCacheVolumes: Duration.days(300 * 365) } }) })).toEqual([
    'engineJson.gc.keepCacheVolumes',
  ]);
  expect(
    propertiesOf({
      version: 'v1.0.0-beta.10',
      json: EngineJson.of({
        gc: { dagqlCache: { maxEstimatedSize: Size.kibibytes(0.0001), targetEstimatedSize: Size.kibibytes(1) } },
      }),
    }),
  ).toEqual(['engineJson.gc.dagqlCache.maxEstimatedSize']);
});
