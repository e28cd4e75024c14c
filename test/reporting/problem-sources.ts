import ts from 'typescript';
import { fileOf, nodes, propertyOf } from './source-declarations';
import { valuesOf, type Path } from './source-values';

/** Stands for a value in a text. */
export const ANY = '…';

/** A kind of problem: an object in the sources with the property `wrong`. */
export interface ProblemKind {
  /** The file with the text, such as `pod/probe.ts`. */
  readonly file: string;
  /** The message, with `…` for values. */
  readonly wrong: string;
  readonly allowed: readonly string[];
  readonly fixes: readonly string[];
}

interface Text {
  readonly file: string;
  readonly text: string;
  readonly path: Path;
}

/** The messages of the command aren't errors of programs. */
const IGNORED = /^(cli|comparison)\//;
/** The maximum number of texts for one expression in a template. More of them are a value. */
const ALTERNATIVES_MAX = 3;
/** Matches a fix that contains only a value. */
const UNINFORMATIVE = /^((choose|set it to|use|use a (URL|value) such as|write) )?'?…(\/…)?'?$/;

/** Returns all kinds of problems in the sources. */
export function problemKinds(): ProblemKind[] {
  return [...nodes]
    .filter(([source]) => !IGNORED.test(fileOf(source)))
    .flatMap(([, all]) => all.filter(ts.isObjectLiteralExpression))
    .filter((literal) => propertyOf(literal, 'wrong') !== undefined && !isOnlyRisk(literal))
    .flatMap((literal) => {
      const wrongs = textsOf(propertyOf(literal, 'wrong')!);
      const messages = new Map(wrongs.map(({ file, text }) => [text, file]));
      return [...messages].map(([wrong, file]) => {
        const paths = wrongs.filter(({ text }) => text === wrong).map(({ path }) => path);
        const [allowed, fixes] = ['allowed', 'fix'].map((name) =>
          alternatives(propertyOf(literal, name), paths, messages.size === 1),
        );
        return { file, wrong, allowed: allowed!, fixes: fixes! };
      });
    });
}

/** Whether the message always ends with a risk, so that it links to the risk. */
function isOnlyRisk(literal: ts.ObjectLiteralExpression): boolean {
  const risk = propertyOf(literal, 'risk');
  return risk !== undefined && ts.isPropertyAccessExpression(risk);
}

/** Returns the texts of a property that can follow a message. The paths lead to the message. */
function alternatives(expression: ts.Expression | undefined, paths: readonly Path[], isOnly: boolean): string[] {
  if (expression === undefined) {
    return [];
  }
  const texts = new Set(paths.flatMap((path) => textsOf(expression, path)).map(({ text }) => text));
  const all = new Set(textsOf(expression).map(({ text }) => text));
  // Texts that no path connects with one of several messages may belong to another one.
  return !isOnly && texts.size > 1 && texts.size === all.size
    ? [ANY]
    : [...new Set([...texts].map((text) => (UNINFORMATIVE.test(text) ? ANY : text)))];
}

/** Returns the number of words in a text that aren't values. */
export function staticWords(text: string): number {
  return text.split(/\s+/).filter((word) => /[a-z]/i.test(word)).length;
}

/** Returns the texts that an expression can have after some branches, with `…` for values. */
function textsOf(expression: ts.Expression, path: Path = new Map(), depth = 0): Text[] {
  return valuesOf(expression, path, depth).flatMap(({ expression: value, path: reached }): Text[] => {
    const file = fileOf(value.getSourceFile());
    if (ts.isStringLiteralLike(value)) {
      return [{ file, text: value.text, path: reached }];
    }
    return ts.isTemplateExpression(value)
      ? templateTexts(value, reached, depth).map((one) => ({ ...one, file, text: one.text.replaceAll(/…{2,}/g, ANY) }))
      : [{ file, text: ANY, path: reached }];
  });
}

function templateTexts(
  { head, templateSpans }: ts.TemplateExpression,
  path: Path,
  depth: number,
): Array<Pick<Text, 'text' | 'path'>> {
  return templateSpans.reduce(
    (starts, { expression, literal }) => {
      const count = ts.isCallExpression(expression) ? 0 : textsOf(expression, new Map(), depth + 1).length;
      return starts.flatMap((start) => {
        const inner =
          count > 0 && count <= ALTERNATIVES_MAX
            ? textsOf(expression, start.path, depth + 1)
            : [{ text: ANY, path: start.path }];
        return inner.map((part) => ({ text: `${start.text}${part.text}${literal.text}`, path: part.path }));
      });
    },
    [{ text: head.text, path }],
  );
}
