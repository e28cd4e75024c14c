import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { addKnownSecrets } from '../kubernetes/manifest';
import type { AddedItems } from '../pod/added-items';
import { takeAcceptedRisks } from '../reporting/acceptances';
import { Problems } from '../reporting/problems';
import type { EnginePlan } from './engine-plan';
import type { EngineProps } from './engine-props';
import type { PlannedEngine, WorkloadSpec } from './planned-engine';

interface State {
  readonly plan: EnginePlan;
  readonly spec: WorkloadSpec;
  /** The problems that the added items cause. */
  readonly problems: Problems;
}

interface CurrentEngineContext {
  readonly props: EngineProps;
  readonly added: AddedItems;
  /** Plans the engine again with these properties. */
  readonly plan: (props: EngineProps) => PlannedEngine;
  readonly className: string;
}

/** An engine with the items that methods have added so far. These items change only its pods. */
export class CurrentEngine {
  private readonly original: State;

  public constructor(
    private readonly engine: Construct,
    { plan, workload: { spec } }: PlannedEngine,
    private readonly context: CurrentEngineContext,
  ) {
    this.original = { plan, spec, problems: new Problems() };
  }

  public get plan(): EnginePlan {
    return this.state.plan;
  }

  /** The problems that the added items cause, except accepted risks. */
  public get problems(): Problems {
    const { problems } = this.state;
    takeAcceptedRisks(this.engine, problems);
    return problems;
  }

  /** The spec of the workload. Throws one error with all problems that the added items cause. */
  public get spec(): WorkloadSpec {
    this.problems.throwIfAny(this.engine.node.path, this.context.className);
    return this.state.spec;
  }

  private get state(): State {
    const { added } = this.context;
    return added.count === 0 ? this.original : added.remember(() => this.planAgain());
  }

  private planAgain(): State {
    const { added, plan, props } = this.context;
    const { planned, problems } = added.planAgain(
      props,
      (merged) => {
        const { plan: enginePlan, workload } = plan(merged);
        return { enginePlan, workload, problems: enginePlan.problems };
      },
      this.original.plan.problems,
    );
    addKnownSecrets(ApiObject.of(this.engine), planned.workload);
    return { plan: planned.enginePlan, spec: planned.workload.spec, problems };
  }
}
