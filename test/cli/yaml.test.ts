import { readYaml } from '../../src/cli/yaml';

/** Returns the value of the first document in a text. */
function value(text: string): unknown {
  return readYaml(text, 'values.yaml')[0]?.value;
}

function error(text: string): string {
  try {
    readYaml(text, 'values.yaml');
  } catch (caught) {
    return (caught as Error).message;
  }
  throw new Error(`no error: ${text}`);
}

// The values that helm template 3.18.6 prints with {{ toJson .Values }}.
test.each<[written: string, read: unknown]>([
  ['yes', true],
  ['Yes', true],
  ['YES', true],
  ['y', true],
  ['Y', true],
  ['on', true],
  ['On', true],
  ['ON', true],
  ['true', true],
  ['True', true],
  ['TRUE', true],
  ['no', false],
  ['No', false],
  ['NO', false],
  ['n', false],
  ['N', false],
  ['off', false],
  ['Off', false],
  ['OFF', false],
  ['false', false],
  ['False', false],
  ['yEs', 'yEs'],
  ['tRue', 'tRue'],
  ['"yes"', 'yes'],
  ["'no'", 'no'],
  ['~', null],
  ['null', null],
  ['Null', null],
  ['NULL', null],
  ['', null],
  ['nULL', 'nULL'],
  ['""', ''],
  ['0777', 511],
  ['0o777', 511],
  ['0O7', 7],
  ['-0777', -511],
  ['00', 0],
  ['0_7', 7],
  ['08', 8],
  ['0o8', '0o8'],
  ['0x1F', 31],
  ['0X1F', 31],
  ['-0x1F', -31],
  ['0x1_F', 31],
  ['0x', '0x'],
  ['0b101', 5],
  ['0B11', 3],
  ['-0b11', -3],
  ['0b12', '0b12'],
  ['12', 12],
  ['+12', 12],
  ['-12', -12],
  ['1_000', 1000],
  ['1__0', 10],
  ['1_', 1],
  ['_1', '_1'],
  ['++1', '++1'],
  ['1,000', '1,000'],
  ['1-2', '1-2'],
  ['9007199254740993', 9007199254740992],
  ['18446744073709551615', 18446744073709551615],
  ['99999999999999999999', 1e20],
  ['0xFFFFFFFFFFFFFFFFFF', '0xFFFFFFFFFFFFFFFFFF'],
  ['1e3', 1000],
  ['1.5e+3', 1500],
  ['12e03', 12000],
  ['1e', '1e'],
  ['1e400', '1e400'],
  ['.5', 0.5],
  ['-.5', -0.5],
  ['.5_0', 0.5],
  ['5.', 5],
  ['0.', 0],
  ['1_0.5', 10.5],
  ['.e3', '.e3'],
  ['.', '.'],
  ['12:30:45', '12:30:45'],
  ['1:30', '1:30'],
  ['2024-01-02', '2024-01-02'],
  ['2024-01-02T10:00:00Z', '2024-01-02T10:00:00Z'],
  ['100Gi', '100Gi'],
  ['v0.21.7', 'v0.21.7'],
  ['1.2.3', '1.2.3'],
  ['!!str 12', '12'],
  ['!!int "12"', 12],
  ['!!float 3', 3],
  ['!!bool yes', true],
  ['!!null ""', null],
  ['! 12', '12'],
  ['!any 12', '12'],
  ['!!binary aGVsbG8=', 'hello'],
])('a: %s', (written, read) => {
  expect(value(`a: ${written}`)).toEqual({ a: read });
});

