import { checkManifests } from '../../src/findings/check-manifests';
import { FINDING_NAMES, FINDINGS } from '../../src/findings/finding-kinds';
import { FOUND } from './catalogue';
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

function names(...objects: readonly KubernetesObject[]): string[] {
  return checkManifests(objects).map(({ name }) => name);
}

test.each(['DaemonSet', 'Deployment', 'StatefulSet', 'Pod', 'Job', 'CronJob'])(
  'has no finding for a %s without problems',
  (kind) => {
    expect(checkManifests([engine(() => undefined, kind)])).toEqual([]);
  },
);

test('the catalogue has manifests for every finding', () => {
  expect(Object.keys(FOUND).sort()).toEqual([...FINDING_NAMES].sort());
});

test.each(Object.entries(FOUND))('finds %s at its place', (name, { objects, in: kind = 'DaemonSet', key }) => {
  const places = checkManifests(objects)
    .filter((finding) => finding.name === name)
    .map(({ key: at, object }) => `${object.kind} ${at}`);
  expect(places).toContain(`${kind} ${key}`);
});

test('reports the object, the reason and the fix, and prints no secret', () => {
  const password = `ghp_${'a'.repeat(36)}`;
  const [finding] = checkManifests([
    engine(({ container }) => {
      container.args = [`--unknown=${password}`];
    }),
  ]).filter(({ name }) => name === 'unknown-flag');
  expect(finding).toMatchObject({
    severity: 'error',
    property: 'args[0]',
    object: { apiVersion: 'apps/v1', kind: 'DaemonSet', namespace: 'ci', name: 'engine' },
  });
  expect(
    JSON.stringify(
      checkManifests([
        engine(({ container }) => {
          container.args = [`--unknown=${password}`];
        }),
      ]),
    ),
  ).not.toContain(password);
});

test('reports no other findings for flags that the engine ignores', () => {
  const found = checkManifests([
    engine(({ container }) => {
      container.args = ['foo', '--root', '/data', '--addr', 'tcp://0.0.0.0:1234', '--debugaddr', '0.0.0.0:6060'];
    }),
  ]);
  expect(found.map(({ name, property }) => `${name} ${property}`)).toEqual(['unknown-flag args[0]']);
});

/** Terms that make sense only in programs: API calls and property names. */
const OF_PROGRAMS =
  /[A-Z]\w+\.\w+\(|\bnew [A-Z]|\b(acceptRisks|engineJson|engineToml|hostSocket|listener|property|updateStrategy)\b/;

test.each(Object.entries(FOUND))('addresses the fix of %s to people who edit manifests', (name, { objects }) => {
  const fixes = checkManifests(objects)
    .filter((finding) => finding.name === name)
    .map(({ fix }) => fix);
  for (const fix of [...fixes, FINDINGS[name as keyof typeof FINDINGS].title]) {
    expect(fix).not.toMatch(OF_PROGRAMS);
    expect(fix).not.toMatch(/^see\b/);
  }
});

test('reports secrets in the ConfigMaps that the pods of an engine use, but not those of other pods', () => {
  const token = `ghp_${'a'.repeat(36)}`;
  const maps = ['volume', 'projected', 'variables', 'variable', 'unused'].map((name) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'ci' },
    data: { text: token, harmless: 'text' },
  }));
  const user = engine(({ container, pod }) => {
    pod.spec.volumes.push(
      { name: 'volume', configMap: { name: 'volume' } },
      { name: 'projected', projected: { sources: [{ configMap: { name: 'projected' } }] } },
    );
    container.envFrom = [{ configMapRef: { name: 'variables' } }];
    container.env = [{ name: 'TEXT', valueFrom: { configMapKeyRef: { name: 'variable', key: 'text' } } }];
  });
  const found = checkManifests([user, ...maps]).filter(({ name }) => name === 'secret-in-plain-text');
  expect(found.map(({ key, object }) => `${object.name} ${key}`).sort()).toEqual([
    'projected data.text',
    'variable data.text',
    'variables data.text',
    'volume data.text',
  ]);
  expect(JSON.stringify(found)).not.toContain(token);
});

test.each([
  ['a field of the manifest', 'spec.template.spec.automountServiceAccountToken'],
  ['a property of the engine', 'automountServiceAccountToken'],
])('does not report a risk that an annotation accepts for %s', (_, property) => {
  const accepting = (path: string): any =>
    engine(({ pod, workload }) => {
      workload.metadata.annotations = { 'cdk8s-dagger.github.io/accepted-risks': `token-mounted (${path}): a test` };
      delete pod.spec.automountServiceAccountToken;
    });
  expect(checkManifests([policy(), accepting(property)])).toEqual([]);
  expect(checkManifests([policy(), accepting('spec.other')]).map(({ name }) => name)).toEqual(['token-mounted']);
});

