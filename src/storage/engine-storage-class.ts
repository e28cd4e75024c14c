import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { StorageClass } from 'kubernetes-types/storage/v1';
import { COMMON_LABELS } from '../kubernetes/engine-labels';
import { compact, emitClusterScoped } from '../kubernetes/manifest';
import { checkDnsSubdomain } from '../kubernetes/names';
import { takeAcceptedRisks } from '../reporting/acceptances';
import { checkCalls } from '../reporting/check-arguments';
import { EngineRisk } from '../reporting/engine-risk';
import { Problems } from '../reporting/problems';
import { acceptRisks } from '../reporting/risks';
import { printWarnings, reportAtSynth } from '../reporting/synth-report';
import {
  StorageReclaimPolicy,
  VolumeFileSystem,
  type EbsGp3Props,
  type StorageClassProps,
  type TopolvmProps,
  type ZfsLocalPvProps,
} from './storage-class-options';

/** The provisioner of a storage class, its parameters, and its limits. */
interface Provisioner {
  readonly provisioner: string;
  readonly parameters?: { readonly [name: string]: string | undefined };
  readonly annotations?: { readonly [name: string]: string };
  /** Whether the volumes can grow. */
  readonly grows: boolean;
}

/**
 * A storage class for the claims of engines. A volume is created in the zone or on the node of its pod
 * (`WaitForFirstConsumer`), and can grow if the provisioner supports it. Pass its `name` to a cache volume:
 * `CacheVolume.claimTemplate({ size, storageClassName: storageClass.name })`.
 *
 * Except for `allowVolumeExpansion`, Kubernetes rejects changes of a storage class.
 */
export class EngineStorageClass extends Construct {
  /**
   * Creates gp3 volumes of Amazon EBS. They follow their pod to other nodes in the same zone. The parameters are those
   * that the driver reads (kubernetes-sigs/aws-ebs-csi-driver pkg/driver/constants.go).
   *
   * @param scope a chart
   * @param id the construct's id, which is the default name
   * @param props the performance of the volumes
   * @throws one error that lists all problems with the properties
   */
  public static ebsGp3(scope: Construct, id: string, props: EbsGp3Props = {}): EngineStorageClass {
    return new EngineStorageClass(scope, id, props, (problems) => {
      const { encrypted = true, fileSystem, iops, throughput } = props;
      checkLeast(problems, 'iops', iops, 3000);
      checkLeast(problems, 'throughput', throughput, 125);
      return {
        provisioner: 'ebs.csi.aws.com',
        parameters: {
          type: 'gp3',
          iops: iops?.toString(),
          throughput: throughput?.toString(),
          encrypted: String(encrypted),
          'csi.storage.k8s.io/fstype': fileSystem,
        },
        grows: true,
      };
    });
  }

  /**
   * Creates logical volumes on local disks with TopoLVM. A volume stays on its node, and so does its pod. The parameter
   * `topolvm.io/device-class` is the one that the driver reads in CreateVolume (topolvm/topolvm, GetDeviceClassKey).
   *
   * @param scope a chart
   * @param id the construct's id, which is the default name
   * @param props the device class
   * @throws one error that lists all problems with the properties
   */
  public static topolvm(scope: Construct, id: string, props: TopolvmProps = {}): EngineStorageClass {
    return new EngineStorageClass(scope, id, props, (problems) => {
      const { deviceClass, fileSystem, isThin = false } = props;
      if (isThin) {
        warnAboutOvercommitment(problems, 'isThin', 'use a device class without a thin pool');
      }
      return {
        provisioner: 'topolvm.io',
        parameters: { 'topolvm.io/device-class': deviceClass, 'csi.storage.k8s.io/fstype': fileSystem },
        grows: true,
      };
    });
  }

