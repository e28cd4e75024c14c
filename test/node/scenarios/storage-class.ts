import { Size } from 'cdk8s';
import { CacheVolume, EngineStatefulSet, EngineStorageClass, Listener } from '../../../src/index';
import { startProvisioner } from '../../cluster/volumes';
import { chart } from '../../engines';
import type { EngineSuite } from '../engines';
import { apply, clientPod, expectReady, runningClient, seen, SMALL } from './scenario';

/** Defines a test of an engine on a volume of the local-path class. The provisioner is a stand-in. */
export function storageClass(suite: EngineSuite): void {
  const { cluster, localScenario } = suite;

  localScenario(
    'an engine builds on a volume of the local-path class, which its node creates late',
    async (namespace, node) => {
      const { client } = cluster();
      const program = chart({ namespace });
      const local = EngineStorageClass.localPath(program, `local-${namespace}`);
      const engine = new EngineStatefulSet(program, 'engine', {
        version: suite.engine.version,
        resources: SMALL,
        cache: CacheVolume.claimTemplate({ size: Size.gibibytes(2), storageClassName: local.name }),
        listener: Listener.insecureTcp(),
      });
      clientPod(program, 'client', engine);
      await apply(cluster(), program);
      await startProvisioner(cluster(), local.apiObject.toJson(), node.volumes);
      await expectReady(cluster(), engine);

      const first = await (await runningClient(suite, namespace, 'client')).build();
      const { metadata, spec } = await client.get({
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'cache-engine-0', namespace },
      });
      expect(metadata.annotations['volume.kubernetes.io/selected-node']).toBe(node.name);
      const volume = await client.get({
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: { name: spec.volumeName },
      });
      const files = await node.run('ls', [volume.spec.local.path]);
      expect(files.stdout).toMatch(/\.lock$/m);
      seen(`a volume of local-path: bound on ${node.name}, first build ${first.seconds.toFixed(0)} s`);
    },
  );
}
