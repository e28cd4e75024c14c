import type { Duration, Size } from 'cdk8s';
import { bytesOf } from '../../config/gc-limits';
import { quantityValue } from '../../kubernetes/quantity';
import { ClaimRetention } from '../../storage/cache-volume-options';
import { AFTER_DRAIN_SECONDS } from '../../pod/grace-period';
import { EngineCapability } from '../../version/engine-capability';
import { SESSIONS_METRIC } from '../../network/metrics';
import type { AlertRule } from './alert-rule';
import { AlertSeverity, type EngineAlertsOptions } from './alert-options';
import { certificateAlerts } from './certificate-alerts';
import { gcLimits } from './applied-gc-limits';
import type { PlacedEngine } from './monitored-engine';
import type { Series } from './series';

const MINUTE = 60;
/** The time in seconds that a new engine has to become ready. This includes the image pull. */
const START_SECONDS = 10 * MINUTE;
/**
 * The time in seconds that an engine can need to stop after its drain. The process exits up to a minute after it saves
 * the cache.
 */
const HEALTHY_STOP_SECONDS = AFTER_DRAIN_SECONDS + MINUTE;
/** An alert is useful only if this many seconds of the grace period are left, because Prometheus needs them to notice. */
const SHORTEST_REST_SECONDS = 15;
/** The smallest cache that counts as lost, in entries. */
const FEW_ENTRIES = 100;

/** Returns the alerts that an engine can have, with the limits in the options. */
export function alertRules(engine: PlacedEngine, series: Series, options: EngineAlertsOptions): AlertRule[] {
  return [
    down(engine, series),
    notReady(engine, series),
    cacheLost(engine, series),
    killed(engine, series),
    volumeFull(engine, series, options.volumeFull?.freeSpace),
    gcBehind(engine, series, options.gcBehind?.cacheSize),
    busy(engine, series, options.busy?.sessions),
    drainStuck(engine, series, options.drainStuck?.remaining),
    ...certificateAlerts(engine, options),
    seedFailed(engine),
  ].filter((rule) => rule !== undefined);
}

function down({ minReplicas = 0, name }: PlacedEngine, series: Series): AlertRule {
  const up = series.engine('up');
  return {
    id: 'down',
    severity: AlertSeverity.CRITICAL,
    // A pod has an address, and is scraped, while it pulls its image and opens its cache.
    pendingSeconds: START_SECONDS,
    expr: minReplicas === 0 ? `${up} == 0` : `${up} == 0\nor\nabsent(${up})`,
    summary: `A Dagger Engine of ${name} is down.`,
    description:
      "Prometheus can't read the metrics of {{ if $labels.pod }}{{ $labels.pod }}{{ else }}any engine{{ end }}.",
  };
}

/** The metrics of kube-state-metrics that count the ready and the desired engines. */
const READINESS = {
  StatefulSet: ['kube_statefulset_status_replicas_ready', 'kube_statefulset_replicas'],
  DaemonSet: ['kube_daemonset_status_number_ready', 'kube_daemonset_status_desired_number_scheduled'],
  Deployment: ['kube_deployment_status_replicas_ready', 'kube_deployment_spec_replicas'],
} as const;

function notReady({ gracePeriodSeconds, kind, name }: PlacedEngine, { workload }: Series): AlertRule {
  const [ready, wanted] = READINESS[kind];
  return {
    id: 'notReady',
    severity: AlertSeverity.WARNING,
    pendingSeconds: gracePeriodSeconds + START_SECONDS,
    // Several instances of kube-state-metrics report the same workload.
    expr: [ready, wanted].map((metric) => `max by (namespace) (${workload(metric)})`).join('\n< on (namespace)\n'),
    summary: `Some Dagger Engines of ${name} are not ready.`,
    description: 'Only {{ $value }} engines are ready, for longer than an engine takes to stop and to start.',
  };
}

/**
 * Returns the alert about a lost cache. The engine measures its cache when it starts, and again five minutes later, so
 * few entries after a start mean a lost cache. The metric is 0 until the first measurement ends, so the condition must
 * hold for some time.
 */
function cacheLost(engine: PlacedEngine, series: Series): AlertRule {
  return {
    id: 'cacheLost',
    severity: AlertSeverity.WARNING,
    pendingSeconds: 2 * MINUTE,
    expr: lostCaches(engine, series),
    summary: `A Dagger Engine of ${engine.name} lost its cache.`,
    description: `${cacheOwner(engine).text} started less than 30 minutes ago with a nearly empty or reset cache. The next builds are slow.`,
  };
}