test('reports the most severe findings first', () => {
  const severities = checkManifests([
    engine(({ container, pod }) => {
      delete container.resources;
      delete pod.spec.automountServiceAccountToken;
      container.securityContext = {};
      container.args = ['--addr=tcp://0.0.0.0:1234'];
    }),
  ]).map(({ severity }) => severity);
  expect(severities).toEqual(
    [...severities].sort((a, b) => ['error', 'warning', 'info'].indexOf(a) - ['error', 'warning', 'info'].indexOf(b)),
  );
  expect(new Set(severities).size).toBe(3);
});

describe('recognizes an engine by', () => {
  const found = (change: (container: any) => void): boolean =>
    names(
      engine(({ container }) => {
        change(container);
        delete container.resources;
      }),
    ).includes('no-requests');
  const anonymous = (container: any): void => {
    container.name = 'main';
    container.image = 'registry.example.com/build:1';
    container.volumeMounts = [];
  };

  test.each([
    'registry.dagger.io/engine:v0.21.7',
    'ghcr.io/dagger/engine',
    'mirror.example.com:5000/dagger/engine:main',
    `example.com/dagger-engine@sha256:${'0'.repeat(64)}`,
  ])('the image %s', (image) => {
    expect(found((container) => Object.assign(anonymous(container) ?? container, { image }))).toBe(true);
  });

  test.each([
    [
      'the release of a mirror, in a privileged container',
      (container: any) => Object.assign(container, { image: 'mirror.example.com/engine:v0.21.7' }),
    ],
    ['the container name dagger-engine', (container: any) => Object.assign(container, { name: 'dagger-engine' })],
    [
      'the state of the engine, in a privileged container',
      (container: any) =>
        Object.assign(container, { volumeMounts: [{ name: 'cache', mountPath: '/var/lib/dagger/' }] }),
    ],
    [
      'the configuration of the engine, in a privileged container',
      (container: any) =>
        Object.assign(container, {
          volumeMounts: [{ name: 'cache', mountPath: '/etc/dagger/engine.json', subPath: 'engine.json' }],
        }),
    ],
    [
      'the socket of the engine in the args, in a privileged container',
      (container: any) => Object.assign(container, { args: ['--addr', 'unix:///run/dagger/engine.sock'] }),
    ],
    [
      'a command that starts the engine',
      (container: any) =>
        Object.assign(container, { name: 'dagger-engine', command: ['sh', '-c', 'exec dagger-engine --trace'] }),
    ],
  ])('%s', (_, change) => {
    expect(
      found((container) => {
        anonymous(container);
        change(container);
      }),
    ).toBe(true);
  });

  test.each([
    ['a privileged container of another program', (container: any) => container],
    [
      'another engine with a release',
      (container: any) => Object.assign(container, { image: 'example.com/rules/engine:v2.0.0', securityContext: {} }),
    ],
    [
      "the engine's image with another command, such as a copy of the CLI",
      (container: any) =>
        Object.assign(container, {
          image: 'registry.dagger.io/engine:v0.21.7',
          command: ['cp', '/usr/local/bin/dagger', '/cli/dagger'],
        }),
    ],
    [
      'a client with the socket',
      (container: any) => Object.assign(container, { volumeMounts: [{ name: 'socket', mountPath: '/run/dagger' }] }),
    ],
    [
      'a container that cleans the cache',
      (container: any) =>
        Object.assign(container, {
          securityContext: {},
          volumeMounts: [{ name: 'cache', mountPath: '/var/lib/dagger' }],
        }),
    ],
  ])('does not recognize %s', (_, change) => {
    expect(
      found((container) => {
        anonymous(container);
        change(container);
      }),
    ).toBe(false);
  });

  test('recognizes a native sidecar, but not a plain init container', () => {
    const job = (restartPolicy: string | undefined): KubernetesObject =>
      engine(({ pod, container }) => {
        pod.spec.initContainers = [{ ...container, resources: {}, restartPolicy }];
        pod.spec.containers = [{ name: 'job', image: 'job:1' }];
      }, 'Job');
    expect(names(job('Always'))).toEqual(['no-requests']);
    expect(names(job(undefined))).toEqual([]);
  });

  test("checks the items of a List, and ignores input that isn't an object", () => {
    const list = {
      apiVersion: 'v1',
      kind: 'List',
      items: [
        engine(({ container }) => {
          delete container.resources;
        }),
      ],
    };
    expect(checkManifests([null, 'text', [], {}, list])).toMatchObject([
      {
        name: 'no-requests',
        object: { kind: 'DaemonSet', name: 'engine' },
        document: { index: 4, path: ['items', '0'] },
      },
    ]);
  });

  test('checks the items of nested lists, and of typed lists whose items have no kind', () => {
    const { metadata, spec } = engine(({ container }) => {
      delete container.resources;
    }) as any;
    const list = {
      apiVersion: 'v1',
      kind: 'List',
      items: [{ apiVersion: 'apps/v1', kind: 'DaemonSetList', items: ['text', { metadata, spec }] }],
    };
    expect(checkManifests([list])).toMatchObject([
      {
        name: 'no-requests',
        object: { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'engine' },
        document: { index: 0, path: ['items', '0', 'items', '1'] },
      },
    ]);
  });

  test('reports findings for each of two objects with the same name', () => {
    const objects = [
      engine(),
      engine(({ container }) => {
        delete container.resources;
      }),
    ];
    expect(
      checkManifests(objects)
        .filter(({ name }) => ['duplicate-object', 'no-requests'].includes(name))
        .map(({ document: { index }, name }) => `${name} in ${index}`),
    ).toEqual(['duplicate-object in 1', 'no-requests in 1']);
  });
});

