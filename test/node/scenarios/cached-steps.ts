import { Size, type Chart } from 'cdk8s';
import {
  CacheVolume,
  ClaimRetention,
  EngineJson,
  EngineStatefulSet,
  Listener,
  LogLevel,
  Transport,
} from '../../../src/index';
import { chart } from '../../engines';
import type { EngineSuite } from '../engines';
import { apply, clientPod, runningClient, seen, settled, SMALL } from './scenario';

interface Pool {
  readonly program: Chart;
  readonly engine: EngineStatefulSet;
}

/** Checks a cached step and a cache volume before and after an operation. */
export function cachedSteps(suite: EngineSuite): void {
  const { cluster, scenario } = suite;
  const { version } = suite.engine;

  const pool = (
    namespace: string,
    options: { replicas?: number; logLevel?: LogLevel; whenScaled?: ClaimRetention },
  ): Pool => {
    const program = chart({ namespace });
    const { replicas = 1, logLevel = LogLevel.INFO, whenScaled } = options;
    const engine = new EngineStatefulSet(program, 'engine', {
      version,
      replicas,
      resources: SMALL,
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(2), whenScaled }),
      listener: Listener.insecureTcp(),
      engineJson: EngineJson.of({ logLevel }),
    });
    return { program, engine };
  };

  /** Runs the step on the engine with the highest ordinal, before and after an operation. */
  const around = async (
    namespace: string,
    { program, engine }: Pool,
    what: string,
    operation: () => Promise<void>,
  ): Promise<{ step: boolean; volume: boolean }> => {
    const last = engine.podNames.length - 1;
    clientPod(program, 'client', engine, { transport: Transport.tcp({ ordinal: last }) });
    await apply(cluster(), program);
    await settled(cluster(), engine);
    const client = await runningClient(suite, namespace, 'client');
    const before = await client.build();
    // The cache volume records a second run, which a new cache volume wouldn't contain.
    await client.build(2);
    const started = Date.now();
    await operation();
    const downtime = (Date.now() - started) / 1000;
    const after = await client.build();
    const other = await client.build(3);
    const kept = { step: after.id === before.id, volume: other.runs > 2 };
    const word = (is: boolean): string => (is ? 'kept' : 'lost');
    seen(`${what}: cached step ${word(kept.step)}, cache volume ${word(kept.volume)}; ${downtime.toFixed(0)} s`);
    return kept;
  };

  scenario('a cached step is kept when an engine is updated to another configuration', async (namespace) => {
    const first = pool(namespace, {});
    const second = pool(namespace, { logLevel: LogLevel.DEBUG });
    const kept = await around(namespace, first, 'update to another configuration', async () => {
      await apply(cluster(), second.program);
      await settled(cluster(), second.engine);
    });
    expect(kept).toEqual({ step: true, volume: true });
  });

  scenario('a cached step is kept when the pod of an engine is deleted', async (namespace) => {
    const only = pool(namespace, {});
    const kept = await around(namespace, only, 'kubectl delete pod', async () => {
      await cluster().kubectl(['delete', 'pod', 'engine-0', `--namespace=${namespace}`]);
      await settled(cluster(), only.engine);
    });
    expect(kept).toEqual({ step: true, volume: true });
  });

  // buildkitd keeps its cache when it is killed.
  suite.realScenario('a cached step is lost when an engine is killed', async (namespace) => {
    const only = pool(namespace, {});
    const kept = await around(namespace, only, 'kill -9', async () => {
      const container = { namespace, pod: 'engine-0', container: 'dagger-engine' };
      await cluster().exec(container, ['sh', '-c', 'kill -9 $(pidof dagger-engine)']);
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'engine-0', namespace } };
      await cluster().until(
        async () => (await cluster().client.get(pod)).status.containerStatuses[0].restartCount === 1,
        'the engine to restart',
        120,
      );
      await settled(cluster(), only.engine);
    });
    expect(kept).toEqual({ step: false, volume: false });
  });

  for (const { whenScaled, kept } of [
    { whenScaled: ClaimRetention.RETAIN, kept: true },
    { whenScaled: ClaimRetention.DELETE, kept: false },
  ]) {
    scenario(
      `a cached step is ${kept ? 'kept' : 'lost'} when a pool is scaled down and up, with whenScaled: ${whenScaled}`,
      async (namespace) => {
        const two = pool(namespace, { replicas: 2, whenScaled });
        const one = pool(namespace, { replicas: 1, whenScaled });
        const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'engine-1', namespace } };
        const claim = {
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          metadata: { name: 'cache-engine-1', namespace },
        };
        const result = await around(namespace, two, `scaled 2 -> 1 -> 2, ${whenScaled}`, async () => {
          await apply(cluster(), one.program);
          await cluster().until(
            async () => (await cluster().client.get(pod)) === undefined,
            'engine-1 to be gone',
            120,
          );
          if (!kept) {
            await cluster().until(
              async () => (await cluster().client.get(claim)) === undefined,
              'its claim to be gone',
            );
          }
          await apply(cluster(), two.program);
          await settled(cluster(), two.engine);
        });
        expect(result).toEqual({ step: kept, volume: kept });
      },
    );
  }
}
