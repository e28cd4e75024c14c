import { Duration, Size } from 'cdk8s';
import { CacheVolume, Drain, EngineDaemonSet, EngineStatefulSet, Listener, Transport } from '../../../src/index';
import { isReady } from '../../cluster/pods';
import { chart } from '../../engines';
import { onEngines } from '../engines';
import { expectCacheEffect } from './cache-effect';
import { localPath } from './local-path';
import { apply, clientPod, HOSTNAME, runningClient, seen, settled, SMALL } from './scenario';

/** The names of the nodes of a local cluster. */
const [LOCAL, NEIGHBOR] = ['local', 'neighbor'] as const;

/** The time within which a drain must end. */
const DRAIN_SECONDS = 240;

/** Opens a TCP connection to an address, and closes it. */
function connect(address: string): string {
  return `address=${address}; nc -w 5 \${address%:*} \${address##*:} < /dev/null`;
}

const RUNNER_HOST = '${_EXPERIMENTAL_DAGGER_RUNNER_HOST#*://}';

onEngines(
  (suite) => {
    const { cluster, disturbingScenario, localScenario } = suite;
    const { version } = suite.engine;

    localScenario(
      'clients build on the engine of their own node, and reach no other',
      async (namespace) => {
        const program = (nodeSelector: { readonly [label: string]: string }) => {
          const all = chart({ namespace });
          const engine = new EngineDaemonSet(all, 'engine', {
            version,
            resources: SMALL,
            listener: Listener.insecureTcp(),
            nodeSelector,
          });
          for (const node of [LOCAL, NEIGHBOR]) {
            clientPod(all, node, engine, { transport: Transport.tcp(), node });
          }
          return { all, engine };
        };
        const everywhere = program({ 'kubernetes.io/os': 'linux' });
        await apply(cluster(), everywhere.all);
        await settled(cluster(), everywhere.engine);
        const clients = [
          await runningClient(suite, namespace, LOCAL),
          await runningClient(suite, namespace, NEIGHBOR),
        ] as const;
        const ids = [];
        for (const client of clients) {
          const { id } = await client.build(1);
          // Each of these builds could reach another engine, which would not have the result.
          for (let run = 0; run < 3; run += 1) {
            expect((await client.build(1)).id).toBe(id);
          }
          ids.push(id);
        }
        expect(ids[0]).not.toBe(ids[1]);

        const onlyLocal = program({ [HOSTNAME]: LOCAL });
        await apply(cluster(), onlyLocal.all);
        await settled(cluster(), onlyLocal.engine);
        await cluster().until(
          async () => (await cluster().client.list('v1', 'Pod', { namespace })).length === 3,
          'one engine',
          180,
        );
        const [local, neighbor] = clients;
        await local.build(1);
        const rejected = await neighbor.run(connect(RUNNER_HOST));
        // The engine itself is reachable from the other node.
        const pods = await cluster().client.list('v1', 'Pod', { namespace });
        const { status } = pods.find(({ metadata }) => !metadata.name.match(`^(${LOCAL}|${NEIGHBOR})$`));
        expect(await neighbor.run(connect(`${status.podIP}:1234`))).toMatchObject({ status: 0 });
        seen(`two nodes: another engine each; without an engine on its node: ${rejected.stderr.trim()}`);
        expect(rejected.status).not.toBe(0);
      },
      600,
    );

    disturbingScenario(
      'a drain moves an engine to the other node, and the cache moves with its claim',
      async (namespace) => {
        const all = chart({ namespace });
        const engine = new EngineStatefulSet(all, 'moving', {
          version,
          resources: SMALL,
          cache: CacheVolume.claimTemplate({ size: Size.gibibytes(2) }),
          listener: Listener.insecureTcp(),
          drain: Drain.untilIdle({ atMost: Duration.seconds(5), idleFor: Duration.seconds(1) }),
        });
        clientPod(all, 'client', engine, { node: LOCAL });
        await apply(cluster(), all);
        await settled(cluster(), engine);
        const client = await runningClient(suite, namespace, 'client');
        const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'moving-0', namespace } };
        const connection = { client, engine: { namespace, pod: 'moving-0', container: 'dagger-engine' } };
        for (const withClient of [false, true]) {
          await expectCacheEffect(suite, { name: 'node drain' }, connection, withClient, async () => {
            const from = (await cluster().client.get(pod)).spec.nodeName;
            const started = Date.now();
            try {
              await cluster().kubectl(
                ['drain', from, '--pod-selector=app.kubernetes.io/instance=moving', `--timeout=${DRAIN_SECONDS}s`],
                { timeoutSeconds: DRAIN_SECONDS },
              );
              const moved = async (): Promise<boolean> => {
                const replacement = await cluster().client.get(pod);
                return isReady(replacement) && replacement.spec.nodeName !== from;
              };
              await cluster().until(moved, `the engine to be Ready on another node than ${from}`, DRAIN_SECONDS);
            } finally {
              await cluster().kubectl(['uncordon', from]);
            }
            seen(`drain: the engine moved from ${from} in ${((Date.now() - started) / 1000).toFixed(0)} s`);
          });
        }
      },
      600,
    );

    // The last scenario deletes the second node.
    localPath(suite, [LOCAL, NEIGHBOR]);
  },
  { nodes: 2 },
);
