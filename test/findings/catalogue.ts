import { Duration } from 'cdk8s';
import { Drain, Listener } from '../../src/index';
import { objects, statefulSet } from '../engines';
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

/** Manifests with a finding, and its location. */
interface Found {
  readonly objects: readonly KubernetesObject[];
  /** The kind of the object with the finding. The default is `DaemonSet`. */
  readonly in?: string;
  readonly key: string;
}

const POD = 'spec.template.spec';
const CONTAINER = `${POD}.containers[0]`;

function one(key: string, change: (parts: Parts) => void, kind = 'DaemonSet'): Found {
  return { objects: [engine(change, kind)], key, in: kind };
}

/** Returns manifests of an engine with one configuration file, in which the finding is expected. */
function file(
  name: 'engine.json' | 'engine.toml',
  text: string,
  version = 'v0.21.7',
  change: (parts: Parts) => void = () => undefined,
): Found {
  return {
    objects: [
      configMap({ [name]: text }),
      engine((parts) => {
        parts.container.image = `registry.dagger.io/engine:${version}`;
        configured(parts, name);
        change(parts);
      }),
    ],
    key: `data["${name}"]`,
    in: 'ConfigMap',
  };
}

/** Returns a HorizontalPodAutoscaler for the engine. */
function autoscaler(): KubernetesObject {
  const object = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'engine', namespace: 'ci' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'engine' },
      maxReplicas: 3,
      metrics: [],
    },
  };
  return object;
}

/** Returns a StatefulSet in which each engine has its own volume, as autoscaling requires. */
function autoscaled(change: (parts: Parts) => void = () => undefined): KubernetesObject {
  return engine((parts) => {
    const { pod, workload } = parts;
    pod.spec.volumes[0] = { name: pod.spec.volumes[0].name, emptyDir: { sizeLimit: '50Gi' } };
    workload.spec.podManagementPolicy = 'Parallel';
    change(parts);
  }, 'StatefulSet');
}

function image(reference: string): Found {
  return one(`${CONTAINER}.image`, ({ container }) => {
    container.image = reference;
  });
}

function args(...flags: string[]): (parts: Parts) => void {
  return ({ container }) => {
    container.args = flags;
  };
}

/** Pins the pod to one node, and uses a port on it. */
function pinned({ container, pod }: Parts): void {
  pod.spec.nodeSelector = { 'kubernetes.io/hostname': 'node-1' };
  container.ports = [{ containerPort: 9090, hostPort: 9090 }];
}

const OPEN = args('--addr', 'tcp://0.0.0.0:1234');
const nfs = { name: 'cache', nfs: { server: 'nfs.example.com', path: '/dagger' } };
const role = (rules: readonly object[]): KubernetesObject =>
  beside('Role', 'rbac.authorization.k8s.io/v1', 'all', { rules });
const bound = beside('RoleBinding', 'rbac.authorization.k8s.io/v1', 'all', {
  roleRef: { kind: 'Role', name: 'all' },
  subjects: [{ kind: 'ServiceAccount', name: 'default' }],
});
const session = { exec: { command: ['sh', '-exc', 'dagger core version'] } };
const runner = (path: string, priorityClassName?: string): KubernetesObject =>
  beside('Deployment', 'apps/v1', 'runner', {
    spec: {
      template: {
        spec: {
          priorityClassName,
          containers: [{ name: 'runner', volumeMounts: [{ name: 'socket', mountPath: '/run/dagger' }] }],
          volumes: [{ name: 'socket', hostPath: { path } }],
        },
      },
    },
  });

