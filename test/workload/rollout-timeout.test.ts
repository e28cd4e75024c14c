import { Duration, JsonPatch } from 'cdk8s';
import {
  Autoscaling,
  Drain,
  EngineDeploymentUpdateStrategy,
  EngineProbe,
  EngineStatefulSetUpdateStrategy,
  PodCount,
  type Engine,
} from '../../src/index';
import { daemonSet, deployment, statefulSet } from '../engines';

/** Returns the rollout timeout in seconds. */
const timeout = (engine: Engine): number | undefined => engine.rolloutTimeout()?.toSeconds();

/** The time to start with the default startup probe: ten minutes, and five minutes to pull the image. */
const START = 900;
const drain = Drain.untilIdle({ atMost: Duration.minutes(20) });

test.each<[string, () => Engine, number | undefined]>([
  ['one engine', () => statefulSet(), 600 + START],
  ['three engines, one after the other', () => statefulSet({ replicas: 3 }), 3 * (600 + START)],
  ['a longer drain', () => statefulSet({ replicas: 3, drain }), 3 * (1575 + START)],
  [
    'a partition',
    () =>
      statefulSet({
        replicas: 3,
        ordinalsStart: 1,
        updateStrategy: EngineStatefulSetUpdateStrategy.rollingUpdate({ partition: 3 }),
      }),
    600 + START,
  ],
  [
    'a partition above all ordinals',
    () => statefulSet({ replicas: 2, updateStrategy: EngineStatefulSetUpdateStrategy.rollingUpdate({ partition: 5 }) }),
    0,
  ],
  ['OnDelete', () => statefulSet({ updateStrategy: EngineStatefulSetUpdateStrategy.onDelete() }), undefined],
  [
    'an autoscaler',
    () => statefulSet({ drain, autoscaling: Autoscaling.fromExisting({ maxReplicas: 4 }) }),
    4 * (1575 + START),
  ],
  [
    'another startup probe and time to be available',
    () => statefulSet({ probes: { startup: EngineProbe.none() }, minReady: Duration.seconds(30) }),
    600 + 30 + 300,
  ],
  ['a DaemonSet', () => daemonSet(), undefined],
  // By default, an update adds one engine at a time, and makes none unavailable.
  ['a Deployment', () => deployment({ replicas: 3 }), 3 * START + 600],
  [
    'a Deployment that replaces two engines at a time',
    () =>
      deployment({
        replicas: 5,
        updateStrategy: EngineDeploymentUpdateStrategy.rollingUpdate({
          maxSurge: PodCount.absolute(1),
          maxUnavailable: PodCount.percent(20),
        }),
      }),
    3 * START + 600,
  ],
  [
    'a Deployment that stops all engines first',
    () => deployment({ replicas: 3, updateStrategy: EngineDeploymentUpdateStrategy.recreate() }),
    START + 600,
  ],
])('is known for %s', (_, engine, expected) => {
  expect(timeout(engine())).toBe(expected);
});

test('includes JSON patches', () => {
  const engine = statefulSet();
  engine.workload.addJsonPatch(JsonPatch.replace('/spec/replicas', 2));
  expect(timeout(engine)).toBe(2 * (600 + START));
});
