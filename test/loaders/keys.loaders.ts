import { EngineJson, EngineToml } from '../../src/index';
import { render } from '../config/render';
import RECORD from '../config/engine-json-keys.json';
import { isFrom } from '../invariants/releases';
import { describeWith, Loader, OWN_RELEASES, using, type LoaderKey } from './loader';

const TOML_RELEASES = ['v0.12.0', 'v0.13.6', 'v0.13.7', 'v0.18.11', 'v0.21.8', 'v1.0.0-beta.11'];
const JSON_RELEASES = OWN_RELEASES.filter((release) => isFrom(release, 'v0.15.0', 'v1.0.0-beta.1'));

/** Valid values, keyed by Go type. */
const FITTING: { readonly [type: string]: string } = {
  bool: 'true',
  string: '"info"',
  int: '1',
  int64: '0',
  DiskSpace: '"5%"',
  Duration: '"1h"',
  interface: '"x"',
};
const VALUES = {
  json: [
    'null',
    'true',
    '0',
    '-1',
    '1.0',
    '1.5',
    '"x"',
    '""',
    '[]',
    '[1]',
    '["x"]',
    '[null]',
    '{}',
    '{"x": 1}',
    '[{}]',
  ],
  toml: ['true', '0', '-1', '1.0', '1.5', '"x"', '""', '[]', '[1]', '["x"]', '{}', '{ x = 1 }', '[ {} ]', '2020-01-01'],
};

/**
 * Keys and values that the library rejects although the loader accepts them. The engine rejects them later, or reads an
 * unintended value.
 */
const STRICTER = [
  /^(insecure-entitlements|grpc\.(address|debugAddress)|worker\.oci\.(platforms|snapshotter|networkMode))\b/,
  /^grpc\.tls\.(cert|key) = /,
  // go-toml ignores negative counts, and tables in place of sizes and durations.
  /\.(cniPoolSize|max-parallelism|maxEstimatedBytes|targetEstimatedBytes) = -1$/,
  /(Space|gckeepstorage|keepBytes|keepDuration|maxAge|platformsCacheMaxAge) = \{.*\}$/,
];

/** Returns a file with one value at a path. */
function written(file: 'json' | 'toml', path: readonly string[], value: string): string {
  const whole = path.reduceRight((inside, name) => {
    const key = name === '*' ? '"example.com"' : JSON.stringify(name);
    return name === '[]' ? `[ ${inside} ]` : file === 'json' ? `{ ${key}: ${inside} }` : `{ ${key} = ${inside} }`;
  }, value);
  return file === 'json' ? whole : whole.slice(2, -2);
}

/** Whether the library reports that the engine rejects the text. */
function stops(file: 'json' | 'toml', version: string, text: string): boolean {
  return render({ version, [file]: file === 'json' ? EngineJson.raw(text) : EngineToml.raw(text) }).errors.some(
    (error) => error.includes('the engine would not start'),
  );
}

/** Checks every key, and every table and list that contains it, with valid and invalid values. */
async function checkValues(
  file: 'json' | 'toml',
  release: string,
  keys: readonly LoaderKey[],
  loader: Loader,
): Promise<void> {
  const differences: string[] = [];
  for (const { path, type } of keys) {
    const values = [FITTING[type]!, ...VALUES[file]].map((value) => [path, value] as const);
    const above = path
      .slice(1)
      .flatMap((_, index) => VALUES[file].map((value) => [path.slice(0, index + 1), value] as const));
    for (const [at, value] of [...values, ...above]) {
      const text = written(file, at, value);
      const { refused } = await loader.read(file, text);
      const isStopped = stops(file, release, text);
      const isStricter = STRICTER.some((pattern) =>
        pattern.test(`${at.filter((name) => name !== '[]').join('.')} = ${value}`),
      );
      if (isStopped !== (refused !== undefined) && !(isStopped && isStricter)) {
        differences.push(
          `${text}: ${refused ?? 'accepted'} by the loader, and ${isStopped ? 'refused' : 'accepted'} by the library`,
        );
      }
    }
  }
  expect(differences).toEqual([]);
}

/** Formats a path like the keys in engine-json-keys.json. */
const nameOf = ({ path }: LoaderKey): string => path.join('.');

function byName(keys: readonly LoaderKey[]): { [name: string]: string } {
  return Object.fromEntries(keys.map((key) => [nameOf(key), key.type]));
}

/** Every key that any release knows, and some that no release knows. */
const ALL_OF_JSON: LoaderKey[] = Object.entries({
  ...Object.assign({}, ...RECORD.map(({ keys }) => keys)),
  $schema: 'string',
  cache: 'bool',
  'gc.sweepsize': 'DiskSpace',
  'gc.policies.[].keepBytes': 'DiskSpace',
  'registries.*.keypair.[].key': 'string',
} as { [name: string]: string }).map(([name, type]) => ({ path: name.split('.'), type }));

describeWith('engine.json')('engine.json', () => {
  test.each(JSON_RELEASES)('%s knows exactly the recorded keys', (release) =>
    using(Loader.own(release), `keys of engine.json at ${release}`, async (loader) => {
      expect(byName(await loader.keys('json'))).toEqual(
        RECORD.find(({ releases }) => releases.includes(release))?.keys,
      );
    }),
  );

  test.each(JSON_RELEASES)('%s rejects the same values as the library', (release) =>
    using(Loader.own(release), `values of engine.json at ${release}`, (loader) =>
      checkValues('json', release, ALL_OF_JSON, loader),
    ),
  );
});

/** Returns the library's warnings about ignored keys in engine.toml. */
function warningsOf(release: string, text: string): string[] {
  return render({ version: release, toml: EngineToml.raw(text) }).warnings.filter((warning) =>
    warning.startsWith('ignored-config-key'),
  );
}

/** Returns the keys that the library allows in a table, from its message about an unknown key. */
function allowedIn(release: string, table: readonly string[]): string[] {
  const text = warningsOf(release, written('toml', [...table, 'x'], '1')).find((warning) =>
    warning.includes('x: is not a key'),
  );
  return text?.split('allowed: ')[1]!.split('; fix: ')[0]!.split(', ') ?? [];
}

describeWith('engine.toml')('engine.toml', () => {
  test.each(TOML_RELEASES)('%s knows exactly the keys that the library attributes to it', (release) =>
    using(Loader.ofToml(release), `keys of engine.toml at ${release}`, async (loader) => {
      const keys = await loader.keys('toml');
      const unknown = keys.filter(({ path, type }) =>
        warningsOf(release, written('toml', path, FITTING[type]!)).some((warning) => warning.includes('not a key')),
      );
      expect(unknown.map(nameOf)).toEqual([]);
      // The library reports only that worker.containerd as a whole has no effect.
      const tables = keys
        .filter(({ path }) => path[1] !== 'containerd')
        .flatMap(({ path }) => path.map((_, index) => path.slice(0, index)));
      for (const table of tables) {
        const below = keys.filter(
          ({ path }) => path.length > table.length && table.every((name, index) => name === path[index]),
        );
        expect(below.map(({ path }) => path[table.length])).toEqual(expect.arrayContaining(allowedIn(release, table)));
      }
    }),
  );

  test.each(TOML_RELEASES)('%s accepts everything that the library accepts', (release) =>
    using(Loader.ofToml(release), `values of engine.toml at ${release}`, async (loader) =>
      checkValues('toml', release, await loader.keys('toml'), loader),
    ),
  );
});