test.each<[what: string, text: string, read: unknown]>([
  ['an empty file', '', undefined],
  ['only comments', '# nothing\n\n# here\n', undefined],
  ['null', 'null\n', null],
  ['an empty first document', '---\n---\na: 1\n', null],
  ['a first document', 'a: 1\n---\nb: 2\n', { a: 1 }],
  ['the end of a document', 'a: 1\n...\n', { a: 1 }],
  ['a byte order mark', '\ufeffa: 1', { a: 1 }],
  ['line breaks of Windows', 'a: 1\r\nb:\r\n  - 2\r\n', { a: 1, b: [2] }],
  [
    'keys that are not strings',
    '1: a\ntrue: b\nyes: c\n1.10: d\n0x10: e\n2024-01-02: f\n',
    { '1': 'a', true: 'c', '1.1': 'd', '16': 'e', '2024-01-02': 'f' },
  ],
  ['anchors', 'a: &x {b: [1]}\nc: *x\n', { a: { b: [1] }, c: { b: [1] } }],
  ['an anchor of a key', '&x a: 1\nb: *x\n', { a: 1, b: 'a' }],
  ['a merge', 'a: &x {k: 1, l: 2}\nb:\n  <<: *x\n  l: 3\n', { a: { k: 1, l: 2 }, b: { k: 1, l: 3 } }],
  ['a merge that comes last, and overrides', 'a: &x {l: 2}\nb:\n  l: 3\n  <<: *x\n', { a: { l: 2 }, b: { l: 2 } }],
  ['a merge of several, of which the first wins', '<<: [{a: 1, b: 1}, {a: 2, c: 2}]\n', { a: 1, b: 1, c: 2 }],
  ['a key in quotes that looks like a merge', '"<<": {a: 1}\n', { '<<': { a: 1 } }],
  ['a list whose bracket closes at the beginning of a line', 'a: [\n  b,\n  c,\n]\n', { a: ['b', 'c'] }],
  ['a list that is indented like its key', 'a:\n- b\n- c\n', { a: ['b', 'c'] }],
  [
    'texts of several lines',
    'a: |\n  x\n   y\n\nb: |-\n  x\nc: >\n  x\n  y\n\n  z\nd: "x\\\n  y"\ne: x\n  y\n',
    { a: 'x\n y\n', b: 'x', c: 'x y\nz\n', d: 'xy', e: 'x y' },
  ],
  ['JSON', '{"a": {"b": [1, "two", null, true]}}', { a: { b: [1, 'two', null, true] } }],
  ['characters outside the basic plane', 'a: "\\u00e9\\t"\nb: 😀\n', { a: 'é\t', b: '😀' }],
  ['a comment, and a # in a word', 'a: b #c\nd: e#f\n', { a: 'b', d: 'e#f' }],
  [
    'tags of collections',
    'a: !any {b: 1}\nc: !!set {d, e}\nf: !!omap [g: 1]\n',
    { a: { b: 1 }, c: { d: null, e: null }, f: [{ g: 1 }] },
  ],
])('%s', (_what, text, read) => {
  expect(value(text)).toEqual(read);
});

test.each<[what: string, text: string, says: string]>([
  [
    'two colons',
    'engine:\n  image: ref: x\n',
    'values.yaml:2:10: nested mappings are not allowed in compact mappings\n\n      image: ref: x\n             ^',
  ],
  ['a tab', 'engine:\n\tport: 1\n', 'values.yaml:2:1: tabs are not allowed as indentation\n\n     port: 1\n    ^'],
  [
    'an unclosed list',
    'args: [--debug\nport: 1\n',
    'values.yaml:2:1: flow sequence in block collection must be sufficiently indented and end with a ]\n\n    port: 1\n    ^',
  ],
  ['unclosed quotes', 'a: "b\n', 'values.yaml:2:1: missing closing "quote\n\n    \n    ^'],
  [
    'a reserved character',
    'a: @b',
    'values.yaml:1:4: plain value cannot start with reserved character @\n\n    a: @b\n       ^',
  ],
  [
    'keys at different columns',
    'a:\n   b: 1\n  c: 2\n',
    'values.yaml:3:1: all mapping items must start at the same column\n\n      c: 2\n    ^',
  ],
  ['an unknown anchor', 'a: *b\n', 'values.yaml:1:4: unknown anchor "b"\n\n    a: *b\n       ^'],
  [
    'an anchor in itself',
    'a: &b [*b]\n',
    'values.yaml:1:8: the anchor "b" contains itself\n\n    a: &b [*b]\n           ^',
  ],
  [
    'a merge of a number',
    'a: 1\n<<: 2\n',
    'values.yaml:2:5: only a map, or a list of maps, can be merged with <<\n\n    <<: 2\n        ^',
  ],
  [
    'a merge in itself',
    'a: &a {b: {<<: *a}}\n',
    'values.yaml:1:16: the anchor "a" contains itself\n\n    a: &a {b: {<<: *a}}\n                   ^',
  ],
  [
    'a key that is null',
    '~: a\n',
    'values.yaml:1:1: a key that is not a string; fix: write a string in quotes\n\n    ~: a\n    ^',
  ],
  [
    'a key that is a list',
    '? [a]\n: b\n',
    'values.yaml:1:3: a key that is not a string; fix: write a string in quotes\n\n    ? [a]\n      ^',
  ],
  [
    'an infinite number',
    'a: .inf\n',
    "values.yaml:1:4: a number that JSON can't represent; fix: put it in quotes\n\n    a: .inf\n       ^",
  ],
  [
    'a value of another type than its tag',
    'a: !!int 3.5\n',
    'values.yaml:1:10: not a value of the type !!int\n\n    a: !!int 3.5\n             ^',
  ],
  [
    'a binary value that is not base64',
    'a: !!binary x\n',
    'values.yaml:1:13: not base64, which !!binary requires\n\n    a: !!binary x\n                ^',
  ],
  [
    'a control character',
    'a: b\nc: \u001b[0m\n',
    'values.yaml:2:4: a control character; fix: write it as an escape in double quotes, such as "\\x1b"\n\n    c: \u001b[0m\n       ^',
  ],
  [
    'YAML 1.2',
    '%YAML 1.2\n---\na: 1\n',
    'values.yaml:2:1: not YAML 1.1, the only version that Helm and kubectl read; fix: remove the line with %YAML\n\n    ---\n    ^',
  ],
  [
    'a long line, and shows a part of it',
    `a: ${'x'.repeat(200)} : y`,
    `values.yaml:1:4: nested mappings are not allowed in compact mappings\n\n    a: ${'x'.repeat(97)}\n       ^`,
  ],
  [
    'a line with a secret, and hides it',
    'password: ghp_0123456789012345678901234567890123456 : x\n',
    'values.yaml:1:11: nested mappings are not allowed in compact mappings\n\n    password: (a GitHub token, not shown) : x\n              ^',
  ],
])('rejects %s, with the place', (_what, text, says) => {
  expect(error(text)).toBe(says);
});

