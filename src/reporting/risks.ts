import type { IConstruct } from 'constructs';
import { addAcceptances } from './acceptances';
import { checkAcceptance, readAcceptances, type AcceptedRisk } from './accepted-risk';
import type { EngineRisk } from './engine-risk';
import { Problems } from './problems';
import { reportUnusedAtSynth } from './synth-report';
import { checkCalls } from './check-arguments';

/**
 * The accepted risks of a scope. The library doesn't print accepted warnings, and ignores accepted errors. The
 * annotation `cdk8s-dagger.github.io/accepted-risks` of an engine's workload lists both with their reasons.
 */
export class Risks {
  /**
   * Returns the accepted risks of a construct and everything below it.
   *
   * @param scope an engine, a chart, or the whole app
   */
  public static of(scope: IConstruct): Risks {
    return new Risks(scope);
  }

  private constructor(private readonly scope: IConstruct) {}

  /**
   * Accepts a risk in this scope. Accept an error before creating its construct.
   *
   * @param risk the id of the risk
   * @param reason the reason, for reviewers
   * @throws if the risk is unknown or the reason is empty, and at synth if nothing in the scope has the risk
   */
  public accept(risk: EngineRisk, reason: string): void {
    const problems = new Problems();
    checkAcceptance({ risk, reason }, problems);
    problems.throwIfAny(this.scope.node.path, 'Risks');
    addAcceptances(this.scope, [{ risk, reason, place: 'Risks.of(scope).accept', used: false }]);
    reportUnusedAtSynth(this.scope);
  }
}

checkCalls('Risks', Risks);

/** Accepts the risks in the property `acceptRisks` of a construct. */
export function acceptRisks(
  construct: IConstruct,
  accepted: readonly AcceptedRisk[] | undefined,
  problems: Problems,
): void {
  addAcceptances(construct, readAcceptances(accepted, problems));
  reportUnusedAtSynth(construct);
}
