import { drawEngines } from '../../src/graph/draw-engines';
import { toDot } from '../../src/graph/dot';
import { toMermaid } from '../../src/graph/mermaid';
import { files, inFolder, run } from '../cli/command';

const ENV = (value: string): object[] => [{ name: '_EXPERIMENTAL_DAGGER_RUNNER_HOST', value }];

function workload(kind: string, name: string, namespace: string, spec: object, labels = { app: name }): object {
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  };
}

const ENGINE = {
  name: 'engine',
  image: 'registry.dagger.io/engine:v0.21.8',
  securityContext: { privileged: true },
  args: ['--addr', 'tcp://0.0.0.0:1234'],
  ports: [{ name: 'dagger', containerPort: 1234 }],
};
const POOL = workload('StatefulSet', 'pool', 'ci', { containers: [ENGINE] });
const SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'pool', namespace: 'ci' },
  spec: { selector: { app: 'pool' }, ports: [{ port: 80, targetPort: 'dagger' }] },
};
const client = (name: string, namespace: string, address: string): object =>
  workload('Deployment', name, namespace, { containers: [{ name: 'runner', image: 'runner', env: ENV(address) }] });

/** Returns the edges between titles of objects, with their labels. */
function edges(...documents: object[]): string[] {
  const graph = drawEngines(documents);
  const titles = new Map(graph.nodes.map(({ key, lines }) => [key, lines.join(', ')]));
  return graph.edges.map(
    ({ from, isBlocked, lines, to }) =>
      `${titles.get(from)} ${isBlocked ? '-x' : '->'} ${titles.get(to)}${lines.length === 0 ? '' : `: ${lines.join(', ')}`}`,
  );
}

const ALLOW_CI = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'guard', namespace: 'ci' },
  spec: {
    podSelector: { matchLabels: { app: 'pool' } },
    ingress: [
      {
        from: [{ namespaceSelector: { matchLabels: { team: 'web' } } }, { ipBlock: { cidr: '10.0.0.0/8' } }],
        ports: [{ port: 'dagger' }],
      },
    ],
  },
};

test('without a policy, every client reaches the port', () => {
  expect(edges(POOL, SERVICE, client('runner', 'web', 'tcp://pool.ci.svc:80'))).toEqual([
    'Service pool -> StatefulSet pool, 1 engine, v0.21.8: port 1234 of engine',
    'every client -> StatefulSet pool, 1 engine, v0.21.8: port 1234, no network policy',
    'Deployment runner -> Service pool: plain TCP, port 80, no network policy',
  ]);
});

test('a policy admits clients by the labels of their namespace, and blocks the others', () => {
  const web = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'web', labels: { team: 'web' } } };
  const clients = [
    client('runner', 'web', 'tcp://pool.ci:80'),
    client('other', 'docs', 'tls://pool-0.pool.ci.svc.cluster.local:80?ca_path=/x'),
  ];
  expect(edges(POOL, SERVICE, ALLOW_CI, web, ...clients)).toEqual([
    'Service pool -> StatefulSet pool, 1 engine, v0.21.8: port 1234 of engine',
    'Deployment other -x Service pool: TLS, port 80, only pool-0, blocked by NetworkPolicy guard',
    'addresses in 10.0.0.0/8 -> StatefulSet pool, 1 engine, v0.21.8: port dagger, NetworkPolicy guard',
    'Deployment runner -> Service pool: plain TCP, port 80, NetworkPolicy guard',
  ]);
});

