import * as fc from 'fast-check';
import {
  compareReleases,
  lastOfClosedMinor,
  lineOf,
  parseRelease,
  release,
  tagOf,
  type Release,
} from '../../src/version/release';

const number = fc.integer({ min: 0, max: 30 });
const anyRelease: fc.Arbitrary<Release> = fc.record(
  {
    major: fc.integer({ min: 0, max: 2 }),
    minor: number,
    patch: number,
    pre: fc.tuple(fc.integer({ min: 0, max: 2 }), number),
  },
  { requiredKeys: ['major', 'minor', 'patch'] },
);

test('sorts the releases of both lines', () => {
  const ordered = [
    '0.12.0',
    '0.12.7',
    '0.13.0',
    '0.18.9',
    '0.18.10',
    '0.18.19',
    '0.21.8',
    '0.22.0',
    '1.0.0-alpha.9',
    '1.0.0-beta.1',
    '1.0.0-beta.2',
    '1.0.0-beta.9',
    '1.0.0-beta.10',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
    '1.0.1',
    '1.1.0-beta.1',
    '1.1.0',
    '2.0.0',
  ];
  const shuffled = [...ordered].sort();
  expect(shuffled).not.toEqual(ordered);
  expect(shuffled.map(release).sort(compareReleases).map(tagOf)).toEqual(ordered.map((text) => `v${text}`));
});

test('sorts totally: reflexive, antisymmetric, transitive, and equal only for the same tag', () => {
  fc.assert(
    fc.property(anyRelease, anyRelease, anyRelease, (a, b, c) => {
      const [x, y, z] = [a, b, c].sort(compareReleases) as [typeof a, typeof a, typeof a];
      const isSymmetric = Math.sign(compareReleases(a, b)) === -Math.sign(compareReleases(b, a)) + 0;
      const isEqualByTag = (compareReleases(a, b) === 0) === (tagOf(a) === tagOf(b));
      const isSorted = compareReleases(x, y) <= 0 && compareReleases(y, z) <= 0 && compareReleases(x, z) <= 0;
      return compareReleases(a, a) === 0 && isSymmetric && isEqualByTag && isSorted;
    }),
    { numRuns: 2000 },
  );
});

test('parses the tag of a release with and without v', () => {
  fc.assert(
    fc.property(anyRelease, (a) => {
      expect(parseRelease(tagOf(a))).toEqual(a);
      expect(parseRelease(tagOf(a).slice(1))).toEqual(a);
    }),
  );
});

test('knows the line of each release', () => {
  expect(['0.12.0', '0.22.0', '1.0.0-beta.1', '1.0.0', '2.3.4'].map((text) => lineOf(release(text)))).toEqual([
    '0.x',
    '0.x',
    '1.0',
    '1.0',
    '1.0',
  ]);
});

test.each([
  ['0.18.19', undefined],
  ['0.18.20', 'v0.18.19'],
  ['0.14.1', 'v0.14.0'],
  ['0.12.8', 'v0.12.7'],
  ['0.21.12', undefined],
  ['0.22.0', undefined],
  ['1.0.99', undefined],
])('finds the last release of the closed minor before %s: %s', (text, last) => {
  const found = lastOfClosedMinor(release(text));
  expect(found && tagOf(found)).toBe(last);
});