test('finds probes that connect to a socket that --addr replaced', () => {
  const found = (image: string, ...args: string[]): string[] =>
    checkManifests([
      engine(({ container }) => Object.assign(container, { image: `registry.dagger.io/engine:${image}`, args })),
    ])
      .filter(({ name }) => name === 'probe-cannot-work')
      .map(({ fix }) => fix);
  const args = ['--addr', 'tcp://0.0.0.0:1234', '--addr', 'unix:///run/dagger/engine.sock'];
  expect(found('v0.16.3', ...args)).toEqual(['add the flag --addr=unix:///run/buildkit/buildkitd.sock']);
  expect(found('v0.16.3', ...args, '--addr', 'unix:///run/buildkit/buildkitd.sock')).toEqual([]);
  expect(found('v0.16.3')).toEqual([]);
  expect(found('v0.17.0', ...args)).toEqual([]);
});

describe('the release', () => {
  test("is that of the image's tag, or of the labels", () => {
    const deprecated = (change: (parts: Parts) => void): boolean =>
      names(
        engine((parts) => {
          parts.container.readinessProbe = { exec: { command: ['dagger', 'core', 'version'] } };
          change(parts);
        }),
      ).includes('deprecated-probe-command');
    expect(
      deprecated(({ container }) => {
        container.image = 'registry.dagger.io/engine:v1.0.0-beta.10-gpu';
      }),
    ).toBe(true);
    expect(
      deprecated(({ container }) => {
        container.image = 'registry.dagger.io/engine:v0.21.8';
      }),
    ).toBe(false);
    expect(
      deprecated(({ container, pod }) => {
        container.image = 'registry.example.com/dagger/engine:ours';
        pod.metadata.labels['app.kubernetes.io/version'] = 'v1.0.0-beta.10';
      }),
    ).toBe(true);
  });
});

