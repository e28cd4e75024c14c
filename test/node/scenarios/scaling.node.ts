import { Duration, Size } from 'cdk8s';
import { Autoscaling, CacheVolume, Drain, EngineStatefulSet, Listener, Transport } from '../../../src/index';
import { chart } from '../../engines';
import type { Manifest } from '../../cluster/client';
import { onEngines } from '../engines';
import { apply, clientPod, runningClient, seen, settled, SMALL } from './scenario';

/** The duration of the build that is running when its engine must stop. */
const BUILD_SECONDS = 30;

const GONE_SECONDS = 240;

// `kubectl scale` replaces the autoscaler here. Both change the `scale` subresource.
onEngines((suite) => {
  const { cluster, scenario } = suite;

  describe('replicas that an autoscaler takes over', () => {
    // No node matches, so no pod runs.
    const nodeSelector = { 'example.com/none': 'true' };
    const props = {
      version: suite.engine.version,
      resources: SMALL,
      drain: Drain.untilIdle({ atMost: Duration.minutes(10) }),
      nodeSelector,
    };
    const cache = CacheVolume.claimTemplate({ size: Size.gibibytes(2) });
    const fixed = (namespace: string): Manifest =>
      new EngineStatefulSet(chart({ namespace }), 'engine', { ...props, cache, replicas: 3 }).workload.toJson();
    const scaled = (namespace: string): Manifest =>
      new EngineStatefulSet(chart({ namespace }), 'engine', {
        ...props,
        cache,
        autoscaling: Autoscaling.fromExisting({ maxReplicas: 5 }),
      }).workload.toJson();
    const kubectlApply = (object: Manifest, ...options: string[]): Promise<string> =>
      cluster().kubectl(['apply', '--filename=-', ...options], { input: JSON.stringify(object) });
    const replicas = async (namespace: string): Promise<number> =>
      (await cluster().client.get(fixed(namespace))).spec.replicas;

    /** Applies the change with and without `handOver`, and expects the number of engines. */
    const changes = async (
      namespace: string,
      options: readonly string[],
      handOver: () => Promise<unknown>,
    ): Promise<void> => {
      await kubectlApply(fixed(namespace), ...options);
      await kubectlApply(scaled(namespace), ...options);
      expect(await replicas(namespace)).toBe(1);

      await kubectlApply(fixed(namespace), ...options);
      await handOver();
      await kubectlApply(scaled(namespace), ...options);
      expect(await replicas(namespace)).toBe(3);

      await cluster().kubectl(['scale', 'statefulset/engine', '--replicas=5', `--namespace=${namespace}`]);
      await kubectlApply(scaled(namespace), ...options);
      expect(await replicas(namespace)).toBe(5);
    };

    scenario('stay the same with kubectl apply, after kubectl apply set-last-applied', (namespace) =>
      changes(namespace, [], async () => {
        const last = ['apply', 'view-last-applied', 'statefulset/engine', `--namespace=${namespace}`];
        const manifest = await cluster().kubectl(last);
        await cluster().kubectl(['apply', 'set-last-applied', '--filename=-'], {
          input: manifest.replace(/^ {2}replicas:.*\n/m, ''),
        });
      }),
    );

    scenario('stay the same with server-side apply, after another field manager has applied them', (namespace) =>
      changes(namespace, ['--server-side'], () =>
        kubectlApply(
          {
            apiVersion: 'apps/v1',
            kind: 'StatefulSet',
            metadata: { name: 'engine', namespace },
            spec: { replicas: 3 },
          },
          '--server-side',
          '--force-conflicts',
          '--field-manager=handover',
        ),
      ),
    );
  });

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
    await leaves!.build();

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
