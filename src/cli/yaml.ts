import { LineCounter, parseAllDocuments } from 'yaml';
import { InputError } from './io';
import { LEVELS_MAX, TOO_DEEP, YamlDocument, type YamlSource } from './yaml-document';

/**
 * Reads the documents of a YAML or JSON file as Helm and kubectl do (sigs.k8s.io/yaml 1.5.0 with go.yaml.in/yaml/v2
 * 2.4.2).
 *
 * @param file the name of the file in messages
 * @throws InputError with the line, the column and the text of the line
 */
export function readYaml(text: string, file: string): YamlDocument[] {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (const { index } of text.matchAll(/\n/g)) {
    lines.addNewLine(index + 1);
  }
  const source: YamlSource = {
    positionOf: (offset) => {
      const { col, line } = lines.linePos(offset);
      return { line, column: col };
    },
    error: (offset, message) => {
      const { column, line } = source.positionOf(offset);
      const excerpt = excerptOf(text.split('\n')[line - 1]!, column);
      return new InputError(`${file}:${line}:${column}: ${explained(message, text)}\n\n${excerpt}`);
    },
  };
  const control = text.search(CONTROL);
  if (control >= 0) {
    throw source.error(control, 'a control character; fix: write it as an escape in double quotes, such as "\\x1b"');
  }
  if (levelsIn(text) > 2 * LEVELS_MAX) {
    throw source.error(0, TOO_DEEP);
  }
  // YamlDocument reads scalars and repeated keys. The strict mode would reject a `]` at the beginning of a line.
  const documents = parseAllDocuments(text, {
    schema: 'failsafe',
    strict: false,
    resolveKnownTags: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  return [...documents].map((document) => new YamlDocument(document, source));
}

/** The characters that libyaml rejects, except those that it treats as line breaks and tabs. */
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;

/**
 * Estimates the nesting depth of a file. Too many levels would crash the process in the parser's regular expressions.
 */
function levelsIn(text: string): number {
  const columns: number[] = [];
  let [open, deepest] = [0, 0];
  for (const [line] of text.matchAll(/^.*\S.*$/gm)) {
    const indent = /^[ -]*/.exec(line)![0];
    while (columns.length > 0 && columns.at(-1)! >= indent.length) {
      columns.pop();
    }
    columns.push(indent.length);
    for (const bracket of line.match(/[[\]{}]/g) ?? []) {
      open = Math.max(0, open + ('[{'.includes(bracket) ? 1 : -1));
      deepest = Math.max(deepest, open);
    }
    deepest = Math.max(deepest, columns.length + indent.replaceAll(' ', '').length);
  }
  return deepest;
}

/** An action of a Go template, such as `{{ .Values.name }}` or `{{- if`. */
const TEMPLATE = /\{\{-?\s*([.$]|(block|define|else|end|if|include|range|template|toYaml|with)\b|\/\*)/;

function explained(message: string, text: string): string {
  return TEMPLATE.test(text) ? `an unrendered Helm template; fix: render it with helm template (${message})` : message;
}

/** Returns the part of a line around a column, with a mark below the column. */
function excerptOf(line: string, column: number): string {
  const from = Math.max(0, column - 60);
  const shown = line
    .replace(/\r$/, '')
    .replaceAll('\t', ' ')
    .slice(from, from + 100);
  return `    ${shown}\n    ${' '.repeat(column - 1 - from)}^`;
}
