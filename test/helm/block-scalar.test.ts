import * as fc from 'fast-check';
import { parse } from 'yaml';
import { blockScalar } from '../../src/helm/block-scalar';

test.each<[string, string, string | undefined]>([
  ['a line', 'debug = true', 'debug = true\n'],
  ['lines', 'a = 1\n  b = 2\n', 'a = 1\n  b = 2\n'],
  ['line breaks at the end, of which one stays', 'a = 1\n\n\n', 'a = 1\n'],
  ['the indentation of the first line, which applies to all lines', '  a = 1\n    b = 2\n', 'a = 1\n  b = 2\n'],
  ['a later line with less indentation, which is invalid YAML', '    a = 1\n  b = 2\n', undefined],
  ['an empty line within the text', '  a = 1\n\n  b = 2\n', 'a = 1\n\nb = 2\n'],
  ['spaces at the end of a line', 'a = 1  \nb = 2\t\n', 'a = 1  \nb = 2\t\n'],
  ['line breaks of Windows', 'a = 1\r\nb = 2\r\n', 'a = 1\nb = 2\n'],
  ['only spaces', '  \n \n', ''],
])('%s', (_title, text, read) => {
  expect(blockScalar(text)).toBe(read);
});

test.each<[string, string]>([
  ['a = 1\n  \n', 'a = 1\n'],
  ['a = 1\t \n', 'a = 1\n'],
  ['a = 1 \u00a0\n', 'a = 1\n'],
])("Helm trims the end of the chart's file: %j", (text, read) => {
  expect(blockScalar(text, true)).toBe(read);
});

test('reads the same as YAML', () => {
  const line = fc
    .tuple(fc.constantFrom('', '', '  ', '    '), fc.stringMatching(/^([a-z#="][a-z#=" \t]{0,5})?$/))
    .map(([indent, text]) => `${indent}${text}`);
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), (lines) => {
      const text = lines.join('\n');
      // Excludes texts that start with a blank line, for which YAML has its own rules.
      fc.pre(/^ *[^ \t\n]/.test(text));
      const written = `text: |\n${text
        .split('\n')
        .map((one) => `    ${one}`)
        .join('\n')}\nend: 1\n`;
      let read: string | undefined;
      try {
        ({ text: read } = parse(written) as { text: string });
      } catch {
        read = undefined;
      }
      expect(blockScalar(text)).toBe(read);
    }),
    { numRuns: 500 },
  );
});
