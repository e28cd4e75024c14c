import { Size } from 'cdk8s';
import { CacheVolume, EngineStatefulSet, EngineStorageClass } from '../../../src/index';
import type { Manifest } from '../client';
import { addNodes } from '../nodes';
import { CONTROL_PLANE } from '../programs';
import { controlPlane, onNewestKubernetes } from '../suite';
import { startProvisioner } from '../volumes';
import { apply, program, seen, settled } from './scenario';

const CLASSES: { readonly [name: string]: (scope: ReturnType<typeof program>, id: string) => EngineStorageClass } = {
  gp3: (scope, id) => EngineStorageClass.ebsGp3(scope, id, { iops: 6000, throughput: 500 }),
  topolvm: (scope, id) => EngineStorageClass.topolvm(scope, id, { deviceClass: 'nvme' }),
  zfs: (scope, id) => EngineStorageClass.zfsLocalPv(scope, id, { pool: 'nvme/dagger' }),
  'local-path': (scope, id) => EngineStorageClass.localPath(scope, id),
};

/** The storage classes of the library. The provisioners are stand-ins, which create a volume for a claim. */
onNewestKubernetes(CONTROL_PLANE, (version) => {
  const cluster = controlPlane({ version, controllerManager: true, scheduler: true, kwok: true });
  beforeAll(() => addNodes(cluster(), 2));

  test.each(Object.keys(CLASSES))(
    'an engine gets a volume of %s on its node, which grows if the class says so',
    async (name) => {
      const { client } = cluster();
      const chart = program(`storage-${name}`);
      const storageClass = CLASSES[name]!(chart, `dagger-${name}`);
      const engine = new EngineStatefulSet(chart, 'engine', {
        version: 'v0.21.8',
        cache: CacheVolume.claimTemplate({ size: Size.gibibytes(100), storageClassName: storageClass.name }),
      });
      const manifest: any = storageClass.apiObject.toJson();
      await apply(cluster(), engine);
      const claim = {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'cache-engine-0', namespace: `storage-${name}` },
      };
      // The server adds no defaults, so GitOps tools show no drift.
      const { metadata, ...stored } = await client.get(manifest);
      const { metadata: written, ...sent } = manifest;
      expect({ ...stored, labels: metadata.labels }).toEqual({ ...sent, labels: written.labels });
      await startProvisioner(cluster(), manifest);
      await settled(cluster(), engine);

      const [pod] = await client.list('v1', 'Pod', { namespace: `storage-${name}` });
      const bound = await client.get(claim);
      expect(bound.status.phase).toBe('Bound');
      expect(bound.metadata.annotations['volume.kubernetes.io/selected-node']).toBe(pod.spec.nodeName);

      const grows = client.patch(claim, { spec: { resources: { requests: { storage: '200Gi' } } } });
      if (manifest.allowVolumeExpansion === true) {
        await grows;
      } else {
        await expect(grows).rejects.toThrow('storageclass that provisions the pvc must support resize');
      }
      for (const [field, change] of Object.entries({
        parameters: { parameters: { other: 'value' } },
        provisioner: { provisioner: 'example.com/other' },
        reclaimPolicy: { reclaimPolicy: 'Retain' },
        volumeBindingMode: { volumeBindingMode: 'Immediate' },
      })) {
        await expect(client.patch(manifest as Manifest, change)).rejects.toThrow(field);
      }
      await client.patch(manifest as Manifest, { allowVolumeExpansion: true });
      seen(cluster(), `${name}: the claim of the engine on ${pod.spec.nodeName} was bound there`);
    },
  );
});
