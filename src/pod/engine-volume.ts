import type { k8s } from 'cdk8s-plus-28';

/**
 * Storage of the operator that builds mount by name, with `engineVolume(name)` or `engine-volume://NAME`. Unlike cache volumes of
 * builds, it is never deleted: neither by garbage collection, nor when the engine deletes its cache. It doesn't count as cache.
 */
export interface EngineVolume {
  /**
   * The name for builds, such as `models` or `datasets/images`: components of letters, digits, `.`, `_` and `-` that start with a
   * letter or digit, separated by slashes. `fs` is reserved.
   */
  readonly name: string;

  /** The volume, for example a claim, an NFS share or a directory of the node. It is added to the pod. */
  readonly volume: k8s.Volume;

  /**
   * A directory of the volume to use instead of its root.
   *
   * @default - the root
   */
  readonly subPath?: string;

  /**
   * Whether builds can only read it.
   *
   * @default false
   */
  readonly readOnly?: boolean;
}
