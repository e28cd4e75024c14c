import type { k8s } from 'cdk8s-plus-28';
import {
  Certificates,
  CliInstall,
  ClientCertificate,
  Connection,
  HostSocket,
  KeySelector,
  Listener,
  TlsSecret,
  Transport,
  type Engine,
} from '../../src/index';
import { shardOf } from '../../src/client/choose-transport';
import { chart, daemonSet, deployment, objects, problems, statefulSet } from '../engines';

const RUNNER_HOST = '_EXPERIMENTAL_DAGGER_RUNNER_HOST';
const tcp = { listener: Listener.insecureTcp() };
const tls = { listener: Listener.tls({ certificates: Certificates.privateCa() }) };
const socket = { hostSocket: HostSocket.fromPath('/run/dagger'), nodeSelector: { pool: 'builds' } };

// Hides the warning about a port that no client can reach, which other tests cover.
beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation();
});

afterEach(() => {
  jest.restoreAllMocks();
});

describe('chooses the default transport', () => {
  test.each<[string, () => Engine, string]>([
    [
      'TLS before everything else',
      () => daemonSet(tls),
      'tls://engine.ci.svc:8443?cert_path=/etc/dagger-client/engine/tls.crt&key_path=/etc/dagger-client/engine/tls.key&ca_path=/etc/dagger-client/engine/ca.crt',
    ],
    ['the socket on the node before plain TCP', () => daemonSet(tcp), 'unix:///run/dagger/engine.sock'],
    ['plain TCP', () => daemonSet({ ...tcp, hostSocket: HostSocket.none() }), 'tcp://engine.ci.svc:1234'],
    [
      'plain TCP to the Service of several engines',
      () => statefulSet({ ...tcp, replicas: 3 }),
      'tcp://engine.ci.svc:1234',
    ],
    [
      'the Kubernetes API for a single engine',
      () => statefulSet({ ordinalsStart: 4 }),
      'kube-pod://engine-4?namespace=ci&container=dagger-engine',
    ],
    [
      'plain TCP before the socket of an engine that is on some nodes only',
      () => deployment({ ...tcp, ...socket }),
      'tcp://engine.ci.svc:1234',
    ],
    [
      'the Kubernetes API before the socket of an engine that is on some nodes only',
      () => statefulSet(socket),
      'kube-pod://engine-0?namespace=ci&container=dagger-engine',
    ],
    [
      'the socket of an engine that is on some nodes only, if nothing else works',
      () => deployment(socket),
      'unix:///run/dagger/engine.sock',
    ],
  ])('%s', (_, engine, address) => {
    expect(engine().addClient().runnerHost).toBe(address);
  });

  test.each<[string, () => Engine, RegExp]>([
    [
      'TLS',
      () => statefulSet({ ...tls, replicas: 3, ordinalsStart: 2 }),
      /^tls:\/\/engine-[234]\.engine-headless\.ci\.svc:8443\?/,
    ],
    [
      'plain TCP',
      () => statefulSet({ ...tcp, replicas: 3, ordinalsStart: 2 }),
      /^tcp:\/\/engine-[234]\.engine-headless\.ci\.svc:1234$/,
    ],
    ['the Kubernetes API', () => statefulSet({ replicas: 3, ordinalsStart: 2 }), /^kube-pod:\/\/engine-[234]\?/],
    [
      "the Kubernetes API if the pods have no names in the cluster's DNS",
      () => statefulSet({ ...tls, replicas: 3, ordinalsStart: 2, headlessService: false }),
      /^kube-pod:\/\/engine-[234]\?/,
    ],
  ])('chooses the transport of a shard: %s', (_, engine, address) => {
    expect(engine().addClient({ shardKey: 'web' }).runnerHost).toMatch(address);
  });

  test('combines a shard with a transport that leaves the pod open', () => {
    const engine = statefulSet({ ...tcp, replicas: 3 });
    expect(engine.addClient({ shardKey: 'web', transport: Transport.tcp() }).runnerHost).toBe(
      engine.addClient({ shardKey: 'web' }).runnerHost,
    );
  });
});

describe('the socket of an engine that is on some nodes only', () => {
  const any = { ...socket, nodeSelector: {} };

  test('places the client on those nodes', () => {
    expect(deployment(socket).addClient().nodeSelector).toEqual({ pool: 'builds' });
  });

  test.each<[string, () => Engine]>([
    ['a Deployment', () => deployment(any)],
    ['a StatefulSet', () => statefulSet(any)],
  ])('is rejected if %s selects no nodes', (_, engine) => {
    expect(problems(() => engine().addClient({ transport: Transport.unix() }))).toEqual([
      'transport: the engine can run on any node, so the client could start on a node without the engine\'s socket; got "unix"; allowed: an EngineDaemonSet, or an engine with nodeSelector or affinity; fix: set nodeSelector or affinity on the engine, or use another transport',
    ]);
  });
});

