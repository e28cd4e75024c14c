import { Size } from 'cdk8s';
import { CacheVolume, EngineStatefulSet } from '../../../src/index';
import { addNodes } from '../nodes';
import { CONTROL_PLANE } from '../programs';
import { controlPlane, onKubernetes } from '../suite';
import { startStorage } from '../volumes';
import { apply, program, seen, settled } from './scenario';

const namespace = 'growing';

/**
 * The steps of docs/how-to/grow-a-disk.md, by API calls. The test repeats the order of the page, but runs none of its
 * commands.
 */
onKubernetes(CONTROL_PLANE, (version) => {
  const cluster = controlPlane({ version, controllerManager: true, scheduler: true, kwok: true });
  beforeAll(async () => {
    await startStorage(cluster());
    await cluster().client.patch(
      { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'test' } },
      { allowVolumeExpansion: true },
    );
    await addNodes(cluster(), 3);
  });

  test('a pool with larger claims keeps its volumes and its pods until their rollout', async () => {
    const { client } = cluster();
    const pool = (gibibytes: number): EngineStatefulSet =>
      new EngineStatefulSet(program(namespace), 'pool', {
        version: 'v0.21.8',
        replicas: 3,
        cache: CacheVolume.claimTemplate({ size: Size.gibibytes(gibibytes) }),
      });
    const claims = (): Promise<any[]> =>
      client.list('v1', 'PersistentVolumeClaim', {
        namespace,
        labelSelector: 'app.kubernetes.io/instance=pool',
      });
    const pods = async (): Promise<string[]> =>
      (await client.list('v1', 'Pod', { namespace })).map(({ metadata }) => metadata.uid).sort();
    const volumes = async (): Promise<string[]> => (await claims()).map(({ spec }) => spec.volumeName).sort();

    await apply(cluster(), pool(200));
    await settled(cluster(), pool(200));
    const before = { pods: await pods(), volumes: await volumes() };
    expect(before.volumes).toHaveLength(3);
    await expect(apply(cluster(), pool(400))).rejects.toThrow(/volumeClaimTemplates|updates to statefulset spec/);

    for (const { metadata } of await claims()) {
      await client.patch(
        { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata },
        { spec: { resources: { requests: { storage: '400Gi' } } } },
      );
    }
    await client.delete(pool(200).workload.toJson(), 'Orphan');
    await cluster().until(
      async () => (await client.list('apps/v1', 'StatefulSet', { namespace })).length === 0,
      'the StatefulSet to be gone',
    );
    expect(await pods()).toEqual(before.pods);

    await apply(cluster(), pool(400));
    await settled(cluster(), pool(400));
    const after = await claims();
    expect(after.map(({ spec }) => spec.resources.requests.storage)).toEqual(['400Gi', '400Gi', '400Gi']);
    expect(await volumes()).toEqual(before.volumes);
    // The new limits of garbage collection are in the configuration, so the engines restart, one after the other.
    expect(await pods()).not.toEqual(before.pods);
    seen(cluster(), '3 engines with claims of 200Gi: the same volumes with 400Gi, and new limits');
  });
});
