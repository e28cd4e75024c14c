import { Duration, Size, type Chart } from 'cdk8s';
import {
  CacheVolume,
  ClaimRetention,
  Drain,
  EngineFleet,
  FleetTopology,
  Listener,
  Retirement,
  type FleetMemberOptions,
} from '../../../src/index';
import { isReady } from '../../cluster/pods';
import { chart, objects } from '../../engines';
import type { EngineSuite } from '../engines';
import { Commits } from './commits';
import { clientPod, runningClient, seen, settled, SMALL } from './scenario';

/** The duration of the build that runs while the member retires. */
const BUILD_SECONDS = 90;

/** Opens a TCP connection to the engine, and closes it. */
const CONNECT = 'address=${_EXPERIMENTAL_DAGGER_RUNNER_HOST#*://}; nc -w 5 ${address%:*} ${address##*:} < /dev/null';

/**
 * The errors of a client whose Service has no addresses. kube-proxy rejects the connection. The local node has no
 * default route, so its kernel reports that first.
 */
const REJECTED = /Connection refused|Network (is )?unreachable|No route to host/i;

const KEYS = ['deleted', 'kept', 'new'] as const;
type Key = (typeof KEYS)[number];

/** Defines a test of two members of a fleet that retire while a client builds. */
export function retirement(suite: EngineSuite): void {
  const { cluster, scenario } = suite;

  scenario(
    'the members of a fleet retire: a build ends, new clients are rejected, and claims are kept or deleted as the diff reports',
    async (namespace) => {
      const topology = FleetTopology.statefulSet({
        version: suite.engine.version,
        resources: SMALL,
        cache: CacheVolume.claimTemplate({ size: Size.gibibytes(2) }),
        listener: Listener.insecureTcp(),
        drain: Drain.untilIdle({ atMost: Duration.minutes(4), idleFor: Duration.seconds(1) }),
      });
      const fleetIn = (program: Chart, members: readonly FleetMemberOptions[]): EngineFleet =>
        new EngineFleet(program, 'fleet', { topology, members: [...members] });
      const commits = new Commits(cluster(), namespace);
      /** Applies the next commit, and returns its effects. The pods of clients run on. */
      const commit = async (...members: FleetMemberOptions[]): Promise<string[]> => {
        const program = chart({ namespace });
        const fleet = fleetIn(program, members);
        // The network policies admit the clients of members that don't retire.
        members.filter(({ retirement: step }) => step === undefined).forEach(({ key }) => fleet.addClient({ key }));
        const manifests = Object.values(objects(program));
        const effects = commits.effectsOf(manifests).map(({ effect, name }) => `${name}: ${effect}`);
        await commits.apply(manifests);
        return effects;
      };
      const retiring = (of: (key: Key) => Retirement): FleetMemberOptions[] => [
        { key: 'deleted', retirement: of('deleted') },
        { key: 'kept', retirement: of('kept') },
        { key: 'new' },
      ];
      const pod = async (key: Key): Promise<any> =>
        cluster().client.get({
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name: `fleet-${key}-0`, namespace },
        });
      const claim = async (key: Key): Promise<any> =>
        cluster().client.get({
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          metadata: { name: `cache-fleet-${key}-0`, namespace },
        });

      // Each member has a client. Clients are jobs, so they aren't part of the commits.
      await commit(...KEYS.map((key) => ({ key })));
      const program = chart({ namespace });
      const fleet = fleetIn(
        program,
        KEYS.map((key) => ({ key })),
      );
      fleet.members.forEach((member) => clientPod(program, `${member.key}-client`, member.engine));
      await cluster().apply(
        Object.values(objects(program))
          .filter(({ kind }) => kind === 'Pod')
          .map((one) => ({ ...one, metadata: { namespace, ...one.metadata } })),
      );
      await Promise.all(fleet.members.map(({ engine }) => settled(cluster(), engine)));
      const [deleted, kept, successor] = await Promise.all(
        KEYS.map((key) => runningClient(suite, namespace, `${key}-client`)),
      );
      const cached = await kept!.build();
      await Promise.all([deleted!.build(), successor!.build()]);
      const pods = await Promise.all(KEYS.map(pod));

      const build = deleted!.buildFor(BUILD_SECONDS);
      const where = { namespace, pod: 'fleet-deleted-0', container: 'dagger-engine' };
      const runs = async (): Promise<boolean> =>
        (await cluster().exec(where, ['pgrep', '-f', `sleep ${BUILD_SECONDS}`])).status === 0;
      const step = cluster().until(runs, 'the step to run', 300);
      await Promise.race([step, build.then(() => Promise.reject(new Error('the build ended early')))]);

      const closed = await commit(...retiring(() => Retirement.noNewClients('new')));
      expect(closed.filter((effect) => !effect.startsWith('access-lost: '))).toEqual([]);
      for (const [key, client] of [
        ['deleted', deleted!],
        ['kept', kept!],
      ] as const) {
        expect(closed).toContain(`access-lost: Clients that use fleet-${key}.${namespace}.svc can no longer connect`);
        const rejection = await cluster().until(
          async () => REJECTED.exec((await client!.run(CONNECT)).stderr)?.[0],
          `fleet-${key} to reject new clients`,
        );
        seen(`new client of a member that retires: ${rejection}`);
      }
      expect(await successor!.run(CONNECT)).toMatchObject({ status: 0 });
      for (const [index, key] of KEYS.entries()) {
        const { metadata, status } = await pod(key);
        expect([metadata.uid, status.containerStatuses[0].restartCount]).toEqual([pods[index].metadata.uid, 0]);
      }

      const drained = await commit(
        ...retiring((key) =>
          Retirement.drained('new', { claims: key === 'deleted' ? ClaimRetention.DELETE : ClaimRetention.RETAIN }),
        ),
      );
      expect(drained).toEqual(
        ['cache-at-risk', 'cache-orphaned', 'cache-orphaned', 'scale-in', 'scale-in'].map((name) =>
          expect.stringMatching(new RegExp(`^${name}: `)),
        ),
      );
      await cluster().until(async () => (await pod('kept')) === undefined, 'the idle engine to be gone', 120);
      // The other engine waits for its client.
      expect(isReady(await pod('deleted')) && (await runs())).toBe(true);
      const { seconds } = await build;
      await cluster().until(async () => (await pod('deleted')) === undefined, 'the busy engine to be gone', 120);
      const volumes = [await claim('deleted'), await claim('kept')].map(({ spec }) => spec.volumeName);

      const removed = await commit({ key: 'new' });
      expect(removed).toEqual([
        'cache-deleted: Kubernetes deletes the claims cache-fleet-deleted-* with the StatefulSet',
        'cache-orphaned: The old cache remains in the claims cache-fleet-kept-*',
        'engines-removed: StatefulSet fleet-deleted is removed',
        'engines-removed: StatefulSet fleet-kept is removed',
      ]);
      await cluster().until(async () => (await claim('deleted')) === undefined, 'the claim to be deleted');
      expect((await claim('kept')).spec.volumeName).toBe(volumes[1]);
      expect((await pod('new')).metadata.uid).toBe(pods[2].metadata.uid);

      // A member with the same key uses the claim that remains.
      await commit({ key: 'kept' }, { key: 'new' });
      await cluster().until(async () => isReady(await pod('kept')), 'the engine to be ready again', 120);
      expect((await kept!.build()).id).toBe(cached.id);
      seen(
        `retirement: a build of ${seconds.toFixed(0)} s ended, the kept claim has its cached step, the other is deleted`,
      );
    },
    600,
  );
}
