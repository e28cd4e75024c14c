import { Duration, Size } from 'cdk8s';
import { CacheSeed, CacheVolume, Drain, EngineStatefulSet, Listener, type Engine } from '../../../src/index';
import { chart } from '../../engines';
import type { ClientPod } from '../client-pod';
import type { EngineSuite } from '../engines';
import { apply, clientPod, runningClient, seen, settled, SMALL } from './scenario';

/** Defines a test of an engine whose volume is a copy of a seed's, made in the order of the seed's job. */
export function seed(suite: EngineSuite): void {
  const { cluster, localScenario } = suite;
  const { version } = suite.engine;
  const drain = Drain.untilIdle({ atMost: Duration.seconds(5), idleFor: Duration.seconds(1) });
  const size = Size.gibibytes(2);
  const common = { version, drain, resources: SMALL, listener: Listener.insecureTcp() };

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

  localScenario(
    'an engine with a copy of the volume of a stopped seed has its cached steps',
    async (namespace, node) => {
      const { client } = cluster();
      const builder = await start(
        namespace,
        'builder',
        (program) => new CacheSeed(program, 'seed', { ...common, size, schedule: '0 0 29 2 *' }).engine,
      );
      const before = await builder.build();

      // The job requires that the kubelet reports the exit code before it deletes the pod.
      const codes: number[] = [];
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'seed-0', namespace } };
      const stopWatch = await client.watch('v1', 'Pod', { namespace }, ({ type, object: { metadata, status } }) => {
        const code = status.containerStatuses?.find(({ name }: any) => name === 'dagger-engine')?.state.terminated;
        if (type === 'MODIFIED' && metadata.name === 'seed-0' && code !== undefined) {
          codes.push(code.exitCode);
        }
      });
      const seeder = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'seed', namespace } };
      await client.scale(seeder, 0);
      await cluster().until(async () => (await client.get(pod)) === undefined, 'seed-0 to be gone', 120);
      stopWatch();
      // buildkitd, which the stand-in runs, exits with 1 after SIGTERM. Engines exit with 0.
      expect(codes.at(-1)).toBe(suite.engine.archive === undefined ? 1 : 0);

      // A CSI driver would copy the volume to the claim of the new engine.
      const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'cache-seed-0', namespace } };
      const { volumeName } = (await client.get(claim)).spec;
      const volume = { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: volumeName } };
      const { accessModes, capacity, local, nodeAffinity, volumeMode } = (await client.get(volume)).spec;
      const path = `${local.path}-copy`;
      expect(await node.run('cp', ['-a', local.path, path])).toMatchObject({ status: 0 });
      const copy = { ...volume, metadata: { name: `${volumeName}-copy` } };
      const copied = { name: 'cache-engine-0', namespace };
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
      try {
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
        const user = await start(
          namespace,
          'user',
          (program) =>
            new EngineStatefulSet(program, 'engine', { ...common, cache: CacheVolume.claimTemplate({ size }) }),
        );
        const after = await user.build();
        seen(`copy of a stopped seed: cached step ${after.id === before.id ? 'kept' : 'lost'}`);
        expect(after.id).toBe(before.id);
      } finally {
        await client.delete(copy);
      }
    },
  );
}