describe('addresses outside the environment of a container', () => {
  const ADDRESS = 'tcp://pool.ci.svc:80';
  const DRAWN = ['Deployment runner -> Service pool: plain TCP, port 80, no network policy'];
  const CONFIG = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'dagger', namespace: 'web' },
    data: { HOST: ADDRESS, _EXPERIMENTAL_DAGGER_RUNNER_HOST: ADDRESS, DAGGER_RUNNER_HOST: 'tcp://old.ci.svc:80' },
  };
  const clients = (container: object, ...others: object[]): string[] => {
    const runner = workload('Deployment', 'runner', 'web', { containers: [{ name: 'runner', ...container }] });
    return edges(POOL, SERVICE, runner, ...others).filter((edge) => edge.startsWith('Deployment runner'));
  };
  const variable = (configMapKeyRef: object): object => ({
    env: [{ name: '_EXPERIMENTAL_DAGGER_RUNNER_HOST', valueFrom: { configMapKeyRef } }],
  });

  test.each([
    ['a key of a ConfigMap', variable({ name: 'dagger', key: 'HOST' })],
    ['all keys of a ConfigMap', { envFrom: [{ configMapRef: { name: 'dagger' } }] }],
    ['a command', { command: ['sh', '-c', `export _EXPERIMENTAL_DAGGER_RUNNER_HOST="${ADDRESS}"; dagger call`] }],
    ['the arguments of a shell', { args: [`_EXPERIMENTAL_DAGGER_RUNNER_HOST=${ADDRESS} dagger call build`] }],
  ])('%s', (_title, container) => expect(clients(container, CONFIG)).toEqual(DRAWN));

  test('all keys of a ConfigMap, with a prefix', () => {
    const config = { ...CONFIG, data: { HOST: ADDRESS } };
    const reading = (prefix: string): object => ({ envFrom: [{ prefix, configMapRef: { name: 'dagger' } }] });
    expect(clients(reading('RUNNER_'), config)).toEqual(DRAWN);
    expect(clients(reading('OTHER_'), config)).toEqual([]);
  });

  test.each([
    ['a ConfigMap of another namespace', { ...CONFIG, metadata: { name: 'dagger', namespace: 'ci' } }],
    ['a ConfigMap with another name', { ...CONFIG, metadata: { name: 'other', namespace: 'web' } }],
    ['a Secret', { ...CONFIG, kind: 'Secret' }],
  ])('not in %s', (_title, config) => {
    expect(clients({ envFrom: [{ configMapRef: { name: 'dagger' } }] }, config)).toEqual([]);
    expect(clients(variable({ name: 'dagger', key: 'HOST' }), config)).toEqual([]);
  });

  test('a variable of the container takes precedence over one of a ConfigMap', () => {
    const envFrom = [{ configMapRef: { name: 'dagger' } }];
    expect(clients({ envFrom, env: ENV('tcp://other.ci.svc:80') }, CONFIG)).toEqual([]);
    expect(clients({ envFrom, env: [{ name: 'OTHER', value: 'x' }] }, CONFIG)).toEqual(DRAWN);
  });

  test('not in a variable of the script', () => {
    expect(clients({ args: ['_EXPERIMENTAL_DAGGER_RUNNER_HOST=$RUNNER_HOST_ARM64 dagger call'] })).toEqual([]);
  });
});

test('a policy admits peers that the manifests do not contain', () => {
  expect(edges(POOL, ALLOW_CI)).toEqual([
    'addresses in 10.0.0.0/8 -> StatefulSet pool, 1 engine, v0.21.8: port dagger, NetworkPolicy guard',
    'all pods, in namespaces with team=web -> StatefulSet pool, 1 engine, v0.21.8: port dagger, NetworkPolicy guard',
  ]);
});

test('clients use the socket of their node', () => {
  const volumes = [{ name: 'socket', hostPath: { path: '/run/dagger-ci/' } }];
  const volumeMounts = [{ name: 'socket', mountPath: '/run/dagger' }];
  const engine = workload('DaemonSet', 'engine', 'ci', {
    containers: [{ ...ENGINE, args: [], ports: [], volumeMounts }],
    volumes,
  });
  const env = ENV('unix:///run/dagger/engine.sock');
  const runner = workload('Deployment', 'runner', 'ci', {
    containers: [{ name: 'runner', image: 'runner', env, volumeMounts }],
    volumes,
  });
  expect(edges(engine, runner)).toEqual([
    'Deployment runner -> socket on the node, /run/dagger-ci: mounts',
    'socket on the node, /run/dagger-ci -> DaemonSet engine, an engine on each node, v0.21.8',
  ]);
});

