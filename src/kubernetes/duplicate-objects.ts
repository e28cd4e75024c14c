import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { addAppCheck, allConstructs } from '../reporting/app-checks';
import { explanation } from '../reporting/problems';
import { clusterOf } from './cluster';
import { isClusterScoped } from './cluster-scoped-kinds';

/**
 * Rejects two objects with the same kind, namespace and name anywhere in the app. cdk8s would write both, and the
 * cluster would keep the one that is applied last.
 */
export function rejectDuplicateObjects(scope: IConstruct): void {
  addAppCheck(scope, duplicates);
}

function duplicates(root: IConstruct): ReadonlyMap<IConstruct, readonly string[]> {
  const first = new Map<string, ApiObject>();
  const problems: string[] = [];
  for (const object of allConstructs(root).filter((construct): construct is ApiObject =>
    ApiObject.isApiObject(construct),
  )) {
    const namespace = isClusterScoped(object.apiGroup, object.kind) ? undefined : object.metadata.namespace;
    const key = JSON.stringify([clusterOf(object).node.path, object.apiGroup, object.kind, namespace, object.name]);
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, object);
    } else {
      const where = namespace === undefined ? '' : ` in namespace ${JSON.stringify(namespace)}`;
      problems.push(
        explanation({
          wrong: `the ${object.kind} ${JSON.stringify(object.name)}${where} is created twice, by ${other.node.path} and ${object.node.path}`,
          allowed: 'one object for each kind, namespace and name',
          fix: 'give one of them another name or namespace, or use Cluster.separate(chart) if they are for different clusters',
        }),
      );
    }
  }
  return new Map(problems.length === 0 ? [] : [[root, problems]]);
}
