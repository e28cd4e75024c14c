import { ApiObject, Size } from 'cdk8s';
import {
  CacheVolume,
  EngineDeployment,
  EngineStatefulSet,
  EngineStatefulSetUpdateStrategy,
  type Engine,
  type EngineDeploymentProps,
  type EngineStatefulSetProps,
} from '../../../src/index';
import { GONE_AFTER, READY_AFTER, type ControlPlane } from '../control-plane';
import { addNodes } from '../nodes';
import { claimsOf, imageOf, isReady, mostSharing, nodesOf, watchPods } from '../pods';
import { CONTROL_PLANE } from '../programs';
import { controlPlane, onNewestKubernetes } from '../suite';
import { startStorage } from '../volumes';
import { apply, program, seen, settled } from './scenario';

const OLD = 'v0.21.6';
const NEW = 'v0.21.7';
const image = (version: string): string => `registry.dagger.io/engine:${version}`;

/** Delays the start and the stop of pods, so that the tests would see a second engine on a volume. */
const pod = { podAnnotations: { [READY_AFTER]: '300ms', [GONE_AFTER]: '1s' } };
const size = Size.gibibytes(200);

function pool(namespace: string, version: string, props: Partial<EngineStatefulSetProps> = {}): EngineStatefulSet {
  return new EngineStatefulSet(program(namespace), 'pool', {
    version,
    replicas: 3,
    ...pod,
    cache: CacheVolume.claimTemplate({ size }),
    ...props,
  });
}

function several(namespace: string, version: string): EngineDeployment {
  return new EngineDeployment(program(namespace), 'engine', {
    version,
    replicas: 3,
    ...pod,
    cache: CacheVolume.ephemeral({ size }),
  });
}

/** Creates one engine on an existing claim. */
function single(
  namespace: string,
  version: string,
  accessMode: string,
  props: Partial<EngineDeploymentProps> = {},
): EngineDeployment {
  const chart = program(namespace);
  new ApiObject(chart, 'claim', {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'warm' },
    spec: { accessModes: [accessMode], resources: { requests: { storage: '200Gi' } } },
  });
  return new EngineDeployment(chart, 'engine', { version, ...pod, cache: CacheVolume.fromClaimName('warm'), ...props });
}

/** The highest number of pods in each category at any one time. */
interface Most {
  pods: number;
  /** Pods that share a volume, from their creation until they are gone. */
  onVolume: number;
  /** Pods that share a volume and are scheduled. */
  runningOnVolume: number;
  unready: number;
}

async function watchVolumes({ client }: ControlPlane, engine: Engine): Promise<{ most: Most; stop: () => void }> {
  const most = { pods: 0, onVolume: 0, runningOnVolume: 0, unready: 0 };
  const stop = await watchPods(client, { namespace: engine.namespace }, (pods) => {
    const now: Most = {
      pods: pods.length,
      onVolume: mostSharing(pods, claimsOf),
      runningOnVolume: mostSharing(
        pods.filter((one) => nodesOf(one).length > 0),
        claimsOf,
      ),
      unready: pods.filter((one) => !isReady(one)).length,
    };
    (Object.keys(most) as (keyof Most)[]).forEach((key) => (most[key] = Math.max(most[key], now[key])));
  });
  return { most, stop };
}

