import * as fc from 'fast-check';
import { EngineToml, PemFile } from '../../src/index';
import { render } from '../config/render';
import { describeWith, Loader, using } from './loader';
import { runs } from './runs';

const RELEASE = 'v0.21.8';

// ---- user-defined texts with all TOML syntax

const inner = fc
  .array(
    fc.constantFrom(
      'a',
      'docker.io',
      '[',
      ']',
      '#',
      "'",
      '\\"',
      '\\\\',
      '\\u0041',
      '\\e',
      '\\x41',
      '\\t',
      ' ',
      'é',
      '=',
      '.',
      '{',
      '}',
      ',',
      '😀',
    ),
    { maxLength: 4 },
  )
  .map((parts) => parts.join(''));
const withoutQuotes = inner.map((text) => text.replaceAll("'", ''));
const basic = inner.map((text) => `"${text}"`);
const literal = withoutQuotes.map((text) => `'${text}'`);
const long = fc
  .tuple(inner, fc.constantFrom('', '\n', '\\\n  ', '\n[x]\n', '\r\n'), inner, fc.constantFrom('"""', '""""', '"""""'))
  .map(([first, between, second, end]) => `"""${first}${between}${second}${end}`);
const longLiteral = fc
  .tuple(withoutQuotes, fc.constantFrom('', '\n', "\n['x]']\n"), fc.constantFrom("'''", "''''"))
  .map(([first, between, end]) => `'''${first}${between}${end}`);
const plain = fc.constantFrom(
  'true',
  '1',
  '0x1F',
  '1_000',
  '1.5',
  '5e3',
  'inf',
  '-nan',
  '1979-05-27T07:32:00Z',
  '0o7',
  '+1',
);

const bare = fc.constantFrom(
  'a',
  'b',
  'c-d',
  'e_f',
  '1',
  '3.1',
  'root',
  'http',
  'ca',
  'mirrors',
  'all',
  'gc',
  'registry.x.http',
  'worker.oci.gc',
);
const key = fc.oneof(
  { weight: 3, arbitrary: bare },
  basic,
  literal,
  fc.tuple(bare, basic).map((parts) => parts.join('.')),
  fc.tuple(basic, bare).map((parts) => parts.join(' . ')),
);
const gap = fc.constantFrom('', ' ', '\n', ' # "x] , }\n', '\t');

/** Generates items between brackets, with or without a trailing comma. */
function between(brackets: readonly [string, string], items: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(fc.array(items, { maxLength: 3 }), gap, fc.constantFrom('', '', ','))
    .map(
      ([all, blank, end]) =>
        `${brackets[0]}${blank}${all.join(`,${blank}`)}${all.length > 0 ? end : ''}${blank}${brackets[1]}`,
    );
}

const { value } = fc.letrec<{ value: string; pair: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    plain,
    basic,
    basic,
    literal,
    long,
    longLiteral,
    between(['[', ']'], tie('value')),
    between(['{', '}'], tie('pair')),
  ),
  pair: fc.tuple(key, tie('value')).map((parts) => parts.join(' = ')),
}));
const header = fc.oneof(
  fc.constantFrom(
    '[registry]',
    '[worker.oci]',
    '[dns]',
    '[grpc.tls]',
    '[[worker.oci.gcpolicy]]',
    '[ worker . oci ]',
    '[x]',
    '[[y]]',
    '[worker.oci.labels]',
  ),
  fc
    .tuple(fc.constantFrom('registry', 'x', 'worker.oci'), fc.oneof(basic, literal), fc.constantFrom('', '.tls'))
    .map(([first, name, last]) => `[${first}.${name}${last}]`),
  fc.oneof(basic, literal).map((name) => `[[x.${name}]]`),
);
const line = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(key, value).map((parts) => parts.join(' = ')) },
  header,
  fc.constantFrom('# a "comment" [x]', ''),
);
const file = fc
  .tuple(
    fc.array(
      fc.tuple(line, fc.constantFrom('', ' ', ' # c "]')).map((parts) => parts.join('')),
      { maxLength: 4 },
    ),
    fc.constantFrom('\n', '\n', '\r\n'),
  )
  .map(([lines, end]) => lines.join(end) + end);

// ---- texts in typed options

/** Any Unicode text without unpaired surrogates, which a file can't contain. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom(...'ab."\'\\[]{}=#,\n\r\t \u007f\u0000\u001b\u2028é', '😀') }),
);
const name = anyText.filter((text) => !text.includes('"'));

describeWith('engine.toml')('the text of engine.toml', () => {
  test('user-defined TOML stops the engine only if the library reports it', () =>
    using(Loader.ofToml(RELEASE), 'texts of engine.toml', (loader) =>
      fc.assert(
        fc.asyncProperty(file, async (text) => {
          const { errors } = render({ version: RELEASE, toml: EngineToml.raw(text) });
          const { refused } = await loader.read('toml', text);
          expect([refused, errors]).not.toEqual([expect.any(String), []]);
        }),
        runs(),
      ),
    ));

  test('typed TOML keeps every text and every name', () =>
    using(Loader.ofToml(RELEASE), 'typed texts of engine.toml', (loader) =>
      fc.assert(
        fc.asyncProperty(fc.dictionary(name, anyText, { maxKeys: 3 }), anyText, async (labels, path) => {
          const { errors, toml } = render({
            version: RELEASE,
            toml: EngineToml.of({
              worker: { labels, defaultCgroupParent: path },
              registries: {
                '[fd00::1]:5000': { ca: [PemFile.fromPath('/etc/ssl/own.pem')], http: true },
                'docker.io': { keypairs: [] },
              },
              additional: { log: { format: path } },
            }),
          });
          expect(errors).toEqual([]);
          const { understood, refused } = await loader.read('toml', toml!);
          expect(refused).toBeUndefined();
          expect(understood.worker?.oci?.labels ?? {}).toEqual({ ...labels });
          expect(understood.worker?.oci?.defaultCgroupParent ?? '').toBe(path);
          expect(understood.log?.format ?? '').toBe(path);
          expect(understood.registry).toEqual({
            '[fd00::1]:5000': { ca: ['/etc/ssl/own.pem'], http: true },
            'docker.io': {},
          });
        }),
        runs(),
      ),
    ));
});
