import { ApiObject, Duration, Size, type Chart } from 'cdk8s';
import {
  CacheVolume,
  Certificates,
  ClientCertificate,
  Drain,
  EngineCapability,
  EngineDaemonSet,
  EngineJson,
  EngineStatefulSet,
  EngineVersion,
  Listener,
  TlsSecret,
  Transport,
  type Engine,
} from '../../../src/index';
import { chart } from '../../engines';
import { supporting, type EngineSuite } from '../engines';
import { apply, clientPod, runningClient, seen, settled, SMALL } from './scenario';
import { addSecrets, KEYS } from './tls';

/** The number of seconds within which an engine must be gone. Its grace period is ten minutes. */
const GONE_SECONDS = 240;

/** The number of seconds within which a client that was disconnected must end. */
const CLIENT_SECONDS = 120;

/** The timeout of a test. A real engine takes minutes on a busy machine. */
const TEST_SECONDS = 600;

const drain = Drain.untilIdle({ atMost: Duration.seconds(5) });

/** A stop of an engine while a client is connected. */
interface Stop {
  readonly create: (program: Chart) => Engine;
  readonly transport: Transport;
  readonly certificate?: ClientCertificate;
  /** Whether the processes of the client are stopped. @default false */
  readonly hangs?: boolean;
  /** Whether the client has a session without a build. @default false */
  readonly isIdle?: boolean;
  /** Whether the hook can't disconnect the client, so that the kubelet kills the engine. @default false */
  readonly isKilled?: boolean;
}

/** The grace period of an engine whose client stays connected, in seconds. */
const KILLED_SECONDS = 90;

