import { cpus } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { Duration, Size } from 'cdk8s';
import { CacheVolume, EngineProbe, EngineStatefulSet, Listener, Transport } from '../../../src/index';
import { isReady } from '../../cluster/pods';
import { chart } from '../../engines';
import type { ContainerRef } from '../cluster';
import type { EngineSuite } from '../engines';
import { apply, clientPod, runningClient, seen, settled, SMALL } from './scenario';

const STEP_SECONDS = 60;

/** More steps than cores. */
const STEPS = 4 * cpus().length;

/** The exit code of a step that used a core until its time was up: `timeout` ends `yes` with SIGTERM. */
const TIMED_OUT = 143;

/**
 * Two failures make the engine unready and restart it, after 20 s of load. By default: 60 s for readiness, 600 s for
 * liveness.
 */
const TIMING = { period: Duration.seconds(10), timeout: Duration.seconds(5), failureThreshold: 2 };

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
        probes: { readiness: EngineProbe.connect(TIMING), liveness: EngineProbe.connect(TIMING) },
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
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'engine-0', namespace } };
      const readySince = async (): Promise<object> =>
        (await cluster().client.get(pod)).status.conditions.find(({ type }: { type: string }) => type === 'Ready');
      const before = await readySince();
      let isBusy = true;
      const ended = Promise.all(
        Array.from({ length: STEPS }, (_, index) =>
          busy.step(
            `/bin/busybox timeout ${STEP_SECONDS} /bin/busybox yes ${index} > /dev/null; [ $? = ${TIMED_OUT} ]`,
          ),
        ),
      ).finally(() => (isBusy = false));
      const running: number[] = [];
      const probes: number[] = [];
      const builds: number[] = [];
      let unready = 0;
      const whileBusy = async (action: () => Promise<void>): Promise<void> => {
        while (isBusy) {
          await action();
        }
      };
      await Promise.all([
        whileBusy(async () => {
          running.push(await runningSteps(container));
          const started = Date.now();
          expect((await cluster().exec(container, ['sh', '-c', 'buildctl dial-stdio < /dev/null'])).status).toBe(0);
          probes.push((Date.now() - started) / 1000);
          const ready = isReady(await cluster().client.get(pod)) && (await endpointsReady(namespace));
          unready += Number(!ready);
          await setTimeout(1000);
        }),
        whileBusy(async () => {
          builds.push((await client.build(2 + builds.length)).seconds);
        }),
      ]);
      const failed = (await ended).filter(({ status }) => status !== 0);
      const after = await readySince();
      const { restarts, warnings } = await settled(cluster(), engine);
      const failures = warnings.filter((warning) => /^Unhealthy: (Readiness|Liveness)/.test(warning));
      seen(
        `${STEPS} CPU-bound steps, up to ${Math.max(...running)} at a time, on ${cpus().length} cores: the probe's command with kubectl exec took up to ${Math.max(...probes).toFixed(1)} s, ${builds.length} builds of another client ${Math.min(...builds).toFixed(1)} to ${Math.max(...builds).toFixed(1)} s (idle ${idle.seconds.toFixed(1)} s), ${unready} times not Ready, ${restarts} restarts, failed probes: ${failures.join('; ') || 'none'}`,
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
      // The steps kept all cores busy until their time was up.
      expect(failed).toEqual([]);
      expect(Math.max(...running)).toBeGreaterThan(cpus().length);
      expect({ ready: after, unready, restarts, failures }).toEqual({
        ready: before,
        unready: 0,
        restarts: 0,
        failures: [],
      });
    },
    900,
  );

  const runningSteps = async (container: ContainerRef): Promise<number> => {
    const { stdout } = await cluster().exec(container, ['pgrep', '-f', '^/bin/busybox yes']);
    return stdout.split('\n').filter((line) => line !== '').length;
  };

  const endpointsReady = async (namespace: string): Promise<boolean> => {
    const slices = await cluster().client.list('discovery.k8s.io/v1', 'EndpointSlice', {
      namespace,
      labelSelector: 'kubernetes.io/service-name=engine',
    });
    const endpoints = slices.flatMap((slice) => slice.endpoints ?? []);
    return endpoints.length > 0 && endpoints.every(({ conditions }) => conditions.ready);
  };
}
