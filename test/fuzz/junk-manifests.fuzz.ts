import { checkManifests } from '../../src/findings/check-manifests';
import { junkIn, isWritable } from '../junk';
import {
  beside,
  configMap,
  configured,
  engine,
  policy,
  service,
  type KubernetesObject,
  type Parts,
} from '../reading/manifests';

const EXEC = { exec: { command: ['true'] } };
const FIELD = { fieldRef: { fieldPath: 'metadata.name' } };
const RESOURCE = { resourceFieldRef: { containerName: 'dagger-engine', resource: 'limits.cpu', divisor: '1m' } };
const SELECTOR = {
  matchLabels: { app: 'engine' },
  matchExpressions: [{ key: 'app', operator: 'In', values: ['engine'] }],
};
const TERM = { labelSelector: SELECTOR, topologyKey: 'zone', namespaces: ['ci'] };
const NODES = { matchExpressions: [{ key: 'pool', operator: 'In', values: ['ci'] }] };

const SOURCES: readonly object[] = [
  { hostPath: { path: '/var/lib/dagger', type: 'Directory' } },
  { configMap: { name: 'a', items: [{ key: 'a', path: 'a', mode: 0o444 }] } },
  { secret: { secretName: 'a', items: [{ key: 'a', path: 'a' }] } },
  {
    downwardAPI: {
      items: [
        { path: 'name', ...FIELD },
        { path: 'cpu', ...RESOURCE },
      ],
    },
  },
  {
    projected: {
      sources: [
        { downwardAPI: { items: [{ path: 'name', ...FIELD }] } },
        { secret: { name: 'a', items: [{ key: 'a', path: 'a' }] } },
        { configMap: { name: 'a' } },
      ],
    },
  },
  { csi: { driver: 'example.com', volumeAttributes: { a: 'b' } } },
  { nfs: { server: 'nfs.example.com', path: '/exports' } },
  { rbd: { monitors: ['10.0.0.1'], image: 'a' } },
  { persistentVolumeClaim: { claimName: 'a' } },
  { emptyDir: { medium: 'Memory', sizeLimit: '1Gi' } },
  {
    ephemeral: {
      volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
    },
  },
];

/**
 * Manifests that together contain every field that the library reads. In each, `part` is the part in which the test
 * replaces values.
 */