describe('accepted manifests', () => {
  const open = ({ container }: Parts): void => {
    container.args = ['--addr', 'tcp://0.0.0.0:1234'];
  };

  test('reports nothing about a file that is not in the input', () => {
    expect(
      names(
        engine((parts) => {
          configured(parts, 'engine.json');
          parts.pod.spec.volumes[0] = { name: 'cache', emptyDir: { sizeLimit: '50Gi' } };
        }),
      ),
    ).toEqual([]);
  });

  test('reports nothing about a complete configuration, however it is mounted', () => {
    const data = { 'config.json': '{"gc": {"maxUsedSpace": "40GB", "reservedSpace": "10GB", "minFreeSpace": "5GB"}}' };
    expect(
      names(
        configMap(data),
        engine(({ pod, container }) => {
          pod.spec.volumes[0] = { name: 'cache', emptyDir: { sizeLimit: '50Gi' } };
          pod.spec.volumes.push({
            name: 'files',
            projected: {
              sources: [{ configMap: { name: 'engine-config', items: [{ key: 'config.json', path: 'engine.json' }] } }],
            },
          });
          container.volumeMounts.push({ name: 'files', mountPath: '/etc/dagger' });
        }),
      ),
    ).toEqual([]);
  });

  test('does not report an existing policy, a Service of a single engine, or a metrics Service', () => {
    const objects = [
      engine((parts) => {
        open(parts);
        parts.container.env = [{ name: '_EXPERIMENTAL_DAGGER_METRICS_ADDR', value: ':9090' }];
      }, 'StatefulSet'),
      policy(),
      service(1234),
      beside('Service', 'v1', 'metrics', {
        spec: { clusterIP: 'None', selector: { app: 'engine' }, ports: [{ port: 9090 }] },
      }),
    ];
    expect(names(...objects)).toEqual(['plain-tcp']);
  });

  test('does not report a split session if the Service keeps a client on one engine', () => {
    for (const spec of [{ sessionAffinity: 'ClientIP' }, { internalTrafficPolicy: 'Local' }, { clusterIP: 'None' }]) {
      expect(names(engine(open), policy(), service(1234, spec))).toEqual(['plain-tcp']);
    }
    expect(
      names(engine(open), policy(), service(1234, { type: 'LoadBalancer', sessionAffinity: 'ClientIP' })),
    ).toContain('split-sessions');
  });

  test('ignores Services and policies of other namespaces or pods', () => {
    const elsewhere = { metadata: { name: 'engine', namespace: 'other' } };
    expect(names(engine(), { ...service(8080), ...elsewhere })).toEqual([]);
    expect(names(engine(), service(8080, { selector: { app: 'other' } }))).toEqual([]);
    expect(names(engine(open), { ...policy(), ...elsewhere })).toContain('no-network-policy');
    expect(names(engine(), { ...service(8080), metadata: { name: 'engine' } })).toEqual(['port-without-listener']);
  });

  test('does not report a Service to a sidecar, or to a port on which a sidecar may listen', () => {
    const sidecar = (ports: object): KubernetesObject =>
      engine(({ pod }) => {
        pod.spec.containers.push({ name: 'proxy', image: 'proxy:1', ...ports });
      });
    expect(names(sidecar({ ports: [{ containerPort: 8080 }] }), service(8080))).toEqual([]);
    expect(names(sidecar({}), service(8080))).toEqual([]);
    expect(names(sidecar({ ports: [{ containerPort: 8081 }] }), service(8080))).toEqual(['port-without-listener']);
  });

  test('does not report plain TCP if the engine itself serves TLS', () => {
    const toml = '[grpc]\naddress = ["tcp://0.0.0.0:8443"]\n[grpc.tls]\ncert = "/c"\nkey = "/k"\nca = "/ca"\n';
    expect(
      names(
        configMap({ 'engine.toml': toml }),
        service(8443),
        engine((parts) => {
          parts.container.image = 'registry.dagger.io/engine:v0.21.3';
          configured(parts, 'engine.toml');
        }, 'StatefulSet'),
      ),
    ).toEqual([]);
  });

  test('does not report a volume of one engine in another pod, if each pod has its own directory', () => {
    const many = (mount: object): KubernetesObject =>
      engine(({ workload, pod, container }) => {
        workload.spec.replicas = 2;
        pod.spec.volumes = [{ name: 'cache', persistentVolumeClaim: { claimName: 'cache' } }];
        container.volumeMounts = [{ name: 'cache', mountPath: '/var/lib/dagger', ...mount }];
      }, 'StatefulSet');
    expect(names(many({}))).toEqual(['shared-cache', 'stop-loses-cache']);
    expect(names(many({ subPathExpr: '$(POD_NAME)' }))).toEqual(['stop-loses-cache']);
  });

  test('does not report a rollout that would deadlock if the old engine stops first', () => {
    const claim = (strategy: object): KubernetesObject =>
      engine(({ workload, pod }) => {
        workload.spec.strategy = strategy;
        pod.spec.volumes[0] = { name: 'cache', persistentVolumeClaim: { claimName: 'cache' } };
      }, 'Deployment');
    expect(names(claim({ type: 'Recreate' }))).toEqual(['stop-loses-cache']);
    expect(names(claim({ rollingUpdate: { maxSurge: 0 } }))).toEqual(['stop-loses-cache']);
    expect(names(claim({ rollingUpdate: { maxSurge: 1 } }))).toEqual(['shared-cache', 'stop-loses-cache']);
  });

  test('ignores permissions of other service accounts', () => {
    const rules = [{ apiGroups: [''], resources: ['*'], verbs: ['*'] }];
    const role = beside('Role', 'rbac.authorization.k8s.io/v1', 'all', { rules });
    const binding = (name: string): KubernetesObject =>
      beside('RoleBinding', 'rbac.authorization.k8s.io/v1', 'all', {
        roleRef: { kind: 'Role', name: 'all' },
        subjects: [{ kind: 'ServiceAccount', name }],
      });
    expect(names(engine(), role)).toEqual([]);
    expect(names(engine(), role, binding('other'))).toEqual([]);
    expect(
      names(engine(), binding('default'), { ...role, rules: [{ resources: ['pods'], verbs: ['*'] }] } as never),
    ).toEqual([]);
    expect(names(engine(), role, binding('default'))).toEqual(['broad-role']);
  });

  test('does not report clients of an existing engine, or of no engine', () => {
    const client = (path: string): KubernetesObject =>
      beside('Pod', 'v1', 'client', {
        spec: {
          containers: [{ name: 'main', volumeMounts: [{ name: 'socket', mountPath: '/var/run/dagger' }] }],
          volumes: [{ name: 'socket', hostPath: { path } }],
        },
      });
    expect(names(engine(), client('/run/dagger-engine/'))).toEqual([]);
    expect(names(client('/run/dagger'))).toEqual([]);
    expect(names(engine(), client('/run/dagger'))).toEqual(['host-socket-path']);
  });

  describe('clients that stop after their engine', () => {
    const ACCEPTED = { 'cdk8s-dagger.github.io/accepted-risks': 'stops-after-engine: a test' };
    const job = (priorityClassName: string, path = '/run/dagger-engine', annotations = {}): KubernetesObject => ({
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'nightly', namespace: 'builds', annotations } as KubernetesObject['metadata'],
      ...{ spec: { jobTemplate: { spec: { template: { spec: podSpec(priorityClassName, path) } } } } },
    });
    const podSpec = (priorityClassName: string, path: string): object => ({
      priorityClassName,
      containers: ['build', 'test'].map((name) => ({
        name,
        volumeMounts: [{ name: 'socket', mountPath: '/run/dagger' }],
      })),
      volumes: [{ name: 'socket', hostPath: { path } }],
    });

    test.each(['system-cluster-critical', 'system-node-critical'])('have the priority class %s', (priority) => {
      const [finding, ...others] = checkManifests([engine(), job(priority)]);
      expect(others).toEqual([]);
      expect(finding).toMatchObject({
        name: 'stops-after-engine',
        severity: 'warning',
        object: { kind: 'CronJob', name: 'nightly' },
        key: 'spec.jobTemplate.spec.template.spec.priorityClassName',
        why: `Karpenter stops pods with the priority class ${priority} after the DaemonSet engine, the engine of their node, so their builds are interrupted`,
        fix: 'use another priority class',
      });
    });

    test('do not have another priority class', () => {
      expect(names(engine(), job('builds'))).toEqual([]);
    });

    test.each(['StatefulSet', 'Deployment'])('do not use an engine of a %s', (kind) => {
      const plain = names(engine(() => undefined, kind));
      expect(
        names(
          engine(() => undefined, kind),
          job('system-node-critical'),
        ),
      ).toEqual(plain);
    });

    test('do not use an engine that is as critical, or the socket of another engine', () => {
      const critical = engine(({ pod }) => {
        pod.spec.priorityClassName = 'system-cluster-critical';
      });
      expect(names(critical, job('system-node-critical'))).toEqual([]);
      expect(names(engine(), job('system-node-critical', '/run/other'))).toEqual(['host-socket-path']);
    });

    test.each(['client', 'engine'])('are silent if the %s accepts the risk', (place) => {
      const accepting = engine(({ workload }) => {
        workload.metadata.annotations = ACCEPTED;
      });
      const objects =
        place === 'client'
          ? [engine(), job('system-node-critical', '/run/dagger-engine', ACCEPTED)]
          : [accepting, job('system-node-critical')];
      expect(names(...objects)).toEqual([]);
    });
  });
});

