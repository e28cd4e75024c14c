import { keysOf } from '../kubernetes/property-path';
import type { Problem } from '../reporting/problems';
import {
  judge,
  judgeTogether,
  type EngineProgram,
  type JudgedProgram,
  type Judgement,
} from '../program/engine-program';
import { along } from '../program/expression';
import { engineFindings, type OriginOf } from './engine-findings';
import type { Finding } from './finding';
import { fixInManifest } from './manifest-fixes';

/** The findings of the constructs for a program, at the origins of its properties. */
export interface Evaluation {
  readonly findings: readonly Finding[];
  /** Problems that can't be accepted, such as those that Kubernetes rejects. `rest` is the path below the origin at `key`. */
  readonly refused: ReadonlyArray<{ readonly key: string; readonly rest: string; readonly problem: Problem }>;
}

/** Checks a program with the constructs. Findings without an origin are at `elsewhere`. */
export function evaluate(program: EngineProgram, namespace: string | undefined, elsewhere: string): Evaluation {
  const { cautions, found } = judge(program, namespace);
  // The Services in front of a listener are known here, and judged with the rest of what leads to the engine.
  return sorted(
    { found, cautions: cautions.filter(({ property }) => property !== 'listener.service.create') },
    origins(program, elsewhere),
  );
}

/** The findings of the constructs about several engines of one cluster, in the order of their programs. */
export function evaluateTogether(
  programs: readonly JudgedProgram[],
  nameOf: (index: number) => string,
  elsewhere: (index: number) => string,
): Evaluation[] {
  return judgeTogether(programs, nameOf).map((judgement, index) =>
    sorted(judgement, origins(programs[index]!.program, elsewhere(index))),
  );
}

function sorted({ cautions, found }: Judgement, originOf: OriginOf): Evaluation {
  return {
    findings: engineFindings(found, cautions, originOf).map((finding) => ({
      ...finding,
      fix: fixInManifest(finding.name, finding.fix),
    })),
    refused: found
      .filter(({ problem }) => problem.risk === undefined)
      .map(({ property, problem }) => ({ ...originOf(property), problem })),
  };
}

/** The origins of the properties of a program, and the paths below them. */
function origins(program: EngineProgram, elsewhere: string): OriginOf {
  return (property) => {
    const way = along(program.props, property);
    // Values that the reader completes have no origin, or an empty one.
    const at = way.map(({ origin = '' }) => origin !== '').lastIndexOf(true);
    return { key: way[at]?.origin ?? elsewhere, rest: keysOf(property).slice(Math.max(at, 0)).join('.') };
  };
}
