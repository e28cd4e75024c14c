import { HelmChart, HelmRelease } from '../../../src';
import { objects } from '../../engines';
import { ApiError } from '../client';
import { addNodes } from '../nodes';
import { isReady } from '../pods';
import { CONTROL_PLANE } from '../programs';
import { controlPlane, onKubernetes } from '../suite';
import { startStorage } from '../volumes';
import { apply, program, seen, settled } from './scenario';

const claim = { persistentVolumeClaim: { enabled: true, resources: { requests: { storage: '200Gi' } } } };
const RELEASES = {
  'official chart, DaemonSet': { chart: HelmChart.OFFICIAL, chartVersion: '0.21.7', values: {}, conflicts: [] },
  'official chart, StatefulSet with a claim': { chart: HelmChart.OFFICIAL, chartVersion: '0.21.7', values: { engine: { kind: 'StatefulSet', statefulSet: claim } }, conflicts: ['.spec.volumeClaimTemplates'] },
  'kubiya chart, StatefulSet with a claim': { chart: HelmChart.KUBIYA, chartVersion: undefined, values: { engine: { kind: 'StatefulSet', statefulSet: claim } }, conflicts: ['.spec.volumeClaimTemplates'] },
  'gstackio chart, Deployment': { chart: HelmChart.GSTACKIO, chartVersion: undefined, values: {}, conflicts: ['.spec.template.spec.volumes[name="varlibdagger"].nfs.readOnly'] },
};

/** What Helm writes on objects and pods beside what its charts mean. */
const HELM = { 'helm.sh/chart': 'dagger-helm-0.21.7', 'app.kubernetes.io/managed-by': 'Helm' };

/** An object as Helm has it in the cluster. */
function rendered(object: any): any {
  const labelled = (metadata: any): any => ({ ...metadata, labels: { ...metadata.labels, ...HELM } });
  const template = object.spec?.template && { ...object.spec.template, metadata: labelled(object.spec.template.metadata) };
  return { ...object, metadata: labelled(object.metadata), ...(template && { spec: { ...object.spec, template } }) };
}

onKubernetes(CONTROL_PLANE, (version) => {
  describe('a release of a Helm chart that runs', () => {
    const cluster = controlPlane({ version, controllerManager: true, scheduler: true, kwok: true });
    beforeAll(async () => {
      await startStorage(cluster());
      await addNodes(cluster(), 3);
    });

    test.each(Object.entries(RELEASES))('%s: is taken over without a restart, and restarts once without the labels of Helm', async (title, { values, conflicts, ...chart }) => {
      const { client } = cluster();
      const namespace = title.replace(/\W+/g, '-').toLowerCase();
      const { engine } = HelmRelease.fromValues(program(namespace), 'release', { ...chart, releaseName: 'dagger', values });
      const workload = engine.workload.toJson();
      const own = Object.values(objects(engine)).filter(({ kind }) => kind !== 'Namespace').map((object) => ({ ...object, metadata: { namespace, ...object.metadata } }));
      const reference = { apiVersion: workload.apiVersion, kind: workload.kind, metadata: { name: engine.name, namespace } };
      const pods = async (): Promise<string[]> => (await client.list('v1', 'Pod', { namespace })).map(({ metadata }) => metadata.uid).sort();
      const claims = async (): Promise<string[][]> => (await client.list('v1', 'PersistentVolumeClaim', { namespace })).map(({ metadata, spec }) => [metadata.name, metadata.uid, spec.volumeName]);

      await client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
      for (const object of own) {
        await client.apply(rendered(object), { fieldManager: 'helm' });
      }
      await settled(cluster(), engine);
      const before = { workload: await client.get(reference), pods: await pods(), claims: await claims() };

      // What both write is the same. The server says otherwise of a list that it has filled with defaults, and of a default that it leaves out.
      const refused = await apply(cluster(), engine, { fieldManager: 'cdk8s' }).then(() => undefined, (error) => error);
      expect(refused instanceof ApiError ? refused.fields : []).toEqual(conflicts);
      await apply(cluster(), engine, { fieldManager: 'cdk8s', force: true });
      await settled(cluster(), engine);
      const taken = await client.get(reference);
      expect([taken.metadata.uid, taken.metadata.generation]).toEqual([before.workload.metadata.uid, before.workload.metadata.generation]);
      expect(taken.spec.template.metadata.labels).toMatchObject(HELM);
      expect(await pods()).toEqual(before.pods);

      // Helm gives up its fields. Those that nobody else has go, its labels on the pods among them.
      const uids = new Set<string>();
      const stop = await client.watch('v1', 'Pod', { namespace }, ({ object }) => uids.add(object.metadata.uid));
      await client.apply(reference, { fieldManager: 'helm' });
      await settled(cluster(), engine);
      await cluster().until(async () => (await client.list('v1', 'Pod', { namespace })).every((pod) => isReady(pod) && !before.pods.includes(pod.metadata.uid)), 'the pods of before to be gone');
      stop();
      const after = await client.get(reference);
      expect(after.metadata.uid).toBe(before.workload.metadata.uid);
      expect(Object.keys(after.spec.template.metadata.labels).filter((label) => label in HELM)).toEqual([]);
      expect(await pods()).toHaveLength(before.pods.length);
      // Not that each is replaced once: a controller that works from a state of before can replace one again.
      expect(uids.size).toBeGreaterThanOrEqual(2 * before.pods.length);
      expect(await claims()).toEqual(before.claims);
      seen(cluster(), `${title}: same uid, ${before.pods.length} pods kept when it is taken over, ${uids.size - before.pods.length} new ones when Helm's labels go, ${before.claims.length} claims kept`);
    });
  });
});
