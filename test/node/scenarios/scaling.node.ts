import { Duration, Size } from 'cdk8s';
import { Autoscaling, CacheVolume, Drain, EngineStatefulSet, Listener, Transport } from '../../../src/index';
import { chart } from '../../engines';
import { onEngines } from '../engines';
import { apply, clientPod, runningClient, seen, settled, SMALL } from './scenario';

/** The duration of the build that is running when its engine must stop. */
const BUILD_SECONDS = 30;

const GONE_SECONDS = 240;

// `kubectl scale` replaces the autoscaler here. Both change the `scale` subresource.
onEngines((suite) => {
  const { cluster, scenario } = suite;

  scenario('finishes a build on the engine that an autoscaler stops, and keeps the caches', async (namespace) => {
    const program = chart({ namespace });
    const engine = new EngineStatefulSet(program, 'engine', {
      version: suite.engine.version,
      drain: Drain.untilIdle({ atMost: Duration.minutes(3), idleFor: Duration.seconds(3) }),
      resources: SMALL,
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(2) }),
      listener: Listener.insecureTcp(),
      autoscaling: Autoscaling.fromExisting({ maxReplicas: 2 }),
    });
    for (const ordinal of [0, 1]) {
      clientPod(program, `client-${ordinal}`, engine, { transport: Transport.tcp({ ordinal }) });
    }
    const scale = (replicas: number): Promise<string> =>
      cluster().kubectl(['scale', 'statefulset/engine', `--replicas=${replicas}`, `--namespace=${namespace}`]);
    await apply(cluster(), program);
    await scale(2);
    await settled(cluster(), engine);
    const [stays, leaves] = await Promise.all(
      [0, 1].map((ordinal) => runningClient(suite, namespace, `client-${ordinal}`)),
    );
    const before = await stays!.build();

    const where = { namespace, pod: 'engine-1', container: 'dagger-engine' };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: where.pod, namespace } };
    const build = leaves!.buildFor(BUILD_SECONDS);
    const step = cluster().until(
      async () => (await cluster().exec(where, ['pgrep', '-f', `sleep ${BUILD_SECONDS}`])).status === 0,
      'the step to run',
      120,
    );
    await Promise.race([step, build.then(() => Promise.reject(new Error('the build ended early')))]);
    const started = Date.now();
    await scale(1);
    await cluster().until(
      async () => (await cluster().client.get(pod))?.metadata.deletionTimestamp !== undefined,
      'engine-1 to drain',
      60,
    );
    const first = await build;
    await cluster().until(
      async () => (await cluster().client.get(pod)) === undefined,
      'engine-1 to be gone',
      GONE_SECONDS,
    );
    const gone = (Date.now() - started) / 1000;
    expect(await stays!.build()).toMatchObject({ id: before.id });

    // The manifest doesn't set `replicas`, so applying it again keeps the number of engines.
    await scale(2);
    await apply(cluster(), program);
    await settled(cluster(), engine);
    const second = await cluster().until(
      () => leaves!.buildFor(BUILD_SECONDS).catch(() => undefined),
      'the client to reach the engine',
      GONE_SECONDS,
    );
    seen(
      `build of ${first.seconds.toFixed(0)} s finished, engine gone after ${gone.toFixed(0)} s, next build ${second.seconds.toFixed(0)} s`,
    );
    expect(second).toMatchObject({ id: first.id, runs: first.runs });
  });
});
