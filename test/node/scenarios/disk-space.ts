import { Size } from 'cdk8s';
import { CacheVolume, DiskSpace, EngineJson, EngineStatefulSet, Listener, Transport } from '../../../src/index';
import { chart } from '../../engines';
import type { Build, ClientPod } from '../client-pod';
import { LIMITED_STORAGE } from '../cluster';
import type { EngineSuite } from '../engines';
import { apply, clientPod, lastError, runningClient, seen, settled, SMALL } from './scenario';

/** The limit of garbage collection, the size of a step, and the number of steps, in MB. */
const [LIMIT, STEP, STEPS] = [300, 150, 6];

/** The time within which the engine must reduce its cache to the limit. It collects garbage once a minute. */
const COLLECTION_SECONDS = 240;

function write(megabytes: number): string {
  return `/bin/busybox dd if=/dev/zero of=/file bs=1M count=${megabytes}`;
}

/** Defines tests of builds that exceed the disk space or the limit of garbage collection. */
export function diskSpace(suite: EngineSuite): void {
  const { cluster, localScenario, scenario } = suite;
  const { version } = suite.engine;

  const start = async (
    namespace: string,
    props: { readonly cache: CacheVolume; readonly engineJson?: EngineJson },
  ): Promise<{ engine: EngineStatefulSet; client: ClientPod }> => {
    const program = chart({ namespace });
    const engine = new EngineStatefulSet(program, 'engine', {
      ...props,
      version,
      resources: SMALL,
      listener: Listener.insecureTcp(),
    });
    clientPod(program, 'client', engine, { transport: Transport.tcp() });
    await apply(cluster(), program);
    await settled(cluster(), engine);
    return { engine, client: await runningClient(suite, namespace, 'client') };
  };

  localScenario(
    'a full disk fails the build, and the engine keeps its cache and serves builds again when the volume has grown',
    async (namespace, node) => {
      const { engine, client } = await start(namespace, {
        cache: CacheVolume.claimTemplate({ size: Size.mebibytes(512), storageClassName: LIMITED_STORAGE }),
      });
      const [claim] = await cluster().client.list('v1', 'PersistentVolumeClaim', { namespace });
      const volume = await cluster().client.get({
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: { name: claim.spec.volumeName },
      });
      const rebuild = (): Promise<Build | undefined> => client.build(1).catch(() => undefined);
      for (const { withClient, grown } of [
        { withClient: false, grown: '1g' },
        { withClient: true, grown: '2g' },
      ]) {
        const input = withClient ? 10 : 2;
        const before = await client.build(1);
        const { runs } = await client.build(input);
        if (withClient) {
          await client.startLongStep({ namespace, pod: 'engine-0', container: 'dagger-engine' });
        }
        const downtime = await client.watchDowntime();
        const full = await client.step(write(1024));
        expect(full.status).not.toBe(0);
        // Garbage collection may be impossible: the engine's databases need free space to record what it deletes.
        await node.resizeLimitedVolume(volume.spec.local.path, grown);
        const started = Date.now();
        const after = await cluster().until(rebuild, 'a build to succeed');
        const seconds = (Date.now() - started) / 1000;
        const isVolumeKept = (await client.build(input + 1)).runs > runs;
        const ended = withClient ? await client.ended() : undefined;
        const [stepWord, volumeWord] = [after.id === before.id, isVolumeKept].map((kept) => (kept ? 'kept' : 'lost'));
        seen(
          `full disk, ${withClient ? 'with' : 'without'} a client: exit code ${full.status}: ${lastError(full.stderr)}; next build ${seconds.toFixed(0)} s after the volume has grown; cached step ${stepWord}; cache volume ${volumeWord}; downtime ${(await downtime()).toFixed(0)} s; the client saw ${ended === undefined ? 'nothing' : `exit code ${ended.status}: ${lastError(ended.stderr)}`}`,
        );
        expect({ id: after.id, isVolumeKept }).toEqual({ id: before.id, isVolumeKept: true });
        expect(ended).toBeUndefined();
      }
      expect((await settled(cluster(), engine)).restarts).toBe(0);
    },
    600,
  );

  scenario(
    'garbage collection deletes what exceeds its limit',
    async (namespace) => {
      const { client } = await start(namespace, {
        cache: CacheVolume.claimTemplate({ size: Size.gibibytes(2) }),
        engineJson: EngineJson.of({
          gc: {
            maxUsedSpace: DiskSpace.size(Size.mebibytes(LIMIT)),
            reservedSpace: DiskSpace.size(Size.mebibytes(50)),
          },
        }),
      });
      const used = async (): Promise<number> => {
        const container = { namespace, pod: 'engine-0', container: 'dagger-engine' };
        return parseInt((await cluster().exec(container, ['du', '-sm', '/var/lib/dagger'])).stdout, 10);
      };
      await client.build();
      let most = 0;
      for (let step = 0; step < STEPS; step += 1) {
        const { status, stderr } = await client.step(write(STEP));
        expect({ status, stderr }).toEqual({ status: 0, stderr: expect.anything() });
        most = Math.max(most, await used());
      }
      const started = Date.now();
      // Metadata and the newest step may exceed the limit.
      await cluster().until(
        async () => (await used()) <= LIMIT + STEP,
        'the engine to collect garbage',
        COLLECTION_SECONDS,
      );
      seen(
        `garbage collection with a limit of ${LIMIT} MB: ${STEPS * STEP} MB written, at most ${most} MB used, ${await used()} MB after ${((Date.now() - started) / 1000).toFixed(0)} s`,
      );
    },
    600,
  );
}
