import { DedicatedNodes, EngineDaemonSet, EngineDaemonSetUpdateStrategy, PodCount } from '../../../src/index';
import { GONE_AFTER } from '../control-plane';
import { addNodes } from '../nodes';
import { imageOf, isAvailable, mostSharing, nodesOf, watchPods } from '../pods';
import { CONTROL_PLANE } from '../programs';
import { controlPlane, onNewestKubernetes } from '../suite';
import { apply, program, seen, settled } from './scenario';

const NODES = 1000;
const ENGINES = NODES / 2;
/** The number of engines that may be unavailable during an update: ten percent. */
const AT_A_TIME = ENGINES / 10;

const dedicated = DedicatedNodes.of();
const [{ key, value, effect }] = dedicated.tolerations;

function fleet(version: string): EngineDaemonSet {
  return new EngineDaemonSet(program('fleet'), 'engine', {
    version,
    nodes: dedicated,
    podAnnotations: { [GONE_AFTER]: '1s' },
    updateStrategy: EngineDaemonSetUpdateStrategy.rollingUpdate({ maxUnavailable: PodCount.percent(10) }),
  });
}

onNewestKubernetes(CONTROL_PLANE, (version) => {
  describe(`${NODES} nodes, half of them for engines`, () => {
    const cluster = controlPlane({ version, controllerManager: true, scheduler: true, kwok: true });
    const pods = (): Promise<any[]> => cluster().client.list('v1', 'Pod', { namespace: 'fleet' });
    let marked: string[];
    beforeAll(async () => {
      marked = await addNodes(cluster(), ENGINES, {
        name: 'engines',
        labels: dedicated.nodeSelector,
        taints: [{ key: key!, value, effect: effect! }],
      });
      await addNodes(cluster(), NODES - ENGINES, { name: 'others' });
    });

    test('each of these gets one engine, and no other node does', async () => {
      const engine = fleet('v0.21.6');
      await apply(cluster(), engine);
      await settled(cluster(), engine);
      const running = await pods();
      expect(running.filter(isAvailable)).toHaveLength(ENGINES);
      expect(running.flatMap(nodesOf).sort()).toEqual([...marked].sort());
      seen(
        cluster(),
        `${running.length} engines, all ready, one on each of the ${marked.length} nodes with the label, none on the ${NODES - ENGINES} others`,
      );
    });

    test('an update never runs two engines on a node, and respects the maximum of unavailable nodes', async () => {
      let [most, unserved, states] = [0, 0, 0];
      const stop = await watchPods(cluster().client, { namespace: 'fleet' }, (all) => {
        most = Math.max(most, mostSharing(all, nodesOf));
        unserved = Math.max(unserved, ENGINES - new Set(all.filter(isAvailable).flatMap(nodesOf)).size);
        states += 1;
      });
      const engine = fleet('v0.21.7');
      await apply(cluster(), engine);
      await settled(cluster(), engine);
      stop();
      expect(most).toBe(1);
      // Replacing fewer engines at a time would be slower than requested.
      expect(unserved).toBe(AT_A_TIME);
      const running = await pods();
      expect(running.flatMap(nodesOf).sort()).toEqual([...marked].sort());
      expect(new Set(running.map(imageOf))).toEqual(new Set(['registry.dagger.io/engine:v0.21.7']));
      seen(
        cluster(),
        `${running.length} engines replaced in ${states} states of their pods: at most ${most} pod on a node, terminating ones counted, and ${unserved} nodes without a ready engine (maxUnavailable 10%)`,
      );
    });
  });
});
