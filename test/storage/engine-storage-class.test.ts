import { Size } from 'cdk8s';
import {
  CacheVolume,
  EngineRisk,
  EngineStorageClass,
  StorageReclaimPolicy,
  VolumeFileSystem,
  type EbsGp3Props,
  type TopolvmProps,
  type ZfsLocalPvProps,
} from '../../src/index';
import { accept, chart, objects, refusal, statefulSet, warnings, workload } from '../engines';

const COMMON = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', volumeBindingMode: 'WaitForFirstConsumer' };
const LABELS = { 'app.kubernetes.io/name': 'dagger-engine' };

it('creates volumes of EBS', () => {
  const all: Required<EbsGp3Props> = {
    name: 'fast',
    reclaimPolicy: StorageReclaimPolicy.RETAIN,
    iops: 6000,
    throughput: 500,
    encrypted: false,
    fileSystem: VolumeFileSystem.XFS,
    acceptRisks: [],
  };
  expect(objects(EngineStorageClass.ebsGp3(chart(), 'gp3', all))).toEqual({
    'StorageClass fast': {
      ...COMMON,
      metadata: { name: 'fast', labels: LABELS },
      provisioner: 'ebs.csi.aws.com',
      parameters: {
        type: 'gp3',
        iops: '6000',
        throughput: '500',
        encrypted: 'false',
        'csi.storage.k8s.io/fstype': 'xfs',
      },
      reclaimPolicy: 'Retain',
      allowVolumeExpansion: true,
    },
  });
  expect(EngineStorageClass.ebsGp3(chart(), 'gp3').apiObject.toJson().parameters).toEqual({
    type: 'gp3',
    encrypted: 'true',
  });
});

it('creates volumes of TopoLVM', () => {
  const all: Required<TopolvmProps> = {
    name: 'nvme',
    reclaimPolicy: StorageReclaimPolicy.DELETE,
    deviceClass: 'thin',
    isThin: true,
    fileSystem: VolumeFileSystem.XFS,
    acceptRisks: [accept(EngineRisk.OVERCOMMITTED_DISK)],
  };
  const made = EngineStorageClass.topolvm(chart(), 'lvm', all);
  expect(made.apiObject.toJson()).toMatchObject({
    ...COMMON,
    provisioner: 'topolvm.io',
    parameters: { 'topolvm.io/device-class': 'thin', 'csi.storage.k8s.io/fstype': 'xfs' },
    allowVolumeExpansion: true,
  });
  expect(warnings(made)).toEqual([]);
  expect(EngineStorageClass.topolvm(chart(), 'lvm').apiObject.toJson()).not.toHaveProperty('parameters');
});

it('creates volumes of OpenEBS ZFS LocalPV', () => {
  const all: Required<ZfsLocalPvProps> = {
    name: 'zfs',
    reclaimPolicy: StorageReclaimPolicy.DELETE,
    pool: 'nvme/dagger',
    fileSystem: VolumeFileSystem.ZFS,
    compression: true,
    thinProvision: true,
    acceptRisks: [],
  };
  const made = EngineStorageClass.zfsLocalPv(chart(), 'zfs', all);
  expect(made.apiObject.toJson()).toMatchObject({
    provisioner: 'zfs.csi.openebs.io',
    parameters: { poolname: 'nvme/dagger', fstype: 'zfs', compression: 'on', thinprovision: 'yes' },
  });
  expect(warnings(made).map((text) => text.split(':')[0])).toEqual([
    '[test/zfs] warning overlayfs-on-zfs',
    '[test/zfs] warning overcommitted-disk',
  ]);
  expect(EngineStorageClass.zfsLocalPv(chart(), 'zfs', { pool: 'nvme' }).apiObject.toJson().parameters).toEqual({
    poolname: 'nvme',
    fstype: 'ext4',
    thinprovision: 'no',
  });
});

it('creates directories with the local-path provisioner, which cannot grow and which the kubelet does not create', () => {
  expect(EngineStorageClass.localPath(chart(), 'local').apiObject.toJson()).toEqual({
    ...COMMON,
    metadata: { name: 'local', labels: LABELS, annotations: { defaultVolumeType: 'local' } },
    provisioner: 'rancher.io/local-path',
    reclaimPolicy: 'Delete',
  });
});

it('names the storage class of a claim', () => {
  const scope = chart();
  const { name } = EngineStorageClass.ebsGp3(scope, 'gp3');
  const engine = statefulSet(
    { cache: CacheVolume.claimTemplate({ size: Size.gibibytes(100), storageClassName: name }) },
    scope,
  );
  expect(workload(engine).spec.volumeClaimTemplates[0].spec.storageClassName).toBe('gp3');
});

it('rejects an invalid name', () => {
  expect(refusal(() => EngineStorageClass.localPath(chart(), 'Local'))).toEqual([
    '[test/Local] EngineStorageClass has 1 problem:',
    'name: must be a valid object name; got "Local"; allowed: lower-case letters, digits, \'-\' and \'.\', at most 253 characters; fix: set the name to "local"',
  ]);
});
