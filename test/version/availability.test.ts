import { Availability, type SpanText } from '../../src/version/availability';
import { release } from '../../src/version/release';

test.each<[SpanText, SpanText, string]>([
  ['always', 'always', 'every supported release'],
  ['never', 'never', 'no release'],
  ['since 0.15.0', 'always', 'v0.15.0 and later'],
  ['since 0.21.5', 'since 1.0.0-beta.4', 'v0.21.5 and later, v1.0.0-beta.4 and later'],
  ['since 0.21.5', 'never', 'v0.21.5 and later of 0.x'],
  ['until 0.20.8', 'never', 'until v0.20.8'],
  ['until 0.21.3', 'until 1.0.0-beta.2', 'until v0.21.3, until v1.0.0-beta.2'],
  ['0.18.9 to 0.18.10', 'never', 'v0.18.9 to v0.18.10'],
  ['never', 'since 1.0.0-beta.10', 'v1.0.0-beta.10 and later'],
  ['never', 'always', 'all of 1.0'],
  ['always', 'never', 'all of 0.x'],
  ['always', 'until 1.0.0-beta.2', 'all of 0.x, until v1.0.0-beta.2'],
  ['since 0.21.0', 'until 1.0.0-beta.7', 'v0.21.0 and later of 0.x, until v1.0.0-beta.7'],
  ['until 0.20.8', 'always', 'until v0.20.8, all of 1.0'],
  ['never', 'after 1.0.0-beta.14', 'after v1.0.0-beta.14'],
  ['since 0.21.10', 'after 1.0.0-beta.14', 'v0.21.10 and later, after v1.0.0-beta.14'],
  ['never', '1.0.0-beta.2 to 1.0.0-beta.4', 'v1.0.0-beta.2 to v1.0.0-beta.4'],
])('"%s" and "%s" become: %s', (zero, one, text) => {
  expect(new Availability(zero, one).toString()).toBe(text);
});

test('includes both ends, and separates the release lines', () => {
  const availability = new Availability('0.18.9 to 0.18.10', 'since 1.0.0-beta.3');
  const included = [
    '0.18.8',
    '0.18.9',
    '0.18.10',
    '0.18.11',
    '0.22.0',
    '1.0.0-beta.2',
    '1.0.0-beta.3',
    '1.0.0-beta.10',
    '1.0.0',
    '1.4.0',
  ].filter((text) => availability.includes(release(text)));
  expect(included).toEqual(['0.18.9', '0.18.10', '1.0.0-beta.3', '1.0.0-beta.10', '1.0.0', '1.4.0']);
});

test('is uncertain about releases after the last one without the fact', () => {
  const availability = new Availability('since 0.21.10', 'after 1.0.0-beta.14');
  const of = (text: string) => [availability.includes(release(text)), availability.isUncertainFor(release(text))];
  expect(of('1.0.0-beta.14')).toEqual([false, false]);
  expect(of('1.0.0-beta.15')).toEqual([true, true]);
  expect(of('0.21.9')).toEqual([false, false]);
  expect(of('0.21.10')).toEqual([true, false]);
});

test.each<[SpanText, SpanText, string]>([
  ['always', 'never', 'v0.21.8, v1.0.0-beta.11'],
  ['until 0.20.8', 'since 1.0.0-beta.10', 'v0.21.8, v1.0.0-beta.11'],
  ['since 0.21.9', 'after 1.0.0-beta.14', 'v0.21.9, v1.0.0-beta.14'],
])('"%s" and "%s" are confirmed until: %s', (zero, one, text) => {
  expect(new Availability(zero, one).confirmedUntilText).toBe(text);
});

test('rejects a row with a typo', () => {
  expect(() => new Availability('since 0.18', 'always').toString()).toThrow('not a release: 0.18');
  expect(() => new Availability('alwys' as SpanText, 'always').toString()).toThrow('not a release: alwys');
});

test('rejects a row with a release of the other line', () => {
  expect(() => new Availability('since 1.0.0-beta.1', 'always').toString()).toThrow(
    'v1.0.0-beta.1 is not a 0.x release',
  );
  expect(() => new Availability('always', 'until 0.21.3').toString()).toThrow('v0.21.3 is not a 1.0 release');
});
