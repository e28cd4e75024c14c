import { spawnSync } from 'node:child_process';
import { Yaml } from 'cdk8s';
import * as fc from 'fast-check';
import { checkTexts } from '../../src/kubernetes/validation/texts';
import { Problems } from '../../src/reporting/problems';
import { describeWithOracle, program } from './oracle';

const RUNS = Number(process.env.FC_RUNS ?? 20_000);

/** Parts of strings that YAML 1.1, YAML 1.2 and kubectl's YAML library read differently. */
const PARTS = [
  ...[
    '0',
    '7',
    '9',
    '12',
    '0o',
    '0x',
    '0b',
    '_',
    'e',
    'E',
    '+',
    '-',
    '.',
    'inf',
    '.Inf',
    'nan',
    '.NaN',
    ':30',
    '190:20:30',
  ],
  ...['~', 'null', 'yes', 'No', 'on', 'OFF', 'true', 'y', '<<', '=', '2026-01-31', 'T12:00:00Z', '---', '...'],
  ...[
    ' ',
    '\n',
    '\t',
    '\r',
    ': ',
    ' #',
    '#',
    '?',
    '- ',
    '!',
    '!!int ',
    '&',
    '*',
    '|',
    '>',
    '%',
    '@',
    '`',
    '"',
    "'",
    '\\',
  ],
  ...[
    '[',
    ']',
    '{',
    '}',
    ',',
    'a',
    'Z',
    'é',
    '😀',
    '\u00a0',
    '\u0000',
    '\u001b',
    '\u007f',
    '\u0085',
    '\u2028',
    '\u2029',
  ],
  ...['\ufeff', '\ufffe', '\ud800', '\udc00', 'x'.repeat(90)],
];

const TEXTS = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.array(fc.constantFrom(...PARTS), { minLength: 1, maxLength: 6 }).map((parts) => parts.join('')),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  { weight: 1, arbitrary: fc.double().map(String) },
);

/** Returns the values that kubectl reads from YAML texts. */
function readByKubectl(yamls: readonly string[]): unknown[] {
  const { status, stdout, stderr } = spawnSync(program(), ['yaml'], {
    encoding: 'utf8',
    input: yamls.map((yaml) => `${JSON.stringify(yaml)}\n`).join(''),
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) {
    throw new Error(stderr);
  }
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

/** Whether the library rejects a string as the value or the key of a map. */
function isRejected(text: string, path: readonly string[]): boolean {
  const problems = new Problems();
  checkTexts(problems, [{ text, path }]);
  return problems.found.length > 0;
}

describeWithOracle()('texts in the YAML that cdk8s writes', () => {
  const places: ReadonlyArray<[string, (text: string) => object, (text: string) => readonly string[]]> = [
    ['values', (text) => ({ metadata: { annotations: { note: text } } }), () => ['metadata', 'annotations', 'note']],
    ['keys', (text) => ({ data: { [text]: 'value' } }), (text) => ['data', text]],
  ];

  test.each(places)(
    `kubectl reads ${RUNS} %s as the program wrote them, or the library rejects them`,
    (_, objectOf, pathOf) => {
      const texts = fc.sample(TEXTS, RUNS);
      const read = readByKubectl(texts.map((text) => Yaml.stringify(objectOf(text))));
      expect(read).toHaveLength(texts.length);
      const differences = texts.filter(
        (text, index) =>
          !isRejected(text, pathOf(text)) && JSON.stringify(read[index]) !== JSON.stringify(objectOf(text)),
      );
      expect(differences.slice(0, 5).map((text) => JSON.stringify(text))).toEqual([]);
      const accepted = texts.filter((text) => !isRejected(text, pathOf(text))).length;
      process.stdout.write(`kubectl reads as written: ${accepted} of ${texts.length}\n`);
      // A generator whose strings are all rejected, or all accepted, proves nothing.
      expect(accepted).toBeGreaterThan(RUNS / 4);
      expect(texts.length - accepted).toBeGreaterThan(RUNS / 20);
    },
  );
});
