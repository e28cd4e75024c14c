import { Duration, Size, type Chart } from 'cdk8s';
import {
  CacheVolume,
  ClaimRetention,
  Drain,
  EngineCapability,
  EngineJson,
  EngineStatefulSet,
  EngineVersion,
  Listener,
  LogLevel,
  Transport,
} from '../../../src/index';
import { isReady } from '../../cluster/pods';
import { chart } from '../../engines';
import type { TestCluster } from '../cluster';
import { skipped, type EngineSuite } from '../engines';
import type { LocalNode } from '../local-node';
import { expectCacheEffect, type CacheEffect, type Connection } from './cache-effect';
import { applies } from './facts';
import { apply, clientPod, runningClient, settled, SMALL } from './scenario';

/** The pod of a StatefulSet that the client uses, which has the highest ordinal. */
interface Pool {
  readonly namespace: string;
  readonly pod: string;
  /** Applies the program with other properties, and waits until the engine is Ready. */
  readonly change: (props: Changes) => Promise<void>;
  /** Runs a command in the engine's container. */
  readonly exec: (command: string) => Promise<unknown>;
}

interface Changes {
  readonly replicas?: number;
  readonly logLevel?: LogLevel;
}

/** An operation on a running engine. */
interface Operation extends CacheEffect {
  readonly replicas?: number;
  readonly whenScaled?: ClaimRetention;
  readonly run: (pool: Pool, cluster: TestCluster) => Promise<void>;
}

/** Kills the engine process, and waits until its container has restarted and is ready. */
async function kill(pool: Pool, cluster: TestCluster, command: string): Promise<void> {
  const restarts = await restartCount(pool, cluster);
  await pool.exec(command);
  await cluster.until(async () => (await restartCount(pool, cluster)) > restarts, 'the engine to restart', 120);
  await ready(pool, cluster);
}

async function restartCount(pool: Pool, cluster: TestCluster): Promise<number> {
  return (await containerStatus(pool, cluster)).restartCount;
}

async function containerStatus({ namespace, pod }: Pool, cluster: TestCluster): Promise<any> {
  const ref = { apiVersion: 'v1', kind: 'Pod', metadata: { name: pod, namespace } };
  const { containerStatuses } = (await cluster.client.get(ref)).status;
  return containerStatuses.find(({ name }: { name: string }) => name === 'dagger-engine');
}

async function ready({ namespace, pod }: Pool, cluster: TestCluster): Promise<void> {
  const ref = { apiVersion: 'v1', kind: 'Pod', metadata: { name: pod, namespace } };
  await cluster.until(async () => isReady(await cluster.client.get(ref)), `${pod} to be Ready`, 180);
}

async function gone(
  { namespace }: Pool,
  cluster: TestCluster,
  kind: 'Pod' | 'PersistentVolumeClaim',
  name: string,
): Promise<void> {
  const ref = { apiVersion: 'v1', kind, metadata: { name, namespace } };
  await cluster.until(async () => (await cluster.client.get(ref)) === undefined, `${name} to be gone`, 180);
}

const LOG_LEVELS = [LogLevel.DEBUG, LogLevel.INFO];

/** Returns operations that work on any cluster. */
function operations(keptByKill: boolean): Operation[] {
  let changes = 0;
  return [
    {
      name: 'update to another configuration',
      run: ({ change }) => change({ logLevel: LOG_LEVELS[changes++ % 2] }),
    },
    {
      name: 'kubectl delete pod',
      run: async (pool, cluster) => {
        await cluster.kubectl(['delete', 'pod', pool.pod, `--namespace=${pool.namespace}`], { timeoutSeconds: 240 });
        await ready(pool, cluster);
      },
    },
    ...[ClaimRetention.RETAIN, ClaimRetention.DELETE].map((whenScaled): Operation => ({
      name: `scale down and up, whenScaled: ${whenScaled}`,
      replicas: 2,
      whenScaled,
      keepsCache: whenScaled === ClaimRetention.RETAIN,
      run: async (pool, cluster) => {
        await pool.change({ replicas: 1 });
        await gone(pool, cluster, 'Pod', pool.pod);
        if (whenScaled === ClaimRetention.DELETE) {
          await gone(pool, cluster, 'PersistentVolumeClaim', `cache-${pool.pod}`);
        }
        await pool.change({ replicas: 2 });
      },
    })),
    {
      name: 'kill -9',
      kills: true,
      keepsCache: keptByKill,
      run: (pool, cluster) => kill(pool, cluster, 'kill -9 $(pidof dagger-engine)'),
    },
    {
      // A tmpfs uses the memory up to the limit of the container. The kernel kills the largest process, the engine.
      name: 'OOM',
      kills: true,
      keepsCache: keptByKill,
      run: async (pool, cluster) => {
        await kill(
          pool,
          cluster,
          'mkdir /tmp/memory && mount -t tmpfs memory /tmp/memory && dd if=/dev/zero of=/tmp/memory/file bs=64k',
        );
        const { lastState } = await containerStatus(pool, cluster);
        expect(lastState.terminated).toMatchObject({ reason: 'OOMKilled', exitCode: 137 });
      },
    },
  ];
}

