import { HelmChart, HelmRelease, type Engine } from '../../../src/index';
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
  'official chart, StatefulSet with a claim': {
    chart: HelmChart.OFFICIAL,
    chartVersion: '0.21.7',
    values: { kind: 'StatefulSet', statefulSet: claim },
    conflicts: ['.spec.volumeClaimTemplates'],
  },
  'kubiya chart, StatefulSet with a claim': {
    chart: HelmChart.KUBIYA,
    chartVersion: undefined,
    values: { kind: 'StatefulSet', statefulSet: claim },
    conflicts: ['.spec.volumeClaimTemplates'],
  },
  'gstackio chart, Deployment': { chart: HelmChart.GSTACKIO, chartVersion: undefined, values: {}, conflicts: [] },
};

/** Labels that the charts add to objects and pods. */
const HELM = { 'helm.sh/chart': 'dagger-helm-0.21.7', 'app.kubernetes.io/managed-by': 'Helm' };

/** Returns an object as Helm stores it in the cluster. */
function rendered(object: any, namespace: string): any {
  const labelled = (metadata: any): any => ({ ...metadata, labels: { ...metadata.labels, ...HELM } });
  const template = object.spec?.template && {
    ...object.spec.template,
    metadata: labelled(object.spec.template.metadata),
  };
  return {
    ...object,
    metadata: { namespace, ...labelled(object.metadata) },
    ...(template && { spec: { ...object.spec, template } }),
  };
}

/** Returns the JSON patches from the guide for an object that Helm created. */
function withoutHelm({ metadata: { managedFields } }: any): object[] {
  const indices = [...managedFields.keys()].filter((index) => managedFields[index].manager === 'helm').reverse();
  return indices.flatMap((index) => [
    { op: 'test', path: `/metadata/managedFields/${index}/manager`, value: 'helm' },
    { op: 'remove', path: `/metadata/managedFields/${index}` },
  ]);
}

const TIDY = Object.keys(HELM).map((label) => ({
  op: 'remove',
  path: `/spec/template/metadata/labels/${label.replace('/', '~1')}`,
}));

onKubernetes(CONTROL_PLANE, (version) => {
  describe('a running release of a Helm chart', () => {
    const cluster = controlPlane({ version, controllerManager: true, scheduler: true, kwok: true });
    beforeAll(async () => {
      await startStorage(cluster());
      await addNodes(cluster(), 3);
    });

    test.each(Object.entries(RELEASES))(
      '%s: is taken over without a restart, and then matches the manifest',
      async (title, { values, conflicts, ...chart }) => {
        const { client } = cluster();
        const namespace = title.replace(/\W+/g, '-').toLowerCase();
        const release = (labels: object): Engine =>
          HelmRelease.fromValues(program(namespace), 'release', {
            ...chart,
            releaseName: 'dagger',
            values: { engine: { ...values, labels } },
          }).engine;
        const engine = release({ gone: 'soon' });
        const workload = engine.workload.toJson();
        const own = Object.values(objects(engine)).filter(({ kind }) => kind !== 'Namespace');
        const reference = {
          apiVersion: workload.apiVersion,
          kind: workload.kind,
          metadata: { name: engine.name, namespace },
        };
        const pods = async (): Promise<string[]> =>
          (await client.list('v1', 'Pod', { namespace })).map(({ metadata }) => metadata.uid).sort();
        const claims = async (): Promise<string[][]> =>
          (await client.list('v1', 'PersistentVolumeClaim', { namespace })).map(({ metadata, spec }) => [
            metadata.name,
            metadata.uid,
            spec.volumeName,
          ]);

        await client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
        for (const object of own) {
          await client.create(rendered(object, namespace), 'helm');
        }
        await settled(cluster(), engine);
        const before = { workload: await client.get(reference), pods: await pods(), claims: await claims() };

        // Both managers apply the same values, but a list to which the server has added defaults causes a conflict.
        const refused = await apply(cluster(), engine, { fieldManager: 'cdk8s' }).then(
          () => undefined,
          (error) => error,
        );
        expect(refused instanceof ApiError ? refused.fields : []).toEqual(conflicts);
        await apply(cluster(), engine, { fieldManager: 'cdk8s', force: true });
        for (const object of own) {
          const live = { ...object, metadata: { namespace, ...object.metadata } };
          await client.jsonPatch(live, withoutHelm(await client.get(live)));
        }
        await settled(cluster(), engine);
        const taken = await client.get(reference);
        expect([taken.metadata.uid, taken.metadata.generation]).toEqual([
          before.workload.metadata.uid,
          before.workload.metadata.generation,
        ]);
        expect(taken.metadata.managedFields.map(({ manager }: any) => manager)).not.toContain('helm');
        expect(taken.spec.template.metadata).toMatchObject({ labels: { ...HELM, gone: 'soon' } });
        expect(await pods()).toEqual(before.pods);

        // The next version of the program removes a label that Helm also set.
        await client.jsonPatch(reference, TIDY);
        await apply(cluster(), release({}), { fieldManager: 'cdk8s' });
        await settled(cluster(), engine);
        await cluster().until(
          async () =>
            (await client.list('v1', 'Pod', { namespace })).every(
              (pod) => isReady(pod) && !before.pods.includes(pod.metadata.uid),
            ),
          'the pods of before to be gone',
        );
        const after = await client.get(reference);
        expect(after.metadata.uid).toBe(before.workload.metadata.uid);
        expect(
          Object.keys(after.spec.template.metadata.labels).filter((label) => label === 'gone' || label in HELM),
        ).toEqual([]);
        expect(await pods()).toHaveLength(before.pods.length);
        expect(await claims()).toEqual(before.claims);
        seen(
          cluster(),
          `${title}: same uid, ${before.pods.length} pods kept when it is taken over, a field that went from the manifest gone, ${before.claims.length} claims kept`,
        );
      },
    );
  });
});
