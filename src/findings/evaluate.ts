import type { Problem } from '../reporting/problems';
import {
  judge,
  judgeTogether,
  type EngineProgram,
  type JudgedProgram,
  type Judgement,
} from '../program/engine-program';
import { along, parts } from '../program/expression';
import { engineFindings, type OriginOf } from './engine-findings';
import type { Finding } from './finding';
import { fixInManifest } from './manifest-fixes';

/** What the constructs say of a program, at the origins of its properties. */
export interface Evaluation {
  readonly findings: readonly Finding[];
  /** What can't be accepted; of one engine, what Kubernetes refuses. `rest` is what the origin at `key` doesn't name. */
  readonly refused: ReadonlyArray<{ readonly key: string; readonly rest: string; readonly problem: Problem }>;
}

/** Has the constructs judge a program. What has no origin is at `elsewhere`. */
export function evaluate(program: EngineProgram, namespace: string | undefined, elsewhere: string): Evaluation {
  const { cautions, found } = judge(program, namespace);
  // The Services in front of a listener are known here, and judged with the rest of what leads to the engine.
  return sorted(
    { found, cautions: cautions.filter(({ property }) => property !== 'listener.service.create') },
    origins(program, elsewhere),
  );
}

/** What the constructs say of engines of one cluster beside each other, in the order of their programs. */
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

/** Where the properties of a program come from, and what of them that doesn't name. */
function origins(program: EngineProgram, elsewhere: string): OriginOf {
  return (property) => {
    const way = along(program.props, property);
    const at = way.map(({ origin }) => origin !== undefined).lastIndexOf(true);
    return { key: way[at]?.origin ?? elsewhere, rest: parts(property).slice(Math.max(at, 0)).join('.') };
  };
}
