// A textlint plugin that reads the prose in TypeScript and JavaScript files: docstrings, comments and string literals.
//
// It replaces everything else with spaces, so that lines and columns are those of the file.
const { parser } = require('typescript-eslint');

const CODE_SPAN = /`[^`\n]*`|\{@link[^}]*\}/g;
const PROSE = /[a-z]+ [a-z]+/i;

class TypeScriptProcessor {
  availableExtensions() {
    return ['.ts', '.mjs', '.cjs', '.js'];
  }

  processor() {
    return {
      preProcess: (text) => proseOf(text),
      postProcess: (messages, filePath) => ({ messages, filePath }),
    };
  }
}

module.exports = { Processor: TypeScriptProcessor };

function proseOf(text) {
  const { ast } = parser.parseForESLint(text, { comment: true, tokens: true, range: true });
  const pieces = [...joined(ast.comments, text).map(comment), ...ast.tokens.flatMap(literal)]
    .filter((piece) => PROSE.test(piece.prose))
    .sort((one, other) => one.start - other.start);
  const lines = new Lines(text);
  const document = lines.node('Document', 0, text.length);
  document.children = pieces.map(({ start, prose }) => {
    const paragraph = lines.node('Paragraph', start, start + prose.length);
    paragraph.children = [{ ...lines.node('Str', start, start + prose.length), value: prose, raw: prose }];
    return paragraph;
  });
  return { text: masked(text, pieces), ast: document };
}

/** Returns the texts of comments and their start. Joins line comments on consecutive lines into one comment. */
function joined(comments, text) {
  const ranges = [];
  let previous;
  for (const { range, type } of comments) {
    const last = ranges.at(-1);
    if (type === 'Line' && previous === 'Line' && /^\n[ \t]*$/.test(text.slice(last[1], range[0]))) {
      last[1] = range[1];
    } else {
      ranges.push([...range]);
    }
    previous = type;
  }
  return ranges.map(([start, end]) => ({ start, text: text.slice(start, end) }));
}

/** Returns the text of a comment without its delimiters, the stars at the start of lines, and its code spans. */
function comment({ start, text }) {
  const prose = text
    .replace(/^[ \t]*(\/\/|\/?\*+\/?)|\*\/$/gm, (mark) => ' '.repeat(mark.length))
    .replace(CODE_SPAN, (span) => 'x'.repeat(span.length));
  return { start, prose };
}

function literal({ type, range: [start], value }) {
  if (type !== 'String' && type !== 'Template') return [];
  const close = value.endsWith('${') ? 2 : 1;
  return [{ start: start + 1, prose: value.slice(1, -close) }];
}

function masked(text, pieces) {
  const blank = (part) => part.replace(/[^\n]/g, ' ');
  let result = '';
  for (const { start, prose } of pieces) {
    result += blank(text.slice(result.length, start)) + prose;
  }
  return result + blank(text.slice(result.length));
}

class Lines {
  #text;
  #starts;

  constructor(text) {
    this.#text = text;
    this.#starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  }

  node(type, start, end) {
    return {
      type,
      range: [start, end],
      raw: this.#text.slice(start, end),
      loc: { start: this.#position(start), end: this.#position(end) },
    };
  }

  #position(offset) {
    const line = this.#starts.findLastIndex((start) => start <= offset);
    return { line: line + 1, column: offset - this.#starts[line] };
  }
}