describe('shards', () => {
  const pods = Array.from({ length: 5 }, (_, ordinal) => `engine-${ordinal}`);
  const keys = Array.from({ length: 1000 }, (_, index) => `repository-${index}`);

  test('have about the same size', () => {
    for (const pod of pods) {
      const share = keys.filter((key) => shardOf(key, pods) === pod).length;
      expect(share).toBeGreaterThan(150);
      expect(share).toBeLessThan(250);
    }
  });

  test('move only the keys that a new engine takes over', () => {
    const fewer = pods.slice(0, -1);
    const moved = keys.filter((key) => shardOf(key, pods) !== shardOf(key, fewer));
    expect(moved.every((key) => shardOf(key, pods) === 'engine-4')).toBe(true);
    expect(moved.length).toBeGreaterThan(0);
  });

  test('stay the same in every release of this library', () => {
    expect(['web', 'api', 'docs'].map((key) => shardOf(key, pods))).toMatchInlineSnapshot(`
[
  "engine-0",
  "engine-2",
  "engine-2",
]
`);
  });
});

describe('the attributes of a connection', () => {
  test('contain the socket on the node', () => {
    const engine = daemonSet({
      hostSocket: HostSocket.fromPath('/run/ci'),
      security: { group: 2000 },
      nodeSelector: { pool: 'builds' },
      tolerations: [{ key: 'builds', operator: 'Exists' }],
    });
    expect(data(engine.addClient())).toEqual({
      runnerHost: 'unix:///run/dagger/engine.sock',
      env: [{ name: RUNNER_HOST, value: 'unix:///run/dagger/engine.sock' }],
      volumes: [{ name: 'socket-engine', hostPath: { path: '/run/ci', type: 'Directory' } }],
      volumeMounts: [{ name: 'socket-engine', mountPath: '/run/dagger', readOnly: true }],
      initContainers: [],
      podLabels: {},
      supplementalGroups: [2000],
      nodeSelector: { pool: 'builds' },
      affinity: undefined,
      tolerations: [{ key: 'builds', operator: 'Exists' }],
      serviceAccountName: undefined,
      rules: [],
      shellExports: `export ${RUNNER_HOST}='unix:///run/dagger/engine.sock'\n`,
    });
  });

  test('contain the path of the socket in old releases', () => {
    expect(daemonSet({ version: 'v0.16.3' }).addClient().volumeMounts).toEqual([
      { name: 'socket-engine', mountPath: '/run/buildkit', readOnly: true },
    ]);
  });

  test('contain no nodes for an engine on every node', () => {
    const connection = daemonSet({ tolerations: [{ operator: 'Exists' }] }).addClient();
    expect([connection.nodeSelector, connection.affinity, connection.tolerations]).toEqual([{}, undefined, []]);
  });

  test('contain only the address and the label of the policy for plain TCP', () => {
    expect(data(statefulSet(tcp).addClient())).toEqual({
      ...NOTHING,
      runnerHost: 'tcp://engine.ci.svc:1234',
      env: [{ name: RUNNER_HOST, value: 'tcp://engine.ci.svc:1234' }],
      podLabels: { 'cdk8s-dagger.github.io/client-of-engine': 'ci' },
      shellExports: `export ${RUNNER_HOST}='tcp://engine.ci.svc:1234'\n`,
    });
  });

  test('contain a certificate and its CA from two objects', () => {
    const engine = statefulSet({
      listener: Listener.tls({
        certificates: Certificates.fromSecrets({ server: TlsSecret.fromSecretName('engine-tls') }),
      }),
    });
    const certificate = ClientCertificate.fromSecret(TlsSecret.fromSecretName('runner-tls'));
    const ca = KeySelector.fromConfigMapName('authority', 'root.pem');
    expect(engine.addClient({ certificate, ca }).volumes).toEqual([
      {
        name: 'tls-engine',
        projected: {
          sources: [
            {
              secret: {
                name: 'runner-tls',
                items: [
                  { key: 'tls.crt', path: 'tls.crt' },
                  { key: 'tls.key', path: 'tls.key' },
                ],
              },
            },
            { configMap: { name: 'authority', items: [{ key: 'root.pem', path: 'ca.crt' }] } },
          ],
        },
      },
    ]);
  });

  test('contain the certificate of the listener for all clients', () => {
    const client = ClientCertificate.fromSecret(TlsSecret.fromSecretName('clients'));
    const engine = statefulSet({
      listener: Listener.tls({
        certificates: Certificates.fromSecrets({ server: TlsSecret.fromSecretName('engine-tls'), client }),
      }),
    });
    expect(engine.addClient().volumes).toEqual([
      { name: 'tls-engine', secret: { secretName: 'clients', items: expect.anything() } },
    ]);
  });

  test('contain one certificate for a client that connects twice', () => {
    const engine = statefulSet(tls);
    expect(engine.addClient({ name: 'nightly' }).volumes).toEqual(engine.addClient({ name: 'nightly' }).volumes);
    expect(Object.keys(objects(engine)).filter((name) => name.includes('client'))).toEqual([
      'Certificate engine-client-nightly',
    ]);
  });

  test('contain one pod for the Kubernetes API', () => {
    const connection = statefulSet({ replicas: 2 }).addClient({
      transport: Transport.kubePod({ ordinal: 1 }),
      namespace: 'runners',
      serviceAccountName: 'runner',
    });
    expect(data(connection)).toEqual({
      ...NOTHING,
      runnerHost: 'kube-pod://engine-1?namespace=ci&container=dagger-engine',
      env: [{ name: RUNNER_HOST, value: 'kube-pod://engine-1?namespace=ci&container=dagger-engine' }],
      serviceAccountName: 'runner',
      rules: [
        { apiGroups: [''], resources: ['pods'], resourceNames: ['engine-1'], verbs: ['get'] },
        { apiGroups: [''], resources: ['pods/exec'], resourceNames: ['engine-1'], verbs: ['create', 'get'] },
      ],
      shellExports: `export ${RUNNER_HOST}='kube-pod://engine-1?namespace=ci&container=dagger-engine'\n`,
    });
  });

  test('contain a shell variable for a pod that a shell looks up', () => {
    const connection = daemonSet().addClient({ transport: Transport.kubePod({ podName: '${DAGGER_POD}' }) });
    expect(connection.env).toEqual([]);
    expect(connection.rules).toEqual([
      { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
      { apiGroups: [''], resources: ['pods/exec'], verbs: ['create', 'get'] },
    ]);
    expect(connection.shellExports).toBe(
      'DAGGER_POD="$(kubectl get pods --namespace=ci --selector=app.kubernetes.io/name=dagger-engine,app.kubernetes.io/instance=engine ' +
        "--field-selector=status.phase=Running --output=jsonpath='{.items[0].metadata.name}')\"\n" +
        `export ${RUNNER_HOST}="kube-pod://\${DAGGER_POD}?namespace=ci&container=dagger-engine"\n`,
    );
  });

  test('are copies', () => {
    const connection = daemonSet().addClient();
    connection.env.pop();
    connection.supplementalGroups.pop();
    connection.volumes[0] = { name: 'other' };
    expect(data(connection)).toEqual(data(daemonSet().addClient()));
  });
});

describe('permissions', () => {
  test('are not granted to a client without service account', () => {
    const engine = statefulSet();
    engine.addClient();
    expect(Object.keys(objects(engine)).filter((name) => name.startsWith('Role'))).toEqual([]);
  });

  test('are granted once to a service account that connects twice', () => {
    const engine = statefulSet();
    engine.addClient({ serviceAccountName: 'runner' });
    engine.addClient({ serviceAccountName: 'runner' });
    engine.addClient({ serviceAccountName: 'runner', namespace: 'other' });
    expect(objects(engine)['RoleBinding engine-0-client'].subjects).toEqual([
      { kind: 'ServiceAccount', name: 'runner', namespace: 'ci' },
      { kind: 'ServiceAccount', name: 'runner', namespace: 'other' },
    ]);
  });

  test('are never granted to the service account of the engine', () => {
    const engine = statefulSet({ replicas: 2 });
    engine.addClient({ shardKey: 'web', serviceAccountName: 'runner' });
    const subjects = Object.values(objects(engine)).flatMap((object) => object.subjects ?? []);
    expect(subjects).toEqual([{ kind: 'ServiceAccount', name: 'runner', namespace: 'ci' }]);
  });

  test.each<[string, Transport]>([
    ['unix', Transport.unix()],
    ['tcp', Transport.tcp()],
  ])('are not granted for %s', (_, transport) => {
    const engine = daemonSet(tcp);
    expect(engine.addClient({ transport, serviceAccountName: 'runner' }).serviceAccountName).toBeUndefined();
    expect(Object.keys(objects(engine)).filter((name) => name.startsWith('Role'))).toEqual([]);
  });
});

describe('the network policy', () => {
  const peers = (engine: Engine) =>
    objects(engine)['NetworkPolicy engine'].spec.ingress?.flatMap((rule: any) => rule.from) ?? [];
  const client = { podSelector: { matchLabels: { 'cdk8s-dagger.github.io/client-of-engine': 'ci' } } };

  test('admits the clients of a namespace once', () => {
    const engine = statefulSet({ ...tcp, replicas: 2 });
    for (const namespace of ['ci', 'runners', 'runners']) {
      engine.addClient({ namespace });
      engine.addClient({ namespace, shardKey: 'web' });
    }
    expect(peers(engine)).toEqual([
      client,
      { ...client, namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'runners' } } },
    ]);
  });

  test.each<[string, Transport]>([
    ["the node's socket", Transport.unix()],
    ['the Kubernetes API', Transport.kubePod({ podName: '$POD' })],
  ])('does not admit clients over %s', (_, transport) => {
    const engine = daemonSet(tcp);
    expect(engine.addClient({ transport }).podLabels).toEqual({});
    expect(peers(engine)).toEqual([]);
  });

  test('admits clients of charts that leave the namespace open', () => {
    const engine = statefulSet(tcp, chart({}));
    const connection = engine.addClient();
    expect([connection.runnerHost, connection.podLabels]).toEqual([
      'tcp://engine:1234',
      { 'cdk8s-dagger.github.io/client-of-engine': '' },
    ]);
    expect(peers(engine)).toEqual([{ podSelector: { matchLabels: connection.podLabels } }]);
  });
});

