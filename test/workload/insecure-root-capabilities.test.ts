import { EngineJson, EngineToml, type EngineProps } from '../../src/index';
import { daemonSet, objects, problems } from '../engines';

/** Returns the configuration files of an engine, keyed by name. */
const files = (props: Partial<EngineProps>): { [file: string]: string } | undefined =>
  objects(daemonSet(props))['ConfigMap engine-config']?.data;

const json = (props: Partial<EngineProps>): unknown => JSON.parse(files(props)!['engine.json']!);

test.each(['v0.15.0', 'v0.21.7'])('writes engine.json for %s', (version) => {
  expect(json({ version, insecureRootCapabilities: false })).toEqual({ security: { insecureRootCapabilities: false } });
  expect(json({ version, insecureRootCapabilities: true })).toEqual({ security: { insecureRootCapabilities: true } });
});

test('keeps the mirror of the image for v1.0.0-beta.10', () => {
  expect(json({ version: 'v1.0.0-beta.10', insecureRootCapabilities: false })).toEqual({
    registries: { 'docker.io': { mirrors: ['mirror.gcr.io'] } },
    security: { insecureRootCapabilities: false },
  });
});

test('writes engine.toml for v0.14.0', () => {
  expect(files({ version: 'v0.14.0', insecureRootCapabilities: false })).toEqual({
    'engine.toml': 'debug = true\ninsecure-entitlements = []\n',
  });
  expect(files({ version: 'v0.14.0', insecureRootCapabilities: true })).toEqual({
    'engine.toml': 'debug = true\ninsecure-entitlements = [ "security.insecure" ]\n',
  });
});

test('keeps other keys of engine.toml', () => {
  expect(
    files({ version: 'v0.14.0', insecureRootCapabilities: false, engineToml: EngineToml.of({ trace: true }) })![
      'engine.toml'
    ],
  ).toMatch(/^debug = true\ninsecure-entitlements = \[\]\ntrace = true\n$/);
});

test('keeps other keys of the files', () => {
  expect(json({ insecureRootCapabilities: false, engineJson: EngineJson.of({ gc: { enabled: false } }) })).toEqual({
    gc: { enabled: false },
    security: { insecureRootCapabilities: false },
  });
  expect(
    files({
      insecureRootCapabilities: false,
      engineJson: EngineJson.raw('{"security": {"insecureRootCapabilities": false}}'),
    }),
  ).toEqual({ 'engine.json': '{"security": {"insecureRootCapabilities": false}}' });
});

test('writes nothing by default', () => {
  expect(files({})).toBeUndefined();
});

test.each<[string, Partial<EngineProps>, string]>([
  [
    'a typed engine.json',
    { engineJson: EngineJson.of({ security: { insecureRootCapabilities: true } }) },
    'conflicts with security in engineJson; got false; allowed: the value in the file; fix: set "security": {"insecureRootCapabilities": false} there',
  ],
  [
    'a custom engine.json',
    { engineJson: EngineJson.raw('{}') },
    'conflicts with security in engineJson; got false; allowed: the value in the file; fix: set "security": {"insecureRootCapabilities": false} there',
  ],
  [
    'a typed engine.toml',
    { version: 'v0.14.0', engineToml: EngineToml.of({ insecureEntitlements: ['security.insecure'] }) },
    'conflicts with insecure-entitlements in engineToml; got false; allowed: the value in the file; fix: set insecure-entitlements = [] there',
  ],
  [
    'a custom engine.toml',
    { version: 'v0.14.0', engineToml: EngineToml.raw('insecure-entitlements = ["security.insecure"]\n') },
    'conflicts with insecure-entitlements in engineToml; got false; allowed: the value in the file; fix: set insecure-entitlements = [] there',
  ],
])('rejects a conflict with %s', (_title, props, says) => {
  expect(problems(() => daemonSet({ insecureRootCapabilities: false, ...props }))).toEqual([
    `insecureRootCapabilities: ${says}`,
  ]);
});
