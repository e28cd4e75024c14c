import * as fc from 'fast-check';

/** The content of a values.yaml. */
export interface ChartValues {
  readonly [key: string]: any;
}

/** Values that are set together, keyed by path. */
interface Setting {
  readonly [path: string]: unknown;
}

/** Returns one setting of a key for each value. */
function key(path: string, ...values: unknown[]): Setting[] {
  return values.map((value) => ({ [path]: value }));
}

const DIGEST = `sha256:${'0'.repeat(64)}`;
const SCRIPT = '#!/bin/sh\n  # indented\n\nsleep 1  \necho "done: $X"\n';

const NAMES = [
  key(
    'nameOverride',
    '',
    null,
    'engine',
    'my-engine',
    '123',
    'x'.repeat(40),
    `${'n'.repeat(62)}-tail`,
    'true',
    'Engine',
  ),
  key(
    'fullnameOverride',
    '',
    null,
    'ci-dagger',
    '1e3',
    `${'y'.repeat(44)}-z`,
    `${'f'.repeat(54)}--tail`,
    `${'f'.repeat(62)}-tail`,
    'a.b',
    'CI_dagger',
  ),
];

const MAGICACHE = [
  [
    ...key(
      'magicache',
      null,
      {},
      { enabled: null },
      { enabled: false, token: 'unused' },
      { enabled: 'true', secretName: 'dagger-cloud' },
      { enabled: true },
    ),
    ...key(
      'magicache',
      { enabled: true, token: 'hello-world' },
      { enabled: true, token: 'a: "b"\nc' },
      { enabled: true, token: 12345 },
    ),
    ...key(
      'magicache',
      { enabled: true, secretName: 'dagger-cloud' },
      { enabled: true, secretName: '1234' },
      { enabled: true, secretName: 'dagger-cloud', token: 'unused' },
      { enabled: true, secretName: 'dagger-cloud', url: 'https://example.com/magicache' },
      { enabled: true, secretName: 'dagger-cloud', url: null },
    ),
  ],
];

const LABELS = key(
  'engine.labels',
  {},
  null,
  { team: 'platform' },
  { team: 'a.b-c_d', 'example.com/cost': '42', yes: 'no' },
  { cost: 42 },
  { empty: '' },
  { 'app.kubernetes.io/version': 'ours', 'app.kubernetes.io/component': 'engine' },
  { name: 'mine' },
);
const ANNOTATIONS = key(
  'engine.annotations',
  {},
  null,
  { 'example.com/note': 'any text: {"a": 1}' },
  {
    'a.example.com/number': '0123',
    'b.example.com/flag': 'true',
    'c.example.com/time': '2024-01-01',
    'd.example.com/null': '~',
  },
  { 'example.com/text': SCRIPT, 'example.com/last': 'two\n\n' },
  { number: 1 },
  { 'checksum/config': 'mine' },
);

const TOML = key(
  'engine.config',
  '',
  null,
  'debug = true\n',
  '[registry."docker.io"]\n  mirrors = ["mirror.gcr.io"]\n[log]\n  format = "json"\n',
  'insecure-entitlements = ["security.insecure"]',
  '# nothing\n\n\n',
  '[grpc]\n  address = ["tcp://0.0.0.0:8080"]\n',
  'root = "/data"\n',
  'root = "/var/lib/dagger/deep"\n',
  'root = "/var/lib/dagger-agent-1"\n',
  'not toml',
  '  [log]\n    format = "json"\n',
  '    [log]\n  format = "json"\n',
  '\n\n  debug = true\n',
  'debug = true   \n\ntrace = true\t\n',
  'debug = true\r\ntrace = true\r\n',
  '# für alle: ☃ \u00a0\n',
  '# tab\n\tdebug = true\n',
  '[worker.oci]\n  gckeepstorage = 100\n',
  '\n',
  '   \n  \n',
  '# a\n---\n# b\n',
  'debug = true\n  \n',
  '# {{ .Values.engine }} %\n',
);
const JSON_FILE = key(
  'engine.configJson',
  '',
  null,
  '{}\n',
  '{\n  "logLevel": "info"\n}',
  '{"gc": {"maxUsedSpace": "100Gi"}}\n',
  '{"unknown": 1}',
  '{"registries": {}}\n\n',
  'not json',
  '{"gc": {"maxUsedSpace": "200GB"}}',
  '  {\n    "logLevel": "debug"\n  }\n',
);

