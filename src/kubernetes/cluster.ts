import type { IConstruct } from 'constructs';
import { checkCalls } from '../reporting/check-arguments';

const SEPARATE = Symbol.for('cdk8s-dagger.cluster');

/**
 * The clusters of an app. By default, all objects in an app are for one cluster, so the library rejects two objects
 * with the same kind, namespace and name, and engines that would share pods or volumes. If an app is for several
 * clusters, declare each of them with `Cluster.separate`.
 */
export class Cluster {
  /**
   * Declares that everything below a scope is for a separate cluster. Call it before or after creating the objects.
   *
   * @param scope a chart, or a construct that contains several charts
   */
  public static separate(scope: IConstruct): void {
    (scope as Marked)[SEPARATE] = true;
  }

  private constructor() {}
}

checkCalls('Cluster', Cluster);

interface Marked extends IConstruct {
  [SEPARATE]?: true;
}

/** Returns the scope that contains everything in the construct's cluster. */
export function clusterOf(construct: IConstruct): IConstruct {
  return (
    [...construct.node.scopes].reverse().find((scope) => (scope as Marked)[SEPARATE] === true) ?? construct.node.root
  );
}
