import { Duration, Size } from 'cdk8s';
import {
  CacheSeed,
  CacheVolume,
  Drain,
  EngineStatefulSet,
  Listener,
  type Engine,
  type EngineStatefulSetProps,
} from '../../../src/index';
import { chart } from '../../engines';
import type { ClientPod } from '../client-pod';
import { skipped, type EngineSuite } from '../engines';
import type { LocalNode } from '../local-node';
import { applies } from './facts';
import { apply, clientPod, runningClient, seen, settled, SMALL } from './scenario';

const SIZE = Size.gibibytes(2);

/** Defines tests of engines whose volume is a copy of a seed's. */
export function seed(suite: EngineSuite): void {
  const { cluster, localScenario } = suite;
  const { archive, version } = suite.engine;
  const drain = Drain.untilIdle({ atMost: Duration.seconds(5), idleFor: Duration.seconds(1) });
  const common: Omit<EngineStatefulSetProps, 'cache'> = {
    version,
    drain,
    resources: SMALL,
    listener: Listener.insecureTcp(),
  };
  const seedPod = (namespace: string): any => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'seed-0', namespace },
  });

  const start = async (
    namespace: string,
    name: string,
    create: (of: ReturnType<typeof chart>) => Engine,
  ): Promise<ClientPod> => {
    const program = chart({ namespace });
    const engine = create(program);
    clientPod(program, name, engine);
    await apply(cluster(), program);
    await settled(cluster(), engine);
    return runningClient(suite, namespace, name);
  };

  const startSeed = (namespace: string): Promise<ClientPod> =>
    start(
      namespace,
      'builder',
      (program) => new CacheSeed(program, 'seed', { ...common, size: SIZE, schedule: '0 0 29 2 *' }).engine,
    );

  const scaleSeedToZero = async (namespace: string): Promise<void> => {
    await cluster().client.scale(
      { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'seed', namespace } },
      0,
    );
  };

  const seedIsGone = async (namespace: string): Promise<void> => {
    await cluster().until(
      async () => (await cluster().client.get(seedPod(namespace))) === undefined,
      'seed-0 to be gone',
      120,
    );
  };

  /** Copies the volume of the seed to the claim of another engine, like a CSI driver. Returns the new volume. */
  const copyVolume = async (namespace: string, node: LocalNode, engine: string): Promise<any> => {
    const { client } = cluster();
    const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'cache-seed-0', namespace } };
    const { volumeName } = (await client.get(claim)).spec;
    const volume = { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: volumeName } };
    const { accessModes, capacity, local, nodeAffinity, volumeMode } = (await client.get(volume)).spec;
    const path = `${local.path}-${engine}`;
    // A running engine deletes some of its files during the copy, so the exit code can be 1.
    await node.run('cp', ['-a', local.path, path]);
    const copy = { ...volume, metadata: { name: `${volumeName}-${engine}` } };
    const copied = { name: `cache-${engine}-0`, namespace };
    await client.apply({
      ...copy,
      spec: {
        accessModes,
        capacity,
        volumeMode,
        nodeAffinity,
        local: { path },
        claimRef: { ...copied, apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
        persistentVolumeReclaimPolicy: 'Retain',
        storageClassName: '',
      },
    });
    await client.apply({
      ...claim,
      metadata: copied,
      spec: {
        accessModes,
        resources: { requests: capacity },
        storageClassName: '',
        volumeName: copy.metadata.name,
      },
    });
    return copy;
  };

  const startOnCopy = (namespace: string, name: string): Promise<ClientPod> =>
    start(
      namespace,
      `client-of-${name}`,
      (program) =>
        new EngineStatefulSet(program, name, { ...common, cache: CacheVolume.claimTemplate({ size: SIZE }) }),
    );

  localScenario(
    'an engine with a copy of the volume of a stopped seed has its cached steps',
    async (namespace, node) => {
      const { client } = cluster();
      const builder = await startSeed(namespace);
      const before = await builder.build();

      // The job requires that the kubelet reports the exit code before it deletes the pod.
      const codes: number[] = [];
      const stopWatch = await client.watch('v1', 'Pod', { namespace }, ({ type, object: { metadata, status } }) => {
        const code = status.containerStatuses?.find(({ name }: any) => name === 'dagger-engine')?.state.terminated;
        if (type === 'MODIFIED' && metadata.name === 'seed-0' && code !== undefined) {
          codes.push(code.exitCode);
        }
      });
      await scaleSeedToZero(namespace);
      await seedIsGone(namespace);
      stopWatch();
      // buildkitd, which the stand-in runs, exits with 1 after SIGTERM. Engines exit with 0.
      expect(codes.at(-1)).toBe(archive === undefined ? 1 : 0);

      const copy = await copyVolume(namespace, node, 'engine');
      try {
        const after = await (await startOnCopy(namespace, 'engine')).build();
        seen(`copy of a stopped seed: cached step ${after.id === before.id ? 'kept' : 'lost'}`);
        expect(after.id).toBe(before.id);
      } finally {
        await client.delete(copy);
      }
    },
  );

  // The stand-in's buildkitd keeps its cache, as earlier releases do.
  const define = applies('wipes-after-unclean-stop', version)
    ? archive === undefined
      ? skipped('ENGINE_IMAGES')
      : localScenario
    : skipped('a release that deletes its cache after an unclean stop');
  define(
    'an engine with a copy of the volume of a running or killed seed deletes the cache',
    async (namespace, node) => {
      const { client } = cluster();
      const before = await (await startSeed(namespace)).build();
      const copies = [await copyVolume(namespace, node, 'running')];
      try {
        // Without its signal handler, the engine runs until the kubelet kills it.
        const engine = { namespace, pod: 'seed-0', container: 'dagger-engine' };
        await cluster().exec(engine, ['sh', '-c', 'kill -STOP $(pidof dagger-engine)']);
        await scaleSeedToZero(namespace);
        const { name } = seedPod(namespace).metadata;
        await client.call('DELETE', `/api/v1/namespaces/${namespace}/pods/${name}`, {
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          gracePeriodSeconds: 1,
        });
        await seedIsGone(namespace);
        copies.push(await copyVolume(namespace, node, 'killed'));
        for (const state of ['running', 'killed']) {
          const after = await (await startOnCopy(namespace, state)).build();
          const log = await cluster().logs({ namespace, pod: `${state}-0`, container: 'dagger-engine' });
          const reason = /msg="([^"]*wiping[^"]*)"/.exec(log)?.[1];
          seen(`copy of a ${state} seed: cached step ${after.id === before.id ? 'kept' : 'lost'}, log: ${reason}`);
          expect(after.id).not.toBe(before.id);
          expect(reason).toBe('dagql persistence store marked unclean; wiping and cold-starting');
        }
      } finally {
        for (const copy of copies) {
          await client.delete(copy);
        }
      }
    },
  );
}