const RESOURCES = key(
  'engine.resources',
  {},
  null,
  { limits: null, requests: {} },
  { limits: { memory: '16Gi' }, requests: { cpu: '2', memory: '8Gi' } },
  { requests: { cpu: 4, 'ephemeral-storage': '1500M' } },
  { limits: { 'nvidia.com/gpu': 1 } },
  { requests: { memory: 17179869184 } },
  { requests: { cpu: 0.5 } },
  { requests: { cpu: '1e3m', memory: '1E' } },
  { limits: { cpu: null } },
  { requests: { cpu: '' } },
  { request: { cpu: 1 } },
  { requests: { cpu: 'lots' } },
  { claims: [{ name: 'gpu' }] },
);
const TOLERATIONS = key(
  'engine.tolerations',
  [],
  null,
  {},
  [{ key: 'dagger-node', operator: 'Exists', effect: 'NoSchedule' }],
  [{ operator: 'Exists' }],
  [{ key: 'a', value: '1', tolerationSeconds: 60, effect: 'NoExecute' }],
);
const NODE_AFFINITY = {
  requiredDuringSchedulingIgnoredDuringExecution: {
    nodeSelectorTerms: [{ matchExpressions: [{ key: 'actions-runner', operator: 'Exists' }] }],
  },
};
const AFFINITY = key(
  'engine.affinity',
  {},
  null,
  { nodeAffinity: NODE_AFFINITY },
  {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 100,
          podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { name: 'x' } } },
        },
      ],
    },
  },
  {
    podAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { topologyKey: 'kubernetes.io/hostname', labelSelector: {}, namespaceSelector: {} },
      ],
    },
  },
);
const SELECTOR = key(
  'engine.nodeSelector',
  {},
  null,
  { app: 'dagger' },
  { 'kubernetes.io/arch': 'amd64', on: '1' },
  { gpu: true },
);

function probe(path: string): Setting[] {
  return key(
    path,
    {},
    null,
    { initialDelaySeconds: 10, periodSeconds: 20 },
    { timeoutSeconds: 60 },
    { periodSeconds: 0, timeoutSeconds: 0, failureThreshold: 0 },
    { timeoutSeconds: '60' },
    { failureThreshold: null },
    { exec: { command: ['true'] } },
    { exec: { command: ['sh', '-c', SCRIPT] } },
    { exec: null },
    { exec: {} },
    { exec: null, httpGet: { path: '/metrics', port: 9090 } },
    { exec: null, tcpSocket: { port: 'dagger' } },
    { tcpSocket: { port: 'dagger' } },
    { httpGet: { path: '/healthz', port: '9090', httpHeaders: [{ name: 'A', value: '1' }] } },
    { grpc: { port: 9090 }, exec: null },
    { exec: { command: ['true'] }, tcpSocket: { port: 1 } },
    { terminationGracePeriodSeconds: 300 },
    { terminationGracePeriodSeconds: null },
    { enabled: true },
    { successThreshold: 2 },
    { exec: { command: 'true' } },
  );
}

