import { Chart, Testing } from 'cdk8s';
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
