import { cpus } from 'node:os';
import { Size } from 'cdk8s';
import { CacheVolume, EngineStatefulSet, Listener, Transport } from '../../../src/index';
import { isReady } from '../../cluster/pods';
import { chart } from '../../engines';
import type { EngineSuite } from '../engines';
import { apply, clientPod, runningClient, seen, settled, SMALL } from './scenario';

const STEP_SECONDS = 60;

/** More steps than cores. */
const STEPS = 4 * cpus().length;

/** Defines a test of an engine whose builds use all cores. */
export function busyEngine(suite: EngineSuite): void {
  const { cluster, disturbingScenario } = suite;

  disturbingScenario(
    'an engine stays Ready and reachable while its builds use all cores',
    async (namespace) => {
      const program = chart({ namespace });
      const engine = new EngineStatefulSet(program, 'engine', {
        version: suite.engine.version,
        resources: SMALL,
        cache: CacheVolume.claimTemplate({ size: Size.gibibytes(2) }),
        listener: Listener.insecureTcp(),
      });
      for (const name of ['busy', 'client']) {
        clientPod(program, name, engine, { transport: Transport.tcp() });
      }
      await apply(cluster(), program);
      await settled(cluster(), engine);
      const [busy, client] = [
        await runningClient(suite, namespace, 'busy'),
        await runningClient(suite, namespace, 'client'),
      ];
      const idle = await client.build(1);

      // buildctl has no sessions that stay open.
      const endSession = suite.engine.archive === undefined ? undefined : await client.watchSession();
      const container = { namespace, pod: 'engine-0', container: 'dagger-engine' };
      const steps = Array.from({ length: STEPS }, (_, index) =>
        busy.step(`/bin/busybox timeout ${STEP_SECONDS} /bin/busybox yes ${index} > /dev/null || true`),
      );
      const probes: number[] = [];
      const builds: number[] = [];
      let unready = 0;
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'engine-0', namespace } };
      for (const end = Date.now() + STEP_SECONDS * 1000; Date.now() < end;) {
        const started = Date.now();
        expect((await cluster().exec(container, ['sh', '-c', 'buildctl dial-stdio < /dev/null'])).status).toBe(0);
        probes.push((Date.now() - started) / 1000);
        builds.push((await client.build(2 + builds.length)).seconds);
        const ready = isReady(await cluster().client.get(pod)) && (await endpointsReady(namespace));
        unready += Number(!ready);
      }
      await Promise.all(steps);
      const { restarts } = await settled(cluster(), engine);
      seen(
        `${STEPS} CPU-bound steps on ${cpus().length} cores: the probe's command with kubectl exec took up to ${Math.max(...probes).toFixed(1)} s, ${builds.length} builds of another client ${Math.min(...builds).toFixed(1)} to ${Math.max(...builds).toFixed(1)} s (idle ${idle.seconds.toFixed(1)} s), ${unready} times not Ready, ${restarts} restarts`,
      );
      const session = await endSession?.();
      if (session !== undefined) {
        const [queries, connections] = [session.queries, session.connections].map(
          (all) => `${all.length} (up to ${Math.max(...all).toFixed(1)} s)`,
        );
        seen(
          `a session that was open: queries ${queries}, new connections ${connections}, errors: ${session.errors.join('; ') || 'none'}`,
        );
        expect(session.errors).toEqual([]);
        expect(session.connections.length).toBeGreaterThan(2);
      }
      expect({ unready, restarts }).toEqual({ unready: 0, restarts: 0 });
    },
    600,
  );

  const endpointsReady = async (namespace: string): Promise<boolean> => {
    const slices = await cluster().client.list('discovery.k8s.io/v1', 'EndpointSlice', {
      namespace,
      labelSelector: 'kubernetes.io/service-name=engine',
    });
    const endpoints = slices.flatMap((slice) => slice.endpoints ?? []);
    return endpoints.length > 0 && endpoints.every(({ conditions }) => conditions.ready);
  };
}
