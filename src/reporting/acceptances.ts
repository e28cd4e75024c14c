import type { IConstruct } from 'constructs';
import { covers, writeAcceptedRisk, type Acceptance } from './accepted-risk';
import { readState, stateOf } from './construct-state';
import { FOUND_BY_CHECK, riskName } from './engine-risk';
import { Problems, type Found } from './problems';

/** Adds accepted risks to a scope. The risks are accepted in the scope and everything below it. */
export function addAcceptances(scope: IConstruct, acceptances: readonly Acceptance[]): void {
  if (acceptances.length > 0) {
    stateOf<Acceptance[]>(scope, 'accepted-risks', () => []).push(...acceptances);
  }
}

/**
 * Whether the construct or an enclosing scope accepts the risk. If so, records the reason on the construct.
 *
 * @param properties the properties that have the risk
 */
export function isAccepted(construct: IConstruct, risk: string, properties: readonly string[]): boolean {
  const accepting = scopesOf(construct)
    .flatMap(acceptancesOf)
    .filter((one) => covers(one, risk, properties));
  accepting.forEach((one) => (one.used = true));
  // The innermost scope has the most specific reason.
  accepting.slice(0, 1).forEach((one) => recordedOn(construct).add(writeAcceptedRisk(one)));
  return accepting.length > 0;
}

/**
 * Removes the accepted risks from the problems of a construct. If an enclosing scope reports the construct's risks and
 * no other problems exist, removes and returns the remaining risks.
 */
export function takeAcceptedRisks(construct: IConstruct, problems: Problems): readonly Found[] {
  problems.takeRisks(({ property, risk }) => isAccepted(construct, risk, [property]));
  const isElsewhere = risksReportedElsewhere(construct) !== undefined;
  // Risks stay if there are other problems, so that one error contains all of them.
  return isElsewhere && problems.found.every(({ problem }) => problem.risk !== undefined)
    ? problems.takeRisks(() => true)
    : [];
}

/** Returns the value of the annotation that lists a construct's accepted risks: one line for each, sorted. */
export function acceptedRisksOf(construct: IConstruct): string | undefined {
  const lines = [
    ...scopesOf(construct).flatMap((scope) => [...(readState<Set<string>>(scope, 'recorded-risks') ?? [])]),
    ...acceptancesOf(construct).map(writeAcceptedRisk),
    // Only `check` can tell whether the engine has these risks, so they are listed in any case.
    ...scopesOf(construct)
      .flatMap(acceptancesOf)
      .filter(({ risk }) => FOUND_BY_CHECK.has(risk))
      .map(writeAcceptedRisk),
  ];
  return lines.length === 0 ? undefined : [...new Set(lines)].sort().join('\n');
}

/**
 * Marks a construct as the reporter of all risks below it, so that they don't fail the synth. Warnings whose id is in
 * the returned set aren't printed.
 */
export function reportRisksElsewhere(scope: IConstruct): Set<string> {
  return stateOf(scope, 'risks-reported-elsewhere', () => new Set<string>());
}

/** Whether an enclosing scope reports the risk, so that the construct doesn't. */
export function isReportedElsewhere(construct: IConstruct, risk: string): boolean {
  return risksReportedElsewhere(construct)?.has(risk) === true;
}

/** Whether an enclosing scope reports all risks of a construct. */
export function hasOtherReport(construct: IConstruct): boolean {
  return risksReportedElsewhere(construct) !== undefined;
}

/** Returns the ids of risks that aren't printed, or undefined if no enclosing scope reports the construct's risks. */
function risksReportedElsewhere(construct: IConstruct): ReadonlySet<string> | undefined {
  return scopesOf(construct)
    .slice(1)
    .map((scope) => readState<Set<string>>(scope, 'risks-reported-elsewhere'))
    .find((silent) => silent !== undefined);
}

/** Reports accepted risks that nothing in their scope has. */
export function reportUnused(acceptances: readonly Acceptance[], problems: Problems): void {
  for (const { place, property, risk } of acceptances.filter(({ used }) => !used)) {
    problems.add(place, {
      wrong: `nothing here has this risk${property === undefined ? '' : ` at ${property}`}`,
      got: riskName(risk),
      allowed: 'a risk that an error or a warning reports',
      fix: 'remove it',
    });
  }
}

/** Returns an error for each risk that a construct accepts, but that nothing in it has. */
export function unusedAcceptances(scope: IConstruct): readonly string[] {
  const acceptances = acceptancesOf(scope);
  if (acceptances.length === 0 || risksReportedElsewhere(scope) !== undefined) {
    return [];
  }
  const problems = new Problems();
  // Only `check` can tell whether the engine has the risks in FOUND_BY_CHECK, so they are never reported as unused.
  reportUnused(
    acceptancesOf(scope).filter(({ risk }) => !FOUND_BY_CHECK.has(risk)),
    problems,
  );
  return problems.messages;
}

function acceptancesOf(construct: IConstruct): readonly Acceptance[] {
  return readState(construct, 'accepted-risks') ?? [];
}

function recordedOn(construct: IConstruct): Set<string> {
  return stateOf(construct, 'recorded-risks', () => new Set<string>());
}

/** Returns the construct and its enclosing scopes, innermost first. */
function scopesOf(construct: IConstruct): IConstruct[] {
  return [...construct.node.scopes].reverse();
}