describe('variables of an engine in a ConfigMap', () => {
  const METRICS = '_EXPERIMENTAL_DAGGER_METRICS_ADDR';
  const CONTAINER = 'spec.template.spec.containers[0]';
  const config = (data: object): KubernetesObject => beside('ConfigMap', 'v1', 'variables', { data });
  const reading = (change: (parts: Parts) => void = () => undefined): KubernetesObject =>
    engine((parts) => {
      parts.container.envFrom = [{ configMapRef: { name: 'variables' } }];
      change(parts);
    });
  const places = (...objects: readonly KubernetesObject[]): string[] =>
    checkManifests(objects).map(({ key, name, object }) => `${name} ${object.kind} ${key}`);

  test('have the findings of variables in the container', () => {
    expect(places(reading(), config({ _EXPERIMENTAL_DAGGER_RUNNER_HOST: 'tcp://pool:80' }))).toEqual([
      'overridden-image-variable ConfigMap data._EXPERIMENTAL_DAGGER_RUNNER_HOST',
    ]);
    expect(places(reading(), config({ DEBUG: '1' }))).toEqual([]);
  });

  test('open the port for metrics', () => {
    const metrics = beside('Service', 'v1', 'metrics', {
      spec: { clusterIP: 'None', selector: { app: 'engine' }, ports: [{ port: 9090 }] },
    });
    expect(places(reading(), metrics, config({ [METRICS]: '0.0.0.0:9090' }))).toEqual([]);
    expect(places(reading(), metrics, config({ [METRICS]: '0.0.0.0:9091' }))).toEqual([
      'port-without-listener Service spec.ports[0]',
    ]);
  });

  test.each<[string, (container: Parts['container']) => void]>([
    ['env', (container) => (container.env = [{ name: METRICS, value: '0.0.0.0:9090' }])],
    ['envFrom', (container) => (container.envFrom = [{ configMapRef: { name: 'variables' } }])],
    [
      'a reference to a ConfigMap',
      (container) => {
        container.env = [{ name: METRICS, valueFrom: { configMapKeyRef: { name: 'variables', key: METRICS } } }];
      },
    ],
  ])('open the port that a probe uses, with %s', (_title, open) => {
    const probed = (port: number): KubernetesObject =>
      engine(({ container }) => {
        open(container);
        container.startupProbe = { tcpSocket: { port }, periodSeconds: 10, failureThreshold: 30 };
      });
    const variables = config({ [METRICS]: '0.0.0.0:9090' });
    expect(places(probed(9090), variables)).toEqual([]);
    expect(places(probed(9091), variables)).toEqual([`probe-cannot-work DaemonSet ${CONTAINER}.startupProbe`]);
  });

  test('can open a port that is not in the manifests', () => {
    const probed = engine(({ container }) => {
      const secretKeyRef = { name: 'settings', key: 'address' };
      container.env = [{ name: METRICS, valueFrom: { secretKeyRef } }];
      container.startupProbe = { tcpSocket: { port: 9090 }, periodSeconds: 10, failureThreshold: 30 };
    });
    expect(places(probed)).toEqual([]);
  });

  test('have no effect in a release without metrics', () => {
    const old = reading(({ container }) => (container.image = 'registry.dagger.io/engine:v0.18.10'));
    expect(places(old, config({ [METRICS]: '0.0.0.0:9090' }))).toContain(`ignored-by-engine ConfigMap data.${METRICS}`);
  });

  test('can open the same port of several engines', () => {
    const other = reading(({ pod, workload }) => {
      workload.metadata.name = 'other';
      workload.spec.selector.matchLabels = { app: 'other' };
      pod.metadata.labels = { app: 'other' };
      pod.spec.volumes[1].hostPath.path = '/run/other';
    });
    expect(places(reading(), other, config({ [METRICS]: '0.0.0.0:9090' }))).toEqual([]);
  });

  test('are reported by the same name as in the container if the engine ignores them', () => {
    const url = '_EXPERIMENTAL_DAGGER_CACHESERVICE_URL';
    const reference = { valueFrom: { configMapKeyRef: { name: 'variables', key: 'URL' } } };
    const referring = engine(({ container }) => (container.env = [{ name: url, ...reference }]));
    expect(places(reading(), config({ [url]: 'https://example.com' }))).toEqual([
      `magicache-removed ConfigMap data.${url}`,
    ]);
    expect(places(referring, config({ URL: 'https://example.com' }))).toEqual(['magicache-removed ConfigMap data.URL']);
    expect(places(referring)).toEqual([`magicache-removed DaemonSet ${CONTAINER}.env[0]`]);
    const token = '_EXPERIMENTAL_DAGGER_CACHESERVICE_TOKEN';
    expect(places(reading(), config({ [token]: 'hello' }))).toEqual([`secret-in-plain-text ConfigMap data.${token}`]);
  });

  test('can have the names of properties that all objects inherit', () => {
    const inherited = engine(({ container }) => (container.env = [{ name: 'constructor', value: 'TypeScript' }]));
    expect(places(inherited)).toEqual([]);
  });

  test('are reported once if they are secrets', () => {
    expect(places(reading(), config({ GITHUB_TOKEN: `ghp_${'a'.repeat(36)}` }))).toEqual([
      'secret-in-plain-text ConfigMap data.GITHUB_TOKEN',
    ]);
  });
});

