import type { IConstruct } from 'constructs';

const SEPARATE = Symbol.for('cdk8s-dagger.cluster');

/**
 * Which cluster a part of the app is for. Two objects of one kind, namespace and name are refused, as are two engines that
 * would take each other's pods or volume: in one cluster they would be one. An app for several clusters says so.
 */
export class Cluster {
  /**
   * Everything below the scope is for a cluster of its own, whether it is made before or after.
   *
   * @param scope a chart, or a construct that holds several
   */
  public static separate(scope: IConstruct): void {
    (scope as Marked)[SEPARATE] = true;
  }

  private constructor() {}
}

interface Marked extends IConstruct {
  [SEPARATE]?: true;
}

/** The scope that holds everything of the construct's cluster. */
export function clusterOf(construct: IConstruct): IConstruct {
  return (
    [...construct.node.scopes].reverse().find((scope) => (scope as Marked)[SEPARATE] === true) ?? construct.node.root
  );
}
