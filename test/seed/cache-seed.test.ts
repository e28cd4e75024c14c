import { Chart, Duration, Size } from 'cdk8s';
import { Job } from 'cdk8s-plus-28';
import {
  CacheSeed,
  CacheVolume,
  Drain,
  EngineRisk,
  EngineSnapshotClass,
  EngineStatefulSet,
  EngineVersion,
  Listener,
  Monitoring,
  SnapshotDeletionPolicy,
  type CacheSeedProps,
  type ICacheSeed,
} from '../../src/index';
import { compareManifests } from '../../src/comparison/compare';
import { chart, deployment, objects, pod, statefulSet, warnings, workload } from '../engines';

const size = Size.gibibytes(100);

function seed(props: Partial<CacheSeedProps> = {}, scope = chart()): CacheSeed {
  return new CacheSeed(scope, 'seed', { version: 'v0.21.8', size, ...props });
}

function job(of: CacheSeed): any {
  return of.cronJob.toJson().spec.jobTemplate.spec.template.spec;
}

/** Returns the script of the job. */
function script(of: CacheSeed): string {
  return job(of).containers[0].command[2];
}

describe('the engine', () => {
  test('is a StatefulSet with one claim, whose replicas only the job sets', () => {
    const { engine } = seed();
    expect(engine).toBeInstanceOf(EngineStatefulSet);
    expect(workload(engine).spec).not.toHaveProperty('replicas');
    expect(workload(engine).spec.volumeClaimTemplates[0].spec.resources.requests.storage).toBe('100Gi');
    expect(engine.podNames).toEqual(['seed-0']);
  });

  test('waits an hour for its clients by default', () => {
    expect(pod(seed().engine).terminationGracePeriodSeconds).toBe(3975);
    expect(
      pod(seed({ drain: Drain.untilIdle({ atMost: Duration.minutes(5) }) }).engine).terminationGracePeriodSeconds,
    ).toBe(675);
  });

  test('serves builds that are connected to it', () => {
    const scope = chart();
    const { engine } = seed({ listener: Listener.insecureTcp() }, scope);
    const build = new Job(scope, 'build', { containers: [{ image: 'registry.example.com/ci:1' }] });
    expect(engine.connect(build).runnerHost).toBe('tcp://seed.ci.svc:1234');
  });

  test('has a single warning, until a build is connected', () => {
    expect(warnings(seed())).toEqual([]);
  });
});

