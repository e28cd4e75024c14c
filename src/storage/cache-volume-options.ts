import type { Size } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';

/** The access mode of a claim. Read-only modes are missing, because an engine writes to its cache. */
export enum VolumeAccessMode {
  /** The pods of one node can mount the volume. */
  READ_WRITE_ONCE = 'ReadWriteOnce',
  /** Only one pod of the cluster can mount the volume, which suits an engine (CSI volumes, Kubernetes 1.29). */
  READ_WRITE_ONCE_POD = 'ReadWriteOncePod',
  /** The pods of all nodes can mount the volume. */
  READ_WRITE_MANY = 'ReadWriteMany',
}

/** The mode of a claim's volume. */
export enum VolumeMode {
  /** A directory on a file system that the storage class creates. */
  FILESYSTEM = 'Filesystem',
  /** A raw device. An engine can't use it, because it needs a file system. */
  BLOCK = 'Block',
}

/** The retention of a claim after its pod is removed permanently. */
export enum ClaimRetention {
  /** Keeps the claim and its volume. */
  RETAIN = 'Retain',
  /** Deletes the claim. The reclaim policy of the storage class applies to its volume. */
  DELETE = 'Delete',
}

/** The pods that share the data of a volume. */
export enum VolumeSharing {
  /** Each pod has its own data. */
  POD = 'pod',
  /** The pods of one node share the data. */
  NODE = 'node',
  /** All pods share the data. */
  CLUSTER = 'cluster',
}

/** Options for every cache volume. */
export interface CacheVolumeOptions {
  /**
   * The name of the volume in the pod, and of the claim template.
   *
   * @default 'cache'
   */
  readonly volumeName?: string;
}

/** Options for a directory of the node. */
export interface HostPathCacheOptions extends CacheVolumeOptions {
  /**
   * The absolute path on the node. Two engines can't share a directory, because the second can't lock it.
   *
   * @default - `/var/lib/dagger-NAMESPACE_NAME`, or `/var/lib/dagger-NAME` in a chart without namespace
   */
  readonly path?: string;

  /**
   * Whether the directory must exist. Use true for a directory on a separate disk, so that no engine starts on a node whose
   * disk isn't mounted, and fills the root disk. Create the directory when you prepare the disk, for example in the script that
   * formats and mounts it: pods wait until it exists, and neither the kubelet nor the library creates it.
   *
   * @default false - the kubelet creates the directory
   */
  readonly mustExist?: boolean;

  /**
   * The size of the file system with the directory. Limits of garbage collection are computed from it.
   *
   * @default - unknown; the engine uses percentages of the file system
   */
  readonly size?: Size;
}

/** Options for a claim that is created for each pod. */
export interface ClaimOptions extends CacheVolumeOptions {
  /** The size of the volume. Limits of garbage collection are computed from it. */
  readonly size: Size;

  /**
   * The name of the storage class. The empty string requests a static volume without class.
   *
   * @default - the default class of the cluster
   */
  readonly storageClassName?: string;

  /**
   * The access modes of the volume.
   *
   * @default [VolumeAccessMode.READ_WRITE_ONCE]
   */
  readonly accessModes?: VolumeAccessMode[];

  /**
   * The mode of the volume. It is always written, as the API server does.
   *
   * @default VolumeMode.FILESYSTEM, the only mode that an engine can use
   */
  readonly volumeMode?: VolumeMode;

  /**
   * The labels of the claims.
   *
   * @default - none
   */
  readonly labels?: { [key: string]: string };

  /**
   * The annotations of the claims.
   *
   * @default - none
   */
  readonly annotations?: { [key: string]: string };

  /**
   * A selector for existing volumes.
   *
   * @default - all volumes
   */
  readonly selector?: k8s.LabelSelector;

  /**
   * A snapshot or claim of the same namespace whose content is copied to the volume.
   *
   * @default - an empty volume
   */
  readonly dataSource?: k8s.TypedLocalObjectReference;

  /**
   * The source of the content of the volume: like `dataSource`, but it can also be an object of a volume populator, or of
   * another namespace.
   *
   * @default - an empty volume
   */
  readonly dataSourceRef?: k8s.TypedObjectReference;

  /**
   * The name of a VolumeAttributesClass, which sets attributes such as IOPS (Kubernetes 1.34).
   *
   * @default - none
   */
  readonly volumeAttributesClassName?: string;
}

/** Options for a claim template of a StatefulSet. */
export interface ClaimTemplateCacheOptions extends ClaimOptions {
  /**
   * The retention of the claims after the StatefulSet is deleted.
   *
   * @default ClaimRetention.RETAIN
   */
  readonly whenDeleted?: ClaimRetention;

  /**
   * The retention of the claims of pods that are removed by scaling down.
   *
   * @default ClaimRetention.RETAIN
   */
  readonly whenScaled?: ClaimRetention;
}

/** Options for a claim template that is used unchanged. */
export interface ClaimTemplateOptions {
  /**
   * The size of the claims' volumes. Limits of garbage collection are computed from it.
   *
   * @default - unknown; the engine uses percentages of the file system. The size in the template is ignored, so that the
   * configuration of an engine that is taken over doesn't change
   */
  readonly size?: Size;

  /**
   * The retention of the claims after the StatefulSet is deleted.
   *
   * @default ClaimRetention.RETAIN
   */
  readonly whenDeleted?: ClaimRetention;

  /**
   * The retention of the claims of pods that are removed by scaling down.
   *
   * @default ClaimRetention.RETAIN
   */
  readonly whenScaled?: ClaimRetention;
}

/** Options for an existing claim. */
export interface ExistingClaimCacheOptions extends CacheVolumeOptions {
  /**
   * The size of the claim's volume. Limits of garbage collection are computed from it.
   *
   * @default - unknown; the engine uses percentages of the file system
   */
  readonly size?: Size;
}

/** Options for a directory that is created and deleted with the pod. */
export interface EmptyDirCacheOptions extends CacheVolumeOptions {
  /**
   * The maximum size. The kubelet evicts a pod that exceeds it, so limits of garbage collection are computed from it.
   *
   * @default - the size of the node's disk, or half of its memory, with a warning
   */
  readonly sizeLimit?: Size;

  /**
   * Whether the directory is in the memory of the node. It counts as memory of the container.
   *
   * @default false
   */
  readonly inMemory?: boolean;
}

/** Options for an NFS export. */
export interface NfsCacheOptions extends CacheVolumeOptions {
  /** The host name or address of the NFS server. */
  readonly server: string;

  /** The absolute path of the export. */
  readonly path: string;

  /**
   * The size of the export. Limits of garbage collection are computed from it.
   *
   * @default - unknown; the engine uses percentages of the file system
   */
  readonly size?: Size;
}

/** Options for any other volume. */
export interface VolumeCacheOptions {
  /**
   * The pods that share the data of the volume. A volume that several engines would share is rejected.
   *
   * @default - VolumeSharing.POD for an emptyDir and an ephemeral volume, VolumeSharing.NODE for a hostPath,
   * otherwise VolumeSharing.CLUSTER
   */
  readonly sharing?: VolumeSharing;

  /**
   * The size of the volume. Limits of garbage collection are computed from it.
   *
   * @default - the `sizeLimit` of an emptyDir, otherwise unknown; the engine uses percentages of the file system
   */
  readonly size?: Size;
}
