import { Size } from 'cdk8s';
import { CacheVolume, EngineStatefulSet, Listener, NetworkPeer, Transport } from '../../../src/index';
import { chart } from '../../engines';
import { ClientPod } from '../client-pod';
import type { EngineSuite } from '../engines';
import { apply, clientPod, commandsOf, expectReady, plainPod, runningClient, seen, SMALL } from './scenario';

const PORT = 8080;
const METRICS_PORT = 9090;

/** The time within which a connection must succeed. */
const SECONDS = 5;

/** Defines a test that the cluster's network plugin enforces the network policy of an engine. */
export function networkPolicy(suite: EngineSuite): void {
  const { cluster, scenario } = suite;
  const { version } = suite.engine;

  scenario(
    'a network policy admits connected clients to the engine, and Prometheus to the metrics',
    async (namespace) => {
      const monitoring = await cluster().createNamespace('monitoring');
      const program = chart({ namespace });
      const engine = new EngineStatefulSet(program, 'engine', {
        version,
        resources: SMALL,
        cache: CacheVolume.claimTemplate({ size: Size.gibibytes(2) }),
        listener: Listener.insecureTcp({ port: PORT }),
        metrics: { port: METRICS_PORT },
      });
      engine.allowMetricsFrom(NetworkPeer.pods({ namespace: monitoring, labels: { app: 'prometheus' } }));
      clientPod(program, 'client', engine, { transport: Transport.tcp() });
      const runnerHost = engine.runnerHost(Transport.tcp());
      plainPod(program, 'stranger', { runnerHost });
      await apply(cluster(), program);
      const other = chart({ namespace: monitoring });
      plainPod(other, 'prometheus', { labels: { app: 'prometheus' }, runnerHost });
      plainPod(other, 'stranger', { runnerHost });
      await apply(cluster(), other);
      await expectReady(cluster(), engine);

      const client = await runningClient(suite, namespace, 'client');
      const clients = {
        client,
        'pod without labels': await runningClient(suite, namespace, 'stranger'),
        prometheus: await runningClient(suite, monitoring, 'prometheus'),
        'pod in the namespace of Prometheus': await runningClient(suite, monitoring, 'stranger'),
      };
      await client.build();
      const reaches = async (pod: ClientPod, port: number): Promise<boolean> => {
        const host = port === METRICS_PORT ? `engine-metrics.${namespace}.svc` : `engine.${namespace}.svc`;
        return (await pod.run(`timeout ${SECONDS} nc ${host} ${port} < /dev/null`)).status === 0;
      };
      const found: { [name: string]: { engine: boolean; metrics: boolean } } = {};
      for (const [name, pod] of Object.entries(clients)) {
        found[name] = { engine: await reaches(pod, PORT), metrics: await reaches(pod, METRICS_PORT) };
        seen(`network policy, ${name}: engine ${found[name].engine}, metrics ${found[name].metrics}`);
      }
      expect(found).toEqual({
        client: { engine: true, metrics: false },
        'pod without labels': { engine: false, metrics: false },
        prometheus: { engine: false, metrics: true },
        'pod in the namespace of Prometheus': { engine: false, metrics: false },
      });

      const metrics = await clients.prometheus.run(
        `wget -q -O - http://engine-metrics.${namespace}.svc:${METRICS_PORT}/metrics`,
      );
      const own = suite.engine.archive === undefined ? 'go_goroutines' : 'dagger_connected_clients';
      expect(metrics.stdout).toMatch(new RegExp(`^${own} \\d+$`, 'm'));

      // These pods don't contain the Dagger CLI, which would also report nothing for ten minutes.
      if (suite.engine.archive !== undefined) {
        return;
      }
      const started = Date.now();
      const { status, stderr } = await clients['pod without labels'].run(commandsOf(suite.engine).connect, 60);
      seen(
        `rejected by the policy: ${status === 124 ? 'no report' : 'reported'} after ${(Date.now() - started) / 1000} s: ${stderr.trim().split('\n').pop()}`,
      );
      expect(status).not.toBe(0);
    },
  );
}