/** Operations on the node that don't stop pods. */
const NODE_OPERATIONS: readonly (Omit<Operation, 'run'> & { readonly run: (node: LocalNode) => Promise<void> })[] = [
  {
    name: 'restart of the kubelet',
    disconnects: false,
    run: async (node) => {
      await node.stopComponent('kubelet', 'SIGKILL');
      await node.startComponent('kubelet');
    },
  },
  {
    name: 'restart of containerd',
    disconnects: false,
    run: async (node) => {
      await node.stopComponent('containerd', 'SIGKILL');
      await node.startComponent('containerd');
    },
  },
];

/** Defines tests that compare the cache before and after each operation, with and without a running build. */
export function cachedSteps(suite: EngineSuite): void {
  const { cluster, scenario, disturbingScenario } = suite;
  const { version, archive } = suite.engine;

  // The stand-in's buildkitd keeps its cache when it is killed.
  const keptByKill =
    archive === undefined || !EngineVersion.of(version).supports(EngineCapability.WIPES_AFTER_UNCLEAN_STOP);

  const start = async (
    namespace: string,
    { replicas: initial = 1, whenScaled }: Operation,
  ): Promise<Connection & { pool: Pool }> => {
    const ordinal = initial - 1;
    const program = (changes: Changes): { program: Chart; engine: EngineStatefulSet } => {
      const all = chart({ namespace });
      const engine = new EngineStatefulSet(all, 'engine', {
        version,
        replicas: changes.replicas ?? initial,
        resources: { ...SMALL, limits: { memory: '1Gi' } },
        cache: CacheVolume.claimTemplate({ size: Size.gibibytes(2), whenScaled }),
        listener: Listener.insecureTcp(),
        drain: Drain.untilIdle({ atMost: Duration.seconds(5), idleFor: Duration.seconds(1) }),
        engineJson: EngineJson.of({ logLevel: changes.logLevel ?? LogLevel.INFO }),
      });
      // The engine's network policy admits only clients of the newest program.
      if (engine.podNames.length === initial) {
        clientPod(all, 'client', engine, { transport: Transport.tcp({ ordinal }) });
      }
      return { program: all, engine };
    };
    const change = async (changes: Changes): Promise<void> => {
      const changed = program(changes);
      await apply(cluster(), changed.program);
      await settled(cluster(), changed.engine, 300);
    };
    const first = program({});
    await apply(cluster(), first.program);
    await settled(cluster(), first.engine);
    const pod = `engine-${ordinal}`;
    const container = { namespace, pod, container: 'dagger-engine' };
    const exec: Pool['exec'] = (command) => cluster().exec(container, ['sh', '-c', command]);
    const client = await runningClient(suite, namespace, 'client');
    return { pool: { namespace, pod, change, exec }, client, engine: container };
  };

  // Without tini, the engine is process 1 of its container, which ignores signals from the container.
  const killScenario = applies('tini', version) ? scenario : skipped('a release with tini');
  for (const operation of operations(keptByKill)) {
    const kept = operation.keepsCache === false ? 'lost' : 'kept';
    const define = operation.name === 'kill -9' ? killScenario : scenario;
    define(
      `a cached step is ${kept}: ${operation.name}`,
      async (namespace) => {
        const started = await start(namespace, operation);
        for (const withClient of [false, true]) {
          await expectCacheEffect(suite, operation, started, withClient, () => operation.run(started.pool, cluster()));
        }
      },
      600,
    );
  }

  disturbingScenario(
    'a cached step is kept, and a client builds on: restart of the kubelet and of containerd',
    async (namespace, node) => {
      const started = await start(namespace, { name: '', run: async () => {} });
      for (const operation of NODE_OPERATIONS) {
        for (const withClient of [false, true]) {
          await expectCacheEffect(suite, operation, started, withClient, async () => {
            await operation.run(node);
            await ready(started.pool, cluster());
          });
        }
      }
    },
  );
}
