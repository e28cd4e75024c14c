import * as fc from 'fast-check';
import { releaseNames, truncated } from '../../src/helm/release-names';
import { readsAs } from '../../src/helm/unquoted';

test.each([
  ['short', 'short'],
  ['a'.repeat(63), 'a'.repeat(63)],
  ['a'.repeat(64), 'a'.repeat(63)],
  [`${'a'.repeat(62)}-b`, 'a'.repeat(62)],
  [`${'a'.repeat(61)}--b`, `${'a'.repeat(61)}-`],
  ['dash-', 'dash'],
])('%s is cut to %s', (text, cut) => {
  expect(truncated(text)).toBe(cut);
});

describe('the full name', () => {
  test.each([
    ['dagger', {}, 'dagger-dagger-helm', 'releaseName'],
    ['dagger-helm', {}, 'dagger-helm', 'releaseName'],
    ['my-dagger-helm-2', {}, 'my-dagger-helm-2', 'releaseName'],
    ['ci', { nameOverride: 'engine' }, 'ci-engine', 'nameOverride'],
    ['my-engine', { nameOverride: 'engine' }, 'my-engine', 'releaseName'],
    ['ci', { fullnameOverride: 'cache' }, 'cache', 'fullnameOverride'],
    ['ci', { fullnameOverride: 'cache', nameOverride: 'engine' }, 'cache', 'fullnameOverride'],
    ['ci', { fullnameOverride: '', nameOverride: '' }, 'ci-dagger-helm', 'releaseName'],
    ['r'.repeat(53), {}, `${'r'.repeat(53)}-dagger-he`, 'releaseName'],
    ['r'.repeat(53), { nameOverride: `${'n'.repeat(8)}-x` }, `${'r'.repeat(53)}-${'n'.repeat(8)}`, 'nameOverride'],
  ])('of release %s with %j', (releaseName, overrides, fullname, origin) => {
    expect(releaseNames(releaseName, overrides)).toMatchObject({ fullname, origin });
  });

  test('is never longer than a label', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (releaseName, nameOverride, fullnameOverride) => {
        const { fullname, name } = releaseNames(releaseName, { fullnameOverride, nameOverride });
        expect(Math.max(fullname.length, name.length)).toBeLessThanOrEqual(63);
      }),
      { numRuns: 200 },
    );
  });
});

test.each([
  ['dagger', undefined],
  ['v1.2.3', undefined],
  ['1.2.3', undefined],
  ['1e', undefined],
  ['0x', undefined],
  ['x1', undefined],
  ['yes-no', undefined],
  ['2024-01-01', undefined],
  ['1:30', undefined],
  ['_1', undefined],
  ['0b12', undefined],
  ['123', 'a number'],
  ['0123', 'a number'],
  ['089', 'a number'],
  ['1_000', 'a number'],
  ['1e3', 'a number'],
  ['1.5', 'a number'],
  ['.5', 'a number'],
  ['-1', 'a number'],
  ['0x1F', 'a number'],
  ['0X1F', 'a number'],
  ['0B1', 'a number'],
  ['0b11', 'a number'],
  ['.inf', 'a number'],
  ['.NaN', 'a number'],
  ['true', 'true or false'],
  ['YES', 'true or false'],
  ['off', 'true or false'],
  ['n', 'true or false'],
  ['null', 'nothing'],
  ['~', 'nothing'],
  ['', 'nothing'],
])('YAML reads %j without quotes as %s', (text, read) => {
  expect(readsAs(text)).toBe(read);
});
