import { Size } from 'cdk8s';
import { parseSpace } from '../../../src/config/engine-units';
import { CacheVolume, EngineStatefulSet, Listener, Transport } from '../../../src/index';
import { chart } from '../../engines';
import type { Build, ClientPod } from '../client-pod';
import { LIMITED_STORAGE, type ContainerRef } from '../cluster';
import type { EngineSuite } from '../engines';
import { expectCacheEffect, type CacheEffect } from './cache-effect';
import { applies } from './facts';
import { apply, clientPod, lastError, runningClient, seen, settled, SMALL } from './scenario';

const MIB = 1024 ** 2;

/** The volume that collects garbage, and the files that steps write to it, in MiB. */
const [VOLUME, STEP] = [1024, 120];

/** The number of steps in each build. The first build exceeds the limit, and both together exceed the volume. */
const BUILDS = [7, 2];

/** The time within which the engine must reduce its cache to the limit. It collects garbage once a minute. */
const COLLECTION_SECONDS = 240;

function write(megabytes: number, file = '/file'): string {
  return `/bin/busybox dd if=/dev/zero of=${file} bs=1M count=${megabytes}`;
}

/** Defines tests of builds that exceed the disk space or the limit of garbage collection. */
export function diskSpace(suite: EngineSuite): void {
  const { cluster, localScenario } = suite;
  const { archive, version } = suite.engine;
  const deletesUnderPressure = archive !== undefined && applies('disk-pressure-gc', version);

  /** Starts an engine on a volume of this size. Garbage collection has the limits of the library. */
  const start = async (
    namespace: string,
    megabytes: number,
  ): Promise<{ engine: EngineStatefulSet; client: ClientPod; container: ContainerRef }> => {
    const program = chart({ namespace });
    const engine = new EngineStatefulSet(program, 'engine', {
      version,
      resources: SMALL,
      cache: CacheVolume.claimTemplate({ size: Size.mebibytes(megabytes), storageClassName: LIMITED_STORAGE }),
      listener: Listener.insecureTcp(),
    });
    clientPod(program, 'client', engine, { transport: Transport.tcp() });
    await apply(cluster(), program);
    await settled(cluster(), engine);
    const container = { namespace, pod: 'engine-0', container: 'dagger-engine' };
    return { engine, client: await runningClient(suite, namespace, 'client'), container };
  };

  localScenario(
    'a full disk fails the build, and the engine serves builds again when the volume has grown',
    async (namespace, node) => {
      const { engine, client, container } = await start(namespace, 512);
      const [claim] = await cluster().client.list('v1', 'PersistentVolumeClaim', { namespace });
      const volume = await cluster().client.get({
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: { name: claim.spec.volumeName },
      });
      const rebuild = (): Promise<Build | undefined> => client.build(1).catch(() => undefined);
      // From v0.21.5, an engine checks the free space every 5 s. It may delete unused cache before the volume grows.
      const keepsCache = deletesUnderPressure ? 'maybe' : true;
      const effect: CacheEffect = { name: 'full disk, until the volume grows', keepsCache, disconnects: false };
      for (const { withClient, grown } of [
        { withClient: false, grown: '1g' },
        { withClient: true, grown: '2g' },
      ]) {
        await expectCacheEffect(suite, effect, { client, engine: container }, withClient, async () => {
          const full = await client.step(write(1024));
          expect(full.status).not.toBe(0);
          // Garbage collection may be impossible: the engine's databases need free space to record what it deletes.
          await node.resizeLimitedVolume(volume.spec.local.path, grown);
          const started = Date.now();
          await cluster().until(rebuild, 'a build to succeed');
          seen(
            `full disk: exit code ${full.status}: ${lastError(full.stderr)}; next build ${((Date.now() - started) / 1000).toFixed(0)} s after the volume has grown`,
          );
        });
      }
      expect((await settled(cluster(), engine)).restarts).toBe(0);
    },
    600,
  );

  localScenario(
    'garbage collection keeps builds that write more than its limit from filling a small volume',
    async (namespace) => {
      const { engine, client, container } = await start(namespace, VOLUME);
      const exec = async (script: string): Promise<string> =>
        (await cluster().exec(container, ['sh', '-c', script])).stdout;
      const used = async (): Promise<number> => parseInt(await exec('du -sm /var/lib/dagger'), 10);
      const { gc } = JSON.parse(await exec('cat /etc/dagger/engine.json'));
      const limit = parseSpace(gc.maxUsedSpace)!.bytes! / MIB;
      await client.build();
      await exec('while stat -f -c "%a %S" /var/lib/dagger; do sleep 0.2; done > /tmp/free.log 2>&1 < /dev/null &');

      const files = BUILDS.map((steps, build) =>
        Array.from({ length: steps }, (_, step) => write(STEP, `/file-${build}-${step}`)),
      );
      expect(BUILDS[0] * STEP).toBeGreaterThan(limit);
      expect(files.flat().length * STEP).toBeGreaterThan(VOLUME);
      for (const steps of files) {
        const { status, stderr } = await client.step(...steps);
        expect({ status, stderr }).toEqual({ status: 0, stderr: expect.anything() });
        const most = await used();
        const started = Date.now();
        await cluster().until(async () => (await used()) <= limit, 'the engine to collect garbage', COLLECTION_SECONDS);
        seen(
          `a build writes ${steps.length * STEP} MiB to a volume of ${VOLUME} MiB with ${JSON.stringify(gc)}: ${most} MiB used, ${await used()} MiB after ${((Date.now() - started) / 1000).toFixed(0)} s`,
        );
      }
      const free = (await exec('cat /tmp/free.log'))
        .trim()
        .split('\n')
        .map((line) => line.split(' ').map(Number))
        .map(([blocks, size]) => (blocks * size) / MIB);
      const least = Math.min(...free);
      seen(`garbage collection on a small volume: at least ${least.toFixed(0)} MiB free, ${await used()} MiB used`);
      expect(free.length).toBeGreaterThan(BUILDS.length);
      expect(least).toBeGreaterThan(0);
      // The last build is still cached.
      expect(await used()).toBeGreaterThan(BUILDS[1] * STEP);
      expect((await settled(cluster(), engine)).restarts).toBe(0);
    },
    600,
  );
}
