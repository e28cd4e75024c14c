import { Size } from 'cdk8s';
import { Deployment } from 'cdk8s-plus-28';
import { compareManifests } from '../../../src/comparison/compare';
import {
  CacheVolume,
  ClaimRetention,
  EngineFleet,
  FleetTopology,
  Listener,
  Retirement,
  type FleetMemberOptions,
} from '../../../src/index';
import { objects } from '../../engines';
import type { Manifest } from '../client';
import { GONE_AFTER, type ControlPlane } from '../control-plane';
import { addNodes } from '../nodes';
import { isAvailable } from '../pods';
import { CONTROL_PLANE } from '../programs';
import { controlPlane, onNewestKubernetes } from '../suite';
import { startStorage } from '../volumes';
import { program, seen } from './scenario';

const [OLD, SUCCESSOR] = ['v0-21-7', 'v0-21-8'];

/** The time that a stopping engine takes, which is its drain. */
const DRAIN = '3s';

const COMMON = {
  version: 'v0.21.8',
  listener: Listener.insecureTcp(),
  podAnnotations: { [GONE_AFTER]: DRAIN },
};
const TOPOLOGIES = {
  StatefulSet: FleetTopology.statefulSet({
    ...COMMON,
    replicas: 3,
    cache: CacheVolume.claimTemplate({ size: Size.gibibytes(100) }),
  }),
  Deployment: FleetTopology.deployment({ ...COMMON, replicas: 2, cache: CacheVolume.emptyDir() }),
  DaemonSet: FleetTopology.daemonSet({ ...COMMON, cache: CacheVolume.hostPath({ size: Size.gibibytes(100) }) }),
};
type Kind = keyof typeof TOPOLOGIES;

/** The pods of a member, by name. A restarted pod has another UID. */
interface Pods {
  readonly [name: string]: string;
}

/** A fleet of which one member retires. */
class Retiring {
  private current: Manifest[] = [];

  public constructor(
    private readonly cluster: ControlPlane,
    private readonly kind: Kind,
    private readonly namespace: string,
  ) {}

  /**
   * Applies the next commit like a GitOps tool that prunes. Returns the effects of the commit as `diff` reports them,
   * without those about the client. `member` is undefined if the member is removed.
   */
  public async commit(member: Partial<FleetMemberOptions> | undefined): Promise<string[]> {
    const { client } = this.cluster;
    const scope = program(this.namespace);
    const members = [...(member === undefined ? [] : [{ version: 'v0.21.7', ...member }]), { version: 'v0.21.8' }];
    const fleet = new EngineFleet(scope, 'fleet', { topology: TOPOLOGIES[this.kind], members });
    const runner = new Deployment(scope, 'runner', { metadata: { name: 'runner' }, containers: [{ image: 'runner' }] });
    fleet.connect(runner, { key: member === undefined || member.retirement !== undefined ? SUCCESSOR : OLD });
    const next = Object.values(objects(scope)).map((object: Manifest) =>
      object.kind === 'Namespace' ? object : { ...object, metadata: { namespace: this.namespace, ...object.metadata } },
    );
    const changes = compareManifests(this.current, next);
    for (const object of [...next].sort((a, b) => Number(b.kind === 'Namespace') - Number(a.kind === 'Namespace'))) {
      await client.apply(object);
    }
    const isIn = (all: readonly Manifest[], { kind, metadata }: Manifest): boolean =>
      all.some((other) => other.kind === kind && other.metadata.name === metadata.name);
    for (const object of this.current.filter((one) => !isIn(next, one))) {
      await client.delete(object);
    }
    this.current = next;
    return changes
      .filter(({ name, object }) => object.name !== 'runner' && name !== 'access-gained')
      .map(({ effect, name }) => `${name}: ${effect}`);
  }

  /** Returns the pods of a member that exist, including those that stop. */
  public async pods(key: string): Promise<Pods> {
    const all = await this.members(key);
    return Object.fromEntries(all.map(({ metadata }) => [metadata.name, metadata.uid]));
  }