onNewestKubernetes(CONTROL_PLANE, (version) => {
  describe('one engine at a time on a volume', () => {
    const cluster = controlPlane({ version, controllerManager: true, scheduler: true, kwok: true });
    beforeAll(async () => {
      await startStorage(cluster());
      await addNodes(cluster(), 4);
    });

    /** Starts the old engine and runs `change`. Returns the highest numbers of pods during the change. */
    async function during(old: Engine, change: () => Promise<void>): Promise<Most> {
      await apply(cluster(), old);
      await settled(cluster(), old);
      const { most, stop } = await watchVolumes(cluster(), old);
      await change();
      stop();
      return most;
    }

    async function update(engine: Engine): Promise<void> {
      await apply(cluster(), engine);
      await settled(cluster(), engine);
    }

    async function images(engine: Engine): Promise<{ [pod: string]: string }> {
      const pods = await cluster().client.list('v1', 'Pod', { namespace: engine.namespace });
      return Object.fromEntries(pods.map((one) => [one.metadata.name, imageOf(one)]));
    }

    /** Deletes a pod, and waits until the pod is gone and its replacement is ready. */
    async function replace(engine: Engine, name?: string): Promise<void> {
      const { client } = cluster();
      const [old] = (await client.list('v1', 'Pod', { namespace: engine.namespace })).filter(
        ({ metadata }) => name === undefined || metadata.name === name,
      );
      const count = (await client.list('v1', 'Pod', { namespace: engine.namespace })).length;
      await client.delete(old);
      await cluster().until(async () => {
        const pods = await client.list('v1', 'Pod', { namespace: engine.namespace });
        return pods.length === count && pods.every((one) => isReady(one) && one.metadata.uid !== old.metadata.uid);
      }, `${old.metadata.name} to be replaced`);
    }

    test('a StatefulSet updates one engine after the other, from the highest ordinal', async () => {
      const old = pool('rolling', OLD);
      const order: string[] = [];
      const most = await during(old, async () => {
        const stop = await cluster().client.watch('v1', 'Pod', { namespace: 'rolling' }, ({ type, object }) => {
          if (type === 'DELETED') {
            order.push(object.metadata.name);
          }
        });
        await update(pool('rolling', NEW));
        stop();
      });
      expect(order).toEqual(['pool-2', 'pool-1', 'pool-0']);
      expect(most).toEqual({ pods: 3, onVolume: 1, runningOnVolume: 1, unready: 1 });
      seen(cluster(), `StatefulSet, rolling: replaced ${order.join(', ')}; ${sentence(most)}`);
    });

    test('a StatefulSet with a partition keeps the engines with lower ordinals', async () => {
      const props = { updateStrategy: EngineStatefulSetUpdateStrategy.rollingUpdate({ partition: 2 }) };
      const next = pool('partition', NEW, props);
      const most = await during(pool('partition', OLD, props), async () => {
        await apply(cluster(), next);
        await cluster().until(async () => {
          const updated = await cluster().client.get({
            apiVersion: 'v1',
            kind: 'Pod',
            metadata: { name: 'pool-2', namespace: 'partition' },
          });
          return updated !== undefined && imageOf(updated) === image(NEW) && isReady(updated);
        }, 'the engine above the partition to be updated');
      });
      expect(await images(next)).toEqual({ 'pool-0': image(OLD), 'pool-1': image(OLD), 'pool-2': image(NEW) });
      expect(most).toEqual({ pods: 3, onVolume: 1, runningOnVolume: 1, unready: 1 });
      seen(cluster(), `StatefulSet, partition 2: only pool-2 replaced; ${sentence(most)}`);
    });

    test('a StatefulSet replaces only the deleted pod', async () => {
      const props = { updateStrategy: EngineStatefulSetUpdateStrategy.onDelete() };
      const next = pool('on-delete', NEW, props);
      const most = await during(pool('on-delete', OLD, props), async () => {
        await apply(cluster(), next);
        await replace(next, 'pool-1');
      });
      expect(await images(next)).toEqual({ 'pool-0': image(OLD), 'pool-1': image(NEW), 'pool-2': image(OLD) });
      expect(most).toEqual({ pods: 3, onVolume: 1, runningOnVolume: 1, unready: 1 });
      seen(cluster(), `StatefulSet, OnDelete: only the deleted pool-1 replaced; ${sentence(most)}`);
    });

    test('a Deployment on an existing claim stops the old engine before it starts the new one', async () => {
      const next = single('recreate', NEW, 'ReadWriteOnce');
      const most = await during(single('recreate', OLD, 'ReadWriteOnce'), () => update(next));
      expect(Object.values(await images(next))).toEqual([image(NEW)]);
      expect(most).toEqual({ pods: 1, onVolume: 1, runningOnVolume: 1, unready: 1 });
      seen(cluster(), `Deployment on a claim, update: ${sentence(most)}`);
    });

    test('a Deployment whose pod is deleted or evicted runs two engines, unless the claim is for one pod', async () => {
      const shared = single('replaced', NEW, 'ReadWriteOnce');
      const once = single('replaced-once', NEW, 'ReadWriteOncePod');
      const most = await during(shared, () => replace(shared));
      const mostOnce = await during(once, () => replace(once));
      // Kubernetes creates the next pod immediately. Both pods have a node, and only the lock on the cache stops the
      // new engine.
      expect(most).toEqual({ pods: 2, onVolume: 2, runningOnVolume: 2, unready: 1 });
      // With ReadWriteOncePod, the scheduler makes the next pod wait.
      expect(mostOnce).toEqual({ pods: 2, onVolume: 2, runningOnVolume: 1, unready: 1 });
      seen(
        cluster(),
        `Deployment on a claim, pod deleted: ReadWriteOnce ${sentence(most)}; ReadWriteOncePod ${sentence(mostOnce)}`,
      );
    });

    test('a Deployment with a volume for each pod starts the new engines before it stops the old ones', async () => {
      const next = several('ephemeral', NEW);
      const most = await during(several('ephemeral', OLD), () => update(next));
      expect(Object.values(await images(next)).filter((one) => one === image(NEW))).toHaveLength(3);
      expect(most.onVolume).toBe(1);
      expect(most.pods).toBeGreaterThan(3);
      await cluster().until(
        async () =>
          (await cluster().client.list('v1', 'PersistentVolumeClaim', { namespace: 'ephemeral' })).length === 3,
        'the volumes of the old engines to go',
      );
      seen(cluster(), `Deployment with ephemeral volumes, update: ${sentence(most)}; 3 claims left of 6`);
    });
  });
});

function sentence({ pods, onVolume, runningOnVolume }: Most): string {
  return `at most ${pods} pods, ${onVolume} with one volume, ${runningOnVolume} of them on a node`;
}
