import { SAMPLES } from './samples';

const labels = { app: 'dagger' };
const metadata = { name: 'pool', labels, annotations: { 'example.com/a': 'b' } };

const pod = {
  containers: [
    {
      name: 'engine',
      image: 'registry.dagger.io/engine:v0.21.8',
      args: ['--addr', 'tcp://0.0.0.0:1234'],
      env: [{ name: 'A', value: 'b' }],
      envFrom: [{ secretRef: { name: 'ci' } }],
      ports: [{ name: 'http', containerPort: 1234 }],
      resources: { requests: { cpu: '1', memory: '1Gi' } },
      securityContext: { privileged: true },
      readinessProbe: { exec: { command: ['dagger', 'core', 'version'] }, periodSeconds: 5 },
      startupProbe: { tcpSocket: { port: 1234 } },
      lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } },
      volumeMounts: [
        { name: 'data', mountPath: '/var/lib/dagger' },
        { name: 'config', mountPath: '/etc/dagger/engine.json', subPath: 'engine.json' },
      ],
    },
    { name: 'logs', image: 'logs:1', volumeMounts: [{ name: 'config', mountPath: '/config' }] },
  ],
  initContainers: [
    { name: 'prepare', image: 'prepare:1', command: ['true'] },
    { name: 'tls', image: 'tls:1', restartPolicy: 'Always', ports: [{ containerPort: 8443, hostPort: 8443 }] },
  ],
  volumes: [
    { name: 'data', emptyDir: { sizeLimit: '100Gi' } },
    { name: 'config', configMap: { name: 'pool-config' } },
    { name: 'claim', persistentVolumeClaim: { claimName: 'a' } },
  ],
  resourceClaims: [{ name: 'gpu', resourceClaimTemplateName: 'gpu' }],
  securityContext: { fsGroup: 1001, supplementalGroups: [1001], sysctls: [{ name: 'net.core.somaxconn', value: '1' }] },
  terminationGracePeriodSeconds: 600,
  nodeSelector: { pool: 'ci' },
  tolerations: [{ key: 'dagger', operator: 'Exists', effect: 'NoSchedule' }],
  affinity: SAMPLES.Affinity![0],
  topologySpreadConstraints: [SAMPLES.TopologySpreadConstraint![0]],
  imagePullSecrets: [{ name: 'regcred' }],
  hostAliases: SAMPLES.HostAlias,
  dnsConfig: SAMPLES.PodDNSConfig![0],
  serviceAccountName: 'dagger',
};

const template = { metadata: { labels, annotations: { 'checksum/config': 'abc' } }, spec: pod };
const selector = { matchLabels: labels };

/** Objects like the library's output, with most of the fields that users can set. */
export const OBJECTS: readonly object[] = [
  {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata,
    spec: { selector, template, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } } },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      replicas: 2,
      selector,
      template: {
        ...template,
        spec: { ...pod, affinity: SAMPLES.Affinity![1], hostNetwork: true, securityContext: {} },
      },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      minReadySeconds: 5,
    },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata,
    spec: {
      replicas: 3,
      serviceName: 'pool-headless',
      podManagementPolicy: 'Parallel',
      selector,
      template: { ...template, spec: { ...pod, os: { name: 'linux' }, volumes: pod.volumes.slice(1) } },
      volumeClaimTemplates: [
        {
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '100Gi' } } },
        },
      ],
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Delete' },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: {
      type: 'LoadBalancer',
      selector: labels,
      ports: [{ name: 'engine', port: 1234, targetPort: 'http', nodePort: 30001 }],
      loadBalancerSourceRanges: ['10.0.0.0/8'],
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 3600 } },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { clusterIP: 'None', selector: labels, ports: [{ name: 'engine', port: 1234 }] },
  },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata,
    spec: {
      podSelector: selector,
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [{ podSelector: selector, namespaceSelector: {} }], ports: [{ port: 1234, protocol: 'TCP' }] }],
      egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] } }] }],
    },
  },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'engine.json': '{}' }, binaryData: { a: 'YQ==' } },
  {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata,
    automountServiceAccountToken: false,
    imagePullSecrets: [{ name: 'regcred' }],
  },
  {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata,
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '100Gi' } } },
  },
  { apiVersion: 'v1', kind: 'Pod', metadata, spec: { ...pod, restartPolicy: 'OnFailure' } },
  {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata,
    spec: { backoffLimit: 2, template: { ...template, spec: { ...pod, restartPolicy: 'Never' } } },
  },
  {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata,
    spec: {
      schedule: '0 3 * * *',
      concurrencyPolicy: 'Forbid',
      jobTemplate: { spec: { template: { ...template, spec: { ...pod, restartPolicy: 'OnFailure' } } } },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata,
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': 'YQ==', 'tls.key': 'YQ==' },
    stringData: { 'ca.crt': 'a' },
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata,
    rules: [{ apiGroups: [''], resources: ['pods/exec'], resourceNames: ['pool-0'], verbs: ['create'] }],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'pool' },
    subjects: [
      { kind: 'ServiceAccount', name: 'runner', namespace: 'ci' },
      { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'ci' },
    ],
  },
];
