import { HelmChart } from '../../src/index';
import type { Release } from './charts';

/**
 * A test case with Helm values. A snapshot contains the manifests, and a test compares them with the output of the real
 * chart.
 */
export interface Case extends Release {
  readonly title: string;
  readonly chart: HelmChart;
  /** The chart version in the snapshot. */
  readonly version: string;
  /** The first chart version that reads all of the values. */
  readonly since?: string;
}

const IN_CI = { releaseName: 'dagger', namespace: 'ci' };

export const CASES: readonly Case[] = [
  { title: 'the official chart with its defaults', chart: HelmChart.OFFICIAL, version: '0.21.7', ...IN_CI, values: {} },
  {
    title: 'the oldest official chart with its defaults',
    chart: HelmChart.OFFICIAL,
    version: '0.17.0',
    ...IN_CI,
    values: {},
  },
  {
    title: 'the newest official chart with its defaults',
    chart: HelmChart.OFFICIAL,
    version: '1.0.0-beta.11',
    releaseName: 'my-dagger-helm',
    namespace: 'default',
    values: {},
  },
  {
    title: 'dedicated nodes, with a configuration and a proxy',
    chart: HelmChart.OFFICIAL,
    version: '0.18.19',
    ...IN_CI,
    values: {
      engine: {
        config: 'debug = true\n[registry."docker.io"]\n  mirrors = ["mirror.example.com"]\n',
        configJson: '{ "gc": { "maxUsedSpace": "200GB", "reservedSpace": "20GB", "minFreeSpace": "10%" } }',
        annotations: { 'example.com/scrape': 'true' },
        labels: { team: 'platform' },
        args: ['--oci-max-parallelism', '8'],
        env: [
          { name: 'HTTPS_PROXY', value: 'http://proxy.example.com:3128' },
          { name: 'CPUS', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
        ],
        resources: { requests: { cpu: '4', memory: '16Gi' }, limits: { memory: '32Gi' } },
        nodeSelector: { 'node.example.com/pool': 'dagger' },
        tolerations: [{ key: 'dagger-node', operator: 'Exists', effect: 'NoSchedule' }],
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: 'dagger-node', operator: 'Exists' }] }],
            },
          },
        },
        priorityClassName: 'ci-engines',
        imagePullSecrets: [{ name: 'mirror' }],
        image: { ref: 'mirror.example.com/dagger/engine:v0.18.19', pullPolicy: 'Always' },
      },
    },
  },
  {
    title: 'a port, its Service, and a runtime class',
    chart: HelmChart.OFFICIAL,
    version: '0.21.3',
    since: '0.18.7',
    ...IN_CI,
    values: {
      engine: { port: 5678, hostPort: 5678, runtimeClassName: 'kata' },
      service: { type: 'NodePort', annotations: { 'example.com/owner': 'platform' }, labels: { tier: 'ci' } },
    },
  },
  {
    title: 'several ports',
    chart: HelmChart.OFFICIAL,
    version: '1.0.0-beta.4',
    since: '0.19.1',
    ...IN_CI,
    values: {
      engine: {
        port: 1234,
        containerPorts: [
          { name: 'dagger', containerPort: 1234 },
          { name: 'metrics', containerPort: 9090, hostPort: 9090 },
        ],
        env: [{ name: '_EXPERIMENTAL_DAGGER_METRICS_ADDR', value: '0.0.0.0:9090' }],
      },
    },
  },
  {
    title: 'a cache on a custom volume',
    chart: HelmChart.OFFICIAL,
    version: '0.21.7',
    ...IN_CI,
    values: {
      engine: {
        hostPath: { dataVolume: { enabled: false } },
        config: 'debug = true\n',
        volumes: [
          { name: 'nvme', hostPath: { path: '/mnt/nvme' } },
          { name: 'scratch', emptyDir: {} },
        ],
        volumeMounts: [
          { name: 'nvme', mountPath: '/var/lib/dagger', subPath: 'dagger' },
          { name: 'scratch', mountPath: '/scratch' },
        ],
      },
    },
  },
  {
    title: 'another root without a volume',
    chart: HelmChart.OFFICIAL,
    version: '0.21.7',
    ...IN_CI,
    values: { engine: { config: 'root = "/data"\n' } },
  },
  {
    title: 'another root with a custom volume',
    chart: HelmChart.OFFICIAL,
    version: '0.21.7',
    ...IN_CI,
    values: {
      engine: {
        args: ['--root', '/data/dagger'],
        volumes: [
          { name: 'scratch', emptyDir: {} },
          { name: 'nvme', hostPath: { path: '/mnt/nvme' } },
        ],
        volumeMounts: [
          { name: 'scratch', mountPath: '/scratch' },
          { name: 'nvme', mountPath: '/data' },
        ],
      },
    },
  },
  {
    title: 'another root with a custom volume and a claim',
    chart: HelmChart.OFFICIAL,
    version: '0.21.7',
    ...IN_CI,
    values: {
      engine: {
        kind: 'StatefulSet',
        hostPath: { dataVolume: { enabled: false } },
        config: 'root = "/data"\n',
        statefulSet: {
          persistentVolumeClaim: { enabled: true },
          persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' },
        },
        volumes: [{ name: 'nvme', hostPath: { path: '/mnt/nvme' } }],
        volumeMounts: [{ name: 'nvme', mountPath: '/data' }],
      },
    },
  },
  {
    title: 'another root of gstackio',
    chart: HelmChart.GSTACKIO,
    version: '0.12.3',
    ...IN_CI,
    values: { engine: { affinity: {}, config: 'root = "/data"\n' } },
  },
  {
    title: 'a StatefulSet with a claim',
    chart: HelmChart.OFFICIAL,
    version: '0.20.8',
    releaseName: 'build',
    namespace: 'team-42',
    values: {
      fullnameOverride: 'build-cache',
      engine: {
        kind: 'StatefulSet',
        terminationGracePeriodSeconds: 900,
        lifecycle: { preStop: { exec: { command: ['sh', '-c', 'sleep 10'] } } },
        hostPath: { dataVolume: { enabled: false }, runVolume: { enabled: false } },
        statefulSet: {
          persistentVolumeClaim: {
            enabled: true,
            storageClassName: 'gp3',
            resources: { requests: { storage: '500Gi' } },
          },
          podManagementPolicy: 'Parallel',
        },
        newServiceAccount: {
          create: true,
          annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/dagger' },
        },
      },
    },
  },
  {
    title: 'a StatefulSet on a custom volume, with sidecar and probes',
    chart: HelmChart.OFFICIAL,
    version: '0.19.11',
    since: '0.19.10',
    ...IN_CI,
    values: {
      engine: {
        kind: 'StatefulSet',
        shareProcessNamespace: true,
        hostPath: { dataVolume: { enabled: false } },
        volumes: [
          { name: 'ca', configMap: { name: 'corp-ca' } },
          { name: 'data', persistentVolumeClaim: { claimName: 'warm' } },
        ],
        volumeMounts: [{ name: 'ca', mountPath: '/usr/local/share/ca-certificates' }],
        sidecars: [
          {
            name: 'reaper',
            image: 'registry.example.com/reaper:1',
            args: ['--every', '1h'],
            volumeMounts: [{ name: 'data', mountPath: '/cache' }],
          },
        ],
        readinessProbeSettings: { periodSeconds: 30 },
        livenessProbeSettings: { failureThreshold: 100, terminationGracePeriodSeconds: 300 },
      },
    },
  },
  {
    title: 'magicache with its token in the values',
    chart: HelmChart.OFFICIAL,
    version: '0.18.14',
    ...IN_CI,
    values: { magicache: { enabled: true, token: 'hello' } },
  },
  {
    title: 'a long name that is cut at a dash',
    chart: HelmChart.OFFICIAL,
    version: '0.21.8',
    releaseName: 'ci',
    namespace: 'ci',
    values: { nameOverride: `${'n'.repeat(62)}-tail`, fullnameOverride: `${'f'.repeat(50)}` },
  },
  {
    title: 'gstackio on NFS',
    chart: HelmChart.GSTACKIO,
    version: '0.12.3',
    ...IN_CI,
    values: { engine: { affinity: {}, nfsCache: { server: 'nfs.example.com' } } },
  },
  {
    title: 'gstackio on one node',
    chart: HelmChart.GSTACKIO,
    version: '0.12.3',
    ...IN_CI,
    values: {
      engine: {
        affinity: { nodeAffinity: {} },
        replicas: 1,
        nfsCache: null,
        config: null,
        args: null,
        image: { tag: 'v0.12.5' },
        readinessProbeSettings: { timeoutSeconds: 60 },
        newServiceAccount: { create: true },
      },
    },
  },
  { title: 'kubiya with its defaults', chart: HelmChart.KUBIYA, version: '0.4.1', ...IN_CI, values: {} },
  {
    title: 'a StatefulSet of kubiya with its Role',
    chart: HelmChart.KUBIYA,
    version: '0.4.1',
    ...IN_CI,
    values: {
      engine: {
        kind: 'StatefulSet',
        image: { ref: 'registry.dagger.io/engine:v0.18.16' },
        config: '[grpc]\n  address = ["unix:///run/dagger/engine.sock", "tcp://0.0.0.0:8080"]\n',
        hostPath: { dataVolume: { enabled: false }, runVolume: { enabled: false } },
        newServiceAccount: { create: true },
        labels: { 'app.kubernetes.io/component': 'engine' },
      },
      additionalResources: { role: { create: true }, roleBinding: { create: true } },
      magicache: { enabled: true, secretName: 'dagger-cloud' },
    },
  },
];
