import { ApiObject, Duration, Size } from 'cdk8s';
import { CacheVolume, Drain, EngineStatefulSet, Listener, Transport, type EngineProps } from '../../../src/index';
import { chart } from '../../engines';
import { onEngines } from '../engines';
import { apply, clientPod, runningClient, seen, settled, SMALL } from './scenario';

/** The duration of the build that is running when its engine must stop. */
const BUILD_SECONDS = 40;

/** The time within which the engine must be gone. Most of it is the build. */
const GONE_SECONDS = 240;

// One engine stops while a client builds. The build succeeds, and its result is still cached afterwards.
onEngines((suite) => {
  const { aloneScenario, cluster, scenario } = suite;

  interface Stop {
    /** The transport of the client. */
    readonly transport?: Transport;
    /** Stops the engine. Returns when its pod is gone. */
    readonly stop: (namespace: string) => Promise<unknown>;
    /** Starts the engine again. Omit it if the engine restarts automatically. */
    readonly start?: (namespace: string) => Promise<unknown>;
  }

  const engineOf = (namespace: string, props: Partial<EngineProps> = {}): EngineStatefulSet =>
    new EngineStatefulSet(chart({ namespace }), 'engine', {
      version: suite.engine.version,
      drain: Drain.untilIdle({ atMost: Duration.minutes(3), idleFor: Duration.seconds(3) }),
      resources: SMALL,
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(2) }),
      listener: Listener.insecureTcp(),
      ...props,
    });

  const finishesTheBuild = async (namespace: string, { start, stop, transport }: Stop): Promise<void> => {
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
    const build = client.buildFor(BUILD_SECONDS);
    const step = cluster().until(
      async () => (await cluster().exec(where, ['pgrep', '-f', `sleep ${BUILD_SECONDS}`])).status === 0,
      'the step to run',
      120,
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
    expect(lines.at(-1)).toBe('preStop: idle, stopping');

    await start?.(namespace);
    await settled(cluster(), engine);
    const second = await cluster().until(
      () => client.buildFor(BUILD_SECONDS).catch(() => undefined),
      'the client to reach the engine',
      GONE_SECONDS,
    );
    seen(
      `build of ${first.seconds.toFixed(0)} s finished, engine gone after ${seconds.toFixed(0)} s, next build ${second.seconds.toFixed(0)} s and ${second.id === first.id ? 'cached' : 'not cached'}: ${lines.join(' | ')}`,
    );
    expect(second).toMatchObject({ id: first.id, runs: first.runs });
  };

  scenario('finishes a build when its pod is deleted', (namespace) =>
    finishesTheBuild(namespace, {
      stop: () =>
        cluster().kubectl(['delete', 'pod', 'engine-0', `--namespace=${namespace}`], { timeoutSeconds: GONE_SECONDS }),
    }),
  );

  scenario('finishes a build over kube-pod when its pod is deleted', (namespace) =>
    finishesTheBuild(namespace, {
      transport: Transport.kubePod({ podName: 'engine-0' }),
      stop: () =>
        cluster().kubectl(['delete', 'pod', 'engine-0', `--namespace=${namespace}`], { timeoutSeconds: GONE_SECONDS }),
    }),
  );

  scenario('finishes a build when the workload is rolled', (namespace) =>
    finishesTheBuild(namespace, {
      stop: async () => {
        const { workload } = engineOf(namespace, { podAnnotations: { 'example.com/change': '1' } });
        await cluster().apply([workload.toJson()]);
      },
    }),
  );

  scenario('finishes a build when the engine is scaled away', (namespace) => {
    const scale = (replicas: number): Promise<string> =>
      cluster().kubectl(['scale', 'statefulset/engine', `--replicas=${replicas}`, `--namespace=${namespace}`]);
    return finishesTheBuild(namespace, { stop: () => scale(0), start: () => scale(1) });
  });

  aloneScenario('finishes a build when the node is drained', async (namespace) => {
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
  });
});
