import type { Release } from './emitted';

const gateway = `\
#!/bin/sh
exec haproxy -f "\${CONFIG}" # \`as root\`
`;

/** Helm releases whose programs the tests compare with snapshots, compile and run, keyed by title. */
export const RELEASES: { readonly [title: string]: Release } = {
  'the official chart, without values': {
    chart: 'official',
    chartVersion: '0.21.7',
    releaseName: 'dagger',
    values: {},
  },

  'the official chart, with a port and configuration': {
    chart: 'official',
    chartVersion: '0.21.7',
    releaseName: 'ci',
    values: {
      nameOverride: 'engine',
      engine: {
        image: { ref: 'registry.example.com/dagger/engine:v0.21.7', pullPolicy: 'Always' },
        imagePullSecrets: [{ name: 'registry' }],
        port: 1234,
        containerPorts: [
          { name: 'dagger', containerPort: 1234 },
          { name: 'metrics', containerPort: 9090 },
        ],
        config: '[log]\n  format = "json"\n\n[registry."docker.io"]\n  mirrors = ["mirror.gcr.io"]\n',
        configJson: '{\n  "logLevel": "info",\n  "gc": { "maxUsedSpace": "200GB" }\n}\n',
        env: [
          { name: '_EXPERIMENTAL_DAGGER_METRICS_ADDR', value: '0.0.0.0:9090' },
          { name: 'HTTPS_PROXY', valueFrom: { secretKeyRef: { name: 'proxy', key: 'url', optional: true } } },
          { name: 'CPUS', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1' } } },
        ],
        labels: { team: 'platform' },
        annotations: { 'example.com/owner': "the platform's own" },
        resources: { requests: { cpu: 4, memory: '16Gi' }, limits: { memory: '32Gi' } },
        livenessProbeSettings: null,
        newServiceAccount: {
          create: true,
          name: 'builder',
          annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/dagger' },
        },
        lifecycle: { preStop: { httpGet: { path: '/stop', port: 'dagger' } } },
      },
      service: { type: 'LoadBalancer', labels: { tier: 'build' } },
      sevrice: {},
    },
  },

  'the official chart, with a claim, sidecars and secrets': {
    chart: 'official',
    chartVersion: '0.19.7',
    releaseName: 'dagger',
    values: {
      magicache: { enabled: true, token: 'not-to-be-seen-1' },
      engine: {
        kind: 'StatefulSet',
        hostPath: { dataVolume: { enabled: true }, runVolume: { enabled: false } },
        statefulSet: {
          persistentVolumeClaim: {
            enabled: true,
            storageClassName: 'gp3',
            resources: { requests: { storage: '200Gi' } },
          },
        },
        args: ['--extra-debug', '--registry-password=not-to-be-seen-2'],
        env: [{ name: 'DAGGER_CLOUD_TOKEN', value: 'not-to-be-seen-3' }],
        nodeSelector: { pool: 'ci' },
        tolerations: [{ key: 'ci', operator: 'Exists', effect: 'NoSchedule' }, { operator: 'Exists' }],
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: 'ci', operator: 'Exists' }] }],
            },
          },
        },
        sidecars: [
          {
            name: 'gateway',
            image: 'haproxy',
            command: ['sh', '-c', gateway],
            env: [
              { name: 'CONFIG', value: '/etc/haproxy.cfg' },
              { name: 'STATS_PASSWORD', value: 'not-to-be-seen-4' },
            ],
            ports: [{ containerPort: 443, hostIP: '127.0.0.1' }],
            readinessProbe: { tcpSocket: { port: 443 } },
            resources: { requests: { cpu: '100m' } },
            securityContext: { appArmorProfile: { type: 'Unconfined' } },
          },
        ],
        volumes: [
          { name: 'models', image: { reference: 'registry.example.com/models:1', pullPolicy: 'Always' } },
          { name: 'pod', downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
        ],
        volumeMounts: [
          { name: 'models', mountPath: '/models' },
          { name: 'pod', mountPath: '/etc/pod' },
        ],
      },
    },
  },

  'the chart of gstackio, with NFS': {
    chart: 'gstackio',
    releaseName: 'dagger',
    values: {
      engine: {
        replicas: 2,
        config: '[grpc]\n  address = ["unix:///run/buildkit/buildkitd.sock", "tcp://0.0.0.0:2555"]\n',
        nfsCache: { server: 'nfs.example.com', path: '/exports/dagger' },
        affinity: { nodeAffinity: {} },
      },
    },
  },

  'the chart of kubiya, with a Role and a Service': {
    chart: 'kubiya',
    releaseName: 'dagger',
    values: {
      volumeMountsPostfix: 'agent-1',
      additionalResources: { role: { create: true }, roleBinding: { create: true }, service: { port: 9000 } },
      engine: {
        kind: 'StatefulSet',
        newServiceAccount: { create: true },
        image: { ref: 'registry.dagger.io/engine:v0.18.16' },
        port: 9000,
      },
    },
  },
};