describe('an L1 pod', () => {
  const spec: k8s.PodSpec = {
    containers: [
      { name: 'job', image: 'job:1', env: [{ name: 'HOME', value: '/tmp' }] },
      { name: 'log', image: 'log:1' },
    ],
    initContainers: [{ name: 'clone', image: 'git:1' }],
    securityContext: { runAsUser: 1000, supplementalGroups: [5] },
    tolerations: [{ key: 'spot', operator: 'Exists' }],
    volumes: [{ name: 'work', emptyDir: {} }],
  };
  const builds = { nodeSelector: { pool: 'builds' }, tolerations: [{ key: 'builds', operator: 'Exists' }] };

  test('gets all additions and keeps its own fields', () => {
    const connected = daemonSet(builds).addClient({ cli: CliInstall.fromEngineImage() }).podSpec(spec);
    const client = {
      env: [{ name: RUNNER_HOST, value: 'unix:///run/dagger/engine.sock' }],
      volumeMounts: [
        { name: 'socket-engine', mountPath: '/run/dagger', readOnly: true },
        { name: 'cli-engine', mountPath: '/usr/local/bin/dagger', subPath: 'dagger', readOnly: true },
      ],
    };
    expect(connected).toEqual({
      containers: [
        { name: 'job', image: 'job:1', ...client, env: [{ name: 'HOME', value: '/tmp' }, ...client.env] },
        { name: 'log', image: 'log:1', ...client },
      ],
      initContainers: [
        expect.objectContaining({ name: 'cli-engine', command: ['cp', '/usr/local/bin/dagger', '/cli/dagger'] }),
        { name: 'clone', image: 'git:1' },
      ],
      securityContext: { runAsUser: 1000, supplementalGroups: [5, 1001] },
      nodeSelector: { pool: 'builds' },
      tolerations: [
        { key: 'spot', operator: 'Exists' },
        { key: 'builds', operator: 'Exists' },
      ],
      volumes: [
        { name: 'work', emptyDir: {} },
        { name: 'socket-engine', hostPath: { path: '/run/dagger-ci_engine', type: 'Directory' } },
        { name: 'cli-engine', emptyDir: {} },
      ],
    });
  });

  test('uses the engine only in the named containers, including init containers', () => {
    const connected: k8s.PodSpec = statefulSet(tcp).addClient().podSpec(spec, ['clone', 'log']);
    const clients = [...(connected.initContainers ?? []), ...connected.containers].filter(({ env }) =>
      env?.some(({ name }) => name === RUNNER_HOST),
    );
    expect(clients.map(({ name }) => name)).toEqual(['clone', 'log']);
  });

  test.each<[string, () => Engine]>([
    ["the node's socket", () => daemonSet(builds)],
    ["the node's socket, by affinity", () => daemonSet({ affinity: NVME })],
    ['TCP', () => statefulSet(tcp)],
    ['TLS', () => statefulSet(tls)],
    ['the Kubernetes API', () => statefulSet()],
  ])('stays the same when connected again: %s', (_, engine) => {
    const connection = engine().addClient({ serviceAccountName: 'runner', cli: CliInstall.fromEngineImage() });
    const once = connection.podTemplate({ spec });
    expect(connection.podTemplate(once)).toEqual(once);
  });

  test('is not changed in place', () => {
    const before = structuredClone(spec);
    daemonSet(builds).addClient({ cli: CliInstall.fromEngineImage() }).podSpec(spec);
    expect(spec).toEqual(before);
  });

  test('with a node affinity gets both affinities', () => {
    const own = {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] },
            { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node'] }] },
          ],
        },
      },
    };
    expect(
      daemonSet({ affinity: NVME })
        .addClient()
        .podSpec({ ...spec, affinity: own }).affinity,
    ).toEqual({
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            {
              matchExpressions: [
                { key: 'zone', operator: 'In', values: ['a'] },
                { key: 'disk', operator: 'In', values: ['nvme'] },
              ],
            },
            {
              matchExpressions: [{ key: 'disk', operator: 'In', values: ['nvme'] }],
              matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node'] }],
            },
          ],
        },
      },
    });
  });

  test('gets the service account that has the permissions, and its token', () => {
    const connected = statefulSet().addClient({ serviceAccountName: 'runner' }).podSpec(spec);
    expect(connected).toMatchObject({ serviceAccountName: 'runner', automountServiceAccountToken: true });
  });

  test('template keeps its labels and gets the label of the client', () => {
    expect(
      statefulSet(tcp)
        .addClient()
        .podTemplate({ metadata: { labels: { app: 'job' } }, spec }).metadata,
    ).toEqual({ labels: { app: 'job', 'cdk8s-dagger.github.io/client-of-engine': 'ci' } });
  });

  test('container gets the variables and mounts', () => {
    const [job] = spec.containers;
    expect(daemonSet().addClient().container(job!)).toEqual({
      name: 'job',
      image: 'job:1',
      env: [
        { name: 'HOME', value: '/tmp' },
        { name: RUNNER_HOST, value: 'unix:///run/dagger/engine.sock' },
      ],
      volumeMounts: [{ name: 'socket-engine', mountPath: '/run/dagger', readOnly: true }],
    });
  });
});

