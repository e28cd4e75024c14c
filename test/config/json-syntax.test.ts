import * as fc from 'fast-check';
import { jsonErrorPlace } from '../../src/config/json-syntax';

test.each<[string, string]>([
  ['', 'line 1, column 1'],
  ['logLevel: debug', 'line 1, column 1'],
  ['{}\n// mine', 'line 2, column 1'],
  ['{\n  "gc": {"enabled": true},\n}', 'line 3, column 1'],
  ['{"a" "b"}', 'line 1, column 6'],
  ['{"a": 01}', 'line 1, column 8'],
  ['{"a": tru}', 'line 1, column 7'],
  ['{"a": "x', 'line 1, column 7'],
  ['{"a": "\\x"}', 'line 1, column 7'],
  ["{'a': 1}", 'line 1, column 2'],
  ['[1, 2', 'line 1, column 6'],
  ['[1 2]', 'line 1, column 4'],
])('finds the error of %j at %s', (text, place) => {
  expect(jsonErrorPlace(text)).toBe(place);
});

test('accepts everything that JSON.parse accepts, up to an invalid character', () => {
  fc.assert(
    fc.property(fc.json(), fc.integer({ min: 0, max: 2 }), (json, indent) => {
      const text = JSON.stringify(JSON.parse(json), undefined, indent);
      const lines = text.split('\n');
      expect(jsonErrorPlace(`${text}#`)).toBe(`line ${lines.length}, column ${lines.at(-1)!.length + 1}`);
    }),
  );
});
