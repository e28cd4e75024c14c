import type { IConstruct } from 'constructs';
import type { Problems } from '../internal/problems';
import { EngineWarning } from '../warnings';
import type { EnginePlan } from './engine-plan';

const TAKEN = Symbol.for('cdk8s-dagger.host-paths');

/** Warns of directories of the node that another engine of the app uses too. */
export function warnOfSharedHostPaths(engine: IConstruct, plan: EnginePlan, problems: Problems): void {
  const root = engine.node.root as IConstruct & { [TAKEN]?: Map<string, string> };
  const taken = (root[TAKEN] ??= new Map());
  const use = (property: string, given: string | undefined, consequence: string): void => {
    const path = given?.replace(/\/+$/, '');
    const other = path === undefined ? undefined : taken.get(path);
    if (path !== undefined && other === undefined) {
      taken.set(path, engine.node.path);
    } else if (other !== undefined) {
      problems.warn(EngineWarning.SHARED_HOST_PATH, property, `${other} uses the node's directory ${JSON.stringify(path)} too; on one node ${consequence}`);
    }
  };
  use('cache', plan.cache?.volume?.hostPath?.path, 'the second engine can\'t take the lock and crash-loops');
  use('hostSocket', plan.hostSocket, 'the second engine takes the socket over without a word');
}
