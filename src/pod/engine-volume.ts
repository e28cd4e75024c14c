import type { k8s } from 'cdk8s-plus-28';

/**
 * Storage that you provide, and that builds mount by name: with `engineVolume(name)` or `engine-volume://NAME`. Unlike
 * the cache volumes of builds, it is never deleted: neither by garbage collection, nor when the engine deletes its
 * cache. It doesn't count as cache.
 */
export interface EngineVolume {
  /**
   * The name that builds use, such as `models` or `datasets/images`. It consists of components that are separated by
   * slashes. A component starts with a letter or digit, and contains letters, digits, `.`, `_` and `-`. `fs` is
   * reserved.
   */
  readonly name: string;

  /** The volume, for example a claim, an NFS share or a directory on the node. It is added to the pod. */
  readonly volume: k8s.Volume;

  /**
   * The directory in the volume to use instead of its root.
   *
   * @default - the root
   */
  readonly subPath?: string;

  /**
   * Whether the storage is read-only for builds.
   *
   * @default false
   */
  readonly readOnly?: boolean;
}