/** Returns the query for the engines that have lost their caches at their last start. */
export function lostCaches(engine: PlacedEngine, series: Series): string {
  const { labels } = cacheOwner(engine);
  const by = `max by (${labels})`;
  const entries = series.engine('dagger_local_cache_entries');
  const started = `time() - ${by} (${series.engine('process_start_time_seconds')}) < 1800`;
  const reset = series.engine('dagger_local_cache_corrupt_db_reset');
  const lost = [
    `${by} (${entries})`,
    '< 0.1 * (',
    '  (',
    `    ${by} (max_over_time(${entries}[1h] offset 30m))`,
    '    or',
    // An engine can be stopped for a weekend.
    `    ${by} (last_over_time(${entries}[3d] offset 30m))`,
    `  ) > ${FEW_ENTRIES}`,
    ')',
    ...(engine.version.supports(EngineCapability.METRIC_CORRUPT_DB_RESET) ? ['or', `${by} (${reset}) == 1`] : []),
  ];
  return `(\n${lost.map((line) => `  ${line}`).join('\n')}\n)\nand on (${labels})\n${started}`;
}

/**
 * Returns the labels that identify a cache, and the text for its engine. A cache that outlives its pod is used by the
 * next pod.
 */
function cacheOwner({ cache, kind, replicas }: PlacedEngine): { readonly labels: string; readonly text: string } {
  const pod = 'The engine {{ $labels.pod }}';
  // If scaling in deletes the claim, the next pod starts with an empty cache on purpose.
  if (cache?.persistent === true && cache.whenScaled !== ClaimRetention.DELETE) {
    if (kind === 'DaemonSet') {
      return { labels: 'namespace, node', text: 'The engine on the node {{ $labels.node }}' };
    }
    if (kind === 'StatefulSet') {
      return { labels: 'namespace, pod', text: pod };
    }
    if (replicas === 1) {
      return { labels: 'namespace, job', text: 'The engine' };
    }
  }
  // The address changes with the pod, but not when the container restarts.
  return { labels: 'namespace, pod, instance', text: pod };
}

function killed({ name }: PlacedEngine, { container }: Series): AlertRule {
  const exitCode = container('kube_pod_container_status_last_terminated_exitcode');
  const reason = container('kube_pod_container_status_last_terminated_reason', 'reason="OOMKilled"');
  const restarts = container('kube_pod_container_status_restarts_total');
  return {
    id: 'killed',
    severity: AlertSeverity.WARNING,
    pendingSeconds: 0,
    expr: [
      'max by (namespace, pod) (',
      `  ${exitCode} == 137`,
      '  or',
      `  ${reason} == 1`,
      ')',
      'and on (namespace, pod)',
      `increase(${restarts}[30m]) > 0`,
    ].join('\n'),
    summary: `A Dagger Engine of ${name} was killed.`,
    description:
      'The engine in {{ $labels.pod }} was killed, for example because it ran out of memory. Its builds failed, and it may have lost its cache.',
  };
}

function volumeFull(engine: PlacedEngine, { claims }: Series, freeSpace: Size | undefined): AlertRule | undefined {
  if (claims === undefined) {
    return undefined;
  }
  const available = claims('kubelet_volume_stats_available_bytes');
  const [free, inodes] = [claims('kubelet_volume_stats_inodes_free'), claims('kubelet_volume_stats_inodes')];
  // Garbage collection starts at `minFree`. If only half of `minFree` is left, it doesn't free enough.
  const { minFree } = gcLimits(engine);
  const limit = freeSpace === undefined ? minFree && Math.floor(minFree / 2) : bytesOf(freeSpace);
  return {
    id: 'volumeFull',
    severity: AlertSeverity.WARNING,
    pendingSeconds: 15 * MINUTE,
    expr: [
      limit === undefined
        ? `${available} / ${claims('kubelet_volume_stats_capacity_bytes')} < 0.05`
        : `${available} < ${limit}`,
      'or',
      `${free} / ${inodes} < 0.05`,
    ].join('\n'),
    summary: `A cache volume of ${engine.name} is nearly full.`,
    description: 'The volume {{ $labels.persistentvolumeclaim }} has little free space or few free inodes.',
  };
}