/** Defines tests of an engine whose pod is deleted while a client is connected. */
export function stopping(suite: EngineSuite): void {
  const { cluster, realScenario, scenario } = suite;
  const { version } = suite.engine;
  const tlsScenario = supporting(suite.engine, EngineCapability.TLS_CLIENT, scenario);

  const pool = (program: Chart): Engine =>
    new EngineStatefulSet(program, 'engine', {
      version,
      drain,
      resources: SMALL,
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(2) }),
      listener: Listener.insecureTcp(),
    });
  const tlsPool = (program: Chart): Engine => {
    addSecrets(program, [`engine.${program.namespace}.svc`]);
    return new EngineStatefulSet(program, 'engine', {
      version,
      drain,
      resources: SMALL,
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(2) }),
      listener: Listener.tls({
        certificates: Certificates.fromSecrets({ server: TlsSecret.fromSecretName('server', KEYS) }),
        allowedClients: ['admitted'],
      }),
    });
  };
  const onNodes = (program: Chart, terminationGracePeriod?: Duration): Engine =>
    new EngineDaemonSet(program, 'engine', {
      version,
      drain,
      resources: SMALL,
      terminationGracePeriod,
      // By default, the engine deletes its cache if the disk of the machine is nearly full.
      engineJson: EngineJson.of({ gc: { enabled: false } }),
    });

  const deletePod = async (
    namespace: string,
    { certificate, create, hangs = false, isIdle = false, isKilled = false, transport }: Stop,
  ): Promise<void> => {
    const program = chart({ namespace });
    const engine = create(program);
    clientPod(program, 'client', engine, { certificate, transport, serviceAccountName: 'client' });
    new ApiObject(program, 'account', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'client' } });
    await apply(cluster(), program);
    await settled(cluster(), engine);
    const client = await runningClient(suite, namespace, 'client');
    const before = await client.build();

    const [{ metadata }] = await cluster().client.list('v1', 'Pod', {
      namespace,
      labelSelector: 'app.kubernetes.io/name=dagger-engine',
    });
    const where = { namespace, pod: metadata.name, container: 'dagger-engine' };
    await (isIdle ? client.startIdleSession() : client.startLongStep(where));
    if (hangs) {
      await client.signalStep('STOP');
    }
    const log = cluster().kubectl(
      ['logs', '--follow', '--tail=1', `--namespace=${namespace}`, '--container=dagger-engine', metadata.name],
      { timeoutSeconds: GONE_SECONDS },
    );
    const started = Date.now();
    await cluster().kubectl(['delete', 'pod', metadata.name, `--namespace=${namespace}`], {
      timeoutSeconds: GONE_SECONDS,
    });
    const seconds = (Date.now() - started) / 1000;
    if (hangs) {
      await client.signalStep('CONT');
    }
    // `dagger run` waits for its command, also when its connections are cut.
    if (suite.engine.archive !== undefined && !isIdle) {
      // The stand-in exits before its TCP client notices the reset, so this needs a real engine.
      expect((await cluster().until(() => client.ended(), 'the client to end', CLIENT_SECONDS)).status).not.toBe(0);
    }
    const lines = (await log).split('\n').filter((line) => line.startsWith('preStop: '));
    const cut = lines.find((line) => line.includes('cutting'));
    expect(cut).toMatch(/^preStop: cutting [1-9]\d* connections$/);

    await settled(cluster(), engine);
    const after = await client.build();
    seen(
      `stop ${isIdle ? 'with an idle client' : 'during a build'} over ${transport._kind}${hangs ? ', the client hangs' : ''}: gone after ${seconds.toFixed(0)} s, "${cut}", cached step ${after.id === before.id ? 'kept' : 'lost'}`,
    );
    expect(after.id === before.id).toBe(!isKilled);
    if (isKilled) {
      expect(seconds).toBeGreaterThanOrEqual(KILLED_SECONDS);
    }
  };

  scenario(
    'a stop during a build disconnects a client over tcp, and keeps its cache',
    (namespace) => deletePod(namespace, { create: pool, transport: Transport.tcp() }),
    TEST_SECONDS,
  );

  scenario(
    'a stop during a build disconnects a client that hangs, and keeps its cache',
    (namespace) => deletePod(namespace, { create: pool, transport: Transport.tcp(), hangs: true }),
    TEST_SECONDS,
  );

  tlsScenario(
    'a stop during a build disconnects a client over tls, and keeps its cache',
    (namespace) =>
      deletePod(namespace, {
        create: tlsPool,
        transport: Transport.tls(),
        certificate: ClientCertificate.fromSecret(TlsSecret.fromSecretName('admitted', KEYS)),
      }),
    TEST_SECONDS,
  );

  scenario(
    'a stop during a build disconnects a client over kube-pod, and keeps its cache',
    (namespace) => deletePod(namespace, { create: pool, transport: Transport.kubePod({ podName: 'engine-0' }) }),
    TEST_SECONDS,
  );

  for (const { transport, create, certificate, define } of [
    { transport: Transport.tcp(), create: pool, define: realScenario },
    {
      transport: Transport.tls(),
      create: tlsPool,
      certificate: ClientCertificate.fromSecret(TlsSecret.fromSecretName('admitted', KEYS)),
      define: supporting(suite.engine, EngineCapability.TLS_CLIENT, realScenario),
    },
    { transport: Transport.kubePod({ podName: 'engine-0' }), create: pool, define: realScenario },
  ]) {
    define(
      `a stop disconnects an idle client over ${transport._kind}, and keeps its cache`,
      (namespace) => deletePod(namespace, { create, transport, certificate, isIdle: true }),
      TEST_SECONDS,
    );
  }

  // No technique is known that ends idle sessions on this socket. Older engines exit with a connected client.
  const waits = EngineVersion.of(version).supports(EngineCapability.STOP_WAITS_FOR_CLIENTS);
  realScenario(
    waits
      ? "a stop doesn't disconnect an idle client over unix, and loses its cache when the grace period ends"
      : 'a stop with an idle client over unix keeps its cache',
    (namespace) =>
      deletePod(namespace, {
        create: (program) => onNodes(program, Duration.seconds(KILLED_SECONDS)),
        transport: Transport.unix(),
        isIdle: true,
        isKilled: waits,
      }),
    TEST_SECONDS,
  );

  // The hook kills the init process of the engine's steps. The steps of the stand-in have no such process.
  realScenario(
    'a stop during a build disconnects a client over unix, and keeps its cache',
    (namespace) => deletePod(namespace, { create: (program) => onNodes(program), transport: Transport.unix() }),
    TEST_SECONDS,
  );
}
