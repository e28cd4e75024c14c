import { Duration, Size } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import {
  CacheVolume,
  Drain,
  EngineProbe,
  LifecycleHook,
  type EngineStatefulSetProps,
  EngineRisk,
} from '../../src/index';
import { container, pod, problems, statefulSet, warnings, accept } from '../engines';

const hook = (seconds: number) =>
  LifecycleHook.exec(['sh', '-c', 'sleep 5'], { maxDuration: Duration.seconds(seconds) });
const seconds = (props: Partial<EngineStatefulSetProps>): number =>
  pod(statefulSet(props)).terminationGracePeriodSeconds;

/** Properties that mount a user-defined volume at the state directory. */
const MOUNTED: Partial<EngineStatefulSetProps> = {
  volumes: [{ name: 'data', hostPath: { path: '/data' } }],
  volumeMounts: [{ name: 'data', mountPath: '/var/lib/dagger' }],
};

test('is ten minutes by default', () => {
  expect(seconds({})).toBe(600);
  expect(seconds({ terminationGracePeriod: Duration.minutes(20) })).toBe(1200);
});

describe('a grace period that is too short to write the cache', () => {
  const SHORT = (left: number, tag = 'v0.21.7', minimum = 600) =>
    `[test/engine] warning short-grace-period: terminationGracePeriod: the engine has only ${left} s left to stop, but can need more than 300 s. If it is ` +
    `killed before it has written its cache, ${tag} deletes the whole cache at the next start; fix: set at least ${minimum} s`;

  test.each<[string, Partial<EngineStatefulSetProps>, number, number?]>([
    ['a second less than the engine needs after a drain', { terminationGracePeriod: Duration.seconds(74) }, 74],
    [
      '300 s without a drain',
      {
        terminationGracePeriod: Duration.seconds(300),
        drain: Drain.none(),
        acceptRisks: [accept(EngineRisk.STOP_LOSES_CACHE)],
      },
      300,
    ],
    ['the default of Kubernetes', { terminationGracePeriod: Duration.seconds(30) }, 30],
    [
      'a liveness probe, which restarts the container and keeps the volume',
      {
        cache: CacheVolume.emptyDir({ sizeLimit: Size.gibibytes(50) }),
        probes: { liveness: EngineProbe.connect() },
        terminationGracePeriod: Duration.seconds(30),
      },
      30,
    ],
    [
      'a volume that only the pod declares',
      { cache: CacheVolume.none(), ...MOUNTED, terminationGracePeriod: Duration.seconds(30) },
      30,
    ],
    [
      'the rest after a preStop hook',
      { preStop: hook(300), acceptRisks: [accept(EngineRisk.STOP_LOSES_CACHE)] },
      300,
      900,
    ],
    [
      'the rest of a custom time after a preStop hook',
      {
        terminationGracePeriod: Duration.seconds(900),
        preStop: hook(890),
        acceptRisks: [accept(EngineRisk.STOP_LOSES_CACHE)],
      },
      10,
      1490,
    ],
  ])('causes a warning: %s', (_, props, left, minimum = 600) => {
    expect(warnings(statefulSet(props))).toEqual([SHORT(left, 'v0.21.7', minimum)]);
  });

  test('causes a warning in the first releases that delete the cache', () => {
    expect(warnings(statefulSet({ version: 'v0.21.0', terminationGracePeriod: Duration.seconds(30) }))).toEqual([
      SHORT(30, 'v0.21.0'),
    ]);
    expect(warnings(statefulSet({ version: 'v1.0.0-beta.1', terminationGracePeriod: Duration.seconds(30) }))).toEqual([
      SHORT(30, 'v1.0.0-beta.1'),
    ]);
  });

  test.each([
    ['the time that the engine needs after a drain', { terminationGracePeriod: Duration.seconds(75) }],
    [
      'more than 300 s without a drain',
      {
        terminationGracePeriod: Duration.seconds(301),
        drain: Drain.none(),
        acceptRisks: [accept(EngineRisk.STOP_LOSES_CACHE)],
      },
    ],
    ["a release that doesn't delete the cache", { version: 'v0.20.8', terminationGracePeriod: Duration.seconds(30) }],
    [
      'a cache in the layer of the container',
      {
        cache: CacheVolume.none(),
        acceptRisks: [accept(EngineRisk.NO_CACHE_VOLUME)],
        terminationGracePeriod: Duration.seconds(30),
      },
    ],
    [
      'a cache that is deleted with the pod',
      {
        cache: CacheVolume.emptyDir(),
        probes: { liveness: EngineProbe.none() },
        terminationGracePeriod: Duration.seconds(30),
      },
    ],
  ])('is accepted: %s', (_, props) => {
    expect(warnings(statefulSet(props)).filter((line) => line.includes('short-grace-period'))).toEqual([]);
  });
});