function gcBehind(engine: PlacedEngine, series: Series, cacheSize: Size | undefined): AlertRule {
  const { maxUsed } = gcLimits(engine);
  const size = series.engine('dagger_local_cache_total_disk_size_bytes');
  // The engine collects after sessions, so the cache may exceed the limit of garbage collection for a while.
  const limit = cacheSize === undefined ? maxUsed && Math.floor(maxUsed * 1.1) : bytesOf(cacheSize);
  return {
    id: 'gcBehind',
    severity: AlertSeverity.WARNING,
    pendingSeconds: 30 * MINUTE,
    expr: limit === undefined ? undefined : `${size} > ${limit}`,
    required: {
      option: 'cacheSize',
      why: 'no limit of garbage collection is known for this engine',
      allowed: 'a size',
    },
    summary: `The cache of a Dagger Engine of ${engine.name} is too large.`,
    description:
      'The cache of {{ $labels.pod }} has {{ $value | humanize1024 }}B, which garbage collection should have prevented.',
  };
}

function busy({ cpuRequest, name }: PlacedEngine, series: Series, sessions: number | undefined): AlertRule {
  const cores = cpuRequest === undefined ? undefined : quantityValue(cpuRequest);
  const limit = sessions ?? (cores === undefined ? 8 : Math.max(4, Math.ceil(2 * cores)));
  return {
    id: 'busy',
    severity: AlertSeverity.INFO,
    pendingSeconds: 15 * MINUTE,
    expr: `${series.engine(SESSIONS_METRIC)} > ${limit}`,
    summary: `A Dagger Engine of ${name} has been busy for a long time.`,
    description: 'The engine {{ $labels.pod }} has {{ $value }} sessions. Builds likely wait for each other.',
  };
}

/**
 * Returns the alert about an engine that doesn't stop. The deletion timestamp of a pod is the end of its grace period,
 * not its start (staging/src/k8s.io/apiserver/pkg/registry/rest/delete.go@v1.37.2).
 */
function drainStuck(
  { drainSeconds, gracePeriodSeconds, name }: PlacedEngine,
  { pods }: Series,
  remaining: Duration | undefined,
): AlertRule {
  const limit = remaining?.toSeconds({ integral: false }) ?? stuckSeconds(gracePeriodSeconds, drainSeconds);
  return {
    id: 'drainStuck',
    severity: AlertSeverity.WARNING,
    pendingSeconds: 0,
    expr: limit === undefined ? undefined : `${pods('kube_pod_deletion_timestamp')} - time() < ${limit}`,
    required: {
      option: 'remaining',
      why: 'a healthy stop can need the whole grace period of this engine',
      allowed: 'a duration',
    },
    summary: `A Dagger Engine of ${name} does not stop.`,
    description:
      'The engine in {{ $labels.pod }} should have stopped by now. Kubernetes kills it in {{ $value | humanizeDuration }}, which usually costs its cache.',
  };
}

/**
 * Returns the rest of the grace period in seconds that only a stuck engine reaches. It is undefined if a healthy engine
 * can reach it too.
 */
function stuckSeconds(gracePeriodSeconds: number, drainSeconds: number | undefined): number | undefined {
  if (drainSeconds === undefined) {
    return Math.ceil(gracePeriodSeconds / 5);
  }
  const afterDrain = gracePeriodSeconds - drainSeconds;
  const limit = Math.min(Math.floor(afterDrain / 2), afterDrain - HEALTHY_STOP_SECONDS);
  return limit < SHORTEST_REST_SECONDS ? undefined : limit;
}

/**
 * Returns the alert about a failed snapshot job. Failed jobs are kept, so the alert compares the start of the newest one
 * with the last success. `kube_job_failed` includes jobs that reached their deadline without a failed pod.
 */
function seedFailed({ name, namespace, snapshotCronJob: cronJob }: PlacedEngine): AlertRule | undefined {
  if (cronJob === undefined) {
    return undefined;
  }
  const jobs = `namespace="${namespace}",job_name=~"${cronJob}-.+"`;
  const failed = [
    'max by (namespace) (',
    `  kube_job_status_start_time{${jobs}}`,
    '  and on (namespace, job_name)',
    `  kube_job_failed{${jobs},condition="true"} == 1`,
    ')',
  ];
  const success = `max by (namespace) (kube_cronjob_status_last_successful_time{namespace="${namespace}",cronjob="${cronJob}"})`;
  return {
    id: 'seedFailed',
    severity: AlertSeverity.WARNING,
    pendingSeconds: 0,
    // Before the first success, the second metric doesn't exist.
    expr: [
      ...failed,
      'unless on (namespace) (',
      `  ${success}`,
      '  > on (namespace)',
      ...failed.map((line) => `  ${line}`),
      ')',
    ].join('\n'),
    summary: `A snapshot job of the cache seed ${name} failed.`,
    description: `The job of the CronJob ${cronJob} that started at {{ $value | humanizeTimestamp }} failed, and none has succeeded since. New engines start with an older cache, or wait for the first one.`,
  };
}
