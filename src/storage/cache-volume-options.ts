import type { Size } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import type { ICacheSeed } from './cache-seed-interface';

/** The access mode of a claim. There is no read-only mode, because the engine writes to its cache. */
export enum VolumeAccessMode {
  /** The pods on one node can mount the volume. */
  READ_WRITE_ONCE = 'ReadWriteOnce',
  /**
   * Only one pod in the cluster can mount the volume. This is the best mode for an engine, but requires a CSI volume
   * and Kubernetes 1.29 or later.
   */
  READ_WRITE_ONCE_POD = 'ReadWriteOncePod',
  /** The pods on all nodes can mount the volume. */
  READ_WRITE_MANY = 'ReadWriteMany',
}

/** The mode of a claim's volume. */
export enum VolumeMode {
  /** A volume with a file system. */
  FILESYSTEM = 'Filesystem',
  /** A raw block device. The library rejects it, because an engine needs a file system. */
  BLOCK = 'Block',
}

/** The retention of a claim after its pod is removed permanently. */
export enum ClaimRetention {
  /** Kubernetes keeps the claim and its volume. */
  RETAIN = 'Retain',
  /** Kubernetes deletes the claim. The reclaim policy of the storage class applies to its volume. */
  DELETE = 'Delete',
}

/** The pods that share the data of a volume. */
export enum VolumeSharing {
  /** Each pod has its own data. */
  POD = 'pod',
  /** The pods on one node share the data. */
  NODE = 'node',
  /** All pods share the data. */
  CLUSTER = 'cluster',
}

/** Options common to all cache volumes. */
export interface CacheVolumeOptions {
  /**
   * The name of the volume in the pod, or of the claim template.
   *
   * @default 'cache'
   */
  readonly volumeName?: string;
}

/** Options for a directory on the node. */
export interface HostPathCacheOptions extends CacheVolumeOptions {
  /**
   * The absolute path on the node. Engines can't share a directory, because only one of them can lock it.
   *
   * @default - `/var/lib/dagger-NAMESPACE_NAME`, or `/var/lib/dagger-NAME` in a chart without namespace
   */
  readonly path?: string;

  /**
   * Whether the directory must exist. If true, pods wait until it exists; otherwise, the kubelet creates it. Use true
   * for a directory on a separate disk, so that no engine fills the root disk of a node whose separate disk isn't
   * mounted. Create the directory when you prepare the disk, for example in the script that formats and mounts it.
   *
   * @default false
   */
  readonly mustExist?: boolean;

  /**
   * The size of the file system that contains the directory. The garbage collection limits are computed from it.
   *
   * @default - unknown; the engine uses percentages of the file system
   */
  readonly size?: Size;
}

/** Options for a claim that is created for each pod. */
export interface ClaimOptions extends CacheVolumeOptions {
  /** The size of the volume. The garbage collection limits are computed from it. */
  readonly size: Size;

  /**
   * The name of the storage class. The empty string requests an existing volume without a storage class.
   *
   * @default - the default storage class of the cluster
   */
  readonly storageClassName?: string;

  /**
   * The access modes of the volume.
   *
   * @default [VolumeAccessMode.READ_WRITE_ONCE]
   */
  readonly accessModes?: VolumeAccessMode[];

  /**
   * The mode of the volume.
   *
   * @default VolumeMode.FILESYSTEM
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
   * The labels of the existing volumes that the claim can bind to.
   *
   * @default - all volumes
   */
  readonly selector?: k8s.LabelSelector;

  /**
   * The seed that new volumes are copied from, so that engines start with a warm cache. It must be in the same
   * namespace. Until the first snapshot of the seed is ready, new volumes and their engines wait.
   *
   * Kubernetes reads it only when it creates a volume, so existing volumes stay unchanged. In a claim template, it can't
   * be changed later.
   *
   * @default - an empty volume
   */
  readonly seed?: ICacheSeed;

  /**
   * A snapshot or claim in the same namespace whose content is copied to the volume.
   *
   * @default - an empty volume
   */
  readonly dataSource?: k8s.TypedLocalObjectReference;

  /**
   * The source of the volume's content. Unlike `dataSource`, it can be an object of a volume populator, or be in
   * another namespace.
   *
   * @default - an empty volume
   */
  readonly dataSourceRef?: k8s.TypedObjectReference;

  /**
   * The name of a VolumeAttributesClass, which sets attributes such as IOPS. Requires Kubernetes 1.34 or later.
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
   * The retention of the claims if scaling down removes their pods.
   *
   * @default ClaimRetention.RETAIN
   */
  readonly whenScaled?: ClaimRetention;
}

/** Options for a claim template that is used unchanged. */
export interface ClaimTemplateOptions {
  /**
   * The size of the claims' volumes. The garbage collection limits are computed from it.
   *
   * @default - unknown: the engine uses percentages of the file system, and the size in the template is ignored so that
   * the configuration of an engine that is taken over doesn't change
   */
  readonly size?: Size;

  /**
   * The retention of the claims after the StatefulSet is deleted.
   *
   * @default ClaimRetention.RETAIN
   */
  readonly whenDeleted?: ClaimRetention;

  /**
   * The retention of the claims if scaling down removes their pods.
   *
   * @default ClaimRetention.RETAIN
   */
  readonly whenScaled?: ClaimRetention;
}

/** Options for an existing claim. */
export interface ExistingClaimCacheOptions extends CacheVolumeOptions {
  /**
   * The size of the claim's volume. The garbage collection limits are computed from it.
   *
   * @default - unknown; the engine uses percentages of the file system
   */
  readonly size?: Size;
}

/** Options for a directory that is created and deleted with the pod. */
export interface EmptyDirCacheOptions extends CacheVolumeOptions {
  /**
   * The maximum size. The kubelet evicts a pod that exceeds it, so the garbage collection limits are computed from it.
   *
   * @default - no limit, with a warning: the cache can fill the node's disk, or half of its memory
   */
  readonly sizeLimit?: Size;

  /**
   * Whether the directory is in the node's memory. Its files count towards the memory limit of the container.
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
   * The size of the export. The garbage collection limits are computed from it.
   *
   * @default - unknown; the engine uses percentages of the file system
   */
  readonly size?: Size;
}

/** Options for any other volume. */
export interface VolumeCacheOptions {
  /**
   * The pods that share the data of the volume. The library rejects a volume that several engines would share.
   *
   * @default - VolumeSharing.POD for emptyDir and ephemeral volumes, VolumeSharing.NODE for hostPath volumes, otherwise
   * VolumeSharing.CLUSTER
   */
  readonly sharing?: VolumeSharing;

  /**
   * The size of the volume. The garbage collection limits are computed from it.
   *
   * @default - the `sizeLimit` of an emptyDir, otherwise unknown: the engine uses percentages of the file system
   */
  readonly size?: Size;
}
