import { Duration, Size } from 'cdk8s';
import {
  Autoscaling,
  CacheVolume,
  EngineDaemonSetUpdateStrategy,
  EngineDeploymentUpdateStrategy,
  EngineProbe,
  EngineStatefulSetUpdateStrategy,
  PodCount,
  PodManagementPolicy,
  ScaleIn,
  ScaleMetric,
  type EngineStatefulSetProps,
} from '../../src/index';
import { daemonSet, deployment, problems, statefulSet, warnings, workload } from '../engines';

describe('a DaemonSet', () => {
  const strategy = (updateStrategy?: EngineDaemonSetUpdateStrategy) =>
    workload(daemonSet({ updateStrategy })).spec.updateStrategy;

  test('stops the old engine before it starts the new one, node by node, by default', () => {
    expect(strategy()).toBeUndefined();
    expect(strategy(EngineDaemonSetUpdateStrategy.rollingUpdate())).toEqual({ type: 'RollingUpdate' });
  });

  test('can be replaced faster, or manually', () => {
    expect(strategy(EngineDaemonSetUpdateStrategy.rollingUpdate({ maxUnavailable: PodCount.percent(25) }))).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { maxUnavailable: '25%' },
    });
    expect(strategy(EngineDaemonSetUpdateStrategy.rollingUpdate({ maxUnavailable: PodCount.absolute(3) }))).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { maxUnavailable: 3 },
    });
    expect(strategy(EngineDaemonSetUpdateStrategy.onDelete())).toEqual({ type: 'OnDelete' });
  });

  test.each([PodCount.absolute(0), PodCount.percent(0)])(
    'rejects a rollout that allows no unavailable engine',
    (maxUnavailable) => {
      expect(problems(() => strategy(EngineDaemonSetUpdateStrategy.rollingUpdate({ maxUnavailable })))).toEqual([
        'updateStrategy.maxUnavailable: must be above 0, because otherwise no engine can be replaced; got 0; allowed: at least 1; fix: use PodCount.absolute(1)',
      ]);
    },
  );

  test.each([
    [PodCount.percent(101), '101%'],
    [PodCount.absolute(-1), '-1'],
    [PodCount.absolute(0.5), '0.5'],
  ])('rejects invalid numbers: %#', (maxUnavailable, got) => {
    expect(problems(() => strategy(EngineDaemonSetUpdateStrategy.rollingUpdate({ maxUnavailable })))).toEqual([
      `updateStrategy.maxUnavailable: must be a number of pods; got "${got}"; allowed: a whole number, or 0 to 100 percent; fix: use PodCount.absolute(1)`,
    ]);
  });
});

