import { nearest } from '../../src/reporting/suggestions';

test.each([
  ['colour', 'color'],
  ['tarce', 'trace'],
  ['', 'tea'],
  ['trace', 'trace'],
])('%j is nearest to %j', (word, found) => {
  expect(nearest(word, ['trace', 'color', 'tea'])).toBe(found);
});