const GRACE = key('engine.terminationGracePeriodSeconds', 600, 30, '900', 0, null, '', 1000000, '0900', -1, 'long');
const ACCOUNTS = [
  key(
    'engine.newServiceAccount',
    {},
    null,
    { create: true },
    { create: 'false' },
    {
      create: true,
      annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/dagger', number: '1' },
    },
    { create: true, annotations: [] },
    { create: true, name: 'other' },
    { create: false, name: 'unused' },
    { create: null, annotations: { a: 'b' } },
    { annotations: { a: 1 }, create: true },
  ),
  key(
    'engine.existingServiceAccount',
    {},
    null,
    { name: 'builder' },
    { name: '' },
    { name: null },
    { name: '42' },
    { create: true },
  ),
];
const IMAGE = key(
  'engine.image',
  {},
  null,
  { ref: 'registry.dagger.io/engine:v0.21.7' },
  { ref: 'registry.example.com/dagger/engine:v0.19.2', pullPolicy: 'Always' },
  { ref: 'registry.dagger.io/engine:main' },
  { ref: `registry.example.com/engine@${DIGEST}` },
  { ref: `registry.dagger.io/engine:v0.18.16@${DIGEST}` },
  { ref: 'registry.example.com/engine' },
  { ref: 'localhost:5000/engine' },
  { ref: 'registry.dagger.io/engine:v0.20.1-gpu' },
  { ref: 'registry.dagger.io/engine:v1.0.0-beta.4' },
  { ref: 'registry.dagger.io/engine:v0.99.0' },
  { ref: 'registry.dagger.io/engine:v0.3.0' },
  { ref: '' },
  { ref: null },
  { ref: 'not an image' },
  { pullPolicy: 'Never' },
  { pullPolicy: '' },
  { pullPolicy: null },
  { pullPolicy: 'never' },
  { repository: 'registry.dagger.io/engine', tag: 'v0.12.1' },
);
const ARGS = key(
  'engine.args',
  [],
  null,
  ['--oci-max-parallelism', 'num-cpu'],
  ['--extra-debug', '--addr', 'tcp://0.0.0.0:5000'],
  ['--unknown=1'],
  ['--debug', ''],
  ['--oci-max-parallelism', 4],
  '--debug',
  ['1', 'true', 'a: b', ' # c'],
  ['--config', '/etc/dagger/engine.toml'],
  ['--addr', 'tcp://0.0.0.0:1234'],
  ['--root', '/data'],
  ['--tlscert', '/a', '--tlskey', '/b'],
  ['--root=/data/dagger', '--debug'],
);
const ENV = key(
  'engine.env',
  [],
  null,
  [{ name: '_EXPERIMENTAL_DAGGER_METRICS_ADDR', value: '0.0.0.0:9090' }],
  [{ name: '_EXPERIMENTAL_DAGGER_METRICS_ADDR', value: ':1234' }],
  [
    { name: 'B', value: '' },
    { name: 'A', value: 'yes' },
    { name: 'HTTPS_PROXY', valueFrom: { secretKeyRef: { name: 'proxy', key: 'url', optional: true } } },
    { name: 'CPUS', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1' } } },
  ],
  [
    { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName', apiVersion: 'v1' } } },
    {
      name: 'MEMORY',
      valueFrom: { resourceFieldRef: { containerName: 'dagger-engine', resource: 'requests.memory', divisor: 1 } },
    },
    { name: 'MAP', valueFrom: { configMapKeyRef: { name: 'm', key: 'k' } } },
  ],
  [
    { name: 'X', value: '1' },
    { name: 'Y', value: SCRIPT },
    { name: 'X', value: '2' },
  ],
  [{ name: 'N', value: 1 }],
  [{ name: 'EMPTY' }],
  [{ name: 'NULL', value: null, valueFrom: null }],
  [{ name: 'BOTH', value: '1', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
  [{ value: '1' }],
  [{ name: '1_A-b.c', value: '$(HOME) ${X}' }],
  { A: 'b' },
  [{ name: 'DAGGER_CLOUD_TOKEN', value: 'dag_secret' }],
  [{ name: 'X', values: '1' }],
);
const PULL_SECRETS = key(
  'engine.imagePullSecrets',
  [],
  null,
  [{ name: 'regcred' }, { name: 'other' }],
  ['regcred'],
  [{ name: 'regcred', namespace: 'other' }],
  [{}],
);
const SIDECARS = key(
  'engine.sidecars',
  [],
  null,
  [
    {
      name: 'my-sidecar',
      image: 'busybox',
      args: ['sleep', '3600'],
      resources: { requests: { cpu: '100m' } },
      livenessProbe: { httpGet: { path: '/', port: 80 } },
    },
  ],
  [
    {
      name: 'a',
      image: 'busybox:1',
      command: ['sh', '-c', SCRIPT],
      env: [{ name: 'N', value: '007' }],
      restartPolicy: 'Always',
      securityContext: { runAsUser: 0, capabilities: { drop: ['ALL'] } },
      ports: [{ containerPort: 80, name: 'http', hostPort: 0 }],
      volumeMounts: [{ name: 'varrundagger', mountPath: '/run/dagger' }],
    },
    {
      name: 'b',
      image: 'busybox:1',
      lifecycle: { postStart: { exec: { command: ['true'] } } },
      startupProbe: { tcpSocket: { port: 'http' } },
      resources: { limits: { memory: 1073741824 } },
    },
  ],
  [{ name: 'dagger-engine', image: 'busybox' }],
  [{ image: 'busybox' }],
  [{ name: 'x', image: 'busybox', unknown: 1 }],
  [
    {
      name: 'x',
      image: 'busybox',
      envFrom: [{ secretRef: { name: 's' } }],
      terminationMessagePolicy: 'FallbackToLogsOnError',
      stdin: false,
      tty: null,
    },
  ],
);
const PRE_STOP = key(
  'engine.lifecycle',
  {},
  null,
  { preStop: null },
  { preStop: { exec: { command: ['/bin/sh', '-c', 'sleep 10'] } } },
  { preStop: { httpGet: { path: '/stop', port: 8080 } } },
  { preStop: { httpGet: { port: 'dagger', scheme: 'HTTPS', host: '127.0.0.1' } } },
  { preStop: { tcpSocket: { port: 1 } } },
  { preStop: { sleep: { seconds: 5 } } },
  { preStop: { sleep: { seconds: 900 } } },
  { postStart: { exec: { command: ['true'] } } },
  { preStop: { exec: { command: ['a'] }, sleep: { seconds: 1 } } },
  { preStop: { exec: {} } },
);
const HOST_PATH = key(
  'engine.hostPath',
  {},
  null,
  { dataVolume: null },
  { dataVolume: {} },
  { dataVolume: { enabled: false } },
  { dataVolume: { enabled: null } },
  { runVolume: { enabled: false } },
  { dataVolume: { enabled: false }, runVolume: { enabled: false } },
  { dataVolume: { enabled: 'false' } },
  { dataVolume: { enabled: true, path: '/mnt/nvme' } },
);
const STATEFUL_SET = [
  [
    {},
    {},
    ...key('engine.kind', 'DaemonSet', 'StatefulSet', 'StatefulSet', 'StatefulSet', null, 'statefulset', 'Deployment'),
  ],
  key(
    'engine.statefulSet.persistentVolumeClaimRetentionPolicy',
    {},
    null,
    { whenDeleted: 'Delete' },
    { whenDeleted: 'Delete', whenScaled: 'Delete' },
    { whenScaled: null },
    { whenDeleted: 'retain' },
    { whenDelete: 'Retain' },
  ),
  key(
    'engine.statefulSet.persistentVolumeClaim',
    {},
    null,
    { enabled: true },
    { enabled: true, storageClassName: 'gp3', resources: { requests: { storage: '200Gi' } } },
    { enabled: true, resources: { requests: { storage: '100G' } }, accessModes: ['ReadWriteMany'] },
    { enabled: true, accessModes: null },
    { enabled: true, accessModes: ['ReadWriteSometimes'] },
    { enabled: true, resources: null },
    { enabled: true, resources: { requests: { storage: 107374182400 } } },
    { enabled: true, resources: { limits: { storage: '1Ti' } } },
    { enabled: true, storageClassName: '123' },
    { enabled: false },
    { enabled: true, volumeMode: 'Block' },
    { enabled: true, size: '100Gi' },
    { enabled: true, resources: { requests: { storage: 'big' } } },
  ),
  key('engine.statefulSet.podManagementPolicy', 'OrderedReady', 'Parallel', null, 'parallel'),
  key('engine.statefulSet', null),
  key('engine.statefulSet.replicas', 3),
];

/** Volumes together with their mounts, because Kubernetes rejects one without the other. */
const VOLUMES: Setting[] = [
  { 'engine.volumes': [], 'engine.volumeMounts': [] },
  { 'engine.volumes': null, 'engine.volumeMounts': null },
  {
    'engine.volumes': [{ name: 'extra-ca', configMap: { name: 'corp-ca' } }],
    'engine.volumeMounts': [{ name: 'extra-ca', mountPath: '/usr/local/share/ca-certificates' }],
  },
  {
    'engine.volumes': [
      { name: 'shared', persistentVolumeClaim: { claimName: 'my-pvc' } },
      { name: 'scratch', emptyDir: { sizeLimit: '1Gi' } },
    ],
    'engine.volumeMounts': [
      { name: 'shared', mountPath: '/mnt/shared', readOnly: true },
      { name: 'scratch', mountPath: '/mnt/scratch', subPath: 'a', mountPropagation: 'HostToContainer' },
    ],
  },
  {
    'engine.volumes': [
      { name: 'first', emptyDir: {} },
      { name: 'data', persistentVolumeClaim: { claimName: 'warm' } },
      { name: 'last', emptyDir: {} },
    ],
    'engine.volumeMounts': [
      { name: 'first', mountPath: '/mnt/first' },
      { name: 'last', mountPath: '/mnt/last' },
    ],
  },
  { 'engine.volumes': [{ name: 'data', emptyDir: {} }], 'engine.volumeMounts': [] },
  {
    'engine.volumes': [{ name: 'data', emptyDir: { sizeLimit: '50Gi' } }],
    'engine.hostPath': { dataVolume: { enabled: false } },
  },
  {
    'engine.volumes': [
      { name: 'a', emptyDir: {} },
      {
        name: 'data',
        ephemeral: {
          volumeClaimTemplate: {
            spec: {
              accessModes: ['ReadWriteOnce'],
              storageClassName: '',
              resources: { requests: { storage: '10Gi' } },
            },
          },
        },
      },
    ],
    'engine.hostPath': { dataVolume: { enabled: false } },
  },
  {
    'engine.volumes': [{ name: 'data', emptyDir: {} }],
    'engine.volumeMounts': [{ name: 'data', mountPath: '/again' }],
  },
  {
    'engine.volumes': [{ name: 'run', emptyDir: {} }],
    'engine.volumeMounts': [{ name: 'run', mountPath: '/mnt/run' }],
  },
  {
    'engine.volumes': [
      { name: 'config', configMap: { name: 'mine', items: [{ key: 'a', path: 'b' }], defaultMode: 420 } },
    ],
    'engine.volumeMounts': [{ name: 'config', mountPath: '/etc/mine' }],
  },
  {
    'engine.volumes': [{ name: 'config', secret: { secretName: 'mine' } }],
    'engine.volumeMounts': [
      { name: 'config', mountPath: '/etc/dagger/engine.json', subPath: 'engine.json', readOnly: true },
    ],
  },
  {
    'engine.volumes': [{ name: 'varlibdagger', emptyDir: {} }],
    'engine.volumeMounts': [{ name: 'varlibdagger', mountPath: '/mnt/a' }],
  },
  {
    'engine.volumes': [{ name: 'varlibdagger', emptyDir: {} }],
    'engine.volumeMounts': [{ name: 'varlibdagger', mountPath: '/var/lib/dagger' }],
    'engine.hostPath': { dataVolume: { enabled: false } },
  },
  {
    'engine.volumes': [{ name: 'mine', hostPath: { path: '/mnt/nvme', type: 'Directory' } }],
    'engine.volumeMounts': [{ name: 'mine', mountPath: '/var/lib/dagger' }],
    'engine.hostPath': { dataVolume: { enabled: false } },
  },
  {
    'engine.volumes': [{ name: 'sock', hostPath: { path: '/run/dagger' } }],
    'engine.volumeMounts': [{ name: 'sock', mountPath: '/run/dagger' }],
    'engine.hostPath': { runVolume: { enabled: false } },
  },
  {
    'engine.volumes': [{ name: 'run', hostPath: { path: '/run/dagger' } }],
    'engine.volumeMounts': [{ name: 'run', mountPath: '/run/dagger' }],
    'engine.hostPath': { runVolume: { enabled: false } },
  },
  {
    'engine.volumes': [
      { name: 'varrundagger', hostPath: { path: '/run/dagger' } },
      { name: 'dagger-engine-config', emptyDir: {} },
    ],
    'engine.volumeMounts': [{ name: 'varrundagger', mountPath: '/run/dagger' }],
    'engine.hostPath': { runVolume: { enabled: false } },
  },
  ...[
    { persistentVolumeClaim: { claimName: 'shared' } },
    { nfs: { server: 'nfs.example.com', path: '/dagger' } },
    { emptyDir: { sizeLimit: '50Gi' } },
  ].map((source) => ({
    'engine.volumes': [
      { name: 'v', ...source },
      { name: 'w', emptyDir: {} },
    ],
    'engine.volumeMounts': [
      { name: 'w', mountPath: '/w' },
      { name: 'v', mountPath: '/var/lib/dagger' },
    ],
    'engine.hostPath': { dataVolume: { enabled: false } },
  })),
  {
    'engine.volumes': [{ name: 'v', hostPath: { path: '/mnt' } }],
    'engine.volumeMounts': [{ name: 'v', mountPath: '/var/lib/dagger/', subPathExpr: '$(HOSTNAME)', readOnly: false }],
    'engine.hostPath': { dataVolume: { enabled: false } },
  },
  ...['root = "/data"\n', 'root = "/data/dagger"\n', 'debug = true\n'].flatMap((config) =>
    [{ dataVolume: { enabled: false } }, {}].map((hostPath) => ({
      'engine.config': config,
      'engine.volumes': [
        { name: 'w', emptyDir: {} },
        { name: 'nvme', hostPath: { path: '/mnt/nvme' } },
        { name: 'data', emptyDir: {} },
      ],
      'engine.volumeMounts': [
        { name: 'nvme', mountPath: '/data' },
        { name: 'w', mountPath: '/w' },
      ],
      'engine.hostPath': hostPath,
    })),
  ),
  {
    'engine.config': 'root = "/data"\n',
    'engine.volumeMounts': [{ name: 'data', mountPath: '/data', subPath: 'dagger' }],
  },
  {
    'engine.args': ['--root=/data'],
    'engine.volumes': [{ name: 'nvme', hostPath: { path: '/mnt/nvme' } }],
    'engine.volumeMounts': [{ name: 'nvme', mountPath: '/data' }],
  },
  {
    'engine.config': 'root = "/data"\n',
    'engine.volumes': [{ name: 'nvme', hostPath: { path: '/mnt/nvme' } }],
    'engine.volumeMounts': [{ name: 'nvme', mountPath: '/data' }],
    'engine.kind': 'StatefulSet',
    'engine.statefulSet.persistentVolumeClaim': { enabled: true },
    'engine.statefulSet.persistentVolumeClaimRetentionPolicy': { whenDeleted: 'Delete' },
  },
  {
    'engine.volumes': [
      {
        name: 'p',
        projected: {
          sources: [
            { serviceAccountToken: { path: 't', expirationSeconds: 7200 } },
            { secret: { name: 's', optional: true } },
          ],
        },
      },
    ],
    'engine.volumeMounts': [{ name: 'p', mountPath: '/p' }],
  },
  { 'engine.volumeMounts': [{ name: 'missing', mountPath: '/x' }] },
  { 'engine.volumes': [{ emptyDir: {} }] },
  { 'engine.volumes': { data: {} } },
  { 'engine.volumes': [{ name: 'mine', emptyDir: {}, mountPath: '/x' }] },
];

const PORTS: Setting[] = [
  ...key('engine.port', 1234, 8080, '2555', null, 0, 70000, 'dagger', '0123', 9090),
  { 'engine.hostPort': 5999 },
  { 'engine.port': 1234, 'engine.hostPort': 5999 },
  { 'engine.port': 1234, 'engine.hostPort': '1234' },
  { 'engine.port': 1234, 'engine.args': ['--addr', 'unix:///tmp/x'] },
  { 'engine.port': 8080, 'engine.config': '[grpc]\n  address = ["tcp://0.0.0.0:8080"]\n' },
  ...[
    [],
    null,
    [
      { name: 'dagger', containerPort: 1234 },
      { name: 'metrics', containerPort: 9090, protocol: 'TCP' },
    ],
    [{ name: 'metrics', containerPort: 9090 }],
    [{ name: 'dagger', containerPort: 1234, hostPort: 5555, protocol: 'TCP' }],
    [{ containerPort: 1234 }],
    [{ name: 'dagger' }],
    [{ name: 'dagger', containerPort: '1234', hostPort: '1234' }],
    [{ name: 'dns', containerPort: 53, protocol: 'UDP' }],
    [
      { name: 'a', containerPort: 1 },
      { name: 'a', containerPort: 2 },
    ],
    [{ name: 'UPPER', containerPort: 1 }],
    [{ name: '123', containerPort: 123 }],
    [{ name: 'dagger', containerPort: 1234, hostIP: '127.0.0.1' }],
    [{}],
    [{ name: 'x', containerPort: 1, protocol: 'tcp' }],
    [{ name: 'a-name-of-more-than-fifteen', containerPort: 1 }],
    [1234],
    [{ containerPort: 1 }, { containerPort: 2 }],
  ].flatMap((ports) => [{ 'engine.containerPorts': ports }, { 'engine.containerPorts': ports, 'engine.port': 1234 }]),
  { 'engine.containerPorts': [{ name: 'dagger', containerPort: 9999 }], 'engine.port': 1234, 'engine.hostPort': 1 },
];

const SERVICE = [
  key(
    'service',
    null,
    {},
    { type: 'NodePort' },
    { type: 'LoadBalancer', annotations: { 'service.beta.kubernetes.io/aws-load-balancer-internal': 'true' } },
    { type: null },
    { type: '' },
    { type: 'ExternalName' },
    { type: 'nodePort' },
    { annotations: { a: 1 } },
    { annotations: null, labels: null },
    { labels: { team: 'network', 'app.kubernetes.io/name': 'mine' } },
    { labels: { n: 1 } },
    { port: 80 },
    { type: 'None' },
  ),
];

const OFFICIAL: readonly Setting[][] = [
  ...NAMES,
  ...MAGICACHE,
  ...ACCOUNTS,
  ...STATEFUL_SET,
  ...SERVICE,
  LABELS,
  ANNOTATIONS,
  TOML,
  JSON_FILE,
  RESOURCES,
  TOLERATIONS,
  AFFINITY,
  SELECTOR,
  GRACE,
  IMAGE,
  ARGS,
  ENV,
  PULL_SECRETS,
  SIDECARS,
  PRE_STOP,
  HOST_PATH,
  VOLUMES,
  PORTS,
  probe('engine.readinessProbeSettings'),
  probe('engine.livenessProbeSettings'),
  key('engine.priorityClassName', '', null, 'system-node-critical', '1000', 'High Priority'),
  key('engine.runtimeClassName', '', null, 'kata', '42'),
  key('engine.shareProcessNamespace', true, false, null, 'true'),
  key('engine', null),
  key('engine.replicas', 2),
  key('global', { imageRegistry: 'x' }, null),
];

const GSTACKIO: readonly Setting[][] = [
  ...NAMES,
  ...MAGICACHE,
  ...ACCOUNTS,
  LABELS,
  TOML,
  RESOURCES,
  TOLERATIONS,
  GRACE,
  ARGS,
  key('engine.replicas', 1, 2, 3, '2', 0, null, -1, 'two', 1.5),
  key(
    'engine.image',
    {},
    null,
    { tag: 'v0.12.5' },
    { repository: 'mirror.example.com/engine' },
    { repository: 'mirror.example.com/engine', tag: 'v0.12.3', pullPolicy: 'Never' },
    { repository: null },
    { repository: '' },
    { tag: null },
    { tag: 1 },
    { tag: 'latest' },
    { tag: `v0.12.3@${DIGEST}` },
    { pullPolicy: null },
    { ref: 'registry.dagger.io/engine:v0.13.0' },
  ),
  key('engine.affinity', {}, { nodeAffinity: null }, { nodeAffinity: NODE_AFFINITY }, null, { podAffinity: {} }, []),
  key('engine.priorityClassName', '', null, 'high', '1000'),
  probe('engine.readinessProbeSettings'),
  key(
    'engine.nfsCache',
    {},
    null,
    { server: 'nfs.example.com', path: '/exports/dagger' },
    { server: '10.0.0.1' },
    { path: null },
    { readOnly: true },
    { server: 1 },
    { options: 'nolock' },
  ),
  key('engine.port', 1234),
  key('engine.nodeSelector', { app: 'x' }),
];

const KUBIYA: readonly Setting[][] = [
  ...NAMES,
  ...MAGICACHE,
  ...ACCOUNTS,
  ...STATEFUL_SET,
  LABELS,
  ANNOTATIONS,
  TOML,
  JSON_FILE,
  RESOURCES,
  TOLERATIONS,
  AFFINITY,
  SELECTOR,
  GRACE,
  IMAGE,
  ARGS,
  ENV,
  PULL_SECRETS,
  SIDECARS,
  PRE_STOP,
  HOST_PATH,
  VOLUMES,
  probe('engine.readinessProbe'),
  key('engine.port', 1234, '2555', null, 0, 8080),
  key('engine.hostPort', 1234, null),
  key('engine.priorityClassName', '', null, 'high', '7'),
  key('volumeMountsPostfix', '', null, 'agent-1', '1', 1),
  key('labels', {}, null, { a: 'b' }),
  key('additionalResources', null, {}, { role: null }, { service: null }),
  key('additionalResources.role', {}, { create: true }, { create: 'false' }),
  key('additionalResources.roleBinding', {}, { create: true }, null),
  key(
    'additionalResources.service',
    {},
    { create: false },
    { create: null },
    { name: '', port: 1234 },
    { name: null },
    { port: 9000 },
    { port: '9000' },
    { port: null },
    { name: 'Bad_Name' },
    { name: '123' },
    { type: 'NodePort' },
  ),
  key('engine.readinessProbeSettings', { timeoutSeconds: 1 }),
];

/** Generates values from a few groups at a time. Kubernetes would almost always reject a combination of all groups. */
function valuesOf(groups: readonly Setting[][], base: ChartValues = {}): fc.Arbitrary<ChartValues> {
  return fc
    .subarray([...groups], { maxLength: 7 })
    .chain((chosen) => fc.tuple(...chosen.map((group) => fc.constantFrom(...group))))
    .map((settings) => {
      const values = structuredClone(base);
      settings
        .flatMap((setting) => Object.entries(setting))
        .sort(([a], [b]) => a.split('.').length - b.split('.').length)
        .forEach(([path, value]) => set(values, path.split('.'), value));
      return values;
    });
}

/** Sets a value if every key above it is a map or can become one. */
function set(values: { [key: string]: any }, [first, ...rest]: string[], value: unknown): void {
  if (rest.length === 0) {
    values[first!] = structuredClone(value);
  } else if (values[first!] === undefined || (typeof values[first!] === 'object' && values[first!] !== null)) {
    values[first!] ??= {};
    set(values[first!], rest, value);
  }
}

/** Generated values, keyed by chart. Most of them work. For some, Helm fails, or Kubernetes rejects the objects. */
export const VALUES: { readonly [chart: string]: fc.Arbitrary<ChartValues> } = {
  official: valuesOf(OFFICIAL),
  // Helm can't render the chart without this value.
  gstackio: valuesOf(GSTACKIO, { engine: { affinity: {} } }),
  kubiya: valuesOf(KUBIYA),
};

export const RELEASE_NAMES = fc.constantFrom(
  'dagger',
  'dagger',
  'ci',
  'my-dagger-helm',
  'a-release-with-a-rather-long-name',
  'dagger-helm.2',
  '123',
  'x1e5',
  'r'.repeat(53),
);
export const NAMESPACES = fc.constantFrom('ci', 'ci', 'default', 'team-42', '1234');