test('clients exec into engines with permissions of a Role', () => {
  const access = [
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'exec', namespace: 'ci' },
      rules: [{ apiGroups: [''], resources: ['pods/exec'], verbs: ['create'], resourceNames: ['pool-0'] }],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'exec', namespace: 'ci' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'exec' },
      subjects: [{ kind: 'Group', name: 'build-engineers' }],
    },
  ];
  const pool = workload('StatefulSet', 'pool', 'ci', { containers: [{ ...ENGINE, args: [], ports: [] }] });
  expect(edges(pool, ...access, client('runner', 'web', 'kube-pod://pool-0?namespace=ci'))).toEqual([
    'Group build-engineers -> StatefulSet pool, 1 engine, v0.21.8: may exec, Role exec',
    'Deployment runner -> StatefulSet pool, 1 engine, v0.21.8: kubectl exec into pool-0',
  ]);
});

test('the order of the objects does not matter', () => {
  const documents = [POOL, SERVICE, ALLOW_CI, client('runner', 'web', 'tcp://pool.ci:80')];
  const draw = (objects: readonly object[]): string => toMermaid(drawEngines(objects));
  expect(draw([...documents].reverse())).toBe(draw(documents));
});

test('labels cannot change the diagram', () => {
  const evil = workload('StatefulSet', 'a"] --> b; click "x', 'ci', { containers: [ENGINE] });
  const graph = drawEngines([evil]);
  expect(toMermaid(graph)).toContain('n1[["StatefulSet a#34;#93; --#62; b#59; click #34;x<br>1 engine, v0.21.8"]]');
  expect(toDot(graph)).toContain(
    '"ci/apps/StatefulSet/a\\"] --> b; click \\"x" [shape=box3d, label="StatefulSet a\\"] --> b; click \\"x\\n1 engine, v0.21.8"];',
  );
});

test('an engine without a namespace has no box', () => {
  const { metadata, ...rest } = POOL as { readonly metadata: object };
  const graph = drawEngines([{ ...rest, metadata: { ...metadata, namespace: undefined } }]);
  expect(toMermaid(graph)).not.toContain('subgraph');
});

