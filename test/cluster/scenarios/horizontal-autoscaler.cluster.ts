import { Duration, Size } from 'cdk8s';
import { Autoscaling, CacheVolume, Drain, EngineStatefulSet, ScaleIn, ScaleMetric } from '../../../src/index';
import { GONE_AFTER, READY_AFTER } from '../control-plane';
import { startCustomMetrics, type CustomMetrics } from '../custom-metrics';
import { addNodes } from '../nodes';
import { isAvailable, watchPods } from '../pods';
import { CONTROL_PLANE } from '../programs';
import { controlPlane, onNewestKubernetes } from '../suite';
import { startStorage } from '../volumes';
import { apply, program, seen } from './scenario';

/** The metric with the number of sessions (cmd/engine/metrics.go@v0.21.8). */
const SESSIONS = 'dagger_connected_clients';

/** The window and the period of the scale-in, in seconds. */
const [WINDOW, PERIOD] = [10, 5];

onNewestKubernetes(CONTROL_PLANE, (version) => {
  describe('the HorizontalPodAutoscaler controller', () => {
    const cluster = controlPlane({ version, controllerManager: true, scheduler: true, kwok: true });
    let metrics: CustomMetrics;
    beforeAll(async () => {
      await startStorage(cluster());
      await addNodes(cluster(), 3);
      metrics = await startCustomMetrics(cluster(), SESSIONS);
    });

    test('starts engines for a burst of sessions, and stops them one after the other', async () => {
      const namespace = 'burst';
      const engine = new EngineStatefulSet(program(namespace), 'pool', {
        version: 'v0.21.8',
        cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200) }),
        metrics: {},
        drain: Drain.untilIdle({ atMost: Duration.minutes(30) }),
        podAnnotations: { [READY_AFTER]: '500ms', [GONE_AFTER]: '2s' },
        autoscaling: Autoscaling.horizontal({
          maxReplicas: 4,
          metrics: [ScaleMetric.pods({ perEngine: 2 })],
          scaleIn: ScaleIn.gradual({ window: Duration.seconds(WINDOW), period: Duration.seconds(PERIOD) }),
        }),
      });
      await apply(cluster(), engine);
      let available = 0;
      /** The times at which engines began to stop, in seconds, keyed by pod. */
      const stops = new Map<string, number>();
      const graces = new Set<number>();
      const stopWatch = await watchPods(cluster().client, { namespace }, (pods) => {
        available = pods.filter(isAvailable).length;
        for (const { metadata } of pods.filter(({ metadata: { deletionTimestamp } }) => deletionTimestamp)) {
          // kwok sets the grace period to 0 when it removes the pod.
          if (!stops.has(metadata.name)) {
            stops.set(metadata.name, Date.now() / 1000);
            graces.add(metadata.deletionGracePeriodSeconds);
          }
        }
      });
      const engines = (count: number): Promise<boolean> =>
        cluster().until(() => available === count, `${count} engines to be ready, after ${available}`, 120_000);
      await engines(1);

      // All sessions are on the first engine, because a session can't move to another one.
      metrics.values = { 'pool-0': 6 };
      await engines(3);
      metrics.values = { 'pool-0': 6, 'pool-1': 8, 'pool-2': 10 };
      await engines(4);
      expect([...stops]).toEqual([]);

      // One session is left, on the engine that a StatefulSet stops first.
      metrics.values = { 'pool-3': 1 };
      const idleAt = Date.now() / 1000;
      await engines(1);
      await stopWatch();

      expect([...stops.keys()]).toEqual(['pool-3', 'pool-2', 'pool-1']);
      const times = [...stops.values()];
      expect([...graces]).toEqual([engine.workload.toJson().spec.template.spec.terminationGracePeriodSeconds]);
      expect(times[0]! - idleAt).toBeGreaterThan(WINDOW / 2);
      const events = await cluster().client.list('v1', 'Event', {
        namespace,
        fieldSelector: 'reason=SuccessfulRescale',
      });
      const sizes = events.map(({ message }) => /New size: (\d+)/.exec(message)![1]);
      expect(sizes.sort()).toEqual(['1', '2', '3', '3', '4']);
      expect(metrics.requests).not.toEqual([]);
      for (const request of metrics.requests) {
        expect(request).toEqual({ namespace, metric: SESSIONS, labels: engine.podSelector });
      }
      seen(
        cluster(),
        `HPA of 1 to 4 engines: 6 sessions need 3, 24 need 4; the first stop ${(times[0]! - idleAt).toFixed(0)} s after the sessions ended, then one every ${(times[1]! - times[0]!).toFixed(0)} and ${(times[2]! - times[1]!).toFixed(0)} s`,
      );
    });
  });
});
