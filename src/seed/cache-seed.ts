import { Chart, Duration, type ApiObject, type Size } from 'cdk8s';
import { Construct } from 'constructs';
import type { Toleration } from 'kubernetes-types/core/v1';
import { checkImageReference } from '../kubernetes/image-reference';
import { emit } from '../kubernetes/manifest';
import { checkDnsLabel, checkDnsSubdomain, checkLabels, checkNotOwned } from '../kubernetes/names';
import { checkSeconds, checkSize, isCount } from '../kubernetes/quantity';
import { checkTolerations } from '../kubernetes/validation/scheduling';
import { Autoscaling } from '../operations/autoscaling';
import { checkCron, checkTimeZone, shortestInterval } from '../operations/scale-schedule';
import { Drain } from '../pod/drain';
import { checkCalls, checkConstructor } from '../reporting/check-arguments';
import { readState } from '../reporting/construct-state';
import { EngineRisk } from '../reporting/engine-risk';
import { Problems } from '../reporting/problems';
import { printWarnings, reportAtSynth } from '../reporting/synth-report';
import type { ICacheSeed } from '../storage/cache-seed-interface';
import { CacheVolume } from '../storage/cache-volume';
import { EngineVersion } from '../version/engine-version';
import type { CurrentEngine } from '../workload/current-engine';
import { EngineStatefulSet } from '../workload/engine-stateful-set';
import type { CacheSeedAttributes, CacheSeedProps } from './cache-seed-options';
import { RELEASE_LABEL, SCHEMA_LABEL, SEED_LABEL } from './seed-labels';
import { publishedName } from './seed-name';
import { jobLabels, snapshotObjects } from './seed-objects';
import { jobSeconds, snapshotScript } from './snapshot-script';

/** The maximum length of the name of a CronJob (pkg/apis/batch/validation, ValidateCronJobCreate). */
const CRON_JOB_MAX = 52;

const SUFFIX = '-snapshot';

/** The default drain. Builds that fill the cache in several runs of the CLI finish before the snapshot. */
const DRAIN = Drain.untilIdle({ atMost: Duration.hours(1), admitNewClients: true });

/**
 * A warm cache for new engines. An engine fills the cache, and a CronJob snapshots its volume with the CSI
 * VolumeSnapshot API. Volumes with `seed` are copied from the newest snapshot:
 * `CacheVolume.ephemeral({ size, seed })` or `CacheVolume.claimTemplate({ size, seed })`.
 *
 * The job stops the engine for each snapshot, because an engine deletes a cache that was copied while it ran. Connect
 * the builds that fill the cache with `seed.engine.connect(...)`.
 */
export class CacheSeed extends Construct implements ICacheSeed {
  /**
   * Imports a seed that another program creates in the namespace of the chart.
   *
   * @param scope a chart in the namespace of the seed
   * @param id the construct's id
   * @param attributes the name, version and size of the seed
   */
  public static fromCacheSeedAttributes(scope: Construct, id: string, attributes: CacheSeedAttributes): ICacheSeed {
    const problems = new Problems();
    const version = EngineVersion._parse(attributes.version, problems, 'version');
    checkDnsLabel(problems, 'name', attributes.name);
    checkSize(problems, 'size', attributes.size);
    problems.throwIfAny([scope.node.path, id].filter(Boolean).join('/'), 'CacheSeed');
    return new ImportedSeed(scope, id, attributes, version!);
  }

  /** The engine that fills the cache. Connect builds to it with `seed.engine.connect(...)`. */
  public readonly engine: EngineStatefulSet;

  /** The CronJob that takes the snapshots. */
  public readonly cronJob: ApiObject;

  public readonly snapshotName: string;

  public readonly version: EngineVersion;

  public readonly size: Size;

  public readonly namespace?: string;

