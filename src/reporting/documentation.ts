import { riskName, ENGINE_RISKS } from './engine-risk';
import { PROBLEM_KINDS } from './problem-kinds';

/** The address of the documentation: `homepage` in package.json. */
export const SITE = 'https://cdk8s-dagger.github.io/cdk8s-dagger/';

/** The address of the explanation of effects. */
export const EFFECT_DOCS = `${SITE}reference/effects-of-changes#kinds-of-effects`;

/** Returns the address of the explanation of a finding or risk. */
export function docsOf(finding: string): string {
  return `${SITE}reference/findings#${finding}`;
}

/** Returns the addresses of the explanations of an error message: one for each kind of problem in it. */
export function docsOfErrors(message: string): readonly string[] {
  return [...new Set(problemsIn(message).map(docsOfProblem))];
}

/** Returns the lines of a message that are problems found by this library. Other packages report theirs without a fix. */
function problemsIn(message: string): readonly string[] {
  return message.split('\n').filter((line) => line.includes('; fix: '));
}

function docsOfProblem(problem: string): string {
  const risk = ENGINE_RISKS.find((id) => problem.endsWith(`; or accept ${riskName(id)}`));
  if (risk !== undefined) {
    return docsOf(risk);
  }
  const page = `${SITE}reference/errors`;
  const kind = kinds().find(({ pattern }) => pattern.test(problem));
  return kind === undefined ? page : `${page}#${kind.section}`;
}

/** A kind of problem, and its section on the page of errors. */
interface Kind {
  readonly section: string;
  readonly pattern: RegExp;
}

let known: readonly Kind[] | undefined;

/** Returns all kinds of problems. The most specific kind comes first: the one with the longest text. */
function kinds(): readonly Kind[] {
  return (known ??= Object.entries(PROBLEM_KINDS)
    .flatMap(([section, texts]) => texts.map((text) => ({ section, text })))
    .sort((one, other) => other.text.length - one.text.length)
    .map(({ section, text }) => ({ section, pattern: patternOf(text) })));
}

/** Returns the pattern of a message, in which `…` stands for a value. The construct or the property precedes the message. */
function patternOf(text: string): RegExp {
  const parts = text.split('…').map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&'));
  return new RegExp(`(?:^|[\\]:] )${parts.join('.*')}; `);
}
