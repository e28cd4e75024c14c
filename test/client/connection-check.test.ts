import { Chart, Duration } from 'cdk8s';
import { Certificates, ConnectionCheck, CliInstall, EngineImage, Listener, type ConnectOptions } from '../../src/index';
import { daemonSet, objects, statefulSet } from '../engines';
import type { Engine } from '../../src/index';
import { runner } from './runners';

function initContainers(engine: Engine, options: ConnectOptions): any[] {
  const chart = Chart.of(engine);
  const made = runner(chart);
  engine.connect(made, options);
  const deployment = Object.values(objects(chart)).find(({ kind }) => kind === 'Deployment');
  return deployment.spec.template.spec.initContainers;
}

test('a connection check opens a session over the transport of the client', () => {
  const [container] = initContainers(statefulSet({ listener: Listener.insecureTcp() }), {
    connectionCheck: ConnectionCheck.fromEngineImage(),
  });
  expect(container).toMatchObject({
    name: 'check-engine',
    image: 'registry.dagger.io/engine:v0.21.7',
    securityContext: { runAsNonRoot: true, runAsUser: 65532, allowPrivilegeEscalation: false },
    terminationMessagePolicy: 'FallbackToLogsOnError',
  });
  expect(container.env).toEqual([
    { name: '_EXPERIMENTAL_DAGGER_RUNNER_HOST', value: expect.stringMatching(/^tcp:/) },
    { name: 'HOME', value: '/tmp' },
  ]);
  expect(container.command).toEqual([
    'sh',
    '-c',
    'DO_NOT_TRACK=1 DAGGER_NO_UPDATE_CHECK=1 timeout 60 dagger --progress=plain core version || { echo "The engine engine did not accept a session within 60 seconds. Possible causes: the engine is not Ready; a network policy blocks this pod, for example because its labels differ from those that the engine admits." >&2; exit 1; }',
  ]);
});

test('a connection check runs after the installation of the CLI, with the mounts of the client', () => {
  const all = initContainers(daemonSet(), {
    cli: CliInstall.fromEngineImage(),
    connectionCheck: ConnectionCheck.fromEngineImage({ timeout: Duration.seconds(30) }),
  });
  expect(all.map(({ name }) => name)).toEqual(['cli-engine', 'check-engine']);
  expect(all[1].volumeMounts).toEqual([{ name: 'socket-engine', mountPath: '/run/dagger', readOnly: true }]);
  expect(all[1].command[2]).toContain('timeout 30 dagger');
  expect(all[1].command[2]).toContain('no engine runs on this node; this pod does not have the group of the socket.');
});

test('a connection check over TLS has the certificate of the client, and can use another image', () => {
  const [container] = initContainers(
    statefulSet({ listener: Listener.tls({ certificates: Certificates.privateCa() }) }),
    {
      connectionCheck: ConnectionCheck.fromEngineImage({
        image: EngineImage.fromReference('registry.example.com/engine:1'),
      }),
    },
  );
  expect(container.image).toBe('registry.example.com/engine:1');
  expect(container.volumeMounts).toHaveLength(1);
  expect(container.command[2]).toContain('the engine does not admit the certificate of this pod or its common name');
});
