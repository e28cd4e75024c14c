import { HelmChart } from '../../src/index';
import { junkIn, isWritable } from '../junk';
import type { ChartValues } from '../helm/chart-values';
import { synthesize } from '../helm/verdict';
import { VERSIONS } from '../helm/wrong-values';

const FIELD = { fieldRef: { fieldPath: 'metadata.name' } };
const SELECTOR = { matchLabels: { app: 'a' }, matchExpressions: [{ key: 'app', operator: 'In', values: ['a'] }] };
const NODE_AFFINITY = {
  requiredDuringSchedulingIgnoredDuringExecution: {
    nodeSelectorTerms: [{ matchExpressions: [{ key: 'pool', operator: 'In', values: ['ci'] }] }],
  },
  preferredDuringSchedulingIgnoredDuringExecution: [
    { weight: 1, preference: { matchExpressions: [{ key: 'pool', operator: 'Exists' }] } },
  ],
};

const VOLUMES = [
  { name: 'a', configMap: { name: 'a', items: [{ key: 'a', path: 'a' }] } },
  { name: 'b', secret: { secretName: 'a', items: [{ key: 'a', path: 'a', mode: 0o400 }] } },
  { name: 'c', hostPath: { path: '/a', type: 'Directory' } },
  {
    name: 'd',
    downwardAPI: {
      items: [
        { path: 'a', ...FIELD },
        { path: 'b', resourceFieldRef: { containerName: 'a', resource: 'limits.cpu' } },
      ],
    },
  },
  {
    name: 'e',
    projected: {
      sources: [
        { downwardAPI: { items: [{ path: 'a', ...FIELD }] } },
        { secret: { name: 'a' } },
        { serviceAccountToken: { path: 'a' } },
      ],
    },
  },
  { name: 'f', csi: { driver: 'example.com', volumeAttributes: { a: 'b' } } },
  { name: 'g', nfs: { server: 'a', path: '/a' } },
  { name: 'h', rbd: { monitors: ['10.0.0.1'], image: 'a' } },
  { name: 'i', persistentVolumeClaim: { claimName: 'a' } },
  { name: 'j', emptyDir: { medium: 'Memory', sizeLimit: '1Gi' } },
  {
    name: 'k',
    ephemeral: {
      volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
    },
  },
];

/** Values for the official and gstackio charts. */
const COMMON = {
  fullnameOverride: 'engine',
  magicache: { enabled: true, url: 'https://example.com', secretName: 'a' },
  engine: {
    labels: { a: 'b' },
    args: ['--debug'],
    config: 'debug = true\n',
    resources: { requests: { cpu: 1, memory: '1Gi' }, limits: { memory: '1Gi' } },
    tolerations: [{ key: 'a', operator: 'Equal', value: 'b', effect: 'NoExecute', tolerationSeconds: 60 }],
    affinity: { nodeAffinity: NODE_AFFINITY },
    priorityClassName: 'a',
    newServiceAccount: { create: true, annotations: { a: 'b' } },
    terminationGracePeriodSeconds: 600,
  },
};

/** Values under `engine` in the official chart. */
const OFFICIAL = {
  ...COMMON.engine,
  configJson: '{}',
  annotations: { a: 'b' },
  nodeSelector: { pool: 'ci' },
  affinity: {
    nodeAffinity: NODE_AFFINITY,
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: SELECTOR, topologyKey: 'zone' }],
      preferredDuringSchedulingIgnoredDuringExecution: [
        { weight: 1, podAffinityTerm: { labelSelector: {}, topologyKey: 'zone' } },
      ],
    },
  },
  port: 1234,
  env: [
    { name: 'A', value: 'b' },
    { name: 'B', valueFrom: { secretKeyRef: { name: 'a', key: 'b' } } },
    { name: 'C', valueFrom: { configMapKeyRef: { name: 'a', key: 'b', optional: true } } },
    { name: 'D', valueFrom: FIELD },
    { name: 'E', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1' } } },
  ],
  imagePullSecrets: [{ name: 'a' }],
  lifecycle: { preStop: { httpGet: { port: 80, httpHeaders: [{ name: 'a', value: 'b' }] } } },
};
const CLAIM = {
  enabled: true,
  storageClassName: 'a',
  accessModes: ['ReadWriteOnce'],
  resources: { requests: { storage: '1Gi' } },
};

