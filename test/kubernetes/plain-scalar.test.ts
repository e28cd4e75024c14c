import { plainScalar } from '../../src/kubernetes/plain-scalar';

// The results of resolve("", text) in go.yaml.in/yaml/v2 2.4.2. test/cli/yaml.test.ts covers the values that Helm
// prints.
test.each<[text: string, kind: string, value: unknown]>([
  ['', 'null', null],
  ['~', 'null', null],
  ['Yes', 'bool', true],
  ['off', 'bool', false],
  ['yEs', 'str', 'yEs'],
  ['constructor', 'str', 'constructor'],
  ['0X1F', 'int', 31],
  ['-0b1_1', 'int', -3],
  ['1__0', 'int', 10],
  ['_1', 'str', '_1'],
  ['-_1', 'int', -1],
  ['-0x8000000000000000', 'int', -(2 ** 63)],
  ['-0x8000000000000001', 'str', '-0x8000000000000001'],
  ['089', 'float', 89],
  ['1_0.5', 'float', 10.5],
  ['.5_0', 'float', 0.5],
  ['.5__0', 'str', '.5__0'],
  ['._5', 'str', '._5'],
  ['.5_', 'str', '.5_'],
  ['-._5', 'float', -0.5],
  ['1e400', 'str', '1e400'],
  ['.NaN', 'float', NaN],
  ['+.inf', 'float', Infinity],
  ['-.INF', 'float', -Infinity],
  ['+.nan', 'str', '+.nan'],
  ['2024-01-02', 'str', '2024-01-02'],
  ['1:30', 'str', '1:30'],
])('reads %j as %s %p', (text, kind, value) => {
  expect(plainScalar(text)).toEqual({ kind, value });
});