/** Manifests that produce each finding, keyed by the name of the finding. */
export const FOUND: { readonly [name: string]: Found } = {
  'admits-everyone': {
    objects: [engine(OPEN), policy([{ ports: [{ port: 1234 }] }])],
    key: 'spec.ingress[0]',
    in: 'NetworkPolicy',
  },
  'blocked-scale-out': {
    objects: [autoscaler(), autoscaled(({ workload }) => (workload.spec.podManagementPolicy = 'OrderedReady'))],
    key: 'spec.podManagementPolicy',
    in: 'StatefulSet',
  },
  'broad-role': {
    objects: [engine(), role([{ apiGroups: [''], resources: ['*'], verbs: ['*'] }]), bound],
    key: 'rules[0]',
    in: 'Role',
  },
  'blocked-evictions': {
    objects: [
      engine(() => undefined, 'StatefulSet'),
      beside('PodDisruptionBudget', 'policy/v1', 'engine', {
        spec: { minAvailable: 1, selector: { matchLabels: { app: 'engine' } } },
      }),
    ],
    in: 'PodDisruptionBudget',
    key: 'spec.minAvailable',
  },
  'blocked-node-removal': one('spec.template.metadata.annotations["karpenter.sh/do-not-disrupt"]', ({ pod }) => {
    pod.metadata.annotations = { 'karpenter.sh/do-not-disrupt': 'true' };
  }),
  'ca-volume': one(`${CONTAINER}.volumeMounts[2]`, ({ container, pod }) => {
    pod.spec.volumes.push({ name: 'ca', secret: { secretName: 'ca' } });
    container.volumeMounts.push({ name: 'ca', mountPath: '/usr/local/share/ca-certificates' });
  }),
  'cache-in-socket-directory': one(`${POD}.volumes[1]`, ({ pod }) => {
    pod.spec.volumes[0] = { name: 'cache', hostPath: { path: '/run/dagger-engine/cache' } };
  }),
  'cache-not-mounted': one(`${CONTAINER}.volumeMounts[0]`, ({ container }) => {
    container.volumeMounts[0].mountPath = '/var/lib/dagger-agent-1';
  }),
  'cache-outgrows-limit': one(`${CONTAINER}.volumeMounts`, ({ pod }) => {
    pod.spec.volumes[0] = { name: 'cache', emptyDir: { sizeLimit: '50Gi' } };
  }),
  'config-rejected': file('engine.json', '{"gc": {"maxUsedSpace": "100Gi"}}'),
  'deprecated-probe-command': one(`${CONTAINER}.readinessProbe`, ({ container }) => {
    container.image = 'registry.dagger.io/engine:v1.0.0-beta.10';
    container.readinessProbe = session;
  }),
  'dropped-image-config': file('engine.json', '{}', 'v1.0.0-beta.10'),
  'duplicate-key': one(`${CONTAINER}.env[1].name`, ({ container }) => {
    container.env = [
      { name: 'A', value: '1' },
      { name: 'A', value: '2' },
    ];
  }),
  'duplicate-object': {
    objects: [engine(), service(80), service(81)].slice(1).concat(engine()),
    key: 'metadata.name',
    in: 'Service',
  },
  'engine-tls': file('engine.toml', '[grpc.tls]\ncert = "/c"\nkey = "/k"\n'),
  'frozen-updates': one(
    'spec.updateStrategy.rollingUpdate.partition',
    ({ workload }) => {
      workload.spec.updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition: 1 } };
    },
    'StatefulSet',
  ),
  'gc-disabled': {
    ...file('engine.json', '{"gc": {"enabled": false}}', 'v0.21.7', ({ pod }) => {
      pod.spec.volumes[0] = { name: 'cache', hostPath: { path: '/var/lib/dagger' } };
    }),
    in: 'DaemonSet',
    key: `${POD}.volumes[0]`,
  },
  'grace-below-pre-stop': one(`${POD}.terminationGracePeriodSeconds`, ({ container, pod }) => {
    container.lifecycle = { preStop: { sleep: { seconds: 400 } } };
    pod.spec.terminationGracePeriodSeconds = 300;
  }),
  'group-in-images': one('spec.template.spec.securityContext.fsGroup', ({ pod }) => {
    pod.spec.securityContext = { fsGroup: 1001 };
    pod.spec.volumes[0] = { name: pod.spec.volumes[0].name, emptyDir: { sizeLimit: '50Gi' } };
  }),
  'hidden-engine-port': one(`${CONTAINER}.ports`, ({ container }) => {
    container.args = ['--addr=tcp://0.0.0.0:1234'];
    container.ports = [{ containerPort: 9090 }];
  }),
  'host-dns': one(`${POD}.hostNetwork`, ({ pod }) => {
    pod.spec.hostNetwork = true;
  }),
  'host-socket-path': {
    objects: [engine(), runner('/run/dagger')],
    key: `${POD}.volumes[0].hostPath.path`,
    in: 'Deployment',
  },
  'ignored-annotation': one(
    'spec.template.metadata.annotations["cluster-autoscaler.kubernetes.io/safe-to-evict"]',
    ({ pod }) => {
      pod.metadata.annotations = { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false' };
    },
  ),
  'ignored-by-engine': one(`${CONTAINER}.args[0]`, args('--oci-max-parallelism', '4')),
  'ignored-config-key': file('engine.toml', '[log]\nformat = "json"\n'),
  'invalid-manifest': one(`${CONTAINER}.env[0].value`, ({ container }) => {
    container.env = [{ name: 'DEBUG', value: true }];
  }),
  'limits-do-not-bound-builds': one(`${CONTAINER}.resources.limits`, ({ container }) => {
    container.resources.limits = { memory: '32Gi' };
  }),
  'liveness-under-load': one(`${CONTAINER}.livenessProbe`, ({ container }) => {
    container.livenessProbe = session;
  }),
  'long-drain-of-only-engine': {
    objects: Object.values(
      objects(
        statefulSet({
          version: 'v0.21.8',
          listener: Listener.insecureTcp(),
          drain: Drain.untilIdle({ atMost: Duration.hours(1) }),
        }),
      ),
    ),
    key: `${CONTAINER}.lifecycle.preStop`,
    in: 'StatefulSet',
  },
  'magicache-removed': one(`${CONTAINER}.env[0]`, ({ container }) => {
    container.env = [{ name: '_EXPERIMENTAL_DAGGER_CACHESERVICE_URL', value: 'https://example.com' }];
  }),
  'mount-in-cache': one(`${CONTAINER}.volumeMounts[2].mountPath`, ({ container, pod }) => {
    pod.spec.volumes.push({ name: 'extra', emptyDir: {} });
    container.volumeMounts.push({ name: 'extra', mountPath: '/var/lib/dagger/worker' });
  }),
  'moving-image': image('registry.dagger.io/engine:latest'),
  'nfs-cache': one(
    `${POD}.volumes[0]`,
    ({ pod }) => {
      pod.spec.volumes[0] = nfs;
    },
    'StatefulSet',
  ),
  'no-cache-volume': one(`${CONTAINER}.volumeMounts`, ({ container }) => {
    container.volumeMounts.shift();
  }),
  'no-network-policy': one(`${CONTAINER}.args[0]`, OPEN),
  'not-drained': one(`${POD}.tolerations[0]`, ({ pod }) => {
    pod.spec.tolerations = [{ operator: 'Exists' }];
  }),
  'no-requests': one(`${CONTAINER}.resources`, ({ container }) => {
    delete container.resources;
  }),
  'no-volume': one(`${CONTAINER}.volumeMounts[0].name`, ({ pod }) => {
    pod.spec.volumes.shift();
  }),
  'open-debug-address': one(`${CONTAINER}.args[0]`, args('--debugaddr', '0.0.0.0:6060')),
  'open-port-in-config': file('engine.toml', '[grpc]\naddress = ["tcp://0.0.0.0:1234"]\n'),
  'overlapping-gc-limits': file(
    'engine.json',
    '{"gc": {"maxUsedSpace": "90%", "reservedSpace": "10GB", "minFreeSpace": "50%"}}',
    'v0.21.7',
    ({ pod }) => {
      pod.spec.volumes[0] = { name: 'cache', emptyDir: { medium: 'Memory', sizeLimit: '64Gi' } };
    },
  ),
  'overlapping-selectors': {
    objects: [
      engine(),
      engine(({ workload, pod }) => {
        workload.metadata.name = 'other';
        pod.spec.volumes[1].hostPath.path = '/run/other';
      }),
    ],
    key: 'spec.selector.matchLabels',
  },
  'overridden-command': one(`${CONTAINER}.command`, ({ container }) => {
    container.command = ['dagger-engine'];
  }),
  'overridden-config-key': {
    objects: [
      configMap({ 'engine.toml': 'trace = true\n', 'engine.json': '{"logLevel": "info"}' }),
      engine((parts) => configured(parts, 'engine.toml', 'engine.json')),
    ],
    key: 'data["engine.toml"]',
    in: 'ConfigMap',
  },
  'overridden-image-variable': one(`${CONTAINER}.env[0]`, ({ container }) => {
    container.env = [{ name: '_EXPERIMENTAL_DAGGER_RUNNER_HOST', value: 'unix:///elsewhere.sock' }];
  }),
  'partial-gc': file('engine.json', '{"gc": {"maxUsedSpace": "100GB"}}'),
  'plain-tcp': { objects: [engine(OPEN), policy()], key: `${CONTAINER}.args[0]` },
  'policy-not-enforced': {
    objects: [
      engine((parts) => {
        OPEN(parts);
        parts.pod.spec.hostNetwork = true;
      }),
      policy(),
    ],
    key: 'spec',
    in: 'NetworkPolicy',
  },
  'port-bound-twice': {
    objects: [
      configMap({ 'engine.toml': '[grpc]\naddress = ["tcp://[::]:1234"]\n' }),
      engine((parts) => {
        configured(parts, 'engine.toml');
        OPEN(parts);
      }),
      policy(),
    ],
    key: 'data["engine.toml"]',
    in: 'ConfigMap',
  },
  'port-of-node': one(`${CONTAINER}.ports`, ({ container }) => {
    container.ports = [{ containerPort: 9090, hostPort: 10250 }];
  }),
  'port-without-listener': { objects: [engine(), service(8080)], key: 'spec.ports[0]', in: 'Service' },
  'probe-cannot-work': one(`${CONTAINER}.readinessProbe`, (parts) => {
    OPEN(parts);
    parts.container.ports = [{ name: 'dagger', containerPort: 1234 }];
    parts.container.readinessProbe = { httpGet: { path: '/', port: 'dagger' } };
  }),
  'prunes-everything': file('engine.json', '{"gc": {"policies": [{"all": true}]}}'),
  'replicas-with-autoscaler': {
    objects: [autoscaler(), autoscaled(({ workload }) => (workload.spec.replicas = 2))],
    key: 'spec.replicas',
    in: 'StatefulSet',
  },
  'rollout-deadlock': one('spec', pinned, 'Deployment'),
  'secret-in-plain-text': one(`${POD}.containers[1].env`, ({ pod }) => {
    pod.spec.containers.push({
      name: 'sidecar',
      image: 'sidecar:1',
      env: [{ name: 'REGISTRY_PASSWORD', value: 'correct horse' }],
    });
  }),
  'shared-cache': one(`${POD}.volumes[0]`, ({ pod }) => {
    pod.spec.volumes[0] = nfs;
  }),
  'shared-host-path': one(
    `${POD}.volumes[1]`,
    ({ workload }) => {
      workload.spec.replicas = 2;
    },
    'Deployment',
  ),
  'shared-host-port': {
    objects: [
      engine(pinned, 'Deployment'),
      engine((parts) => {
        pinned(parts);
        parts.workload.metadata.name = 'other';
        parts.workload.spec.selector.matchLabels = { app: 'other' };
        parts.pod.metadata.labels = { app: 'other' };
      }, 'Deployment'),
    ],
    in: 'Deployment',
    key: 'spec',
  },
  'shared-node-network': {
    objects: ['engine', 'other'].map((name) =>
      engine(({ pod, workload }) => {
        workload.metadata.name = name;
        workload.spec.selector.matchLabels.of = name;
        pod.metadata.labels.of = name;
        pod.spec.hostNetwork = true;
        pod.spec.volumes[1].hostPath.path = `/run/${name}`;
      }),
    ),
    key: `${POD}.hostNetwork`,
  },
  'shared-socket': {
    objects: [
      engine(),
      engine(({ workload, pod }) => {
        workload.metadata.name = 'other';
        workload.spec.selector.matchLabels.of = 'other';
        pod.metadata.labels.of = 'other';
      }),
    ],
    key: `${POD}.volumes[1]`,
  },
  'shared-selector': {
    objects: [
      engine(OPEN),
      engine((parts) => {
        OPEN(parts);
        parts.workload.metadata.name = 'other';
        parts.workload.spec.selector.matchLabels.of = 'other';
        parts.pod.metadata.labels.of = 'other';
      }),
      service(1234, { internalTrafficPolicy: 'Local' }),
      policy(),
    ],
    key: 'spec.selector',
    in: 'Service',
  },
  'short-grace-period': one(`${POD}.terminationGracePeriodSeconds`, ({ pod }) => {
    pod.spec.volumes[0] = { name: 'cache', hostPath: { path: '/var/lib/dagger' } };
    delete pod.spec.terminationGracePeriodSeconds;
  }),
  'short-probe-grace': one(`${CONTAINER}.livenessProbe.terminationGracePeriodSeconds`, ({ container }) => {
    container.livenessProbe = { exec: { command: ['true'] }, terminationGracePeriodSeconds: 30 };
  }),
  'short-progress-deadline': one(
    'spec.progressDeadlineSeconds',
    ({ workload }) => {
      workload.spec.progressDeadlineSeconds = 60;
    },
    'Deployment',
  ),
  'short-startup-probe': one(`${CONTAINER}.startupProbe`, ({ container }) => {
    container.startupProbe = { exec: { command: ['true'] }, periodSeconds: 1 };
  }),
  'socket-not-on-node': one(`${CONTAINER}.volumeMounts[1]`, ({ container }) => {
    container.volumeMounts[1].mountPath = '/var/run/buildkit';
  }),
  'socket-takeover': one('spec', pinned, 'Deployment'),
  'split-sessions': { objects: [engine(OPEN), service(1234), policy()], key: 'spec', in: 'Service' },
  'spread-ignores-pods': one(`${POD}.topologySpreadConstraints[0].labelSelector`, ({ pod }) => {
    pod.spec.topologySpreadConstraints = [
      {
        maxSkew: 1,
        topologyKey: 'topology.kubernetes.io/zone',
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: { app: 'other' } },
      },
    ];
  }),
  'stop-exceeds-node-limit': {
    objects: [
      engine(({ pod }) => {
        pod.spec.nodeSelector = { 'karpenter.sh/nodepool': 'builds' };
      }),
      beside('NodePool', 'karpenter.sh/v1', 'builds', {
        spec: { template: { spec: { terminationGracePeriod: '5m' } } },
      }),
    ],
    key: `${POD}.terminationGracePeriodSeconds`,
  },
  'stop-loses-cache': one(`${CONTAINER}.lifecycle.preStop`, ({ pod }) => {
    pod.spec.volumes[0] = { name: 'cache', hostPath: { path: '/var/lib/dagger' } };
  }),
  'stops-after-engine': {
    objects: [engine(), runner('/run/dagger-engine', 'system-node-critical')],
    key: `${POD}.priorityClassName`,
    in: 'Deployment',
  },
  'system-directory': one(`${POD}.volumes[1]`, ({ pod }) => {
    pod.spec.volumes[1].hostPath.path = '/run';
  }),
  'tiny-cache': file('engine.json', '{"gc": {"maxUsedSpace": 100, "reservedSpace": 10, "minFreeSpace": "10%"}}'),
  'token-mounted': one(`${POD}.automountServiceAccountToken`, ({ pod }) => {
    delete pod.spec.automountServiceAccountToken;
  }),
  'unbounded-cache': one('spec.template.spec.volumes[0]', ({ pod }) => {
    pod.spec.volumes[0] = { name: 'cache', emptyDir: {} };
  }),
  'unbounded-pre-stop': one(`${CONTAINER}.lifecycle.preStop`, ({ container }) => {
    container.lifecycle = { preStop: { exec: { command: ['sleep', '10'] } } };
  }),
  'unconfirmed-fact': file('engine.json', '{"remoteCache": {"url": "https://cache.example.com"}}', 'v0.99.0'),
  'unknown-config-key': file('engine.json', '{"brandNew": true}', 'v0.99.0'),
  'unknown-engine-version': image('mirror.example.com/dagger/engine:ours'),
  'unknown-flag': one(`${CONTAINER}.args[0]`, args('--adr=tcp://0.0.0.0:1234')),
  'unknown-version': image('registry.dagger.io/engine:v0.99.0'),
  'unprivileged-engine': one(`${CONTAINER}.securityContext`, ({ container }) => {
    container.securityContext = {};
  }),
  unschedulable: one(`${POD}.affinity.nodeAffinity`, ({ pod }) => {
    pod.spec.nodeSelector = { pool: 'builds' };
    pod.spec.affinity = {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'pool', operator: 'NotIn', values: ['builds'] }] }],
        },
      },
    };
  }),
  'unmounted-claim': one(
    'spec.volumeClaimTemplates[0]',
    ({ workload }) => {
      workload.spec.volumeClaimTemplates = [
        {
          metadata: { name: 'logs' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      ];
    },
    'StatefulSet',
  ),
  'unreleased-version': image('registry.dagger.io/engine:v0.18.99'),
  'unsafe-scale-in': {
    objects: [autoscaler(), autoscaled()],
    key: `${CONTAINER}.lifecycle.preStop`,
    in: 'StatefulSet',
  },
  'untagged-image': image('registry.dagger.io/engine'),
  'volatile-cache': one(`${POD}.volumes[0]`, ({ pod }) => {
    pod.spec.volumes[0] = { name: 'cache', hostPath: { path: '/run/dagger-cache' } };
  }),
};
