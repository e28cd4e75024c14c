import { Duration } from 'cdk8s';
import {
  Autoscaling,
  DisruptionBudget,
  Drain,
  EngineRisk,
  PodCount,
  UnhealthyPodEvictionPolicy,
  type Engine,
  type EngineStatefulSetProps,
} from '../../src/index';
import { accept, daemonSet, deployment, objects, problems, refusal, statefulSet, warnings } from '../engines';

const budget = (engine: Engine): any => objects(engine)['PodDisruptionBudget engine'];
const absolute = (count: number): PodCount => PodCount.absolute(count);
const percent = (count: number): PodCount => PodCount.percent(count);

describe('the default', () => {
  test('lets evictions stop one of several engines at a time', () => {
    const engine = statefulSet({ replicas: 3 });
    expect(budget(engine)).toEqual({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: {
        name: 'engine',
        namespace: 'ci',
        labels: { 'app.kubernetes.io/name': 'dagger-engine', 'app.kubernetes.io/instance': 'engine' },
      },
      spec: {
        maxUnavailable: 1,
        selector: {
          matchLabels: { 'app.kubernetes.io/name': 'dagger-engine', 'app.kubernetes.io/instance': 'engine' },
        },
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
    expect(engine.disruptionBudget?.name).toBe('engine');
    expect(warnings(engine)).toEqual([]);
  });

  test.each<[string, Engine, boolean]>([
    ['a StatefulSet with one engine', statefulSet(), false],
    ['a StatefulSet with two engines', statefulSet({ replicas: 2 }), true],
    ['a StatefulSet without engines', statefulSet({ replicas: 0 }), false],
    [
      'a StatefulSet with an autoscaler',
      statefulSet({
        drain: Drain.untilIdle({ atMost: Duration.minutes(10) }),
        autoscaling: Autoscaling.fromExisting({ maxReplicas: 5 }),
      }),
      true,
    ],
    ['a Deployment with one engine', deployment(), false],
    ['a Deployment with two engines', deployment({ replicas: 2 }), true],
    ['a DaemonSet', daemonSet(), false],
  ])('of %s', (_, engine, expected) => {
    expect(budget(engine) !== undefined).toBe(expected);
    expect(engine.disruptionBudget !== undefined).toBe(expected);
  });
});

test('none() creates no budget', () => {
  expect(budget(statefulSet({ replicas: 3, disruptionBudget: DisruptionBudget.none() }))).toBeUndefined();
});

test.each([
  [DisruptionBudget.maxUnavailable(absolute(2)), { maxUnavailable: 2 }],
  [DisruptionBudget.maxUnavailable(percent(50)), { maxUnavailable: '50%' }],
  [DisruptionBudget.minAvailable(absolute(2)), { minAvailable: 2 }],
  [DisruptionBudget.minAvailable(percent(50)), { minAvailable: '50%' }],
])('writes the limit: %#', (disruptionBudget, expected) => {
  expect(budget(statefulSet({ replicas: 3, disruptionBudget })).spec).toMatchObject(expected);
});

test('writes the policy for engines that are not ready', () => {
  const disruptionBudget = DisruptionBudget.maxUnavailable(absolute(1), {
    unhealthyPodEvictionPolicy: UnhealthyPodEvictionPolicy.IF_HEALTHY_BUDGET,
  });
  expect(budget(statefulSet({ replicas: 3, disruptionBudget })).spec.unhealthyPodEvictionPolicy).toBe(
    'IfHealthyBudget',
  );
});

describe('a budget that rejects every eviction', () => {
  const BLOCKS = 'so Kubernetes would reject every eviction, and node drains would never finish';
  const ONE = 'use DisruptionBudget.maxUnavailable(PodCount.absolute(1))';

  test.each<[string, number, DisruptionBudget, string]>([
    [
      'no unavailable engine',
      3,
      DisruptionBudget.maxUnavailable(absolute(0)),
      `no engine may be stopped, ${BLOCKS}; got "maxUnavailable 0"; allowed: at least 1; fix: ${ONE}`,
    ],
    [
      'zero percent',
      3,
      DisruptionBudget.maxUnavailable(percent(0)),
      `no engine may be stopped, ${BLOCKS}; got "maxUnavailable 0%"; allowed: at least 1; fix: ${ONE}`,
    ],
    [
      'as many available engines as there are',
      3,
      DisruptionBudget.minAvailable(absolute(3)),
      `none of the 3 engines may be stopped, ${BLOCKS}; got "minAvailable 3"; allowed: less than 3 engines; fix: ${ONE}`,
    ],
    [
      'a percentage that is rounded up to all engines',
      3,
      DisruptionBudget.minAvailable(percent(67)),
      `none of the 3 engines may be stopped, ${BLOCKS}; got "minAvailable 67%"; allowed: less than 3 engines; fix: ${ONE}`,
    ],
    [
      'a single engine',
      1,
      DisruptionBudget.minAvailable(absolute(1)),
      `the only engine may not be stopped, ${BLOCKS}; got "minAvailable 1"; allowed: no budget for one engine; fix: remove disruptionBudget`,
    ],
  ])('is rejected: %s', (_, replicas, disruptionBudget, message) => {
    expect(problems(() => statefulSet({ replicas, disruptionBudget }))).toEqual([`disruptionBudget: ${message}`]);
    expect(problems(() => deployment({ replicas, disruptionBudget }))).toEqual([`disruptionBudget: ${message}`]);
  });

  test('is rejected for the minimum of an autoscaler', () => {
    const autoscaling = Autoscaling.fromExisting({ minReplicas: 2, maxReplicas: 5 });
    const of = (count: number): Partial<EngineStatefulSetProps> => ({
      autoscaling,
      drain: Drain.untilIdle({ atMost: Duration.hours(1) }),
      disruptionBudget: DisruptionBudget.minAvailable(absolute(count)),
    });
    expect(problems(() => statefulSet(of(2)))).toEqual([
      `disruptionBudget: none of the 2 engines may be stopped, ${BLOCKS}; got "minAvailable 2"; allowed: less than 2 engines; fix: ${ONE}`,
    ]);
    expect(() => statefulSet(of(1))).not.toThrow();
  });

  test.each<[string, number, DisruptionBudget]>([
    ['one of a single engine may be stopped', 1, DisruptionBudget.maxUnavailable(absolute(1))],
    ['a percentage is rounded up to one engine', 3, DisruptionBudget.maxUnavailable(percent(1))],
    ['one of three engines may be stopped', 3, DisruptionBudget.minAvailable(percent(66))],
    ['there is no engine', 0, DisruptionBudget.minAvailable(absolute(1))],
  ])('is not reported if %s', (_, replicas, disruptionBudget) => {
    expect(budget(statefulSet({ replicas, disruptionBudget }))).toBeDefined();
  });

  test.each([
    [DisruptionBudget.maxUnavailable(absolute(1)), 'maxUnavailable 1'],
    [DisruptionBudget.maxUnavailable(percent(20)), 'maxUnavailable 20%'],
    [DisruptionBudget.minAvailable(percent(80)), 'minAvailable 80%'],
  ])('is rejected for a DaemonSet: %#', (disruptionBudget, got) => {
    expect(problems(() => daemonSet({ disruptionBudget }))).toEqual([
      `disruptionBudget: a DaemonSet has no number of replicas to compute this limit from, ${BLOCKS}; got "${got}"; allowed: an absolute minAvailable; fix: remove disruptionBudget`,
    ]);
  });

  test('can be accepted', () => {
    const disruptionBudget = DisruptionBudget.maxUnavailable(absolute(0));
    const [, message] = refusal(() => statefulSet({ replicas: 3, disruptionBudget }));
    expect(message).toMatch(/; or accept EngineRisk\.BLOCKED_EVICTIONS$/);
    const acceptRisks = [accept(EngineRisk.BLOCKED_EVICTIONS)];
    expect(budget(statefulSet({ replicas: 3, disruptionBudget, acceptRisks })).spec.maxUnavailable).toBe(0);
  });
});

test('a DaemonSet can have an absolute minimum', () => {
  expect(budget(daemonSet({ disruptionBudget: DisruptionBudget.minAvailable(absolute(2)) })).spec.minAvailable).toBe(2);
});

test('invalid numbers are rejected', () => {
  expect(problems(() => statefulSet({ disruptionBudget: DisruptionBudget.minAvailable(percent(101)) }))).toEqual([
    'disruptionBudget: must be a number of pods; got "101%"; allowed: a whole number, or 0 to 100 percent; fix: use PodCount.absolute(1)',
  ]);
  expect(problems(() => statefulSet({ disruptionBudget: DisruptionBudget.maxUnavailable(absolute(-1)) }))).toEqual([
    'disruptionBudget: must be a number of pods; got "-1"; allowed: a whole number, or 0 to 100 percent; fix: use PodCount.absolute(1)',
  ]);
});