describe('a preStop hook that takes the whole grace period', () => {
  test.each([
    [600, undefined, '600 s', 1200],
    [700, undefined, '600 s', 1300],
    [30, Duration.seconds(30), '30 s', 630],
  ])('is rejected: %d s', (length, terminationGracePeriod, got, fix) => {
    expect(problems(() => statefulSet({ preStop: hook(length), terminationGracePeriod }))).toEqual([
      `terminationGracePeriod: the preStop hook can take ${length} s, so the kubelet would kill the engine without a chance to stop; got "${got}"; allowed: more than ${length} s; fix: set Duration.seconds(${fix})`,
    ]);
  });
});

test('rejects a grace period of zero', () => {
  expect(problems(() => statefulSet({ terminationGracePeriod: Duration.seconds(0) }))).toEqual([
    'terminationGracePeriod: must be a duration that Kubernetes supports; got "0 s"; allowed: a whole number of seconds, at least 1; fix: use a value such as Duration.seconds(600)',
  ]);
});

describe('hooks', () => {
  test('are rendered in wire form', () => {
    const engine = statefulSet({
      preStop: hook(5),
      postStart: LifecycleHook.fromHandler({
        httpGet: { host: 'hooks.example.com', port: k8s.IntOrString.fromNumber(80) },
      }),
    });
    expect(container(engine).lifecycle).toEqual({
      preStop: { exec: { command: ['sh', '-c', 'sleep 5'] } },
      postStart: { httpGet: { host: 'hooks.example.com', port: 80 } },
    });
  });

  test('can use handlers that Kubernetes 1.28 lacks', () => {
    const sleep = LifecycleHook.fromHandler({ sleep: { seconds: 5 } } as any, { maxDuration: Duration.seconds(5) });
    expect(container(statefulSet({ preStop: sleep })).lifecycle).toEqual({ preStop: { sleep: { seconds: 5 } } });
  });

  test('use the duration of a sleep handler as their maximum', () => {
    const sleep = LifecycleHook.fromHandler({ sleep: { seconds: 300 } } as any);
    expect(problems(() => statefulSet({ preStop: sleep, terminationGracePeriod: Duration.seconds(300) }))).toEqual([
      'terminationGracePeriod: the preStop hook can take 300 s, so the kubelet would kill the engine without a chance to stop; got "300 s"; allowed: more than 300 s; fix: set Duration.seconds(900)',
    ]);
  });

  test('require a maximum duration before the stop', () => {
    expect(problems(() => statefulSet({ preStop: LifecycleHook.exec(['sleep', '5']) }))).toEqual([
      'preStop.maxDuration: is required, because the time of a preStop hook is part of the grace period; allowed: a whole number of seconds; fix: use a value such as { maxDuration: Duration.seconds(30) }',
    ]);
  });

  test('are omitted without a handler', () => {
    expect(container(statefulSet({ drain: Drain.none() }))).not.toHaveProperty('lifecycle');
  });

  test('reject empty commands and invalid durations', () => {
    expect(
      problems(() => statefulSet({ preStop: LifecycleHook.exec([], { maxDuration: Duration.millis(500) }) })),
    ).toEqual([
      'preStop.maxDuration: must be a duration that Kubernetes supports; got "0.5 s"; allowed: a whole number of seconds, at least 0; fix: use a value such as Duration.seconds(1)',
      "preStop: must not be empty; got []; allowed: a program and its arguments; fix: use a value such as ['sh', '-c', 'sleep 5']",
    ]);
  });
});
