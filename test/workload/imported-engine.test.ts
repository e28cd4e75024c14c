import { Chart, Duration, Testing } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import {
  Certificates,
  ClientCertificate,
  Engine,
  KeySelector,
  Listener,
  TlsSecret,
  Transport,
  type EngineAttributes,
} from '../../src/index';
import { chart, objects, problems, refusal, statefulSet, warnings } from '../engines';

const mutualTls = (allowedClients?: string[]) =>
  Listener.tls({
    certificates: Certificates.issuedBy({ name: 'ca', kind: 'ClusterIssuer' }),
    ...(allowedClients && { allowedClients }),
  });

test('exports the attributes of an engine', () => {
  const engine = statefulSet({ listener: mutualTls(['ci']), replicas: 2 });
  engine.addClient({ name: 'ci' });
  engine.addClient({ name: 'ci', namespace: 'runners' });
  expect(engine.toEngineAttributes()).toEqual({
    name: 'engine',
    version: 'v0.21.7',
    namespace: 'ci',
    labels: { 'app.kubernetes.io/name': 'dagger-engine', 'app.kubernetes.io/instance': 'engine' },
    podSelector: { 'app.kubernetes.io/name': 'dagger-engine', 'app.kubernetes.io/instance': 'engine' },
    podNames: ['engine-0', 'engine-1'],
    headlessServiceName: 'engine-headless',
    perNode: false,
    listener: {
      port: 8443,
      serviceName: 'engine',
      tls: {
        mutual: true,
        publicCa: false,
        clientIssuer: { name: 'ca', kind: 'ClusterIssuer' },
        allowedClients: ['ci'],
      },
    },
    image: 'registry.dagger.io/engine:v0.21.7',
    clientNamespaces: ['ci', 'runners'],
  });
});

