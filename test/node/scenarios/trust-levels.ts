import { ApiObject, Duration, Size } from 'cdk8s';
import { CacheVolume, Drain, EngineFleet, FleetTopology, Listener, NetworkPeer, TrustLevel } from '../../../src/index';
import { isReady } from '../../cluster/pods';
import { chart } from '../../engines';
import type { ClientPod } from '../client-pod';
import { CLIENT_IMAGE, type EngineSuite } from '../engines';
import { apply, clientPod, runningClient, seen, settled, SMALL } from './scenario';

const PORT = 8080;
const SERVER_PORT = 5000;

/** The metadata service of cloud providers. The node has this address and that of a public host. */
const METADATA = '169.254.169.254';
const PUBLIC = '198.51.100.7';

/** The time within which a connection must succeed, in seconds. */
const SECONDS = 3;

/** Whether a build reaches a destination, keyed by the name of the destination. */
type Reached = Record<string, boolean>;

const NOTHING: Reached = {
  'the DNS of the cluster': false,
  'the API server': false,
  'the metadata service': false,
  'a public address': false,
  'a mirror': false,
  'another pod': false,
  'the engine of the other trust level': false,
};

/** Defines a test that the network plugin keeps the builds and the clients of untrusted members apart from others. */
export function trustLevels(suite: EngineSuite): void {
  const { cluster, localScenario } = suite;

  localScenario(
    'builds of untrusted members reach only the destinations in their policy, and clients only their own member',
    async (namespace, node) => {
      const { client } = cluster();
      for (const address of [METADATA, PUBLIC]) {
        expect(await node.run('ip', ['addr', 'add', `${address}/32`, 'dev', 'lo'])).toMatchObject({ status: 0 });
      }

      const program = chart({ namespace });
      for (const name of ['mirror', 'intranet', 'node']) {
        new ApiObject(program, name, {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name, labels: { app: name } },
          spec: {
            terminationGracePeriodSeconds: 0,
            // The server of the node stands in for the metadata service and a public host.
            hostNetwork: name === 'node',
            containers: [
              {
                name: 'server',
                image: CLIENT_IMAGE,
                command: ['httpd', '-f', '-p', `${SERVER_PORT}`],
              },
            ],
          },
        });
      }
      const fleet = new EngineFleet(program, 'fleet', {
        topology: FleetTopology.statefulSet({
          version: suite.engine.version,
          resources: SMALL,
          cache: CacheVolume.claimTemplate({ size: Size.gibibytes(2) }),
          listener: Listener.insecureTcp({ port: PORT }),
          drain: Drain.untilIdle({ atMost: Duration.seconds(5), idleFor: Duration.seconds(1) }),
        }),
        members: [
          { key: 'trusted' },
          {
            key: 'closed',
            trustLevel: TrustLevel.untrusted({
              allowTo: [NetworkPeer.pods({ labels: { app: 'mirror' } })],
            }),
          },
          { key: 'public', trustLevel: TrustLevel.untrusted({ publicInternet: true }) },
        ],
      });
      fleet.members.forEach(({ engine, key }) => clientPod(program, `client-of-${key}`, engine));
      await apply(cluster(), program);
      for (const { engine } of fleet.members) {
        await settled(cluster(), engine);
      }

      const addressOf = async (name: string): Promise<string> => {
        const ref = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace } };
        const running = async (): Promise<any> => {
          const pod = await client.get(ref);
          return isReady(pod) ? pod : undefined;
        };
        return (await cluster().until(running, `${name} to run`)).status.podIP;
      };
      const service = async (name: string, within: string): Promise<string> =>
        (await client.get({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: within } })).spec.clusterIP;
      const engines = {
        trusted: await service('fleet-trusted', namespace),
        closed: await service('fleet-closed', namespace),
        public: await service('fleet-public', namespace),
      };
      await addressOf('node');
      const servers: { readonly [name: string]: readonly [string, number] } = {
        'the API server': [await service('kubernetes', 'default'), 443],
        'the metadata service': [METADATA, SERVER_PORT],
        'a public address': [PUBLIC, SERVER_PORT],
        'a mirror': [await addressOf('mirror'), SERVER_PORT],
        'another pod': [await addressOf('intranet'), SERVER_PORT],
      };
      const dns = await service('kube-dns', 'kube-system');

      const connect = (host: string, port: number): string =>
        `/bin/busybox nc -w ${SECONDS} ${host} ${port} < /dev/null`;
      /** Runs a build step that tries each destination, and returns those that it reached. */
      const buildReaches = async (from: ClientPod, otherEngine: string): Promise<Reached> => {
        const commands: { readonly [name: string]: string } = {
          'the DNS of the cluster': `/bin/busybox timeout 9 /bin/busybox nslookup kubernetes.default.svc.cluster.local ${dns}`,
          ...Object.fromEntries(Object.entries(servers).map(([name, [host, port]]) => [name, connect(host, port)])),
          'the engine of the other trust level': connect(otherEngine, PORT),
        };
        // The log of a build contains the script too, but only its output contains REACHED with a number.
        const script = Object.values(commands).map((command, index) => `n=${index}; ${command} && echo REACHED-$n`);
        const { status, stderr, stdout } = await from.step(`${script.join('; ')}; true`);
        if (status !== 0) {
          throw new Error(`the step failed: ${stderr.slice(-2000)}`);
        }
        const reached = new Set([...`${stdout}${stderr}`.matchAll(/REACHED-(\d+)/g)].map(([, index]) => Number(index)));
        return Object.fromEntries(Object.keys(commands).map((name, index) => [name, reached.has(index)]));
      };

      const others = { trusted: engines.closed, closed: engines.trusted, public: engines.trusted };
      const found: { [key: string]: { build: Reached; clients: Reached } } = {};
      for (const key of Object.keys(engines) as (keyof typeof engines)[]) {
        const pod = await runningClient(suite, namespace, `client-of-${key}`);
        await pod.build();
        const clients: Reached = {};
        for (const [engine, host] of Object.entries(engines)) {
          clients[engine] = (await pod.run(`nc -w ${SECONDS} ${host} ${PORT} < /dev/null`)).status === 0;
        }
        found[key] = { build: await buildReaches(pod, others[key]), clients };
        const names = Object.entries(found[key].build)
          .filter(([, is]) => is)
          .map(([name]) => name);
        seen(`a build of the ${key} member reaches ${names.join(', ')}`);
      }
      const none = { trusted: false, closed: false, public: false };
      expect(found).toEqual({
        trusted: {
          build: {
            ...NOTHING,
            'the DNS of the cluster': true,
            'the API server': true,
            'the metadata service': true,
            'a public address': true,
            'a mirror': true,
            'another pod': true,
          },
          clients: { ...none, trusted: true },
        },
        closed: {
          build: { ...NOTHING, 'the DNS of the cluster': true, 'a mirror': true },
          clients: { ...none, closed: true },
        },
        public: {
          build: { ...NOTHING, 'the DNS of the cluster': true, 'a public address': true },
          clients: { ...none, public: true },
        },
      });
    },
    600,
  );
}
