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
      const before = await client.build(1);
      const full = await client.step(write(1024));
      expect(full.status).not.toBe(0);
      // Garbage collection may be impossible: the engine's databases need free space to record what it deletes.
      const [claim] = await cluster().client.list('v1', 'PersistentVolumeClaim', { namespace });
      const volume = await cluster().client.get({
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: { name: claim.spec.volumeName },
      });
      await node.resizeLimitedVolume(volume.spec.local.path, '2g');
      const started = Date.now();
      const rebuild = (): Promise<Build | undefined> => client.build(1).catch(() => undefined);
      const after = await cluster().until(rebuild, 'a build to succeed');
      const seconds = (Date.now() - started) / 1000;
      await client.build(2);
      const { restarts } = await settled(cluster(), engine);
      seen(
        `full disk: exit code ${full.status}: ${lastError(full.stderr)}; cached step ${after.id === before.id ? 'kept' : 'lost'}; next build ${seconds.toFixed(0)} s after the volume has grown; ${restarts} restarts`,
      );
      expect(after.id).toBe(before.id);
      expect(restarts).toBe(0);
    },
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