describe('a StatefulSet', () => {
  const spec = (props: Parameters<typeof statefulSet>[0]) => workload(statefulSet(props)).spec;

  test('has one pod, and starts and stops all pods at once by default', () => {
    expect(spec({})).toMatchObject({ replicas: 1, podManagementPolicy: 'Parallel' });
    expect(spec({})).not.toHaveProperty('ordinals');
    expect(spec({})).not.toHaveProperty('updateStrategy');
  });

  test('supports every strategy', () => {
    expect(
      spec({
        replicas: 3,
        ordinalsStart: 2,
        podManagementPolicy: PodManagementPolicy.ORDERED_READY,
        updateStrategy: EngineStatefulSetUpdateStrategy.rollingUpdate({ partition: 3 }),
        minReady: Duration.seconds(30),
        revisionHistoryLimit: 0,
      }),
    ).toMatchObject({
      replicas: 3,
      ordinals: { start: 2 },
      podManagementPolicy: 'OrderedReady',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 3 } },
      minReadySeconds: 30,
      revisionHistoryLimit: 0,
    });
    expect(spec({ updateStrategy: EngineStatefulSetUpdateStrategy.onDelete() }).updateStrategy).toEqual({
      type: 'OnDelete',
    });
    expect(spec({ updateStrategy: EngineStatefulSetUpdateStrategy.rollingUpdate() }).updateStrategy).toEqual({
      type: 'RollingUpdate',
    });
  });

  test('updates the engines with the highest ordinals first', () => {
    const updateStrategy = EngineStatefulSetUpdateStrategy.canary({ engines: 1 });
    const partition = (partition: number): object => ({ type: 'RollingUpdate', rollingUpdate: { partition } });
    expect(spec({ replicas: 3, updateStrategy }).updateStrategy).toEqual(partition(2));
    expect(spec({ replicas: 3, ordinalsStart: 5, updateStrategy }).updateStrategy).toEqual(partition(7));
  });

  test.each<[string, Partial<EngineStatefulSetProps>, number, number]>([
    ['replicas', { replicas: 3 }, 2, 3],
    ['one engine', {}, 0, 1],
    ['a first ordinal', { replicas: 3, ordinalsStart: 5 }, 7, 8],
    [
      'an autoscaler',
      {
        resources: { requests: { cpu: '1', memory: '1Gi' } },
        autoscaling: Autoscaling.horizontal({
          maxReplicas: 4,
          scaleIn: ScaleIn.disabled(),
          metrics: [ScaleMetric.cpu({ utilization: 70 })],
        }),
      },
      3,
      4,
    ],
  ])('warns about a partition above all ordinals: %s', (_, props, highest, frozen) => {
    const found = (partition: number): string[] =>
      warnings(statefulSet({ ...props, updateStrategy: EngineStatefulSetUpdateStrategy.rollingUpdate({ partition }) }));
    expect(found(highest)).toEqual([]);
    expect(found(frozen)).toEqual([
      `[test/engine] warning frozen-updates: updateStrategy.partition: updates replace no engine, because the highest ordinal, ${highest}, is below the partition of ${frozen}; fix: ${highest === 0 ? 'remove it' : `set it to ${highest} to update one engine, or remove it to update all`}`,
    ]);
  });

  test('accepts a partition of a workload without engines', () => {
    const updateStrategy = EngineStatefulSetUpdateStrategy.rollingUpdate({ partition: 2 });
    expect(warnings(statefulSet({ replicas: 0, updateStrategy }))).toEqual([]);
  });

  test('reports all invalid numbers at once', () => {
    expect(
      problems(() =>
        statefulSet({
          replicas: -1,
          ordinalsStart: 0.5,
          updateStrategy: EngineStatefulSetUpdateStrategy.rollingUpdate({ partition: -1 }),
          minReady: Duration.millis(500),
          revisionHistoryLimit: -1,
        }),
      ),
    ).toEqual([
      'replicas: must be a number of replicas; got -1; allowed: a whole number from 0 to 150000; fix: set it to 1',
      'ordinalsStart: must be an ordinal; got 0.5; allowed: a whole number of at least 0; fix: set it to 0',
      'updateStrategy.partition: must be an ordinal; got -1; allowed: a whole number of at least 0; fix: set it to 0',
      'revisionHistoryLimit: must be a whole number of revisions; got -1; allowed: a whole number of at least 0; fix: set it to 10',
      'minReady: must be a duration that Kubernetes supports; got "0.5 s"; allowed: a whole number of seconds, at least 0; fix: use a value such as Duration.seconds(1)',
    ]);
  });
});

