import { ApiObject, Duration, Size } from 'cdk8s';
import { CacheVolume, Drain, EngineStatefulSet, Listener, Transport, type EngineProps } from '../../../src/index';
import { chart } from '../../engines';
import { onEngines } from '../engines';
import { apply, clientPod, runningClient, seen, settled, SMALL } from './scenario';

/** The duration of the build that is running when its engine must stop. */
const BUILD_SECONDS = 120;

/** The duration of the builds that don't need to be long. */
const SHORT_BUILD_SECONDS = 40;

/** The time within which the engine must be gone. Most of it is the build. */
const GONE_SECONDS = 360;

/** The timeout of a test. */
const TEST_SECONDS = 600;

/** Opens a TCP connection to the engine, and closes it. */
const CONNECT = 'address=${_EXPERIMENTAL_DAGGER_RUNNER_HOST#*://}; nc -w 5 ${address%:*} ${address##*:} < /dev/null';

// One engine stops while a client builds. The build succeeds, and its result is still cached afterwards.
onEngines((suite) => {
  const { aloneScenario, cluster, scenario } = suite;

  interface Stop {
    /** The transport of the client. */
    readonly transport?: Transport;
    /** Stops the engine. Returns when its pod is gone. */
    readonly stop: (namespace: string) => Promise<unknown>;
    /** @default BUILD_SECONDS */
    readonly buildSeconds?: number;
    /** Starts the engine again. Omit it if the engine restarts automatically. */
    readonly start?: (namespace: string) => Promise<unknown>;
  }

  const engineOf = (namespace: string, props: Partial<EngineProps> = {}): EngineStatefulSet =>
    new EngineStatefulSet(chart({ namespace }), 'engine', {
      version: suite.engine.version,
      drain: Drain.untilIdle({ atMost: Duration.minutes(4), idleFor: Duration.seconds(3) }),
      resources: SMALL,
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(2) }),
      listener: Listener.insecureTcp(),
      ...props,
    });

  const finishesTheBuild = async (
    namespace: string,
    { buildSeconds = BUILD_SECONDS, start, stop, transport }: Stop,
  ): Promise<void> => {
    const engine = engineOf(namespace);
    const program = engine.node.scope as ReturnType<typeof chart>;
    clientPod(program, 'client', engine, {
      transport: transport ?? Transport.tcp(),
      ...(transport && { serviceAccountName: 'client' }),
    });
    new ApiObject(program, 'account', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'client' } });
    await apply(cluster(), program);
    await settled(cluster(), engine);
    const client = await runningClient(suite, namespace, 'client');
    await client.build();

    const where = { namespace, pod: 'engine-0', container: 'dagger-engine' };
    const build = client.buildFor(buildSeconds);
    const step = cluster().until(
      async () => (await cluster().exec(where, ['pgrep', '-f', `sleep ${buildSeconds}`])).status === 0,
      'the step to run',
      300,
    );
    await Promise.race([step, build.then(() => Promise.reject(new Error('the build ended early')))]);
    const log = cluster().kubectl(
      ['logs', '--follow', '--tail=1', `--namespace=${namespace}`, '--container=dagger-engine', where.pod],
      { timeoutSeconds: GONE_SECONDS },
    );
    const { metadata } = await cluster().client.get({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: where.pod, namespace },
    });
    const started = Date.now();
    await stop(namespace);
    await cluster().until(
      async () =>
        (await cluster().client.get({ apiVersion: 'v1', kind: 'Pod', metadata: { name: where.pod, namespace } }))
          ?.metadata.uid !== metadata.uid,
      'the old engine to be gone',
      GONE_SECONDS,
    );
    const seconds = (Date.now() - started) / 1000;
    const first = await build;
    const lines = (await log).split('\n').filter((line) => line.startsWith('preStop: '));
    expect(lines).toContain('preStop: idle');
    expect(lines.at(-1)).toBe('preStop: stopping');

    await start?.(namespace);
    await settled(cluster(), engine);
    const second = await cluster().until(
      () => client.buildFor(buildSeconds).catch(() => undefined),
      'the client to reach the engine',
      GONE_SECONDS,
    );
    seen(
      `build of ${first.seconds.toFixed(0)} s finished, engine gone after ${seconds.toFixed(0)} s, next build ${second.seconds.toFixed(0)} s and ${second.id === first.id ? 'cached' : 'not cached'}: ${lines.join(' | ')}`,
    );
    expect(second).toMatchObject({ id: first.id, runs: first.runs });
  };

  const deletePod = (namespace: string): Promise<string> =>
    cluster().kubectl(['delete', 'pod', 'engine-0', `--namespace=${namespace}`], { timeoutSeconds: GONE_SECONDS });

  scenario(
    'finishes a build when its pod is deleted',
    (namespace) => finishesTheBuild(namespace, { stop: deletePod }),
    TEST_SECONDS,
  );

  scenario(
    'finishes a build when the workload is rolled',
    (namespace) =>
      finishesTheBuild(namespace, {
        stop: async () => {
          const { workload } = engineOf(namespace, { podAnnotations: { 'example.com/change': '1' } });
          await cluster().apply([workload.toJson()]);
        },
      }),
    TEST_SECONDS,
  );

  scenario(
    'finishes a build when the engine is scaled away',
    (namespace) => {
      const scale = (replicas: number): Promise<string> =>
        cluster().kubectl(['scale', 'statefulset/engine', `--replicas=${replicas}`, `--namespace=${namespace}`]);
      return finishesTheBuild(namespace, { stop: () => scale(0), start: () => scale(1) });
    },
    TEST_SECONDS,
  );

  scenario(
    'finishes a build over kube-pod when its pod is deleted',
    (namespace) =>
      finishesTheBuild(namespace, {
        buildSeconds: SHORT_BUILD_SECONDS,
        transport: Transport.kubePod({ podName: 'engine-0' }),
        stop: deletePod,
      }),
    TEST_SECONDS,
  );

  scenario(
    'admits only clients that were connected when the drain started',
    async (namespace) => {
      const engine = engineOf(namespace);
      const program = engine.node.scope as ReturnType<typeof chart>;
      clientPod(program, 'client', engine);
      clientPod(program, 'late', engine);
      await apply(cluster(), program);
      await settled(cluster(), engine);
      const [client, late] = [
        await runningClient(suite, namespace, 'client'),
        await runningClient(suite, namespace, 'late'),
      ];
      await client.build();
      const where = { namespace, pod: 'engine-0', container: 'dagger-engine' };
      const build = client.buildFor(60);
      const step = cluster().until(
        async () => (await cluster().exec(where, ['pgrep', '-f', 'sleep 60'])).status === 0,
        'the step to run',
        300,
      );
      await Promise.race([step, build.then(() => Promise.reject(new Error('the build ended early')))]);
      const deletion = deletePod(namespace);
      const restricts = async (): Promise<boolean> => {
        const set = await cluster().exec(where, ['nft', 'list', 'set', 'inet', 'dagger-drain-1234', 'restricted']);
        return set.stdout.includes('elements');
      };
      await cluster().until(restricts, 'the drain to reject new clients', 60);
      const rejected = await late.run(CONNECT);
      expect(rejected).toMatchObject({ status: 1, stderr: expect.stringContaining('Connection refused') });
      expect(await client.run(CONNECT)).toMatchObject({ status: 0 });
      // buildctl gives up, but the Dagger CLI retries until the engine is back.
      const retries = suite.engine.archive === undefined ? undefined : late.buildFor(1);
      await build;
      await deletion;
      await settled(cluster(), engine);
      const waited = await retries;
      seen(
        `new client during a drain: ${rejected.stderr.trim()}; the CLI ${waited === undefined ? 'was not tried' : `waited for the restart, ${waited.seconds.toFixed(0)} s`}`,
      );
      await cluster().until(
        async () => (await late.run(CONNECT)).status === 0,
        'the rejected client to reach the new engine',
        GONE_SECONDS,
      );
    },
    TEST_SECONDS,
  );

  // Runs the hook without a SIGTERM after it, as if the client connected between the two.
  scenario('rejects clients that connect between the hook and SIGTERM, and opens the port again', async (namespace) => {
    const engine = engineOf(namespace, { drain: Drain.untilIdle({ idleFor: Duration.seconds(0) }) });
    const program = engine.node.scope as ReturnType<typeof chart>;
    clientPod(program, 'client', engine);
    await apply(cluster(), program);
    await settled(cluster(), engine);
    const client = await runningClient(suite, namespace, 'client');
    await cluster().until(async () => (await client.run(CONNECT)).status === 0, 'the client to connect');

    const where = { namespace, pod: 'engine-0', container: 'dagger-engine' };
    const probe = ['sh', '-c', 'buildctl dial-stdio < /dev/null'];
    const [container] = engine.workload.toJson().spec.template.spec.containers;
    expect(await cluster().exec(where, probe)).toMatchObject({ status: 0 });
    expect(await cluster().exec(where, container.lifecycle.preStop.exec.command)).toMatchObject({ status: 0 });
    const [overTcp, overSocket] = await Promise.all([client.run(CONNECT), cluster().exec(where, probe)]);
    expect(overTcp).toMatchObject({ status: 1, stderr: expect.stringContaining('Connection refused') });
    expect(overSocket.status).not.toBe(0);
    const started = Date.now();
    await cluster().until(async () => (await client.run(CONNECT)).status === 0, 'the port to open again', 30);
    seen(
      `after the hook: tcp "${overTcp.stderr.split('\n')[0]}", socket "${overSocket.stderr.split('\n')[0]}"; port open again after ${((Date.now() - started) / 1000).toFixed(0)} s`,
    );
  });

  aloneScenario(
    'finishes a build when the node is drained',
    async (namespace) => {
      const nodeOf = async (): Promise<string> =>
        (await cluster().client.get({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'engine-0', namespace } })).spec
          .nodeName;
      let node = '';
      await finishesTheBuild(namespace, {
        stop: async () => {
          node = await nodeOf();
          await cluster().kubectl(
            [
              'drain',
              node,
              '--pod-selector=app.kubernetes.io/instance=engine',
              '--delete-emptydir-data',
              `--timeout=${GONE_SECONDS}s`,
            ],
            { timeoutSeconds: GONE_SECONDS },
          );
        },
        start: () => cluster().kubectl(['uncordon', node]),
      }).finally(() => (node === '' ? undefined : cluster().kubectl(['uncordon', node])));
    },
    TEST_SECONDS,
  );
});