describe('the job', () => {
  test('may change one StatefulSet, and read one pod', () => {
    expect(objects(seed())['Role seed-snapshot'].rules).toEqual([
      { apiGroups: ['apps'], resources: ['statefulsets'], resourceNames: ['seed'], verbs: ['get'] },
      { apiGroups: ['apps'], resources: ['statefulsets/scale'], resourceNames: ['seed'], verbs: ['get', 'patch'] },
      { apiGroups: [''], resources: ['pods'], resourceNames: ['seed-0'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: ['list'] },
      {
        apiGroups: ['snapshot.storage.k8s.io'],
        resources: ['volumesnapshots'],
        verbs: ['create', 'delete', 'get', 'list'],
      },
    ]);
  });

  test('has no labels that select the engine', () => {
    const of = seed();
    const { selector } = workload(of.engine).spec;
    expect(of.cronJob.toJson().spec.jobTemplate.spec.template.metadata.labels).not.toMatchObject(selector.matchLabels);
  });

  test('uses the settings of the seed', () => {
    const of = seed({
      schedule: '30 1 * * 1-5',
      timeZone: 'Europe/Berlin',
      kubectlImage: 'registry.example.com/kubectl:1.34',
      imagePullSecrets: ['registry'],
    });
    expect(of.cronJob.toJson().spec).toMatchObject({ schedule: '30 1 * * 1-5', timeZone: 'Europe/Berlin' });
    expect(job(of)).toMatchObject({
      containers: [{ image: 'registry.example.com/kubectl:1.34' }],
      imagePullSecrets: [{ name: 'registry' }],
    });
  });

  test('labels the snapshots with the seed, the release and the cache schema', () => {
    expect(script(seed())).toContain(
      '{"apiVersion":"snapshot.storage.k8s.io/v1","kind":"VolumeSnapshot","metadata":{"name":"$1","labels":{"cdk8s-dagger.github.io/seed":"seed","cdk8s-dagger.github.io/release":"v0.21.8","cdk8s-dagger.github.io/cache-schema":"16","cdk8s-dagger.github.io/published":"$2"}},"spec":{"source":{"persistentVolumeClaimName":"cache-seed-0"}}}',
    );
    expect(script(seed({ snapshotClassName: 'fast' }))).toContain('"volumeSnapshotClassName":"fast"');
    expect(script(seed({ version: 'v0.20.8' }))).not.toContain('cdk8s-dagger.github.io/cache-schema');
  });

  test('keeps three snapshots by default', () => {
    expect(script(seed())).toContain('awk -v keep=3 ');
    expect(script(seed({ keep: 7 }))).toContain('awk -v keep=7 ');
  });

  test('has its own node selector, tolerations, priority class and labels', () => {
    const tolerations = [{ key: 'ci', operator: 'Exists', effect: 'NoSchedule' }];
    const of = seed({
      jobNodeSelector: { pool: 'jobs' },
      jobTolerations: tolerations,
      jobPriorityClassName: 'high',
      jobPodLabels: { team: 'build' },
    });
    expect(job(of)).toMatchObject({ nodeSelector: { pool: 'jobs' }, tolerations, priorityClassName: 'high' });
    expect(of.cronJob.toJson().spec.jobTemplate.spec.template.metadata.labels).toEqual({
      'app.kubernetes.io/name': 'dagger-cache-seed',
      'app.kubernetes.io/instance': 'seed',
      team: 'build',
    });
    expect(pod(of.engine)).not.toMatchObject({ nodeSelector: { pool: 'jobs' } });
  });

  test('leaves its user to the cluster if jobSetsUser is false', () => {
    expect(job(seed()).securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 65534, runAsGroup: 65534 });
    expect(job(seed({ jobSetsUser: false })).securityContext).toEqual({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
  });

  test('ends after the longest stop, four snapshots and all other waits', () => {
    const seconds = (props: Partial<CacheSeedProps>): number =>
      seed(props).cronJob.toJson().spec.jobTemplate.spec.activeDeadlineSeconds;
    const other = 3600 + 900 + 120 + 5 * 300;
    expect(seconds({})).toBe(3975 + 4 * 7200 + other);
    expect(
      seconds({
        snapshotTimeout: Duration.minutes(10),
        drain: Drain.untilIdle({ atMost: Duration.minutes(5) }),
      }),
    ).toBe(675 + 4 * 600 + other);
  });

  test('contains no text that Kubernetes would replace', () => {
    // Kubernetes replaces $(NAME) for the variables of the container, and $$ (third_party/forked/golang/expansion).
    expect(script(seed())).not.toMatch(/\$\$|\$\(HOME\)/);
  });

  test('limits the time of requests without the option that makes kubectl ignore its service account', () => {
    expect(script(seed())).toContain('timeout 30 kubectl "$@"');
    expect(script(seed())).not.toContain('--request-timeout');
  });
});

describe('the schedule', () => {
  test.each(['0 3 29 2 *', '0 3 31 1-2 *', '0 3 31 2 1', '0 3 */31 2 *', '30 */2 * * *', '0 3 * * mon-fri'])(
    'accepts %s',
    (schedule) => {
      expect(warnings(seed({ schedule }))).toEqual([]);
    },
  );

  test.each(['0 0 31 2 *', '0 0 30,31 feb *', '0 0 31 4,6,9,11 *'])('rejects %s, which never matches', (schedule) => {
    expect(() => seed({ schedule })).toThrow('schedule: never matches, because none of its months has one of its days');
  });

  test.each([
    ['*/15 * * * *', 900],
    ['10/20 * * * *', 1200],
    ['50 23,0 * * *', 3600],
    ['0,59 8 * * *', 3540],
  ])('warns about %s', (schedule, seconds) => {
    expect(warnings(seed({ schedule }))).toEqual([
      expect.stringContaining(
        `schedule: snapshots start only ${seconds} s apart, but the engine can take 3975 s to stop`,
      ),
    ]);
  });

  test('has no warning if the risk is accepted', () => {
    const acceptRisks = [{ risk: EngineRisk.FREQUENT_SNAPSHOTS, reason: 'this engine has no clients during the day' }];
    expect(warnings(seed({ schedule: '0 * * * *', acceptRisks }))).toEqual([]);
  });
});

describe('the alerts', () => {
  const expression = (of: CacheSeed, alert: string): string | undefined =>
    objects(of)['PrometheusRule seed'].spec.groups[0].rules.find((rule: any) => rule.alert === alert)?.expr;

  test('do not fire while the job has stopped the engine', () => {
    expect(expression(seed({ monitoring: Monitoring.prometheusOperator() }), 'DaggerEngineDown')).toBe(
      'up{job="ci/seed",container="dagger-engine"} == 0',
    );
  });
});

describe('the name of the published snapshot', () => {
  test.each([
    ['v0.21.3', 'seed-schema-16'],
    ['v0.21.8', 'seed-schema-16'],
    ['v1.0.0-beta.11', 'seed-schema-17'],
    ['v0.20.8', 'seed-v0-20-8'],
  ])('with %s is %s', (version, name) => {
    expect(seed({ version }).snapshotName).toBe(name);
  });
});

describe('an engine with a seed', () => {
  const source = { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'seed-schema-16' };

  test('copies its claims from the published snapshot', () => {
    const scope = chart();
    const pool = statefulSet({ cache: CacheVolume.claimTemplate({ size, seed: seed({}, scope) }) }, scope);
    expect(workload(pool).spec.volumeClaimTemplates[0].spec.dataSource).toEqual(source);
  });

  test('copies its ephemeral volumes from the published snapshot', () => {
    const scope = chart();
    const engines = deployment({ cache: CacheVolume.ephemeral({ size, seed: seed({}, scope) }) }, scope);
    expect(pod(engines).volumes[0].ephemeral.volumeClaimTemplate.spec.dataSource).toEqual(source);
  });

  test('keeps its claim template in a release with the same cache schema', () => {
    const template = (version: string): any => {
      const scope = chart();
      const cache = CacheVolume.claimTemplate({ size, seed: seed({ version }, scope) });
      return workload(statefulSet({ version, cache }, scope)).spec.volumeClaimTemplates;
    };
    expect(template('v0.21.8')).toEqual(template('v0.21.3'));
  });

  test('has no warning if both have the same release, whatever its schema', () => {
    const scope = chart();
    const version = 'v0.20.8';
    const cache = CacheVolume.claimTemplate({ size, seed: seed({ version }, scope) });
    expect(warnings(statefulSet({ version, cache }, scope)).filter((text) => text.includes('schema'))).toEqual([]);
  });

  test.each<[string, object]>([
    ['without version and size', { snapshotName: 'x' }],
    ['whose size is a string', { snapshotName: 'x', version: EngineVersion.of('v0.21.8'), size: '100Gi' }],
    ['whose version is a string', { snapshotName: 'x', version: 'v0.21.8', size }],
  ])('rejects a seed %s', (_, wrong) => {
    expect(() => statefulSet({ cache: CacheVolume.claimTemplate({ size, seed: wrong as ICacheSeed }) })).toThrow(
      'cache.seed: has the wrong type; got ',
    );
  });

  test("accepts a seed of a program's own class", () => {
    const own: ICacheSeed = {
      snapshotName: 'seed-schema-16',
      version: EngineVersion.of('v0.21.8'),
      size,
      namespace: 'ci',
    };
    const pool = statefulSet({ cache: CacheVolume.claimTemplate({ size, seed: own }) });
    expect(workload(pool).spec.volumeClaimTemplates[0].spec.dataSource).toEqual(source);
  });

  test('imports a seed of another program', () => {
    const scope = chart();
    const imported = CacheSeed.fromCacheSeedAttributes(scope, 'seed', { name: 'seed', version: 'v0.21.8', size });
    const pool = statefulSet({ cache: CacheVolume.claimTemplate({ size, seed: imported }) }, scope);
    expect(workload(pool).spec.volumeClaimTemplates[0].spec.dataSource).toEqual(source);
    expect(imported.namespace).toBe('ci');
    expect(Object.keys(objects(pool)).filter((name) => name.includes('seed'))).toEqual([]);
  });
});

test('creates a VolumeSnapshotClass', () => {
  const scope = chart();
  const { name } = new EngineSnapshotClass(scope, 'snapshots', {
    driver: 'ebs.csi.aws.com',
    deletionPolicy: SnapshotDeletionPolicy.RETAIN,
    parameters: { type: 'standard' },
  });
  expect(name).toBe('snapshots');
  expect(objects(scope as Chart)['VolumeSnapshotClass snapshots']).toEqual({
    apiVersion: 'snapshot.storage.k8s.io/v1',
    kind: 'VolumeSnapshotClass',
    metadata: { name: 'snapshots', labels: { 'app.kubernetes.io/name': 'dagger-engine' } },
    driver: 'ebs.csi.aws.com',
    deletionPolicy: 'Retain',
    parameters: { type: 'standard' },
  });
});

test('diff reports that a StatefulSet must be replaced if the cache schema changes', () => {
  const manifests = (version: string): unknown[] => {
    const scope = chart();
    const cache = CacheVolume.claimTemplate({ size, seed: seed({ version }, scope) });
    return Object.values(objects(statefulSet({ version, cache }, scope)));
  };
  const rejected = (before: string, after: string): unknown[] =>
    compareManifests(manifests(before), manifests(after))
      .filter(({ name }) => name === 'rejected-update')
      .map(({ commands, key }) => ({ key, commands }));
  expect(rejected('v0.21.8', 'v1.0.0-beta.11')).toEqual([
    {
      key: 'spec.volumeClaimTemplates',
      commands: [
        'kubectl delete statefulset/engine --namespace ci --cascade=orphan',
        'kubectl apply --server-side --filename FILE',
      ],
    },
  ]);
  expect(rejected('v0.21.3', 'v0.21.8')).toEqual([]);
});
