import { nearest } from '../../src/reporting/suggestions';

test.each([
  ['colour', 'color'],
  ['tarce', 'trace'],
  ['', 'tea'],
  ['trace', 'trace'],
])('suggests for %j: %j', (word, found) => {
  expect(nearest(word, ['trace', 'color', 'tea'])).toBe(found);
});