  /** Waits until a member has a number of available pods, and no others. */
  public async settled(key: string, count: number): Promise<Pods> {
    await this.cluster.until(async () => {
      const all = await this.members(key);
      return all.length === count && all.every(isAvailable);
    }, `${count} pods of ${key}`);
    return this.pods(key);
  }

  /** Returns the number of addresses behind each Service of a member for clients. */
  public async endpoints(key: string): Promise<number[]> {
    const { client } = this.cluster;
    const names = [`fleet-${key}`, ...(this.kind === 'StatefulSet' ? [`fleet-${key}-headless`] : [])];
    const counts = names.map(async (name) => {
      const slices = await client.list('discovery.k8s.io/v1', 'EndpointSlice', {
        namespace: this.namespace,
        labelSelector: `kubernetes.io/service-name=${name}`,
      });
      return slices.flatMap(({ endpoints }) => endpoints ?? []).length;
    });
    return Promise.all(counts);
  }

  /** Waits until the Services of a member have a number of addresses. */
  public async reachable(key: string, count: number): Promise<void> {
    await this.cluster.until(
      async () => (await this.endpoints(key)).every((one) => one === count),
      `${count} addresses of ${key}`,
    );
  }

  /** Returns the volumes of the member's claims, and whether each claim belongs to the StatefulSet. */
  public async claims(): Promise<Map<string, { readonly volume: string; readonly isOwned: boolean }>> {
    const all = await this.cluster.client.list('v1', 'PersistentVolumeClaim', { namespace: this.namespace });
    return new Map(
      all
        .filter(({ metadata }) => metadata.name.startsWith(`cache-fleet-${OLD}-`))
        .map(({ metadata, spec }) => [
          metadata.name,
          { volume: spec.volumeName, isOwned: metadata.ownerReferences !== undefined },
        ]),
    );
  }

  /** Records the names of the member's pods that stop. */
  public async watchStops(key: string): Promise<{ readonly stopped: string[]; readonly end: () => void }> {
    const stopped: string[] = [];
    const end = await this.cluster.client.watch('v1', 'Pod', this.selection(key), ({ object: { metadata } }) => {
      if (metadata.deletionTimestamp !== undefined && !stopped.includes(metadata.name)) {
        stopped.push(metadata.name);
      }
    });
    return { stopped, end };
  }

  private members(key: string): Promise<any[]> {
    return this.cluster.client.list('v1', 'Pod', this.selection(key));
  }

  private selection(key: string): { namespace: string; labelSelector: string } {
    return { namespace: this.namespace, labelSelector: `app.kubernetes.io/instance=fleet-${key}` };
  }
}