describe('several engines', () => {
  const other = (change: (parts: Parts) => void): KubernetesObject =>
    engine((parts) => {
      const { workload, pod } = parts;
      workload.metadata.name = 'other';
      workload.spec.selector.matchLabels = { app: 'other' };
      pod.metadata.labels = { app: 'other' };
      pod.spec.volumes[1].hostPath.path = '/run/other';
      change(parts);
    });

  test('have no findings if they are separate', () => {
    expect(
      names(
        engine(),
        other(() => undefined),
      ),
    ).toEqual([]);
  });

  test('must not share a claim or a directory of the node', () => {
    const onClaim = ({ pod }: Parts): void => {
      pod.spec.volumes[0] = { name: 'cache', persistentVolumeClaim: { claimName: 'cache' } };
    };
    const onNode = ({ pod }: Parts): void => {
      pod.spec.volumes[0] = { name: 'cache', hostPath: { path: '/var/lib/dagger' } };
    };
    expect(
      checkManifests([engine(onClaim, 'StatefulSet'), other(onClaim)]).filter(
        ({ name, why }) => name === 'shared-cache' && why.includes('uses the same volume'),
      ),
    ).toHaveLength(1);
    expect(names(engine(onNode), other(onNode))).toEqual(['shared-cache', 'stop-loses-cache', 'stop-loses-cache']);
    const selecting =
      (label: string) =>
      (parts: Parts): void => {
        onNode(parts);
        parts.pod.spec.nodeSelector = { [label]: 'true' };
      };
    expect(names(engine(selecting('nvme')), other(selecting('gpu')))).toEqual([
      'stop-loses-cache',
      'stop-loses-cache',
      'shared-host-path',
    ]);
  });

  describe('behind one Service', () => {
    const named = (name: string, namespace: string | undefined): KubernetesObject =>
      engine(({ workload, pod }) => {
        workload.metadata = { name, namespace };
        workload.spec.selector.matchLabels.of = name;
        pod.metadata.labels.of = name;
      });
    const shared = (namespace: string | undefined, ...objects: readonly KubernetesObject[]): string[] =>
      checkManifests([{ ...service(1234), metadata: { name: 'engine', namespace } }, ...objects])
        .filter(({ name }) => name === 'shared-selector')
        .map(({ why }) => why);
    const says = (one: string, other: string): string =>
      `the Service selects the engines of DaemonSet ${one} and DaemonSet ${other}, and a client can reach any of them`;

    test.each<
      [what: string, service: string | undefined, engines: ReadonlyArray<string | undefined>, found: readonly string[]]
    >([
      ['all in one namespace', 'ci', ['ci', 'ci'], [says('a', 'b')]],
      ['a Service without namespace', undefined, ['ci', 'ci'], [says('a', 'b')]],
      ['engines without namespace', 'ci', [undefined, undefined], [says('a', 'b')]],
      ['one engine without namespace', undefined, ['ci', undefined], [says('a', 'b')]],
      ['no object with a namespace', undefined, [undefined, undefined], [says('a', 'b')]],
      ['two engines in each of two namespaces', undefined, ['ci', 'cd', 'ci', 'cd'], [says('a', 'c'), says('b', 'd')]],
      ['engines of two namespaces', undefined, ['ci', 'cd'], []],
      ['engines of another namespace', 'cd', ['ci', 'ci'], []],
    ])('%s', (_, namespace, namespaces, found) => {
      expect(shared(namespace, ...namespaces.map((of, index) => named('abcd'[index]!, of)))).toEqual(found);
    });

    test('are ignored if the Service has no selector', () => {
      expect(
        names(beside('Service', 'v1', 'engine', { spec: { selector: {} } }), named('a', 'ci'), named('b', 'ci')),
      ).not.toContain('shared-selector');
    });
  });

  test('in one pod are compared too', () => {
    expect(
      names(
        engine(({ pod, container }) => {
          container.name = 'first';
          pod.spec.containers.push({ ...container, name: 'second' });
        }),
      ),
    ).toContain('shared-socket');
  });

  test('of another namespace may have the same names and selectors', () => {
    expect(
      names(
        engine(({ pod }) => {
          pod.spec.volumes.pop();
          pod.spec.containers[0].volumeMounts.pop();
        }),
        engine(({ workload }) => {
          workload.metadata.namespace = 'other';
        }),
      ),
    ).toEqual([]);
  });
});

