import { Chart, Testing } from 'cdk8s';
import { Construct } from 'constructs';
import { CliInstall, Certificates, Listener, Transport } from '../../src/index';
import { daemonSet, statefulSet } from '../engines';
import { runner, runnerWithAccount } from './runners';

const tcp = { listener: Listener.insecureTcp() };

function chart(namespace: string | undefined = 'ci'): Chart {
  return new Chart(Testing.app(), 'test', { namespace });
}

describe('connecting twice changes nothing', () => {
  test.each([
    [
      "the node's socket",
      (scope: Chart) =>
        daemonSet({ nodeSelector: { pool: 'builds' }, tolerations: [{ key: 'builds', operator: 'Exists' }] }, scope),
    ],
    [
      "the node's socket, by affinity",
      (scope: Chart) =>
        daemonSet(
          {
            affinity: {
              nodeAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: {
                  nodeSelectorTerms: [{ matchExpressions: [{ key: 'disk', operator: 'Exists' }] }],
                },
              },
            },
          },
          scope,
        ),
    ],
    ['TCP', (scope: Chart) => statefulSet(tcp, scope)],
    [
      'TLS',
      (scope: Chart) => statefulSet({ listener: Listener.tls({ certificates: Certificates.privateCa() }) }, scope),
    ],
    ['the Kubernetes API', (scope: Chart) => statefulSet({}, scope)],
  ])('%s', (_, engineIn) => {
    const synthesized = (times: number) => {
      const scope = chart();
      const engine = engineIn(scope);
      const made = runnerWithAccount(scope);
      for (let time = 0; time < times; time += 1) {
        engine.connect(made, { cli: CliInstall.fromEngineImage() });
      }
      return Testing.synth(scope);
    };
    expect(synthesized(2)).toEqual(synthesized(1));
  });
});

test('connects two containers of a pod to different engines', () => {
  const scope = chart();
  const made = runner(scope);
  made.addContainer({ name: 'second', image: 'registry.example.com/second:1', resources: {} });
  const engines = ['arm', 'amd'].map((arch) =>
    daemonSet(
      { name: arch, security: { group: arch === 'arm' ? 1001 : 2002 } },
      new Chart(scope.node.root as Chart, arch, { namespace: arch }),
    ),
  );
  engines[0]!.connect(made, { containers: ['runner'] });
  engines[1]!.connect(made, { containers: ['second'] });
  const { containers, securityContext, volumes } = Testing.synth(scope).find(({ kind }) => kind === 'Deployment').spec
    .template.spec;
  expect(securityContext.supplementalGroups).toEqual([1001, 2002]);
  expect(volumes.map((volume: any) => [volume.name, volume.hostPath.path])).toEqual([
    ['socket-arm', '/run/dagger-arm_arm'],
    ['socket-amd', '/run/dagger-amd_amd'],
  ]);
  expect(containers.map((container: any) => container.volumeMounts.map((mount: any) => mount.name))).toEqual([
    ['socket-arm'],
    ['socket-amd'],
  ]);
});

test('returns the connection', () => {
  const scope = chart();
  const connection = statefulSet(tcp, scope).connect(runner(scope));
  expect([connection.runnerHost, connection.podLabels]).toEqual([
    'tcp://engine.ci.svc:1234',
    { 'cdk8s-dagger.github.io/client-of-engine': 'ci' },
  ]);
});

describe('the certificate of a client', () => {
  const certificates = Certificates.issuedBy({ name: 'ca', kind: 'ClusterIssuer' });
  const tls = { listener: Listener.tls({ certificates }) };
  const clientsOf = (scope: Chart) =>
    Testing.synth(scope)
      .filter(({ kind, metadata }) => kind === 'Certificate' && metadata.name.includes('client'))
      .map(({ metadata: { name, namespace } }) => `${namespace}/${name}`);

  test('is in the chart of a client in another namespace, so that the chart of the engine applies without it', () => {
    const app = Testing.app();
    const [engines, clients] = ['ci', 'apps'].map((namespace) => new Chart(app, namespace, { namespace }));
    statefulSet(tls, engines).connect(runner(clients!));
    expect([clientsOf(engines!), clientsOf(clients!)]).toEqual([[], ['apps/engine-client-runner']]);
  });

  test('is in the chart of the engine if the client is in the same namespace', () => {
    const app = Testing.app();
    const [engines, clients] = ['engines', 'clients'].map((id) => new Chart(app, id, { namespace: 'ci' }));
    statefulSet(tls, engines).connect(runner(clients!));
    expect([clientsOf(engines!), clientsOf(clients!)]).toEqual([['ci/engine-client-runner'], []]);
  });

  test('is in the chart of the engine if the client is in the same chart, or the scope is the engine', () => {
    const app = Testing.app();
    const [engines, clients] = ['ci', 'apps'].map((namespace) => new Chart(app, namespace, { namespace }));
    const engine = statefulSet(tls, engines);
    engine.connect(runner(engines!, { metadata: { name: 'same-chart', namespace: 'apps' } }));
    engine.connect(runner(clients!), { name: 'other', scope: engine });
    expect([clientsOf(engines!), clientsOf(clients!)]).toEqual([
      ['apps/engine-client-runner', 'apps/engine-client-other'],
      [],
    ]);
  });

  test('is rejected if an engine with the same name has a client with the same name', () => {
    const app = Testing.app();
    const clients = new Chart(app, 'apps', { namespace: 'apps' });
    for (const namespace of ['one', 'two']) {
      const engine = statefulSet(tls, new Chart(app, namespace, { namespace }));
      engine.connect(runner(new Construct(clients, `for-${namespace}`), { metadata: { name: namespace } }));
    }
    expect(() => app.synth()).toThrow(
      'the Certificate "engine-client-runner" in namespace "apps" is created twice, by apps/one--engine-Client-apps-runner and apps/two--engine-Client-apps-runner',
    );
  });
});

test('grants permissions when the chart of the engine is written before its clients', () => {
  const app = Testing.app();
  const engines = new Chart(app, 'engines', { namespace: 'ci' });
  const clients = new Chart(app, 'clients', { namespace: 'runners' });
  const engine = statefulSet({}, engines);
  engine.connect(runnerWithAccount(clients), { transport: Transport.kubePod({ ordinal: 0 }) });
  expect(Testing.synth(engines).find(({ kind }) => kind === 'RoleBinding').subjects).toEqual([
    { kind: 'ServiceAccount', name: 'runner', namespace: 'runners' },
  ]);
});