describe('a Deployment', () => {
  const strategy = (cache: CacheVolume, updateStrategy?: EngineDeploymentUpdateStrategy) =>
    workload(deployment({ cache, updateStrategy })).spec.strategy;
  const ephemeral = CacheVolume.ephemeral({ size: Size.gibibytes(200) });

  test.each([
    ['an existing claim', CacheVolume.fromClaimName('warm')],
    ['a directory of the node', CacheVolume.hostPath()],
    ['NFS', CacheVolume.nfs({ server: 'nfs.example.com', path: '/dagger' })],
  ])('always stops the old engine first on %s', (_, cache) => {
    expect(strategy(cache)).toEqual({ type: 'Recreate' });
    const [message] = problems(() => strategy(cache, EngineDeploymentUpdateStrategy.rollingUpdate()));
    expect(message).toMatch(
      /^updateStrategy: the new engine would start before the old one stops, and would fail to lock the volume; got "a rolling update on the .*"; allowed: EngineDeploymentUpdateStrategy\.recreate\(\); fix: remove updateStrategy$/,
    );
  });

  test('uses a rolling update if each pod has its own volume', () => {
    expect(strategy(ephemeral)).toBeUndefined();
    expect(strategy(ephemeral, EngineDeploymentUpdateStrategy.recreate())).toEqual({ type: 'Recreate' });
    expect(strategy(ephemeral, EngineDeploymentUpdateStrategy.rollingUpdate())).toEqual({ type: 'RollingUpdate' });
    expect(
      strategy(
        ephemeral,
        EngineDeploymentUpdateStrategy.rollingUpdate({
          maxUnavailable: PodCount.absolute(0),
          maxSurge: PodCount.percent(50),
        }),
      ),
    ).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: '50%' } });
  });

  test('stops the old engine first on a volume that the user mounts', () => {
    const mounted = {
      cache: CacheVolume.none(),
      volumes: [{ name: 'data', hostPath: { path: '/data' } }],
      volumeMounts: [{ name: 'data', mountPath: '/var/lib/dagger' }],
    };
    expect(workload(deployment(mounted)).spec.strategy).toEqual({ type: 'Recreate' });
    const rolling = { ...mounted, updateStrategy: EngineDeploymentUpdateStrategy.rollingUpdate() };
    expect(problems(() => deployment(rolling))).toEqual([
      'updateStrategy: the new engine would start before the old one stops, and would fail to lock the volume; got "a rolling update on the volume data"; allowed: EngineDeploymentUpdateStrategy.recreate(); fix: remove updateStrategy',
    ]);
  });

  test('rejects a rollout that allows neither a surplus nor an unavailable engine', () => {
    const stuck = EngineDeploymentUpdateStrategy.rollingUpdate({
      maxUnavailable: PodCount.absolute(0),
      maxSurge: PodCount.absolute(0),
    });
    expect(problems(() => strategy(ephemeral, stuck))).toEqual([
      'updateStrategy.maxSurge: maxSurge and maxUnavailable must not both be 0, because no engine could then be replaced; got 0; allowed: at least 1 for one of the two; fix: use PodCount.absolute(1)',
    ]);
  });

  describe('has a progress deadline that a normal rollout meets', () => {
    const deadline = (props: Parameters<typeof deployment>[0]) =>
      workload(deployment(props)).spec.progressDeadlineSeconds;

    test('includes the startup probe and a margin', () => {
      expect(deadline({})).toBe(900);
      expect(deadline({ minReady: Duration.seconds(30) })).toBe(930);
      expect(deadline({ probes: { startup: EngineProbe.none() } })).toBe(300);
    });

    test('includes the grace period if the old engine stops first', () => {
      expect(deadline({ cache: CacheVolume.fromClaimName('warm') })).toBe(1500);
    });

    test('can be set explicitly', () => {
      expect(deadline({ progressDeadline: Duration.minutes(30) })).toBe(1800);
      expect(warnings(deployment({ progressDeadline: Duration.minutes(15) }))).toEqual([]);
      expect(warnings(deployment({ progressDeadline: Duration.minutes(10) }))).toEqual([
        '[test/engine] warning short-progress-deadline: progressDeadline: a healthy rollout can take 900 s, but counts as failed after 600 s; fix: raise it',
      ]);
    });

    test('must be longer than minReady', () => {
      expect(
        problems(() => deployment({ minReady: Duration.seconds(30), progressDeadline: Duration.seconds(30) })),
      ).toEqual([
        'progressDeadline: must be a duration that Kubernetes supports; got "30 s"; allowed: a whole number of seconds, at least 31; fix: use a value such as Duration.seconds(31)',
      ]);
    });
  });
});
