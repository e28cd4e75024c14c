import { Chart, Duration, Size, Testing } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import {
  CacheVolume,
  ClaimRetention,
  EngineDaemonSet,
  EngineDaemonSetUpdateStrategy,
  EngineDeployment,
  EngineDeploymentUpdateStrategy,
  EngineStatefulSet,
  EngineStatefulSetUpdateStrategy,
  HostSocket,
  PodCount,
  PodManagementPolicy,
  VolumeAccessMode,
  VolumeMode,
  type ClaimOptions,
  type ClaimTemplateCacheOptions,
  type DaemonSetRollingUpdateOptions,
  type DeploymentRollingUpdateOptions,
  type EngineDaemonSetProps,
  type EngineDeploymentProps,
  type EngineStatefulSetProps,
  type HostPathCacheOptions,
  type StatefulSetRollingUpdateOptions,
} from '../../src/index';
import { manifest } from '../golden';
import { EVERY_PROPERTY, type OfOtherReleases } from './every-property';

function chart(): Chart {
  return new Chart(Testing.app(), 'ci', { namespace: 'ci' });
}

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation();
});

const claim: Required<Omit<ClaimOptions, 'seed'>> = {
  size: Size.gibibytes(200),
  volumeName: 'state',
  volumeMode: VolumeMode.FILESYSTEM,
  storageClassName: 'gp3',
  accessModes: [VolumeAccessMode.READ_WRITE_ONCE_POD],
  labels: { team: 'builds' },
  annotations: { 'example.com/backup': 'no' },
  selector: { matchLabels: { tier: 'fast' } },
  dataSource: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'warm' },
  dataSourceRef: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'warm' },
  volumeAttributesClassName: 'fast',
};

describe('EngineDaemonSet', () => {
  test('minimal', () => {
    const scope = chart();
    new EngineDaemonSet(scope, 'engine', { version: 'v0.21.7' });
    expect(manifest(scope)).toMatchSnapshot();
  });

  test('every property', () => {
    const cache: Required<HostPathCacheOptions> = {
      path: '/mnt/nvme/dagger',
      mustExist: true,
      size: Size.gibibytes(900),
      volumeName: 'nvme',
    };
    const update: Required<DaemonSetRollingUpdateOptions> = { maxUnavailable: PodCount.percent(10) };
    const all: Required<Omit<EngineDaemonSetProps, OfOtherReleases>> = {
      ...EVERY_PROPERTY,
      cache: CacheVolume.hostPath(cache),
      hostSocket: HostSocket.fromPath('/run/dagger'),
      updateStrategy: EngineDaemonSetUpdateStrategy.rollingUpdate(update),
      minReady: Duration.seconds(30),
      revisionHistoryLimit: 3,
    };
    const scope = chart();
    new EngineDaemonSet(scope, 'engine', all);
    expect(manifest(scope)).toMatchSnapshot();
  });
});

describe('EngineStatefulSet', () => {
  test('minimal', () => {
    const scope = chart();
    new EngineStatefulSet(scope, 'engine', {
      version: 'v0.21.7',
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200) }),
    });
    expect(manifest(scope)).toMatchSnapshot();
  });

  test('every property', () => {
    const cache: Required<Omit<ClaimTemplateCacheOptions, 'seed'>> = {
      ...claim,
      whenDeleted: ClaimRetention.RETAIN,
      whenScaled: ClaimRetention.DELETE,
    };
    const update: Required<StatefulSetRollingUpdateOptions> = { partition: 2 };
    const all: Omit<Required<EngineStatefulSetProps>, 'autoscaling' | OfOtherReleases> = {
      ...EVERY_PROPERTY,
      cache: CacheVolume.claimTemplate(cache),
      replicas: 3,
      claimTemplates: [
        {
          metadata: { name: 'logs' },
          spec: {
            accessModes: ['ReadWriteOnce'],
            resources: { requests: { storage: k8s.Quantity.fromString('1Gi') } },
          },
        },
      ],
      ordinalsStart: 1,
      serviceName: 'engine-pods',
      headlessService: true,
      hostSocket: HostSocket.fromVolume({ name: 'run', hostPath: { path: '/run/dagger-pool' } }),
      podManagementPolicy: PodManagementPolicy.ORDERED_READY,
      updateStrategy: EngineStatefulSetUpdateStrategy.rollingUpdate(update),
      minReady: Duration.seconds(30),
      revisionHistoryLimit: 3,
    };
    const scope = chart();
    new EngineStatefulSet(scope, 'engine', all);
    expect(manifest(scope)).toMatchSnapshot();
  });
});

describe('EngineDeployment', () => {
  test('minimal', () => {
    const scope = chart();
    new EngineDeployment(scope, 'engine', { version: 'v0.21.7', cache: CacheVolume.fromClaimName('warm') });
    expect(manifest(scope)).toMatchSnapshot();
  });

  test('every property', () => {
    const update: Required<DeploymentRollingUpdateOptions> = {
      maxUnavailable: PodCount.absolute(0),
      maxSurge: PodCount.absolute(1),
    };
    const all: Omit<Required<EngineDeploymentProps>, 'autoscaling' | OfOtherReleases> = {
      ...EVERY_PROPERTY,
      cache: CacheVolume.ephemeral(claim),
      replicas: 3,
      hostSocket: HostSocket.none(),
      updateStrategy: EngineDeploymentUpdateStrategy.rollingUpdate(update),
      minReady: Duration.seconds(30),
      revisionHistoryLimit: 3,
      progressDeadline: Duration.minutes(30),
    };
    const scope = chart();
    new EngineDeployment(scope, 'engine', all);
    expect(manifest(scope)).toMatchSnapshot();
  });
});
