import { Chart, Size, type ChartProps } from 'cdk8s';
import {
  CacheVolume,
  DiskSpace,
  EngineJson,
  EngineStatefulSet,
  EngineStorageClass,
  type EngineStatefulSetProps,
} from 'cdk8s-dagger';
import type { Construct } from 'constructs';

/** Engines on the disks of their nodes, with a pool for each of three drivers. Keep the one that your nodes have. */
export class LocalStorageChart extends Chart {
  public constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);

    // The device class of lvmd is a volume group. A thin pool can fill up while its volumes report free space.
    const topolvm = EngineStorageClass.topolvm(this, 'dagger-topolvm', { deviceClass: 'nvme' });
    this.pool('topolvm', topolvm);

    // A volume is a block device with ext4. On a dataset (`VolumeFileSystem.ZFS`), overlayfs needs OpenZFS 2.2.
    const zfs = EngineStorageClass.zfsLocalPv(this, 'dagger-zfs', { pool: 'nvme/dagger' });
    this.pool('zfs', zfs);

    // A volume is a directory. Nothing enforces its size, and it can't grow.
    const localPath = EngineStorageClass.localPath(this, 'dagger-local-path');
    this.pool('local-path', localPath, {
      // Of the whole disk. Other programs fill it too, and the kubelet evicts pods if only 10 % or 15 % is left.
      engineJson: EngineJson.of({ gc: { minFreeSpace: DiskSpace.percent(20) } }),
    });
  }

  /** Creates two engines on two nodes. */
  private pool(driver: string, { name }: EngineStorageClass, props: Partial<EngineStatefulSetProps> = {}): void {
    new EngineStatefulSet(this, `${driver}-pool`, {
      version: 'v0.21.8',
      replicas: 2,
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200), storageClassName: name }),
      resources: { requests: { cpu: '4', memory: '16Gi' } },
      // Only the nodes with the driver's disks. Otherwise, the scheduler may choose one without the ZFS pool.
      nodeSelector: { 'example.com/local-disk': driver },
      topologySpreadConstraints: [
        { topologyKey: 'kubernetes.io/hostname', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' },
      ],
      ...props,
    });
  }
}
