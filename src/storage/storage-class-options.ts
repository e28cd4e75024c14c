import type { AcceptedRisk } from '../reporting/accepted-risk';

/** The reclaim policy of a volume, which applies after its claim is deleted. */
export enum StorageReclaimPolicy {
  /** The volume and its data are deleted. */
  DELETE = 'Delete',
  /** The volume is kept, and an administrator must delete it. */
  RETAIN = 'Retain',
}

/** The file system of a volume. */
export enum VolumeFileSystem {
  /** Ext4. */
  EXT4 = 'ext4',
  /** XFS. */
  XFS = 'xfs',
  /** A ZFS dataset instead of a block device. Only for ZFS LocalPV. */
  ZFS = 'zfs',
}

/** Properties common to all storage classes. */
export interface StorageClassProps {
  /**
   * The name of the storage class.
   *
   * @default - the construct's id
   */
  readonly name?: string;

  /**
   * The reclaim policy of the volumes, which applies after their claims are deleted. A StatefulSet keeps its claims,
   * unless `whenDeleted` or `whenScaled` of the cache volume says otherwise.
   *
   * @default StorageReclaimPolicy.DELETE
   */
  readonly reclaimPolicy?: StorageReclaimPolicy;

  /**
   * Risks to accept, with reasons.
   *
   * @default - none
   */
  readonly acceptRisks?: AcceptedRisk[];
}

/** Properties for volumes of Amazon EBS. */
export interface EbsGp3Props extends StorageClassProps {
  /**
   * The I/O operations per second.
   *
   * @default - 3000, the default of AWS
   */
  readonly iops?: number;

  /**
   * The throughput in MiB per second.
   *
   * @default - 125, the default of AWS
   */
  readonly throughput?: number;

  /**
   * Whether the volumes are encrypted.
   *
   * @default true
   */
  readonly encrypted?: boolean;

  /**
   * The file system: EXT4 or XFS.
   *
   * @default - the default of the driver, ext4
   */
  readonly fileSystem?: VolumeFileSystem;
}

/** Properties for volumes of TopoLVM. */
export interface TopolvmProps extends StorageClassProps {
  /**
   * The device class, as in the configuration of lvmd.
   *
   * @default - the default device class of lvmd
   */
  readonly deviceClass?: string;

  /**
   * Whether the device class is a thin pool. If true, the library warns about overcommitment.
   *
   * @default false
   */
  readonly isThin?: boolean;

  /**
   * The file system: EXT4 or XFS.
   *
   * @default - the default of the driver, ext4
   */
  readonly fileSystem?: VolumeFileSystem;
}

/** Properties for volumes of OpenEBS ZFS LocalPV. */
export interface ZfsLocalPvProps extends StorageClassProps {
  /** The ZFS pool, or a dataset in it, which must exist on the nodes. */
  readonly pool: string;

  /**
   * The file system of the volumes. With EXT4 and XFS, a volume is a block device (zvol). With ZFS, it is a dataset.
   *
   * @default VolumeFileSystem.EXT4
   */
  readonly fileSystem?: VolumeFileSystem;

  /**
   * Whether ZFS compresses the volumes.
   *
   * @default - the setting of the pool
   */
  readonly compression?: boolean;

  /**
   * Whether volumes take space from the pool only when data is written.
   *
   * @default false
   */
  readonly thinProvision?: boolean;
}
