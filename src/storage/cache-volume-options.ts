import type { Size } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';

/** How a claim's volume may be mounted. An engine writes, so there is no read-only mode here. */
export enum VolumeAccessMode {
  /** By the pods of one node. */
  READ_WRITE_ONCE = 'ReadWriteOnce',
  /** By one pod in the whole cluster, which is what an engine needs (CSI volumes only, Kubernetes 1.29). */
  READ_WRITE_ONCE_POD = 'ReadWriteOncePod',
  /** By the pods of any node. */
  READ_WRITE_MANY = 'ReadWriteMany',
}

/** What a claim's volume is to a pod. */
export enum VolumeMode {
  /** A directory, on a file system that the storage class makes. */
  FILESYSTEM = 'Filesystem',
  /** A raw device, which an engine can't use: it needs a file system. */
  BLOCK = 'Block',
}

/** What becomes of a claim when its pod goes for good. */
export enum ClaimRetention {
  /** The claim and its volume stay. */
  RETAIN = 'Retain',
  /** The claim is deleted; its volume goes the way of the storage class's reclaim policy. */
  DELETE = 'Delete',
}

/** Which pods see the same data through one volume. */
export enum VolumeSharing {
  /** Each pod has data of its own. */
  POD = 'pod',
  /** The pods of one node see the same data. */
  NODE = 'node',
  /** All pods see the same data. */
  CLUSTER = 'cluster',
}

/** What every cache volume can be told. */
export interface CacheVolumeOptions {
  /**
   * Name of the volume in the pod, and of the claim template.
   *
   * @default 'cache'
   */
  readonly volumeName?: string;
}

/** A directory of the node. */
export interface HostPathCacheOptions extends CacheVolumeOptions {
  /**
   * Absolute path on the node. Two engines must not share one: the second can't take the lock.
   *
   * @default - `/var/lib/dagger-NAMESPACE_NAME`, or `/var/lib/dagger-NAME` in a chart without namespace
   */
  readonly path?: string;

  /**
   * Whether the directory must be there already, so that an engine does not start on a node whose disk is not
   * mounted, and fill the root disk instead.
   *
   * @default false - the kubelet makes it
   */
  readonly mustExist?: boolean;

  /**
   * Size of the file system that holds the path. Known, it sizes the garbage collection.
   *
   * @default - unknown: the engine's own percentages of the file system hold
   */
  readonly size?: Size;
}

/** A claim that is made for each pod. */
export interface ClaimOptions extends CacheVolumeOptions {
  /** Size of the volume; it also sizes the garbage collection. */
  readonly size: Size;

  /**
   * Name of the storage class. The empty string asks for a volume without class (a static one).
   *
   * @default - the cluster's default class
   */
  readonly storageClassName?: string;

  /**
   * How the volume may be mounted.
   *
   * @default [VolumeAccessMode.READ_WRITE_ONCE]
   */
  readonly accessModes?: VolumeAccessMode[];

  /**
   * What the volume is to the pod. Always written, as the API server would.
   *
   * @default VolumeMode.FILESYSTEM - the only one that an engine can use
   */
  readonly volumeMode?: VolumeMode;

  /**
   * Labels of the claims.
   *
   * @default - none
   */
  readonly labels?: { [key: string]: string };

  /**
   * Annotations of the claims.
   *
   * @default - none
   */
  readonly annotations?: { [key: string]: string };

  /**
   * Which existing volumes may be bound.
   *
   * @default - any
   */
  readonly selector?: k8s.LabelSelector;

  /**
   * Snapshot or claim in the same namespace that the volume starts as a copy of.
   *
   * @default - an empty volume
   */
  readonly dataSource?: k8s.TypedLocalObjectReference;
}

/** A claim template of a StatefulSet. */
export interface ClaimTemplateCacheOptions extends ClaimOptions {
  /**
   * What becomes of the claims when the StatefulSet is deleted.
   *
   * @default ClaimRetention.RETAIN
   */
  readonly whenDeleted?: ClaimRetention;

  /**
   * What becomes of the claims of pods that are scaled away.
   *
   * @default ClaimRetention.RETAIN
   */
  readonly whenScaled?: ClaimRetention;
}

/** What goes with a claim template that is given as it is. */
export interface ClaimTemplateOptions {
  /**
   * Size of the claims' volumes, to size the garbage collection by.
   *
   * @default - not what the template asks for, so that a configuration that is taken over stays as it is: the engine's own
   * percentages of the file system hold
   */
  readonly size?: Size;

  /**
   * What becomes of the claims when the StatefulSet is deleted.
   *
   * @default ClaimRetention.RETAIN
   */
  readonly whenDeleted?: ClaimRetention;

  /**
   * What becomes of the claims of pods that are scaled away.
   *
   * @default ClaimRetention.RETAIN
   */
  readonly whenScaled?: ClaimRetention;
}

/** A claim that exists already. */
export interface ExistingClaimCacheOptions extends CacheVolumeOptions {
  /**
   * Size of the claim's volume. Known, it sizes the garbage collection.
   *
   * @default - unknown: the engine's own percentages of the file system hold
   */
  readonly size?: Size;
}

/** A directory that is made with the pod and deleted with it. */
export interface EmptyDirCacheOptions extends CacheVolumeOptions {
  /**
   * How much it may hold. The kubelet evicts a pod that goes over it, so garbage collection is sized from it.
   *
   * @default - the node's disk, or half of its memory
   */
  readonly sizeLimit?: Size;

  /**
   * Whether it lives in the node's memory, counted as the container's own.
   *
   * @default false
   */
  readonly inMemory?: boolean;
}

/** An NFS export. */
export interface NfsCacheOptions extends CacheVolumeOptions {
  /** Host name or address of the NFS server. */
  readonly server: string;

  /** Absolute path that the server exports. */
  readonly path: string;

  /**
   * Size of the export. Known, it sizes the garbage collection.
   *
   * @default - unknown: the engine's own percentages of the file system hold
   */
  readonly size?: Size;
}

/** A volume source that has no factory of its own here. */
export interface VolumeCacheOptions {
  /**
   * Which pods see the same data through it.
   *
   * @default VolumeSharing.CLUSTER - so that it is refused for more than one engine
   */
  readonly sharing?: VolumeSharing;

  /**
   * Size of the volume. Known, it sizes the garbage collection.
   *
   * @default - the `sizeLimit` of an emptyDir, else unknown: the engine's own percentages of the file system hold
   */
  readonly size?: Size;
}
