import { Chart, Testing } from 'cdk8s';
import { HelmChart, HelmRelease } from '../../src/index';
import type { ChartValues } from './chart-values';

const { GSTACKIO, KUBIYA, OFFICIAL } = HelmChart;

/** Returns the keys that the release reports as ignored. */
function ignored(chart: HelmChart, values: ChartValues, chartVersion?: string): string[] {
  const scope = new Chart(Testing.app(), 'ci', { namespace: 'ci' });
  return HelmRelease.fromValues(scope, 'release', { chart, chartVersion, releaseName: 'dagger', values })
    .findings.filter(({ name }) => name === 'ignored-value')
    .map(({ key }) => key)
    .sort();
}

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation();
});

test.each<[string, HelmChart, ChartValues, string[]]>([
  [
    'keys for a StatefulSet in a DaemonSet',
    OFFICIAL,
    {
      engine: {
        statefulSet: {
          podManagementPolicy: 'Parallel',
          persistentVolumeClaim: { enabled: true, resources: { requests: { storage: '1Ti' } } },
        },
      },
    },
    [
      'engine.statefulSet.persistentVolumeClaim.enabled',
      'engine.statefulSet.persistentVolumeClaim.resources',
      'engine.statefulSet.podManagementPolicy',
    ],
  ],
  [
    'the same values as the defaults',
    OFFICIAL,
    {
      engine: {
        statefulSet: {
          podManagementPolicy: 'OrderedReady',
          persistentVolumeClaim: { enabled: false, storageClassName: '' },
        },
      },
      service: { type: 'ClusterIP' },
    },
    [],
  ],
  [
    "null for a key that the chart doesn't read",
    OFFICIAL,
    { engine: { statefulSet: null }, service: { type: null } },
    ['engine.statefulSet', 'service.type'],
  ],
  [
    'a StatefulSet without claim',
    OFFICIAL,
    {
      engine: {
        kind: 'StatefulSet',
        statefulSet: {
          persistentVolumeClaim: { storageClassName: 'gp3' },
          persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' },
        },
      },
    },
    [
      'engine.statefulSet.persistentVolumeClaim.storageClassName',
      'engine.statefulSet.persistentVolumeClaimRetentionPolicy.whenDeleted',
    ],
  ],
  [
    'a StatefulSet with a runtime class',
    OFFICIAL,
    { engine: { kind: 'StatefulSet', runtimeClassName: 'kata' } },
    ['engine.runtimeClassName'],
  ],
  [
    'a Service without port',
    OFFICIAL,
    { service: { type: 'NodePort', labels: { a: 'b' } } },
    ['service.labels', 'service.type'],
  ],
  ['a host port without port', OFFICIAL, { engine: { hostPort: 1234 } }, ['engine.hostPort']],
  [
    'a host port in addition to a list of ports',
    OFFICIAL,
    { engine: { port: 1234, hostPort: 1234, containerPorts: [{ name: 'dagger', containerPort: 1234 }] } },
    ['engine.hostPort'],
  ],
  [
    'both service accounts',
    OFFICIAL,
    { engine: { newServiceAccount: { create: true }, existingServiceAccount: { name: 'builder' } } },
    ['engine.existingServiceAccount.name'],
  ],
  [
    'annotations without a service account',
    GSTACKIO,
    { engine: { affinity: {}, newServiceAccount: { annotations: { a: 'b' } } } },
    ['engine.newServiceAccount.annotations'],
  ],
  [
    'magicache that is off',
    GSTACKIO,
    { engine: { affinity: {} }, magicache: { token: 'a', url: 'https://example.com' } },
    ['magicache.token', 'magicache.url'],
  ],
  [
    'a token in addition to a Secret',
    KUBIYA,
    { magicache: { enabled: true, secretName: 'a', token: 'b' } },
    ['magicache.token'],
  ],
  [
    'a DaemonSet of kubiya',
    KUBIYA,
    {
      engine: {
        env: [{ name: 'A', value: 'b' }],
        port: 1234,
        hostPath: { dataVolume: { enabled: false } },
        lifecycle: { preStop: { exec: { command: ['true'] } } },
      },
    },
    ['engine.env', 'engine.hostPath.dataVolume.enabled', 'engine.lifecycle.preStop', 'engine.port'],
  ],
  [
    "labels of kubiya, and a Service that isn't created",
    KUBIYA,
    { labels: { a: 'b' }, additionalResources: { service: { create: false, port: 9000 } } },
    ['additionalResources.service.port', 'labels'],
  ],
])('%s', (_title, chart, values, keys) => {
  expect(ignored(chart, values)).toEqual(keys);
});

test('reports no ignored key of a Service for a version without Service', () => {
  expect(ignored(OFFICIAL, { service: { type: 'NodePort' } }, '0.20.8')).toEqual([]);
});
