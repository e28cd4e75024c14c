import { Size } from 'cdk8s';
import { CacheVolume, EngineStatefulSet, Listener } from '../../../src/index';
import { chart } from '../../engines';
import { args, dagger } from '../client-pod';
import type { EngineSuite } from '../engines';
import { applies, recordFact } from './facts';
import { apply, clientPod, lastError, runningClient, seen, settled, SMALL } from './scenario';

const NAME = 'models';
const FOLDER = `/var/lib/dagger/volumes/v1/${NAME}/fs`;
const READ = dagger(
  `with-mounted-volume --path=/volume --volume=engine-volume://${NAME} with-exec ${args('/bin/busybox cat /volume/file')} stdout`,
);

/** Defines a test of a build that mounts a volume of `engineVolumes`. */
export function engineVolumes(suite: EngineSuite): void {
  const { cluster, realScenario } = suite;
  const { version } = suite.engine;
  const isSupported = applies('engine-volumes', version);

  realScenario(
    isSupported
      ? 'a build mounts an engine volume, which survives the deletion of the cache'
      : "a build can't mount an engine volume",
    async (namespace) => {
      const program = chart({ namespace });
      const engine = new EngineStatefulSet(program, 'engine', {
        version,
        resources: SMALL,
        cache: CacheVolume.claimTemplate({ size: Size.gibibytes(2) }),
        listener: Listener.insecureTcp(),
        ...(isSupported && { engineVolumes: [{ name: NAME, volume: { name: NAME, emptyDir: {} } }] }),
      });
      clientPod(program, 'client', engine);
      await apply(cluster(), program);
      await settled(cluster(), engine);
      const client = await runningClient(suite, namespace, 'client');
      const before = await client.build();

      const container = { namespace, pod: 'engine-0', container: 'dagger-engine' };
      const shell = (command: string): Promise<unknown> => cluster().exec(container, ['sh', '-c', command]);
      await shell(`mkdir -p ${FOLDER} && echo weights > ${FOLDER}/file`);
      const { status, stderr, stdout } = await client.run(READ);
      recordFact('engine-volumes', version, status === 0);
      seen(`${version}: engine-volumes: ${status === 0 ? 'yes' : `no: ${lastError(stderr)}`}`);
      if (!isSupported) {
        expect(stderr).toContain('unknown command "with-mounted-volume"');
        return;
      }
      expect(stdout.trim()).toBe('weights');

      await shell('kill -9 $(pidof dagger-engine)');
      const after = await client.build();
      expect(after.id).not.toBe(before.id);
      expect((await client.run(READ)).stdout.trim()).toBe('weights');
      seen(`${version}: the engine was killed: cached step lost, engine volume kept`);
    },
    600,
  );
}