test('rejects aliases that multiply, within milliseconds', () => {
  const bomb = [
    'a0: &a0 [x, x, x, x, x, x, x, x, x, x]',
    ...Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(10).fill(`*a${n}`).join(', ')}]`),
  ].join('\n');
  expect(error(bomb)).toMatch(
    /^values\.yaml:\d+:\d+: aliases that expand to more than 400000 nodes; fix: write out their values\n/,
  );
});

test('reads keys that every object of JavaScript has', () => {
  const read = value('a: {__proto__: {b: 1}, constructor: 2, toString: 3}\n') as any;
  expect(JSON.stringify(read)).toBe('{"a":{"__proto__":{"b":1},"constructor":2,"toString":3}}');
  expect(read.a.b).toBeUndefined();
});

test.each([
  ['kind: {{ .Values.kind }}\n', 1],
  ['a: 1\n{{- if .Values.enabled }}\nb: 2\n{{- end }}\n', 2],
  ['{{ include "dagger.labels" . }}\n', 1],
])('recognizes an unrendered template: %j', (text, line) => {
  expect(error(text)).toMatch(
    new RegExp(`^values\\.yaml:${line}:\\d+: an unrendered Helm template; fix: render it with helm template \\(`),
  );
});

test('reads templates of other programs in quotes', () => {
  expect(
    value('a: "{{ .Values.kind }}"\nb: {{inputs.name}}x\n'.replace('{{inputs.name}}x', "'{{inputs.name}}'")),
  ).toEqual({
    a: '{{ .Values.kind }}',
    b: '{{inputs.name}}',
  });
});

test('rejects deep nesting', () => {
  for (const levels of [250, 20_000]) {
    const block = Array.from({ length: Math.min(levels, 2000) }, (_, level) => `${' '.repeat(level)}a:\n`).join('');
    for (const text of [`${'['.repeat(levels)}${']'.repeat(levels)}`, `${'- '.repeat(levels)}a`, block]) {
      expect(error(text)).toMatch(/^values\.yaml:\d+:\d+: more than 200 levels; fix: nest the file less deeply\n/);
    }
  }
  expect(JSON.stringify(value(`${'['.repeat(180)}${']'.repeat(180)}`))).toHaveLength(360);
});

test('reads many keys and aliases in linear time', () => {
  const text = `a: &a {x: 1}\n${Array.from({ length: 10_000 }, (_, n) => `k${n}: *a\n`).join('')}`;
  const start = process.cpuUsage().user;
  const [document] = readYaml(text, 'values.yaml');
  expect(document!.locate(['k9999', 'x']).depth).toBe(2);
  expect(process.cpuUsage().user - start).toBeLessThan(2_500_000);
});

test('uses the last of two equal keys, and lists it', () => {
  const [document] = readYaml('a: {x: 1}\nb:\n  - c: 1\n    c: 1\na: {y: 2}\n', 'values.yaml');
  expect(document?.value).toEqual({ a: { true: 2 }, b: [{ c: 1 }] });
  expect(document?.repeated).toEqual([
    { path: ['b', 0, 'c'], line: 4, column: 5, earlier: 3, isSame: true },
    { path: ['a'], line: 5, column: 1, earlier: 1, isSame: false },
  ]);
});

test("doesn't list a key that a merge also has", () => {
  expect(readYaml('a: &x {b: 1}\nc: {<<: *x, b: 2}\nd: {b: 2, <<: *x}\n', 'values.yaml')[0]?.repeated).toEqual([]);
});

test.each<[path: string[], depth: number, line: number, column: number]>([
  [['engine', 'env', '1', 'name'], 4, 5, 7],
  [['engine', 'env', '0'], 3, 4, 7],
  [['engine', 'port'], 1, 2, 1],
  [['engine', 'labels', 'a.b/c'], 3, 6, 12],
  [['copy', 'port'], 2, 1, 8],
  [['other'], 0, 1, 1],
])('locates %j', (path, depth, line, column) => {
  const [document] = readYaml(
    "x: &x {'port': 1}\nengine:\n  env:\n    - name: A\n    - name: B\n  labels: {a.b/c: d}\ncopy: *x\n",
    'values.yaml',
  );
  expect(document?.locate(path)).toEqual({ depth, position: { line, column } });
});