describe('versions of client and engine', () => {
  test.each([
    ['v0.21.7', 'v0.19.0'],
    ['v0.21.7', 'v0.21.8'],
    ['v0.21.7', 'v1.0.0-beta.9'],
    ['v1.0.0-beta.9', 'v0.19.0'],
    ['v0.19.0', 'v0.21.8'],
    ['v0.18.19', 'v0.17.0'],
    ['v0.16.0', 'v0.16.3'],
  ])('accepts engine %s with client %s', (version, clientVersion) => {
    expect(daemonSet({ version }).addClient({ clientVersion }).runnerHost).toMatch(/^unix:/);
  });

  test.each([
    ['v0.21.7', 'v0.18.19'],
    ['v1.0.0-beta.9', 'v0.18.19'],
    ['v0.18.19', 'v0.19.0'],
    ['v0.17.0', 'v0.16.3'],
    ['v0.16.3', 'v0.15.4'],
  ])('rejects engine %s with client %s', (version, clientVersion) => {
    expect(problems(() => daemonSet({ version }).addClient({ clientVersion }))).toEqual([
      expect.stringMatching(/^clientVersion: (engine|client) v.+ rejects (clients|engines) older than v/),
    ]);
  });
});

const NVME = {
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchExpressions: [{ key: 'disk', operator: 'In', values: ['nvme'] }] }],
    },
  },
};

const NOTHING = {
  volumes: [],
  volumeMounts: [],
  initContainers: [],
  podLabels: {},
  supplementalGroups: [],
  nodeSelector: {},
  affinity: undefined,
  tolerations: [],
  serviceAccountName: undefined,
  rules: [],
};

/** Returns all attributes of a connection. */
function data(connection: Connection): object {
  const {
    affinity,
    env,
    initContainers,
    nodeSelector,
    podLabels,
    rules,
    runnerHost,
    serviceAccountName,
    shellExports,
    supplementalGroups,
    tolerations,
    volumeMounts,
    volumes,
  } = connection;
  return {
    affinity,
    env,
    initContainers,
    nodeSelector,
    podLabels,
    rules,
    runnerHost,
    serviceAccountName,
    shellExports,
    supplementalGroups,
    tolerations,
    volumeMounts,
    volumes,
  };
}