  /**
   * Creates volumes in a ZFS pool on local disks with OpenEBS ZFS LocalPV. A volume stays on its node, and so does its
   * pod. By default, it is a block device (zvol) with a file system that overlayfs supports. The parameters are those
   * that the driver reads (openebs/zfs-localpv pkg/driver/controller.go, CreateZFSVolume).
   *
   * @param scope a chart
   * @param id the construct's id, which is the default name
   * @param props the pool and the volumes
   * @throws one error that lists all problems with the properties
   */
  public static zfsLocalPv(scope: Construct, id: string, props: ZfsLocalPvProps): EngineStorageClass {
    return new EngineStorageClass(scope, id, props, (problems) => {
      const { compression, fileSystem = VolumeFileSystem.EXT4, pool, thinProvision = false } = props;
      if (!/^[A-Za-z][\w.:-]*(\/[\w.:-]+)*$/.test(pool)) {
        problems.add('pool', {
          wrong: 'must be the name of a ZFS pool, or of a dataset in it',
          got: pool,
          allowed: "letters, digits, '_', '.', ':' and '-', with '/' between the levels",
          fix: "use a value such as 'nvme' or 'nvme/dagger'",
        });
      }
      if (fileSystem === VolumeFileSystem.ZFS) {
        problems.warn(
          EngineRisk.OVERLAYFS_ON_ZFS,
          'fileSystem',
          'the volume is a dataset, on which overlayfs works only with OpenZFS 2.2 or later. With earlier releases, the engine falls back to its native snapshotter, which copies every layer in full',
          'use VolumeFileSystem.EXT4',
        );
      }
      if (thinProvision) {
        warnAboutOvercommitment(problems, 'thinProvision', 'remove it');
      }
      return {
        provisioner: 'zfs.csi.openebs.io',
        parameters: {
          poolname: pool,
          fstype: fileSystem,
          compression: compression === undefined ? undefined : compression ? 'on' : 'off',
          thinprovision: thinProvision ? 'yes' : 'no',
        },
        grows: true,
      };
    });
  }

  /**
   * Creates directories on the disk of a node with the local-path provisioner. Nothing limits their size, so the
   * garbage collection of the engine alone keeps a cache below the size of its claim. The volumes can't grow: to allow
   * a larger cache, set `engineJson` instead.
   *
   * If the directory of a volume is missing, for example because its disk isn't mounted, the engine waits. The volumes
   * are `local` for that: the provisioner's default is `hostPath`, for which the kubelet creates an empty directory.
   *
   * @param scope a chart
   * @param id the construct's id, which is the default name
   * @param props the name and the reclaim policy
   * @throws one error that lists all problems with the properties
   */
  public static localPath(scope: Construct, id: string, props: StorageClassProps = {}): EngineStorageClass {
    return new EngineStorageClass(scope, id, props, () => ({
      provisioner: 'rancher.io/local-path',
      annotations: { defaultVolumeType: 'local' },
      grows: false,
    }));
  }

  /** The name of the storage class, for cache volumes. */
  public readonly name: string;

  /** The StorageClass object. */
  public readonly apiObject: ApiObject;

  private constructor(
    scope: Construct,
    id: string,
    props: StorageClassProps,
    provision: (problems: Problems) => Provisioner,
  ) {
    super(scope, id);
    const problems = new Problems();
    const { name = id, reclaimPolicy = StorageReclaimPolicy.DELETE } = props;
    checkDnsSubdomain(problems, 'name', name);
    const { annotations, grows, parameters = {}, provisioner } = provision(problems);
    acceptRisks(this, props.acceptRisks, problems);
    takeAcceptedRisks(this, problems);
    problems.throwIfAny(this.node.path, 'EngineStorageClass');
    reportAtSynth(this, () => {
      printWarnings(this, problems.cautions);
      return [];
    });
    const set = compact(parameters) as StorageClass['parameters'];
    this.name = name;
    this.apiObject = emitClusterScoped(this, 'Resource', {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name, labels: COMMON_LABELS, ...(annotations && { annotations }) },
      provisioner,
      ...(set && { parameters: set }),
      reclaimPolicy,
      // A volume that is created earlier may be in another zone, or on a node without room for the engine.
      volumeBindingMode: 'WaitForFirstConsumer',
      ...(grows && { allowVolumeExpansion: true }),
    } as StorageClass);
  }
}

checkCalls('EngineStorageClass', EngineStorageClass);

function checkLeast(problems: Problems, property: string, value: number | undefined, least: number): void {
  if (value !== undefined && (!Number.isInteger(value) || value < least)) {
    problems.add(property, {
      wrong: 'is below the minimum of gp3, or not a whole number',
      got: value,
      allowed: `a whole number of at least ${least}`,
      fix: `remove it, or set it to ${least}`,
    });
  }
}

function warnAboutOvercommitment(problems: Problems, property: string, fix: string): void {
  problems.warn(
    EngineRisk.OVERCOMMITTED_DISK,
    property,
    "the volumes together can be larger than the pool. If it fills up, builds fail with I/O errors, although the file systems of the volumes report free space and garbage collection doesn't run",
    fix,
  );
}
