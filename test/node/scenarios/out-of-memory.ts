import { Size } from 'cdk8s';
import { CacheVolume, EngineStatefulSet, Listener } from '../../../src/index';
import { chart } from '../../engines';
import type { EngineSuite } from '../engines';
import { apply, clientPod, lastError, runningClient, seen, settled } from './scenario';

/** The memory limit of the engine's container. */
const LIMIT = '768Mi';

/** Defines a test of a step that needs more memory than the engine's container has. */
export function outOfMemory(suite: EngineSuite): void {
  const { cluster, localScenario } = suite;

  // With cgroup v1, the kernel kills only the largest process. With cgroup v2, the kubelet lets it kill the container.
  localScenario(
    'a step that exceeds the memory limit fails, and the engine and its other builds go on',
    async (namespace) => {
      const program = chart({ namespace });
      const engine = new EngineStatefulSet(program, 'engine', {
        version: suite.engine.version,
        resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: LIMIT } },
        cache: CacheVolume.claimTemplate({ size: Size.gibibytes(2) }),
        listener: Listener.insecureTcp(),
      });
      clientPod(program, 'client', engine);
      clientPod(program, 'other', engine);
      await apply(cluster(), program);
      await settled(cluster(), engine);
      const [client, other] = [
        await runningClient(suite, namespace, 'client'),
        await runningClient(suite, namespace, 'other'),
      ];
      const before = await client.build();

      const where = { namespace, pod: 'engine-0', container: 'dagger-engine' };
      const build = other.buildFor(30);
      const step = cluster().until(
        async () => (await cluster().exec(where, ['pgrep', '-f', 'sleep 30'])).status === 0,
        'the step to run',
        120,
      );
      await Promise.race([step, build.then(() => Promise.reject(new Error('the build ended early')))]);
      const failed = await client.step('/bin/busybox tail /dev/zero');
      expect(failed.status).not.toBe(0);
      await build;
      const { restarts } = await settled(cluster(), engine);
      seen(
        `a step that exceeds the limit of ${LIMIT}: "${lastError(failed.stderr)}", ${restarts} restarts, the build of another client finished`,
      );
      expect(restarts).toBe(0);
      expect(await client.build()).toMatchObject({ id: before.id });
    },
  );
}
