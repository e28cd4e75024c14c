import type { IConstruct } from 'constructs';
import { isAccepted, isReportedElsewhere, unusedAcceptances } from './acceptances';
import { addAppCheck, allConstructs } from './app-checks';
import { readState, stateOf } from './construct-state';
import { explanation, type Caution } from './problems';

/** A function that prints the warnings of a construct, and returns its errors. */
type Report = () => readonly string[];

/** Reports a construct's warnings and errors once per synth. Until then, the program can accept risks. */
export function reportAtSynth(construct: IConstruct, report: Report): void {
  stateOf<Report[]>(construct, 'synth-reports', () => []).push(report);
  addAppCheck(construct, reportAll);
}

/** The reports that cover whole apps. */
const appReports: Array<(root: IConstruct) => void> = [];

/** Adds a report that prints warnings, for every app with constructs of this library. */
export function reportEveryApp(report: (root: IConstruct) => void): void {
  appReports.push(report);
}

/** Reports the accepted risks that nothing in the scope has, once per synth. */
export function reportUnusedAtSynth(scope: IConstruct): void {
  addAppCheck(scope, reportAll);
}

function reportAll(root: IConstruct): ReadonlyMap<IConstruct, readonly string[]> {
  const errors = new Map<IConstruct, readonly string[]>();
  const add = (construct: IConstruct, messages: readonly string[]): void => {
    if (messages.length > 0) {
      errors.set(construct, [...(errors.get(construct) ?? []), ...messages]);
    }
  };
  const constructs = allConstructs(root);
  for (const construct of constructs) {
    readState<Report[]>(construct, 'synth-reports')?.forEach((report) => add(construct, report()));
  }
  appReports.forEach((report) => report(root));
  // All risks are known now.
  constructs.forEach((construct) => add(construct, unusedAcceptances(construct)));
  return errors;
}

/**
 * Prints each warning of a construct once, unless its risk is accepted. Call it only while the construct is reported at
 * synth.
 */
export function printWarnings(construct: IConstruct, cautions: readonly Caution[]): void {
  for (const { fix, name, property, severity = 'warning', text } of cautions) {
    const printed = stateOf(construct, 'printed-warnings', () => new Set<string>());
    const line = `[${construct.node.path}] ${severity} ${name}: ${property}: ${explanation({ wrong: text, fix })}`;
    if (!isAccepted(construct, name, [property]) && !isReportedElsewhere(construct, name) && !printed.has(line)) {
      printed.add(line);
      console.warn(line);
    }
  }
}
