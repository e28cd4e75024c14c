import { readState } from '../reporting/construct-state';
import type { CurrentEngine } from '../workload/current-engine';
import type { Engine } from '../workload/engine';
import type { EnginePlan } from '../workload/engine-plan';

/** Returns the plan of an engine, with the items that methods have added so far. */
export function planOf(engine: Engine): EnginePlan {
  return readState<CurrentEngine>(engine, 'current-engine')!.plan;
}
