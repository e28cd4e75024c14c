import { keysOf } from '../reporting/property-path';
import { checkProgram, checkConflicts } from '../program/engine-program';
import type { EngineProgram, PlacedProgram, CheckResult } from '../program/engine-program';
import { along } from '../program/expression';
import { EngineRisk } from '../reporting/engine-risk';
import { reason, type Problem } from '../reporting/problems';
import type { Finding } from './finding';
import { findingOf, kindOf } from './finding-kinds';

/** The findings that the constructs report for a program. Each finding's key is the origin of a property. */
export interface Evaluation {
  readonly findings: readonly Finding[];
  readonly rejections: readonly Rejection[];
}

/** A problem that can't be accepted, such as a value that Kubernetes rejects. */
export interface Rejection {
  /** The origin of the property. */
  readonly key: string;
  /** The path of the property below the origin. */
  readonly rest: string;
  readonly problem: Problem;
}

/** Checks a program with the constructs. Findings without an origin get `fallbackKey` as their key. */
export function evaluate(program: EngineProgram, namespace: string | undefined, fallbackKey: string): Evaluation {
  const { cautions, found } = checkProgram(program, namespace);
  const known = cautions.filter(
    // The inventory has the Services in front of a listener, so a rule about them replaces the warning. kubectl,
    // Kustomize and Argo CD can set the namespace of manifests.
    ({ name, property }) => property !== 'listener.service.create' && name !== EngineRisk.NO_NAMESPACE,
  );
  return evaluation({ found, cautions: known }, program, fallbackKey);
}

/**
 * Returns the findings that the constructs report for several engines in one cluster, in the order of their programs.
 */
export function evaluateTogether(
  programs: readonly PlacedProgram[],
  nameOf: (index: number) => string,
  fallbackKey: (index: number) => string,
): Evaluation[] {
  // A single engine has no conflicts, and without an engine, cdk8s isn't loaded.
  const results = programs.length < 2 ? [] : checkConflicts(programs, nameOf);
  return results.map((result, index) => evaluation(result, programs[index]!.program, fallbackKey(index)));
}

function evaluation({ cautions, found }: CheckResult, program: EngineProgram, fallbackKey: string): Evaluation {
  const findings: Finding[] = [];
  const rejections: Rejection[] = [];
  const add = (
    name: string,
    property: string,
    { text, fix }: { readonly text: string; readonly fix?: string },
  ): void => {
    const { key, rest } = originOf(property, program, fallbackKey);
    const why = rest === '' ? text : `${rest}: ${text}`;
    const kind = kindOf(name);
    findings.push(findingOf(name, kind, { key, why, property, fix: kind.fix ?? fix, fixInProgram: fix }));
  };
  for (const { problem, property } of found) {
    if (problem.risk === undefined) {
      rejections.push({ ...originOf(property, program, fallbackKey), problem });
    } else {
      add(problem.risk, property, { text: reason(problem), fix: problem.fix });
    }
  }
  cautions.forEach(({ fix, name, property, text }) => add(name, property, { text, fix }));
  return { findings, rejections };
}

/** Returns the origin of a property, or else the origin of its closest parent, and the rest of the path. */
function originOf(property: string, { props }: EngineProgram, fallbackKey: string): { key: string; rest: string } {
  const path = along(props, property);
  // Values that the reader adds have no origin, or an empty one.
  const at = path.map(({ origin = '' }) => origin !== '').lastIndexOf(true);
  return { key: path[at]?.origin ?? fallbackKey, rest: keysOf(property).slice(Math.max(at, 0)).join('.') };
}
