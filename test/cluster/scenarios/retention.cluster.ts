import { Size } from 'cdk8s';
import { CacheVolume, ClaimRetention, EngineStatefulSet } from '../../../src/index';
import { addNodes } from '../nodes';
import { CONTROL_PLANE } from '../programs';
import { controlPlane, onKubernetes } from '../suite';
import { startStorage } from '../volumes';
import { apply, program, seen, settled } from './scenario';

const { DELETE, RETAIN } = ClaimRetention;

onKubernetes(CONTROL_PLANE, (version) => {
  describe('a pool of 50 engines, scaled to 20 and then deleted', () => {
    const cluster = controlPlane({ version, controllerManager: true, scheduler: true, kwok: true });
    beforeAll(async () => {
      await startStorage(cluster());
      await addNodes(cluster(), 10);
    });

    test.each([
      { whenScaled: RETAIN, whenDeleted: RETAIN, scaled: 50, deleted: 50 },
      { whenScaled: DELETE, whenDeleted: RETAIN, scaled: 20, deleted: 20 },
      { whenScaled: RETAIN, whenDeleted: DELETE, scaled: 50, deleted: 0 },
      { whenScaled: DELETE, whenDeleted: DELETE, scaled: 20, deleted: 0 },
    ])(
      'has $scaled and then $deleted claims, with whenScaled: $whenScaled and whenDeleted: $whenDeleted',
      async ({ whenScaled, whenDeleted, scaled, deleted }) => {
        const { client } = cluster();
        const namespace = `scaled-${whenScaled}-deleted-${whenDeleted}`.toLowerCase();
        const pool = (replicas: number): EngineStatefulSet =>
          new EngineStatefulSet(program(namespace), 'pool', {
            version: 'v0.21.7',
            replicas,
            cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200), whenScaled, whenDeleted }),
          });
        // Maps claims to their volumes. A recreated claim has a different volume.
        const volumes = async (): Promise<{ [claim: string]: string }> =>
          Object.fromEntries(
            (await client.list('v1', 'PersistentVolumeClaim', { namespace })).map(({ metadata: { name }, spec }) => [
              name,
              spec.volumeName,
            ]),
          );
        const some = (all: { [claim: string]: string }, count: number): { [claim: string]: string } =>
          Object.fromEntries(Object.entries(all).filter(([claim]) => Number(/\d+$/.exec(claim)![0]) < count));
        const left = async (count: number): Promise<void> => {
          await cluster().until(
            async () => Object.keys(await volumes()).length <= count,
            `at most ${count} claims to be left`,
          );
        };

        await apply(cluster(), pool(50));
        await settled(cluster(), pool(50));
        const all = await volumes();
        expect(new Set(Object.values(all)).size).toBe(50);

        await apply(cluster(), pool(20));
        await settled(cluster(), pool(20));
        await cluster().until(
          async () => (await client.list('v1', 'Pod', { namespace })).length === 20,
          '30 engines to be gone',
        );
        await left(scaled);
        expect(await volumes()).toEqual(some(all, scaled));

        await client.delete(pool(20).workload.toJson(), 'Foreground');
        await cluster().until(
          async () => (await client.list('v1', 'Pod', { namespace })).length === 0,
          'every engine to be gone',
        );
        await left(deleted);
        // The remaining claims have no owner, so nothing deletes them later.
        const kept = await client.list('v1', 'PersistentVolumeClaim', { namespace });
        expect(
          kept.filter(
            ({ metadata }) => metadata.ownerReferences !== undefined || metadata.deletionTimestamp !== undefined,
          ),
        ).toEqual([]);
        expect(await volumes()).toEqual(some(all, deleted));
        seen(
          cluster(),
          `whenScaled ${whenScaled}, whenDeleted ${whenDeleted}: 50 engines, 50 claims; 20 engines, ${scaled} claims; none, ${kept.length} claims`,
        );
      },
    );
  });
});