/**
 * Values that together contain every key that the charts read. `part` selects the part in which the test replaces
 * values, by default everything.
 */
const EVERYTHING: {
  readonly [title: string]: {
    readonly chart: HelmChart;
    readonly values: ChartValues;
    readonly part?: (values: ChartValues) => object;
  };
} = {
  'official, a DaemonSet': {
    chart: HelmChart.OFFICIAL,
    values: {
      ...COMMON,
      engine: {
        ...OFFICIAL,
        containerPorts: [{ name: 'dagger', containerPort: 1234, protocol: 'TCP', hostPort: 1234 }],
        readinessProbeSettings: { exec: null, grpc: { port: 80 }, periodSeconds: 5 },
        livenessProbeSettings: { exec: { command: ['true'] }, terminationGracePeriodSeconds: 60 },
      },
      service: { type: 'NodePort', annotations: { a: 'b' }, labels: { a: 'b' } },
    },
  },
  'official, containers and volumes': {
    chart: HelmChart.OFFICIAL,
    values: {
      engine: {
        volumes: VOLUMES,
        volumeMounts: [{ name: 'a', mountPath: '/a', subPath: 'a', readOnly: true }],
        sidecars: [
          {
            name: 'a',
            image: 'b',
            args: ['c'],
            env: [{ name: 'A', value: 'b' }],
            envFrom: [{ secretRef: { name: 'a' } }],
            ports: [{ name: 'a', containerPort: 80, hostPort: 80, protocol: 'TCP' }],
            resources: { limits: { cpu: 1 } },
            volumeMounts: [{ name: 'a', mountPath: '/a' }],
            securityContext: { privileged: true, capabilities: { add: ['ALL'] } },
            livenessProbe: { httpGet: { port: 80 } },
            lifecycle: { preStop: { exec: { command: ['a'] } } },
          },
        ],
      },
    },
  },
  'official, a StatefulSet': {
    chart: HelmChart.OFFICIAL,
    values: {
      engine: {
        kind: 'StatefulSet',
        image: { ref: 'registry.dagger.io/engine:v0.21.7', pullPolicy: 'Always' },
        statefulSet: {
          persistentVolumeClaim: CLAIM,
          persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain' },
          podManagementPolicy: 'Parallel',
        },
      },
    },
  },
  ...Object.fromEntries(
    VOLUMES.filter(isWritable).map(({ name: _, ...source }) => [
      `official, a StatefulSet with its cache in ${Object.keys(source)[0]}`,
      {
        chart: HelmChart.OFFICIAL,
        values: {
          engine: {
            kind: 'StatefulSet',
            hostPath: { dataVolume: { enabled: false } },
            volumes: [{ name: 'data', ...source }],
          },
        },
        part: ({ engine }: ChartValues) => engine.volumes,
      },
    ]),
  ),
  gstackio: {
    chart: HelmChart.GSTACKIO,
    values: {
      ...COMMON,
      engine: {
        ...COMMON.engine,
        replicas: 2,
        image: { tag: 'v0.12.3' },
        nfsCache: { server: 'a', path: '/a' },
        readinessProbeSettings: { periodSeconds: 5 },
      },
    },
  },
  kubiya: {
    chart: HelmChart.KUBIYA,
    values: {
      volumeMountsPostfix: 'a',
      additionalResources: { role: { create: true }, roleBinding: { create: true }, service: { name: 'a', port: 80 } },
      engine: {
        kind: 'StatefulSet',
        statefulSet: { persistentVolumeClaim: CLAIM },
        readinessProbe: { periodSeconds: 5 },
      },
    },
  },
};

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation();
});

test.each(Object.entries(EVERYTHING))(
  'throws nothing but a ValidationError for any value at any place of values: %s',
  (_title, { chart, part = (all) => all, values: given }) => {
    const values = structuredClone(given);
    const make = (): ReturnType<typeof synthesize> =>
      synthesize({ chart, version: VERSIONS[chart.name]! }, { releaseName: 'dagger', namespace: 'ci', values });
    // The library stops reading values that it rejects, so the originals must be valid.
    expect(make()).toHaveProperty('objects');
    const crashes: string[] = [];
    for (const place of junkIn(part(values))) {
      const made = make();
      if ('crash' in made) {
        crashes.push(`${place}: ${made.crash.stack}`);
      }
    }
    expect(crashes).toEqual([]);
  },
);