  /**
   * @param scope a chart
   * @param id the construct's id, which is the default name
   * @param props the properties; the version and the size are required
   * @throws one error that lists all problems with the properties
   */
  public constructor(scope: Construct, id: string, props: CacheSeedProps) {
    checkConstructor('CacheSeed', new.target !== CacheSeed, [scope, id, props]);
    super(scope, id);
    const {
      jobNodeSelector,
      jobPodLabels,
      jobPriorityClassName,
      jobSetsUser = true,
      jobTolerations,
      keep = 3,
      kubectlImage = 'docker.io/alpine/k8s:1.34.1',
      schedule = '0 3 * * *',
      size,
      snapshotClassName,
      snapshotTimeout = Duration.hours(2),
      storageClassName,
      timeZone = 'UTC',
      ...engineProps
    } = props;
    const { drain = DRAIN, monitoring, name = id } = engineProps;
    const problems = new Problems();
    checkDnsLabel(problems, 'name', name, {
      max: CRON_JOB_MAX - SUFFIX.length,
      why: `, because the name of the CronJob is NAME${SUFFIX}`,
    });
    checkJobProps(problems, { keep, kubectlImage, schedule, snapshotClassName, timeZone });
    checkJobPod(problems, props);
    // The job waits for the pod with the label of the release.
    checkNotOwned(problems, 'podLabels', engineProps.podLabels, ['app.kubernetes.io/version']);
    const snapshotSeconds = checkSeconds(problems, 'snapshotTimeout', snapshotTimeout, { min: 1, good: 7200 });
    if (!drain._hasLimit) {
      problems.add('drain', {
        wrong: 'must have a limit, because builds have this time to finish before a snapshot',
        allowed: 'Drain.untilIdle({ atMost: ... }) with the duration of the longest build that fills the cache',
        fix: 'remove it, or set drain: Drain.untilIdle({ atMost: Duration.hours(1) })',
      });
    }
    problems.throwIfAny(this.node.path, 'CacheSeed');

    this.engine = new EngineStatefulSet(this, 'Engine', {
      ...engineProps,
      name,
      drain,
      cache: CacheVolume.claimTemplate({ size, storageClassName }),
      monitoring: monitoring?._ofSeed(`${name}${SUFFIX}`),
      // The job sets the number of engines. Without `replicas` in the manifest, GitOps tools don't start the engine
      // during a snapshot.
      autoscaling: Autoscaling.fromExisting({ maxReplicas: 1 }),
    });
    const { namespace, version } = this.engine;
    this.namespace = namespace;
    this.version = version;
    this.size = size;
    this.snapshotName = publishedName(name, version);
    const { gracePeriodSeconds } = readState<CurrentEngine>(this.engine, 'current-engine')!.plan;
    warnIfFrequent(this.engine, schedule, gracePeriodSeconds);
    const [podName] = this.engine.podNames as [string];
    const { cacheSchema, tag } = version;
    const objects = snapshotObjects({
      name: `${name}${SUFFIX}`,
      namespace,
      seed: name,
      engine: name,
      podName,
      script: snapshotScript({
        engine: name,
        cronJob: `${name}${SUFFIX}`,
        podName,
        claimName: `cache-${podName}`,
        release: tag,
        published: this.snapshotName,
        labels: {
          [SEED_LABEL]: name,
          [RELEASE_LABEL]: tag,
          ...(cacheSchema !== undefined && { [SCHEMA_LABEL]: cacheSchema }),
        },
        snapshotClassName,
        keep,
        snapshotSeconds,
      }),
      image: kubectlImage,
      imagePullSecrets: engineProps.imagePullSecrets ?? [],
      schedule,
      timeZone,
      seconds: gracePeriodSeconds + jobSeconds(snapshotSeconds),
      nodeSelector: jobNodeSelector,
      tolerations: jobTolerations as Toleration[] | undefined,
      priorityClassName: jobPriorityClassName,
      podLabels: jobPodLabels,
      setsUser: jobSetsUser,
    });
    emit(this, 'ServiceAccount', objects.account);
    emit(this, 'Role', objects.role);
    emit(this, 'RoleBinding', objects.binding);
    this.cronJob = emit(this, 'CronJob', objects.cronJob);
  }
}

/** A seed that another program creates. */
class ImportedSeed extends Construct implements ICacheSeed {
  public readonly snapshotName: string;
  public readonly size: Size;
  public readonly namespace?: string;

  public constructor(
    scope: Construct,
    id: string,
    { name, size }: CacheSeedAttributes,
    public readonly version: EngineVersion,
  ) {
    super(scope, id);
    this.namespace = Chart.of(this).namespace;
    this.size = size;
    this.snapshotName = publishedName(name, version);
  }
}

/** The properties of a CacheSeed that only its job uses. */
type JobProps = Required<Pick<CacheSeedProps, 'keep' | 'kubectlImage' | 'schedule' | 'timeZone'>> &
  Pick<CacheSeedProps, 'snapshotClassName'>;

function checkJobProps(
  problems: Problems,
  { keep, kubectlImage, schedule, snapshotClassName, timeZone }: JobProps,
): void {
  checkCron(problems, 'schedule', schedule, '0 3 * * *');
  checkTimeZone(problems, 'timeZone', timeZone);
  checkImageReference(problems, 'kubectlImage', kubectlImage, 'docker.io/alpine/k8s:1.34.1');
  if (snapshotClassName !== undefined) {
    checkDnsSubdomain(problems, 'snapshotClassName', snapshotClassName);
  }
  if (!isCount(keep, 1)) {
    problems.add('keep', {
      wrong: 'must be a number of snapshots',
      got: keep,
      allowed: 'a whole number of at least 1',
      fix: 'remove it, or set it to 1',
    });
  }
}

/** Reports wrong settings of the job's pod. */
function checkJobPod(
  problems: Problems,
  { jobNodeSelector, jobPodLabels, jobPriorityClassName, jobTolerations }: CacheSeedProps,
): void {
  checkLabels(problems, 'jobNodeSelector', jobNodeSelector);
  checkLabels(problems, 'jobPodLabels', jobPodLabels);
  checkNotOwned(problems, 'jobPodLabels', jobPodLabels, Object.keys(jobLabels('')));
  checkTolerations(problems.at('jobTolerations'), jobTolerations as Toleration[] | undefined);
  if (jobPriorityClassName !== undefined) {
    checkDnsSubdomain(problems, 'jobPriorityClassName', jobPriorityClassName);
  }
}

/** Warns at synth about snapshots that are more frequent than a stop of the engine can take. */
function warnIfFrequent(engine: EngineStatefulSet, schedule: string, gracePeriodSeconds: number): void {
  const interval = shortestInterval(schedule);
  if (interval > gracePeriodSeconds) {
    return;
  }
  const problems = new Problems();
  problems.warn(
    EngineRisk.FREQUENT_SNAPSHOTS,
    'schedule',
    `snapshots start only ${interval} s apart, but the engine can take ${gracePeriodSeconds} s to stop, so it may be stopped most of the time`,
    'use a schedule with longer intervals, or a shorter drain',
  );
  reportAtSynth(engine, () => {
    printWarnings(engine, problems.cautions);
    return [];
  });
}

checkCalls('CacheSeed', CacheSeed);