describe('values that no typed property supports', () => {
  test('are ignored', () => {
    expect(
      names(
        engine(({ pod, container }) => {
          Object.assign(pod.spec, {
            hostUsers: true,
            overhead: { cpu: '1' },
            brandNew: { a: [1] },
            initContainers: [{ name: 'first', image: 'busybox:1' }],
          });
          pod.spec.containers.push({ name: 'dagger-engine-logs', image: 'logs:1' });
          pod.spec.volumes.push({
            name: 'tokens',
            projected: { sources: [{ serviceAccountToken: { path: 'token' } }] },
          });
          Object.assign(container, { tty: true, stdin: null, env: [{ name: 'with.dots', value: 'x' }] });
        }),
      ),
    ).toEqual([]);
  });

  test('are ignored if they are a zero that Kubernetes treats as its default', () => {
    expect(
      names(
        engine(({ pod, container }) => {
          Object.assign(container.readinessProbe, {
            periodSeconds: 0,
            timeoutSeconds: 0,
            failureThreshold: 0,
            successThreshold: 0,
          });
          container.ports = [{ containerPort: 80, hostPort: 0 }];
          pod.spec.containers.push({ name: 'beside', image: 'busybox:1', ports: [{ containerPort: 81, hostPort: 0 }] });
          Object.assign(pod.spec, { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' });
        }),
      ),
    ).toEqual([]);
  });

  test('are errors if Kubernetes rejects them', () => {
    const [finding] = checkManifests([
      engine(({ container }) => {
        container.volumeMounts[0] = { name: 'cache' };
      }),
    ]);
    expect(finding).toMatchObject({
      name: 'invalid-manifest',
      severity: 'error',
      key: 'spec.template.spec.containers[0].volumeMounts[0].mountPath',
    });
    expect(
      names(
        engine(({ pod }) => {
          pod.spec.volumes.push({ name: 'two', emptyDir: {}, hostPath: { path: '/x' } });
        }),
      ),
    ).toEqual(['invalid-manifest']);
    expect(
      names(
        engine(({ workload }) => {
          workload.spec.selector.matchLabels = { app: 'wrong' };
        }),
      ),
    ).toEqual(['invalid-manifest']);
  });

  test.each<[key: string, why: string, change: (parts: Parts) => void]>([
    [
      'spec.template.spec.volumes[2].downwardAPI.items[0].path',
      'is required; allowed: a non-empty string',
      ({ pod }) => {
        pod.spec.volumes.push({ name: 'a', downwardAPI: { items: [{ fieldRef: { fieldPath: 'metadata.name' } }] } });
      },
    ],
    [
      'spec.template.spec.volumes[2].rbd.monitors',
      'got "x"; allowed: a list',
      ({ pod }) => {
        pod.spec.volumes.push({ name: 'a', rbd: { monitors: 'x', image: 'a' } });
      },
    ],
    [
      'spec.template.spec.volumes[2].hostPath.path',
      'is required; allowed: a non-empty string',
      ({ pod }) => {
        pod.spec.volumes.push({ name: 'a', hostPath: {} });
      },
    ],
    [
      'spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef.key',
      'got 5; allowed: a string',
      ({ container }) => {
        container.env = [{ name: 'A', valueFrom: { secretKeyRef: { name: 'a', key: 5 } } }];
      },
    ],
    [
      'spec.template.spec.dnsConfig.searches',
      'got "x"; allowed: a list',
      ({ pod }) => {
        pod.spec.dnsConfig = { searches: 'x' };
      },
    ],
    [
      'spec.template.spec.hostAliases[0].hostnames',
      'got "x"; allowed: a list',
      ({ pod }) => {
        pod.spec.hostAliases = [{ ip: '10.0.0.1', hostnames: 'x' }];
      },
    ],
  ])('are errors if their type is wrong, or if they are missing: %s', (key, why, change) => {
    const found = checkManifests([engine(change)]);
    expect(found).toMatchObject([{ name: 'invalid-manifest', key }]);
    expect(found[0]!.why).toContain(why);
  });

  test.each<[place: string, objects: readonly KubernetesObject[]]>([
    [
      'DaemonSet spec.minReadySeconds',
      [
        engine(({ workload }) => {
          workload.spec.minReadySeconds = -1;
        }),
      ],
    ],
    [
      'DaemonSet spec.template.spec.ephemeralContainers',
      [
        engine(({ pod }) => {
          pod.spec.ephemeralContainers = [{ name: 'debug' }];
        }),
      ],
    ],
    [
      'DaemonSet spec.template.spec.containers[0].ports[1].containerPort',
      [
        engine(({ container }) => {
          container.ports = [
            { name: 'a', containerPort: 80 },
            { name: 'b', containerPort: 80 },
          ];
        }),
      ],
    ],
    ['Service spec.sessionAffinity', [engine(), service(1234, { sessionAffinity: 'Client' })]],
    [
      'NetworkPolicy spec.ingress[0].from[0].ipBlock.cidr',
      [engine(), policy([{ from: [{ ipBlock: { cidr: '10.0.0.1' } }] }])],
    ],
  ])('are errors as at synth: %s', (place, objects) => {
    const found = checkManifests(objects).filter(({ name }) => name === 'invalid-manifest');
    expect(found.map(({ key, object }) => `${object.kind} ${key}`)).toEqual([place]);
  });
});

describe('a custom state directory', () => {
  const told = (args: string[], ...paths: string[]): string[] =>
    names(
      engine(({ container }) => {
        container.args = args;
        container.volumeMounts[0].mountPath = paths[0];
      }),
    ).filter((name) => /cache/.test(name));

  test.each([
    ['--root=/data', '/data'],
    ['--root=/data/dagger', '/data'],
  ])('%s with a volume at %s is a cache', (flag, path) => {
    expect(told([flag], path)).toEqual([]);
  });

  test('is not a cache with the volume at the default directory', () => {
    expect(told(['--root', '/data'], '/var/lib/dagger')).toEqual(['cache-not-mounted']);
  });
});

describe('findings that are reported once or not at all', () => {
  test('engines in different directories of one volume of the node', () => {
    const at = (name: string, subPath: string): KubernetesObject =>
      engine(({ workload, pod, container }) => {
        workload.metadata.name = name;
        workload.spec.selector.matchLabels = { app: name };
        pod.metadata.labels = { app: name };
        pod.spec.volumes = [{ name: 'nvme', hostPath: { path: '/mnt/nvme' } }];
        container.volumeMounts = [{ name: 'nvme', mountPath: '/var/lib/dagger', subPath }];
      });
    expect(names(at('a', 'a'), at('b', 'b'))).toEqual(['stop-loses-cache', 'stop-loses-cache']);
    expect(names(at('a', 'a'), at('b', 'a'))).toEqual(['shared-cache', 'stop-loses-cache', 'stop-loses-cache']);
  });

  test('a token that the engine ignores', () => {
    const found = names(
      engine(({ container }) => {
        container.env = [{ name: 'DAGGER_CLOUD_TOKEN', value: 'dag_correct_horse_battery' }];
      }),
    );
    expect(found).toEqual(['secret-in-plain-text']);
  });

  test.each(['DaemonSet', 'Deployment', 'StatefulSet', 'Pod', 'Job', 'CronJob'])(
    'two engines of one pod of a %s that select each other',
    (kind) => {
      const two = engine(({ pod, container }) => {
        pod.spec.volumes.push({ name: 'cache-2', emptyDir: {} });
        pod.spec.containers.push({
          ...container,
          name: 'second',
          volumeMounts: [{ name: 'cache-2', mountPath: '/var/lib/dagger' }],
        });
      }, kind);
      expect(names(two)).not.toContain('overlapping-selectors');
    },
  );
});