describe('an imported engine', () => {
  const imported = (attributes: Partial<EngineAttributes>, scope = chart({ namespace: 'runners' })) =>
    Engine.fromEngineAttributes(scope, 'pool', { name: 'pool', version: 'v0.21.7', namespace: 'ci', ...attributes });
  const tls = { port: 8443, tls: { clientIssuer: { name: 'ca', kind: 'ClusterIssuer' } } };

  test('needs only its name, its version and its port', () => {
    const engine = imported({ listener: { port: 1234 } });
    expect([engine.name, engine.namespace, engine.version.tag]).toEqual(['pool', 'ci', 'v0.21.7']);
    expect(engine.runnerHost(Transport.tcp())).toBe('tcp://pool.ci.svc:1234');
    expect(engine.findPodCommand).toContain('--namespace=ci --selector=app.kubernetes.io/name=dagger-engine');
  });

  test("creates the client's certificate in the client's program", () => {
    const scope = chart({ namespace: 'runners' });
    const engine = imported({ listener: tls }, scope);
    expect(engine.issueClient('nightly', { namespace: 'runners', duration: Duration.hours(2) }).secretName).toBe(
      'pool-client-nightly',
    );
    expect(objects(scope)['Certificate pool-client-nightly']).toMatchObject({
      metadata: { namespace: 'runners' },
      spec: { commonName: 'nightly', issuerRef: { name: 'ca', kind: 'ClusterIssuer' } },
    });
  });

  test('requires a Secret of the client if no issuer is known', () => {
    const engine = imported({ listener: { port: 8443, tls: {} } });
    expect(problems(() => engine.addClient({ namespace: 'runners' }))).toEqual([
      "certificate: is required, because this program can't issue a certificate that the engine accepts; got undefined; allowed: a certificate signed by the engine's CA for clients; fix: set certificate: ClientCertificate.fromSecret(TlsSecret.fromSecretName('...'))",
    ]);
    const certificate = ClientCertificate.fromSecret(TlsSecret.fromSecretName('runner-tls'), 'runners');
    expect(engine.addClient({ namespace: 'runners', certificate }).volumes).toMatchObject([
      { secret: { secretName: 'runner-tls' } },
    ]);
  });

  test('requires the CA in the namespace of the client without mutual TLS', () => {
    const engine = imported({ listener: { port: 8443, tls: { mutual: false } } });
    expect(problems(() => engine.addClient({ namespace: 'runners' }))).toEqual([
      "ca: is required, because this program doesn't know the engine's CA; got undefined; allowed: a key of a ConfigMap or Secret in the namespace of the client; fix: set ca: KeySelector.fromConfigMapName('...', 'ca.crt')",
    ]);
    const ca = KeySelector.fromConfigMapName('dagger-ca', 'root.pem');
    expect(engine.addClient({ namespace: 'runners', ca }).volumes).toEqual([
      {
        name: 'tls-pool',
        projected: { sources: [{ configMap: { name: 'dagger-ca', items: [{ key: 'root.pem', path: 'ca.crt' }] } }] },
      },
    ]);
  });

  test("creates Roles in the engine's namespace", () => {
    const scope = chart({ namespace: 'runners' });
    const engine = imported({ podNames: ['pool-0', 'pool-1'] }, scope);
    engine.connect(
      new k8s.KubePod(scope, 'runner', {
        spec: { serviceAccountName: 'runner', containers: [{ name: 'runner', image: 'runner:1' }] },
      }),
      { transport: Transport.kubePod({ ordinal: 1 }) },
    );
    const { 'Role pool-1-client': role, 'RoleBinding pool-1-client': binding } = objects(scope);
    expect([role.metadata.namespace, binding.metadata.namespace]).toEqual(['ci', 'ci']);
    expect(binding.subjects).toEqual([{ kind: 'ServiceAccount', name: 'runner', namespace: 'runners' }]);
  });

  test('warns about a namespace that the network policy of the engine does not admit', () => {
    const scope = chart({ namespace: 'runners' });
    const engine = imported({ listener: { port: 1234 }, clientNamespaces: ['ci'] }, scope);
    engine.addClient({ namespace: 'runners' });
    expect(warnings(scope)).toEqual([
      '[test/pool] warning client-not-admitted: clientNamespaces: the engine\'s network policy doesn\'t allow clients in the namespace "runners"; fix: call addClient({ namespace: "runners" }) in the engine\'s program, and import its attributes again',
    ]);
    engine.addClient({ namespace: 'ci' });
    expect(warnings(scope)).toEqual([]);
  });

  test('rejects invalid attributes', () => {
    expect(
      refusal(() =>
        imported({ name: 'Pool', version: 'latest', listener: { port: 0 }, hostSocket: { directory: 'run/dagger' } }),
      ),
    ).toEqual([
      '[test/pool] Engine.fromEngineAttributes has 4 problems:',
      expect.stringMatching(/^name: must be a valid object name; got "Pool"/),
      expect.stringMatching(/^hostSocket.directory: must be an absolute path; got "run\/dagger"/),
      expect.stringMatching(/^listener.port: must be a TCP port; got 0/),
      expect.stringMatching(/^version: /),
    ]);
  });
});

test('creates the objects of a client in its own chart', () => {
  const app = Testing.app();
  const engines = new Chart(app, 'engines', { namespace: 'ci' });
  const clients = new Chart(app, 'clients', { namespace: 'runners' });
  const engine = statefulSet({ listener: mutualTls() }, engines);
  const runner = new k8s.KubePod(clients, 'runner', {
    spec: { serviceAccountName: 'runner', containers: [{ name: 'runner', image: 'runner:1' }] },
  });
  engine.connect(runner, { scope: clients });
  engine.addClient({
    scope: clients,
    name: 'nightly',
    namespace: 'runners',
    serviceAccountName: 'nightly',
    transport: Transport.kubePod({ ordinal: 0 }),
  });
  const names = (scope: Chart) =>
    Testing.synth(scope).map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`);
  expect(names(clients)).toEqual([
    expect.stringMatching(/^Pod runners\//),
    'Certificate runners/engine-client-runner',
    'Role ci/engine-0-client-nightly',
    'RoleBinding ci/engine-0-client-nightly',
  ]);
  expect(names(engines).filter((name) => /client/.test(name))).toEqual([]);
});
