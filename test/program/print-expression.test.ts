import { call, data, list, literal, name, object, type Data, type Expression } from '../../src/program/expression';
import { ExpressionPrinter } from '../../src/program/print-expression';

const make = (callee: string, ...args: Expression[]): Expression => call(callee, () => undefined, args);

function print(expression: Expression): string {
  return new ExpressionPrinter().statement('', expression);
}

describe('texts', () => {
  test.each([
    ['plain', "'plain'"],
    ["the platform's", `"the platform's"`],
    [`it's "so"`, `'it\\'s "so"'`],
    ['a\\b', "'a\\\\b'"],
    ['tab\tand\rreturn', "'tab\\tand\\rreturn'"],
    ['unseen \u0000\u200b\u2028\u202e', "'unseen \\u{0}\\u{200b}\\u{2028}\\u{202e}'"],
    ['half a pair \ud800', "'half a pair \\u{d800}'"],
    ['ünïcode 🚀', "'ünïcode 🚀'"],
    ['two\nlines', '`\\\ntwo\nlines`'],
    ['a blank  \nat an end ', '`\\\na blank \\u{20}\nat an end `'],
    ['`${x}` \\\n\tas in a file\r\n', '`\\\n\\`\\${x}\\` \\\\\n\tas in a file\\r\n`'],
  ])('%j is %s', (text, expected) => {
    expect(print(literal(text))).toBe(`${expected};\n`);
  });
});

test('quotes keys only if necessary', () => {
  expect(print(data({ plain: 1, $a_1: 2, 'with-dash': 3, '1': 4, '': 5, ['__proto__']: 6 }))).toBe(
    "{ '1': 4, plain: 1, $a_1: 2, 'with-dash': 3, '': 5, ['__proto__']: 6 };\n",
  );
});

test('writes a property whose constant has the same name in short form', () => {
  expect(print(object({ labels: name('labels', {}), other: name('labels', {}) }))).toBe('{ labels, other: labels };\n');
});

test('writes empty objects, lists and calls', () => {
  expect(print(make('f', object({}), list([]), make('EngineProbe.none')))).toBe('f({}, [], EngineProbe.none());\n');
});

describe('an expression that is too wide for a line', () => {
  const wide = 'x'.repeat(60);

  test('has one line for each property, item or argument', () => {
    expect(print(make('f', object({ a: literal(wide), b: list([literal(wide), literal(`${wide}${wide}`)]) }))))
      .toBe(`f({
  a: '${wide}',
  b: [
    '${wide}',
    '${wide}${wide}',
  ],
});
`);
  });

  test('stays on the line of a call whose other arguments are short', () => {
    expect(print(make('JsonPatch.add', literal('/a'), list([literal(wide), literal(wide)]))))
      .toBe(`JsonPatch.add('/a', [
  '${wide}',
  '${wide}',
]);
`);
  });

  test('starts below a call with two objects', () => {
    expect(print(make('f', object({ a: literal(wide) }), object({ b: literal(wide) })))).toBe(`f(
  { a: '${wide}' },
  { b: '${wide}' },
);
`);
  });

  test('is at most 120 columns wide', () => {
    const ending = (length: number): string => print(make('f', literal('x'.repeat(length)), object({ a: literal(1) })));
    expect(ending(104)).toBe(`f('${'x'.repeat(104)}', { a: 1 });\n`);
    expect(ending(104)).toHaveLength(121);
    expect(ending(105)).toContain('{\n');
  });
});

test('writes one line for each object in a list, if the objects have several properties', () => {
  expect(
    print(
      data({
        ports: [
          { port: 1, name: 'a' },
          { port: 2, name: 'b' },
        ] as Data,
        requests: { cpu: '1' },
      }),
    ),
  ).toBe(`{
  ports: [
    { port: 1, name: 'a' },
    { port: 2, name: 'b' },
  ],
  requests: { cpu: '1' },
};
`);
});

test('writes comments above, wrapped', () => {
  const [first, second] = [literal(1), literal(2)];
  const printer = new ExpressionPrinter(
    new Map([
      [first, [`${'word '.repeat(30)}end`, 'another\u2028injected()']],
      [second, ['why']],
    ]),
  );
  expect(printer.statement('const x = ', object({ first, list: list([second]) }))).toBe(`const x = {
  // ${'word '.repeat(22)}word
  // ${'word '.repeat(7)}end
  // another injected()
  first: 1,
  list: [
    // why
    2,
  ],
};
`);
});
