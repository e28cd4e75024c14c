import { EngineJson } from '../../src/index';
import RECORD from './engine-json-keys.json';
import { render } from './render';

/**
 * engine-json-keys.json is what the loaders themselves know (docs/testing.md): every key by its path, where `*` is a name of the
 * user's own and `[]` an element of a list, with its type in Go.
 */
const VALUES: { readonly [type: string]: string } = {
  bool: 'true',
  string: '"info"',
  int64: '0',
  DiskSpace: '"5%"',
  Duration: '"1h"',
};

const ALL: { readonly [key: string]: string } = Object.assign({}, ...RECORD.map(({ keys }) => keys));

function written(key: string, type: string): string {
  return key
    .split('.')
    .reduceRight(
      (inside, name) => (name === '[]' ? `[${inside}]` : `{"${name === '*' ? 'example.com' : name}": ${inside}}`),
      VALUES[type]!,
    );
}

test.each(RECORD.flatMap(({ releases, keys }) => releases.map((release) => [release, keys] as const)))(
  '%s takes the keys that its loader knows, and no others',
  (version, known) => {
    const taken = Object.entries(ALL).filter(
      ([key, type]) =>
        !render({ version, json: EngineJson.raw(written(key, type)) }).errors.some((error) =>
          error.includes('not a key'),
        ),
    );
    expect(taken.map(([key]) => key).sort()).toEqual(Object.keys(known).sort());
  },
);