onNewestKubernetes(CONTROL_PLANE, (version) => {
  describe('the retirement of a member of a fleet', () => {
    const cluster = controlPlane({ version, controllerManager: true, scheduler: true, kwok: true });
    beforeAll(async () => {
      await startStorage(cluster());
      await addNodes(cluster(), 3);
    });

    const lostAddresses = (kind: Kind): string[] =>
      [`fleet-${OLD}`, ...(kind === 'StatefulSet' ? [`fleet-${OLD}-headless`] : [])].map((service) =>
        expect.stringContaining(`access-lost: Clients that use ${service}.`),
      );

    test.each<{ title: string; kind: Kind; claims?: ClaimRetention; drained: string[]; removed: string[] }>([
      {
        title: 'StatefulSet, whose claims stay',
        kind: 'StatefulSet',
        claims: ClaimRetention.RETAIN,
        drained: [
          `cache-orphaned: The caches of the stopped engines remain in claims cache-fleet-${OLD}-0 to cache-fleet-${OLD}-2`,
          `scale-in: 3 engines stop: fleet-${OLD}-2 to fleet-${OLD}-0`,
        ],
        removed: [
          `cache-orphaned: The old cache remains in the claims cache-fleet-${OLD}-*`,
          `engines-removed: StatefulSet fleet-${OLD} is removed`,
        ],
      },
      {
        title: 'StatefulSet, whose claims are deleted',
        kind: 'StatefulSet',
        claims: ClaimRetention.DELETE,
        drained: [
          'cache-at-risk: From now on, Kubernetes deletes the claims of the caches when the StatefulSet is deleted',
          `cache-orphaned: The caches of the stopped engines remain in claims cache-fleet-${OLD}-0 to cache-fleet-${OLD}-2`,
          `scale-in: 3 engines stop: fleet-${OLD}-2 to fleet-${OLD}-0`,
        ],
        removed: [
          `cache-deleted: Kubernetes deletes the claims cache-fleet-${OLD}-* with the StatefulSet`,
          `engines-removed: StatefulSet fleet-${OLD} is removed`,
        ],
      },
      {
        title: 'Deployment',
        kind: 'Deployment',
        drained: ['scale-in: 2 engines stop'],
        removed: [`engines-removed: Deployment fleet-${OLD} is removed`],
      },
      {
        title: 'DaemonSet',
        kind: 'DaemonSet',
        drained: ['scale-in: The engines stop on every node', 'cache-kept: The engines keep their cache'],
        removed: [
          `cache-orphaned: The old cache remains in directory /var/lib/dagger-retire-daemonset-none_fleet-${OLD} on each node`,
          `engines-removed: DaemonSet fleet-${OLD} is removed`,
        ],
      },
    ])('of a $title', async ({ claims, drained, kind, removed }) => {
      const namespace = `retire-${kind}-${claims ?? 'none'}`.toLowerCase();
      const fleet = new Retiring(cluster(), kind, namespace);
      const count = kind === 'Deployment' ? 2 : 3;
      const claimCount = kind === 'StatefulSet' ? count : 0;
      await fleet.commit({});
      const running = await fleet.settled(OLD, count);
      const successor = await fleet.settled(SUCCESSOR, count);
      await fleet.reachable(OLD, count);
      const volumes = await fleet.claims();
      expect(volumes.size).toBe(claimCount);

      // No new clients: the Services have no addresses, and no engine restarts.
      const close = Retirement.noNewClients(SUCCESSOR);
      expect(await fleet.commit({ retirement: close })).toEqual(lostAddresses(kind));
      await fleet.reachable(OLD, 0);
      expect(await fleet.settled(OLD, count)).toEqual(running);

      // Drained: the engines stop, and their claims stay.
      const drain = Retirement.drained(SUCCESSOR, claims && { claims });
      const stops = await fleet.watchStops(OLD);
      expect(await fleet.commit({ retirement: drain })).toEqual(drained);
      await cluster().until(() => stops.stopped.length === count, 'all engines to stop');
      // They stop at the same time, and the Services have no addresses meanwhile.
      expect(Object.keys(await fleet.pods(OLD))).toHaveLength(count);
      expect(await fleet.endpoints(OLD)).toEqual(lostAddresses(kind).map(() => 0));
      await fleet.settled(OLD, 0);
      stops.end();
      const left = await fleet.claims();
      expect([...left.values()].map(({ volume }) => volume)).toEqual([...volumes.values()].map(({ volume }) => volume));
      expect([...left.values()].map(({ isOwned }) => isOwned)).toEqual(
        Array(claimCount).fill(claims === ClaimRetention.DELETE),
      );

      // Going back: the engines start with their volumes. Afterwards, the member is drained again.
      await fleet.commit({});
      await fleet.settled(OLD, count);
      await fleet.reachable(OLD, count);
      expect([...(await fleet.claims()).values()].map(({ volume }) => volume)).toEqual(
        [...volumes.values()].map(({ volume }) => volume),
      );
      await fleet.commit({ retirement: drain });
      await fleet.settled(OLD, 0);

      // Removed: the claims stay or are deleted, and no other member was changed.
      expect(await fleet.commit(undefined)).toEqual(removed);
      const kept = claims === ClaimRetention.DELETE ? 0 : claimCount;
      await cluster().until(async () => (await fleet.claims()).size === kept, `${kept} claims to be left`);
      expect([...(await fleet.claims()).values()].some(({ isOwned }) => isOwned)).toBe(false);
      expect(await fleet.settled(SUCCESSOR, count)).toEqual(successor);
      seen(
        cluster(),
        `retirement of a ${kind}: ${count} engines, no restart, then all stop; ${kept} of ${claimCount} claims left`,
      );
    });
  });
});
