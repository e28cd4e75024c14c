import { ApiObject } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import { clusterOf } from './cluster';
import { isClusterScoped } from './cluster-scoped-kinds';

const CHECKED = Symbol.for('cdk8s-dagger.app-checked');

/**
 * Has the whole app checked for two objects of one kind, namespace and name: cdk8s would write both, and the
 * cluster keep the one that is applied last.
 */
export function refuseDuplicateObjects(scope: Construct): void {
  const root = scope.node.root as IConstruct & { [CHECKED]?: true };
  if (root[CHECKED] !== true) {
    root[CHECKED] = true;
    root.node.addValidation({ validate: () => duplicates(root) });
  }
}

function duplicates(root: IConstruct): string[] {
  const first = new Map<string, ApiObject>();
  const problems: string[] = [];
  for (const object of root.node
    .findAll()
    .filter((construct): construct is ApiObject => ApiObject.isApiObject(construct))) {
    const namespace = isClusterScoped(object.apiGroup, object.kind) ? undefined : object.metadata.namespace;
    const key = JSON.stringify([clusterOf(object).node.path, object.apiGroup, object.kind, namespace, object.name]);
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, object);
    } else {
      const where = namespace === undefined ? '' : ` in namespace ${JSON.stringify(namespace)}`;
      problems.push(
        `two objects are ${object.kind} ${JSON.stringify(object.name)}${where}: ${other.node.path} and ${object.node.path}; ` +
          'allowed: one of a kind, namespace and name; fix: give one of them another name or namespace, or say that they are for different clusters: Cluster.separate(chart)',
      );
    }
  }
  return problems;
}