const EVERYTHING: {
  readonly [part: string]: ReadonlyArray<readonly [part: object, ...objects: readonly KubernetesObject[]]>;
} = {
  'fields of a pod': [
    all(
      engine(({ pod }) => {
        Object.assign(pod.metadata, { annotations: { a: 'b' } });
        Object.assign(pod.spec, {
          serviceAccountName: 'engine',
          dnsPolicy: 'None',
          dnsConfig: {
            nameservers: ['10.96.0.10'],
            searches: ['.', 'example.com'],
            options: [{ name: 'ndots', value: '2' }],
          },
          hostAliases: [{ ip: '10.0.0.1', hostnames: ['registry.example.com'] }],
          imagePullSecrets: [{ name: 'a' }],
          nodeSelector: { pool: 'ci' },
          tolerations: [{ key: 'pool', operator: 'Equal', value: 'ci', effect: 'NoExecute', tolerationSeconds: 60 }],
          topologySpreadConstraints: [
            { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: SELECTOR },
          ],
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [NODES] },
              preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, preference: NODES }],
            },
            podAntiAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: [TERM],
              preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: TERM }],
            },
          },
        });
      }, 'Deployment'),
    ),
  ],
  'fields of containers': [
    all(
      engine(({ container, pod }) => {
        Object.assign(container, {
          args: ['--addr', 'tcp://0.0.0.0:1234', '--debugaddr=0.0.0.0:6060'],
          env: [
            { name: 'A', value: 'b' },
            { name: 'B', valueFrom: { secretKeyRef: { name: 'a', key: 'b' } } },
            { name: 'C', valueFrom: { configMapKeyRef: { name: 'a', key: 'b', optional: true } } },
            { name: 'D', valueFrom: FIELD },
            { name: 'E', valueFrom: RESOURCE },
          ],
          envFrom: [{ prefix: 'A_', secretRef: { name: 'a' } }, { configMapRef: { name: 'a' } }],
          ports: [{ name: 'dagger', containerPort: 1234, hostPort: 1234, protocol: 'TCP' }],
          resources: { requests: { cpu: '4' }, limits: { 'nvidia.com/gpu': 1 }, claims: [{ name: 'a' }] },
          startupProbe: { tcpSocket: { port: 'dagger' }, failureThreshold: 3 },
          readinessProbe: { ...EXEC, periodSeconds: 15 },
          livenessProbe: {
            httpGet: { port: 9090, httpHeaders: [{ name: 'A', value: 'b' }] },
            terminationGracePeriodSeconds: 60,
          },
          lifecycle: { preStop: EXEC, postStart: EXEC },
        });
        pod.spec.containers.push({
          name: 'beside',
          image: 'busybox',
          command: ['sleep'],
          args: ['1d'],
          env: [{ name: 'A', value: 'b' }],
          ports: [{ containerPort: 80 }],
          volumeMounts: [{ name: 'socket', mountPath: '/a' }],
        });
        pod.spec.resourceClaims = [{ name: 'a', resourceClaimName: 'a' }];
        pod.spec.initContainers = [
          { name: 'before', image: 'busybox', restartPolicy: 'Always', ports: [{ containerPort: 81 }] },
        ];
      }),
    ),
  ],
  volumes: [
    all(
      engine(({ pod }) => {
        pod.spec.volumes.push(...SOURCES.map((source, index) => ({ name: `volume-${index}`, ...source })));
      }),
    ),
  ],
  'the volume of the cache': SOURCES.filter(isWritable).map((source) => {
    const volume = { name: 'cache', ...structuredClone(source) };
    return [
      volume,
      engine(({ pod }) => {
        pod.spec.volumes[0] = volume;
      }),
    ];
  }),
  'the volume of the socket': SOURCES.slice(0, 1).map((source) => {
    const volume = { name: 'socket', ...structuredClone(source) };
    return [
      volume,
      engine(({ pod }) => {
        pod.spec.volumes[1] = volume;
      }),
    ];
  }),
  'claim templates': [
    all(
      engine(({ pod, workload }) => {
        pod.spec.volumes.shift();
        Object.assign(workload.spec, {
          persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Delete' },
          volumeClaimTemplates: [
            {
              metadata: { name: 'cache' },
              spec: {
                accessModes: ['ReadWriteOnce'],
                storageClassName: 'fast',
                resources: { requests: { storage: '100Gi' } },
              },
            },
          ],
        });
      }, 'StatefulSet'),
    ),
  ],
  'objects around an engine': [
    all(
      engine((parts: Parts) => {
        configured(parts, 'engine.toml');
        Object.assign(parts.workload.spec, {
          replicas: 2,
          progressDeadlineSeconds: 600,
          strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0 } },
          selector: SELECTOR,
        });
        Object.assign(parts.pod.spec, { serviceAccountName: 'engine', automountServiceAccountToken: undefined });
      }, 'Deployment'),
      configMap({ 'engine.toml': '[grpc]\naddress = ["tcp://0.0.0.0:1234"]\n' }),
      service(1234, { type: 'NodePort' }),
      policy([{ from: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports: [{ port: 1234 }] }]),
      beside('ServiceAccount', 'v1', 'engine', { automountServiceAccountToken: true }),
      beside('RoleBinding', 'rbac.authorization.k8s.io/v1', 'engine', {
        subjects: [{ kind: 'ServiceAccount', name: 'engine', namespace: 'ci' }],
        roleRef: { kind: 'Role', name: 'engine' },
      }),
      beside('Role', 'rbac.authorization.k8s.io/v1', 'engine', { rules: [{ resources: ['*'], verbs: ['*'] }] }),
    ),
  ],
};

function all(
  ...objects: readonly KubernetesObject[]
): readonly [part: object, ...objects: readonly KubernetesObject[]] {
  const own = structuredClone(objects);
  return [own, ...own];
}

test.each(Object.entries(EVERYTHING))('checks manifests with any value at any place: %s', (_title, cases) => {
  const thrown: string[] = [];
  for (const [part, ...objects] of cases) {
    // The library stops reading a manifest that Kubernetes would reject, so the originals must be valid.
    expect(
      checkManifests(objects)
        .filter(({ name }) => name === 'invalid-manifest')
        .map(({ key }) => key),
    ).toEqual([]);
    for (const place of junkIn(part)) {
      try {
        checkManifests(objects);
      } catch (error) {
        thrown.push(`${place}: ${(error as Error).stack}`);
      }
    }
  }
  expect(thrown).toEqual([]);
});
