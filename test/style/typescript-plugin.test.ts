/* eslint-disable @typescript-eslint/no-require-imports */
const { Processor } = require('../../scripts/style/typescript-plugin.cjs');

interface Piece {
  readonly loc: { readonly start: { readonly line: number; readonly column: number } };
  readonly children: { readonly value: string }[];
}

/** Returns the pieces of prose in a file, each with its line and column. */
function proseOf(source: string): string[] {
  const { ast, text } = new Processor().processor().preProcess(source);
  expect(text.length).toBe(source.length);
  return ast.children.map(({ loc: { start }, children: [str] }: Piece) => {
    return `${start.line}:${start.column} ${str?.value.replace(/\s+/g, ' ').trim()}`;
  });
}

test('reads a docstring as one piece, without its stars and its code', () => {
  expect(proseOf('/**\n * Whether it `is set`\n * a client.\n */\nconst a = 1;')).toEqual([
    '1:0 Whether it xxxxxxxx a client.',
  ]);
});

test('reads line comments on consecutive lines as one piece', () => {
  expect(proseOf('// One comment\n// of two lines.\n\n// Another one.')).toEqual([
    '1:0 One comment of two lines.',
    '4:0 Another one.',
  ]);
});

test('reads string literals and the parts of templates as pieces', () => {
  expect(proseOf('f("the first text", `then ${value} and the rest`);')).toEqual([
    '1:3 the first text',
    '1:34 and the rest',
  ]);
});

test('ignores code and literals of one word', () => {
  expect(proseOf("import { word } from './word';\nconst word = 'word';")).toEqual([]);
});
