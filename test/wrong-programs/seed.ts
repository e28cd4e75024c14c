import { Chart, Duration, Size } from 'cdk8s';
import { CacheSeed, CacheVolume, Drain, EngineSnapshotClass, type CacheSeedProps } from '../../src/index';
import { statefulSet, type WrongProgram } from './program';

const size = Size.gibibytes(100);

function seed(chart: Chart, props: Partial<CacheSeedProps> = {}): CacheSeed {
  return new CacheSeed(chart, 'seed', { version: 'v0.21.8', size, ...props });
}

export const SEED_PROGRAMS: readonly WrongProgram[] = [
  {
    title: 'an engine that can not read the seed',
    program: (chart) =>
      statefulSet(chart, {
        version: 'v1.0.0-beta.11',
        cache: CacheVolume.claimTemplate({ size, seed: seed(chart) }),
      }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - cache.seed: engine v1.0.0-beta.11 reads only caches with schema 17. It would delete the cache of the seed when it starts; got "schema 16, written by v0.21.8"; allowed: a seed whose version has cache schema 17; fix: set the version of the seed to v1.0.0-beta.11, or create another CacheSeed for this engine',
  },
  {
    title: 'a volume that is smaller than its seed',
    program: (chart) =>
      statefulSet(chart, {
        version: 'v0.21.8',
        cache: CacheVolume.claimTemplate({ size: Size.gibibytes(50), seed: seed(chart) }),
      }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - cache.size: is smaller than the seed\'s volume, so the CSI driver can\'t copy it; got "50Gi"; allowed: at least 100Gi; fix: use the size of the seed, 100Gi',
  },
  {
    title: 'a seed in another namespace',
    program: (chart) => {
      const other = new Chart(chart.node.root, 'other', { namespace: 'seeds' });
      return statefulSet(chart, {
        version: 'v0.21.8',
        cache: CacheVolume.claimTemplate({ size, seed: seed(other) }),
      });
    },
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - cache.seed: is in namespace seeds, but a claim can only be copied from a snapshot in its own namespace; got "seed-schema-16"; allowed: a seed in namespace ci; fix: create the seed in a chart with the namespace of the engine',
  },
  {
    title: 'a seed and a dataSource',
    program: (chart) =>
      statefulSet(chart, {
        version: 'v0.21.8',
        cache: CacheVolume.claimTemplate({
          size,
          seed: seed(chart),
          dataSource: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'old' },
        }),
      }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - cache.seed: conflicts with dataSource, because a volume is copied from one source; got "seed-schema-16"; allowed: one of seed, dataSource and dataSourceRef; fix: remove one of them',
  },
  {
    title: 'an object with only the name of a snapshot instead of a seed',
    program: (chart) =>
      statefulSet(chart, { cache: CacheVolume.claimTemplate({ size, seed: { snapshotName: 'x' } as never }) }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - cache.seed: has the wrong type; got {"snapshotName":"x"}; allowed: an ICacheSeed; fix: use new CacheSeed(...)',
  },
  {
    title: 'a seed with wrong settings of its job',
    program: (chart) =>
      seed(chart, {
        name: 'seed-of-the-monorepo-with-all-services-and-libraries',
        schedule: '@daily',
        timeZone: 'europe/berlin',
        keep: 0,
        kubectlImage: 'alpine/k8s:',
        snapshotClassName: 'Snapshots',
        snapshotTimeout: Duration.millis(500),
        drain: Drain.none(),
      }),
    says: '[ci/seed] CacheSeed has 8 problems:\n  - name: must be a valid name, because the name of the CronJob is NAME-snapshot; got "seed-of-the-monorepo-with-all-services-and-libraries"; allowed: lower-case letters, digits and \'-\', starting and ending with a letter or digit, at most 43 characters; fix: set the name to "seed-of-the-monorepo-with-all-services-and"\n  - schedule: must be a cron expression with five fields; got "@daily"; allowed: minute (0-59), hour (0-23), day (1-31), month (1-12), weekday (0-6, 0 is Sunday); fix: use an expression such as \'0 3 * * *\'\n  - timeZone: must be a time zone in the IANA database; got "europe/berlin"; allowed: a name such as \'Europe/Berlin\' or \'UTC\', with this capitalization; fix: write \'Europe/Berlin\'\n  - kubectlImage: must be an image reference; got "alpine/k8s:"; allowed: REGISTRY/PATH[:TAG][@sha256:DIGEST]; fix: use a value such as \'docker.io/alpine/k8s:1.34.1\'\n  - snapshotClassName: must be a valid object name; got "Snapshots"; allowed: lower-case letters, digits, \'-\' and \'.\', at most 253 characters; fix: set the name to "snapshots"\n  - keep: must be a number of snapshots; got 0; allowed: a whole number of at least 1; fix: remove it, or set it to 1\n  - snapshotTimeout: must be a duration that Kubernetes supports; got "0.5 s"; allowed: a whole number of seconds, at least 1; fix: use a value such as Duration.seconds(7200)\n  - drain: must have a limit, because builds have this time to finish before a snapshot; allowed: Drain.untilIdle({ atMost: ... }) with the duration of the longest build that fills the cache; fix: remove it, or set drain: Drain.untilIdle({ atMost: Duration.hours(1) })',
  },
  {
    title: 'a seed that is never snapshotted, and a label that its job needs',
    program: (chart) => seed(chart, { schedule: '0 0 31 2 *', podLabels: { 'app.kubernetes.io/version': 'nightly' } }),
    says: '[ci/seed] CacheSeed has 2 problems:\n  - schedule: never matches, because none of its months has one of its days; got "0 0 31 2 *"; allowed: a day of one of the months, and 29 for February; fix: use an expression such as \'0 3 * * *\'\n  - podLabels: the library sets this key itself; got "app.kubernetes.io/version"; allowed: other keys; fix: remove it',
  },
  {
    title: 'a seed with wrong settings of the pod of its job',
    program: (chart) =>
      seed(chart, {
        jobNodeSelector: { pool: 'ci jobs' },
        jobTolerations: [{ key: 'ci', operator: 'Exists', value: 'true' }],
        jobPriorityClassName: 'High',
        jobPodLabels: { 'app.kubernetes.io/instance': 'jobs' },
      }),
    says: "[ci/seed] CacheSeed has 4 problems:\n  - jobNodeSelector[\"pool\"]: must be a valid label value; got \"ci jobs\"; allowed: letters, digits, '-', '_' and '.', starting and ending with a letter or digit, at most 63 characters; fix: use an annotation for other text\n  - jobPodLabels: the library sets this key itself; got \"app.kubernetes.io/instance\"; allowed: other keys; fix: remove it\n  - jobTolerations[0].value: must be empty if the operator is 'Exists'; got \"true\"; allowed: no value; fix: remove it, or use the operator 'Equal'\n  - jobPriorityClassName: must be a valid object name; got \"High\"; allowed: lower-case letters, digits, '-' and '.', at most 253 characters; fix: set the name to \"high\"",
  },
  {
    title: 'an imported seed with a version that is not a release',
    program: (chart) => CacheSeed.fromCacheSeedAttributes(chart, 'seed', { name: 'Seed', version: 'latest', size }),
    says: '[ci/seed] CacheSeed has 2 problems:\n  - version: must be a release of the engine; got "latest"; allowed: v0.12.0 and later, or v1.0.0-beta.1 and later, such as "v0.21.11"; fix: for a custom image, set version to the release that it is based on, and image to EngineImage.fromReference(\'...\')\n  - name: must be a valid name; got "Seed"; allowed: lower-case letters, digits and \'-\', starting and ending with a letter or digit, at most 63 characters; fix: set the name to "seed"',
  },
  {
    title: 'a snapshot class with an invalid driver',
    program: (chart) => new EngineSnapshotClass(chart, 'snapshots', { driver: 'EBS CSI' }),
    says: "[ci/snapshots] EngineSnapshotClass has 1 problem:\n  - driver: must be the name of a CSI driver; got \"EBS CSI\"; allowed: letters, digits, '-' and '.', starting and ending with a letter or digit, at most 63 characters; fix: use a name such as 'ebs.csi.aws.com'",
  },
];
