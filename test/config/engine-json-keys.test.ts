import { EngineJson } from '../../src/index';
import RECORD from './engine-json-keys.json';
import { render } from './render';

/**
 * A valid value for each Go type in engine-json-keys.json. That file records the keys that the loaders know
 * (docs/testing.md). In a key, `*` stands for a user-defined name, and `[]` for a list element.
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
  '%s accepts exactly the keys of its loader',
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