describe('pods of jobs', () => {
  const SIDECAR = { ...ENGINE, name: 'dagger-engine' };
  const VOLUMES = [{ name: 'cache', emptyDir: {} }];
  const titles = (document: object): string[] =>
    drawEngines([document])
      .nodes.filter(({ kind }) => kind === 'engine' || kind === 'workload')
      .map(({ lines }) => lines.join(', '));
  const STEP = { name: 'build', image: 'dagger', env: ENV('tcp://pool.ci:80') };
  const workflow = { volumes: VOLUMES, templates: [{ name: 'one', container: STEP, sidecars: [SIDECAR] }] };
  const pod = { containers: [STEP], initContainers: [{ ...SIDECAR, restartPolicy: 'Always' }] };

  test.each([
    [
      'WorkflowTemplate check, template one',
      { apiVersion: 'argoproj.io/v1alpha1', kind: 'WorkflowTemplate', metadata: { name: 'check' }, spec: workflow },
    ],
    [
      'CronWorkflow check, template one',
      {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'CronWorkflow',
        metadata: { name: 'check' },
        spec: { workflowSpec: workflow },
      },
    ],
    [
      'Task check',
      {
        apiVersion: 'tekton.dev/v1',
        kind: 'Task',
        metadata: { name: 'check' },
        spec: { steps: [STEP], sidecars: [SIDECAR], volumes: VOLUMES },
      },
    ],
    [
      'TaskRun check-',
      {
        apiVersion: 'tekton.dev/v1',
        kind: 'TaskRun',
        metadata: { generateName: 'check-' },
        spec: { taskSpec: { steps: [STEP], sidecars: [SIDECAR] } },
      },
    ],
    ['Buildkite step', { plugins: [{ docker: {} }, { kubernetes: { podSpec: pod } }] }],
    ['runner scale set arc', { runnerScaleSetName: 'arc', template: { spec: pod } }],
  ])('%s', (title, document) => {
    expect(titles(document)).toEqual([`${title}, an engine in the pod, v0.21.8`]);
  });

  test('a job that uses an engine of other pods is its client, and replaces the peer of the policy', () => {
    const labels = { app: 'job' };
    const policy = {
      ...ALLOW_CI,
      spec: { ...ALLOW_CI.spec, ingress: [{ from: [{ podSelector: { matchLabels: labels } }] }] },
    };
    const task = {
      apiVersion: 'tekton.dev/v1',
      kind: 'Task',
      metadata: { name: 'check', namespace: 'ci', labels },
      spec: { steps: [STEP] },
    };
    expect(edges(POOL, SERVICE, policy, task)).toEqual([
      'Task check -> Service pool: plain TCP, port 80, NetworkPolicy guard',
      'Service pool -> StatefulSet pool, 1 engine, v0.21.8: port 1234 of engine',
    ]);
  });

  const script = '#!/bin/sh\nexport _EXPERIMENTAL_DAGGER_RUNNER_HOST=tcp://pool.ci:80\ndagger call build\n';
  test.each([
    [
      'a Tekton step',
      'Task check',
      { apiVersion: 'tekton.dev/v1', kind: 'Task', spec: { steps: [{ name: 'build', image: 'dagger', script }] } },
    ],
    [
      'a template of Argo Workflows',
      'Workflow check, template one',
      {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Workflow',
        spec: { templates: [{ name: 'one', script: { image: 'dagger', command: ['sh'], source: script } }] },
      },
    ],
  ])('the script of %s sets the address of an engine', (_title, title, job) => {
    expect(edges(POOL, SERVICE, { ...job, metadata: { name: 'check', namespace: 'ci' } })).toContain(
      `${title} -> Service pool: plain TCP, port 80, no network policy`,
    );
  });

  test.each([
    { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name: 'a' }, spec: {} },
    { apiVersion: 'tekton.dev/v1', kind: 'TaskRun', metadata: { name: 'a' }, spec: { taskRef: { name: 'check' } } },
    { plugins: ['docker#v5', { kubernetes: null }] },
    { template: { spec: pod } },
    null,
  ])('not a job: %j', (document) => expect(drawEngines([document]).nodes).toEqual([]));
});

describe('cdk8s-dagger graph', () => {
  inFolder();

  test('reads files of jobs that have no Kubernetes objects', async () => {
    const plugins = { plugins: [{ kubernetes: { podSpec: { containers: [ENGINE] } } }] };
    files({ 'plugins.yaml': JSON.stringify(plugins), 'values.yaml': 'a: 1' });
    const drawn = expect.stringContaining('Buildkite step');
    expect(await run(['graph', 'plugins.yaml'])).toEqual({ code: 0, stderr: '', stdout: drawn });
    expect(await run(['graph', '.'])).toEqual({
      code: 0,
      stderr: 'skipped 1 file without Kubernetes objects: values.yaml\n',
      stdout: drawn,
    });
  });

  test('writes Mermaid, or DOT', async () => {
    files({ 'engine.json': JSON.stringify(POOL), 'service.json': JSON.stringify(SERVICE) });
    const mermaid = await run(['graph', '.']);
    expect(mermaid).toEqual({ code: 0, stderr: '', stdout: expect.stringMatching(/^flowchart TB\n/) });
    const dot = await run(['graph', '.', '--format', 'dot']);
    expect(dot).toEqual({ code: 0, stderr: '', stdout: expect.stringMatching(/^digraph engines \{\n[^]*\}\n$/) });
    expect(await run(['graph', '.', '--output', 'graph.mmd'])).toEqual({ code: 0, stderr: '', stdout: '' });
  });

  test('rejects manifests without an engine', async () => {
    files({ 'service.json': JSON.stringify(SERVICE) });
    expect(await run(['graph', 'service.json'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'service.json: no engine in these manifests; fix: add the files with the engines\n',
    });
  });
});
