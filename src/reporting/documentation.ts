import { riskName, ENGINE_RISKS } from './engine-risk';

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
  return risk === undefined ? `${SITE}reference/rejected-programs#${anchorOf(problem)}` : docsOf(risk);
}

/** The construct and the property at the start of a problem. */
const SUBJECT = /^ *(?:- )?(?:\[\S*\] )?(?:(?:connect to )?\S+: )*/;
/** A word of the language or the name of a property. Other words of a problem are values. */
const WORD = /^(?:[A-Z]?[a-z]+(?:-[a-z]+)*|[A-Z]+s?|[a-z]+(?:[A-Z][a-z]+)+)$/;

/** Returns the anchor of a problem on the page of rejected programs: its first words, without values. */
function anchorOf(problem: string): string {
  const [wrong = ''] = problem.replace(SUBJECT, '').split(/[,;:] | \(/);
  const words = wrong
    .replaceAll(/"[^"]*"|(?<!\w)'[^']*'/g, '')
    .replaceAll("'", '')
    .split(' ')
    .filter((word) => WORD.test(word));
  return words.slice(0, 7).join('-').toLowerCase();
}
