import { Size } from 'cdk8s';
import {
  CacheVolume,
  DisruptionBudget,
  EngineDaemonSet,
  EngineStatefulSet,
  type Engine,
  type EngineProps,
} from '../../../src/index';
import { ApiError } from '../client';
import { GONE_AFTER, READY_AFTER, type ControlPlane } from '../control-plane';
import { addNodes } from '../nodes';
import { isAvailable, nodesOf, watchPods } from '../pods';
import { CONTROL_PLANE } from '../programs';
import { controlPlane, onNewestKubernetes } from '../suite';
import { startStorage } from '../volumes';
import { apply, program, seen, settled } from './scenario';

const pod = { podAnnotations: { [READY_AFTER]: '300ms', [GONE_AFTER]: '2s' } };

function pool(namespace: string, props: Pick<EngineProps, 'disruptionBudget'> = {}): EngineStatefulSet {
  return new EngineStatefulSet(program(namespace), 'pool', {
    version: 'v0.21.7',
    replicas: 3,
    ...pod,
    ...props,
    cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200) }),
  });
}

/** Creates a budget without the library, which rejects budgets that block every eviction. */
async function protect(
  { client }: ControlPlane,
  { namespace, podSelector: selector }: Engine,
  budget: { minAvailable?: number; maxUnavailable?: number },
): Promise<any> {
  const manifest = {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'budget', namespace },
    spec: { ...budget, selector: { matchLabels: selector } },
  };
  await client.apply(manifest);
  return manifest;
}

async function cordon({ client }: ControlPlane, node: string): Promise<void> {
  await client.patch({ apiVersion: 'v1', kind: 'Node', metadata: { name: node } }, { spec: { unschedulable: true } });
}

/**
 * Drains a node like `kubectl drain --ignore-daemonsets`: cordons the node, evicts each pod until that succeeds, and
 * waits until the pod is gone. Returns the number of rejected evictions.
 */
async function drain(cluster: ControlPlane, node: string, namespace: string): Promise<number> {
  const { client } = cluster;
  await cordon(cluster, node);
  const pods = (await client.list('v1', 'Pod', { namespace, fieldSelector: `spec.nodeName=${node}` })).filter(
    ({ metadata }) => metadata.ownerReferences[0].kind !== 'DaemonSet',
  );
  let rejected = 0;
  for (const evicted of pods) {
    await cluster.until(
      () =>
        client.evict(evicted).then(
          () => true,
          (error) => {
            if (!(error instanceof ApiError) || error.status !== 429) {
              throw error;
            }
            rejected += 1;
            return false;
          },
        ),
      `${evicted.metadata.name} to be evicted`,
    );
    await cluster.until(
      async () => (await client.get(evicted))?.metadata.uid !== evicted.metadata.uid,
      `${evicted.metadata.name} to be gone`,
    );
  }
  return rejected;
}

onNewestKubernetes(CONTROL_PLANE, (version) => {
  describe('drained nodes', () => {
    const cluster = controlPlane({ version, controllerManager: true, scheduler: true, kwok: true });
    beforeAll(() => startStorage(cluster()));

    /** Drains the nodes of all engines while three other nodes are free. */
    async function drainAll(engine: Engine): Promise<{ least: number; rejected: number }> {
      const namespace = engine.namespace!;
      const client = cluster().client;
      const before = (await client.list('v1', 'Pod', { namespace })).flatMap(nodesOf);
      const drained = [...new Set(before)];
      await addNodes(cluster(), 3, { name: `${namespace}-next` });
      let least = 3;
      const stop = await watchPods(
        client,
        { namespace },
        (pods) => (least = Math.min(least, pods.filter(isAvailable).length)),
      );
      // Cordons all nodes first, so that no engine moves to a node that is drained next.
      await Promise.all(drained.map((node) => cordon(cluster(), node)));
      const rejected = await Promise.all(drained.map((node) => drain(cluster(), node, namespace)));
      await settled(cluster(), engine);
      stop();
      const after = (await client.list('v1', 'Pod', { namespace })).flatMap(nodesOf);
      expect(after.filter((node) => before.includes(node))).toEqual([]);
      return { least, rejected: rejected.reduce((sum, one) => sum + one, 0) };
    }

    async function running(engine: Engine, nodes: string): Promise<void> {
      await addNodes(cluster(), 3, { name: nodes });
      await apply(cluster(), engine);
      await settled(cluster(), engine);
    }

    test('without a budget, several engines of a pool are unavailable at once', async () => {
      const engine = pool('unprotected', { disruptionBudget: DisruptionBudget.none() });
      await running(engine, 'unprotected');
      const { least, rejected } = await drainAll(engine);
      expect(rejected).toBe(0);
      expect(least).toBeLessThan(2);
      seen(cluster(), `3 drains at once, no budget: ${least} of 3 engines left, ${rejected} evictions rejected`);
    });

    test('with the default budget, one engine is unavailable at a time', async () => {
      const engine = pool('protected');
      await running(engine, 'protected');
      const budget = engine.disruptionBudget!.toJson();
      await cluster().until(
        async () => (await cluster().client.get(budget)).status?.disruptionsAllowed === 1,
        'the budget to know its pods',
      );
      const { least, rejected } = await drainAll(engine);
      expect(least).toBe(2);
      expect(rejected).toBeGreaterThan(0);
      seen(
        cluster(),
        `3 drains at once, default budget: never less than ${least} of 3 engines, ${rejected} evictions rejected until the previous engine was ready`,
      );
    });

    test('a budget of a DaemonSet must be an absolute minimum, and a drain ignores it', async () => {
      const nodes = await addNodes(cluster(), 3, { name: 'daemons', labels: { pool: 'daemons' } });
      const engine = new EngineDaemonSet(program('daemons'), 'engine', {
        version: 'v0.21.7',
        ...pod,
        nodeSelector: { pool: 'daemons' },
      });
      await apply(cluster(), engine);
      await settled(cluster(), engine);
      const [first, second] = await cluster().client.list('v1', 'Pod', { namespace: 'daemons' });

      // Kubernetes compares `maxUnavailable` with the scale of a workload, and a DaemonSet has no scale.
      const relative = await protect(cluster(), engine, { maxUnavailable: 1 });
      const condition = await cluster().until(
        async () => (await cluster().client.get(relative)).status?.conditions?.[0],
        'the budget to be judged',
      );
      expect(condition).toMatchObject({
        type: 'DisruptionAllowed',
        status: 'False',
        reason: 'SyncFailed',
        message: expect.stringContaining('does not implement the scale subresource'),
      });
      await expect(cluster().client.evict(first)).rejects.toMatchObject({ status: 429 });
      await cluster().client.delete(relative);

      const absolute = await protect(cluster(), engine, { minAvailable: 2 });
      await cluster().until(
        async () => (await cluster().client.get(absolute)).status?.disruptionsAllowed === 1,
        'the budget to know its pods',
      );
      expect(await Promise.all(nodes.map((node) => drain(cluster(), node, 'daemons')))).toEqual([0, 0, 0]);
      expect((await cluster().client.list('v1', 'Pod', { namespace: 'daemons' })).filter(isAvailable)).toHaveLength(3);
      await cluster().client.evict(first);
      await expect(cluster().client.evict(second)).rejects.toMatchObject({ status: 429, reason: 'TooManyRequests' });
      await settled(cluster(), engine);
      seen(
        cluster(),
        `DaemonSet of 3: drains leave its engines; maxUnavailable 1 rejects every eviction (${condition.reason}); minAvailable 2 allows one and rejects the second`,
      );
    });
  });
});
