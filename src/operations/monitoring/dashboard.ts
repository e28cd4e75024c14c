import { createHash } from 'node:crypto';
import { bytesOf } from '../../config/gc-limits';
import { SESSIONS_METRIC } from '../../network/metrics';
import { EngineCapability } from '../../version/engine-capability';
import { dashboardJson, type Panel } from './dashboard-json';
import { lostCaches } from './alert-rules';
import { gcLimits } from './applied-gc-limits';
import type { PlacedEngine } from './monitored-engine';
import { seriesOf, type Series } from './series';

/** The label that the sidecar of Grafana's charts uses to find dashboards. */
const DASHBOARD_LABELS = { grafana_dashboard: '1' };

/** Options for the ConfigMap with a dashboard. */
export interface DashboardConfigMapOptions {
  /**
   * The labels that Grafana's sidecar uses to find the ConfigMap.
   *
   * @default - `grafana_dashboard: "1"`
   */
  readonly labels?: { [key: string]: string };

  /**
   * Annotations of the ConfigMap, for example `grafana_folder`.
   *
   * @default - none
   */
  readonly annotations?: { [key: string]: string };
}

/** The ConfigMap with a dashboard. */
export interface DashboardConfigMap {
  readonly apiVersion: 'v1';
  readonly kind: 'ConfigMap';
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels: { readonly [key: string]: string };
    readonly annotations?: { readonly [key: string]: string };
  };
  readonly data: { readonly [file: string]: string };
}

/**
 * Renders the ConfigMap with the dashboard of an engine.
 *
 * @internal
 */
export function dashboardConfigMap(
  engine: PlacedEngine,
  { annotations, labels: ownLabels = DASHBOARD_LABELS }: DashboardConfigMapOptions,
): DashboardConfigMap {
  const { labels, monitor, name, namespace } = engine;
  const series = seriesOf(engine, '$pod');
  const dashboard = dashboardJson({
    uid: `dagger-${createHash('sha256').update(`${namespace}/${name}`).digest('hex').slice(0, 12)}`,
    title: `Dagger Engine ${namespace}/${name}`,
    // All pods, including those that no longer exist.
    pods: seriesOf(engine).engine(SESSIONS_METRIC),
    rows: [
      { title: 'Pool', panels: poolPanels(engine, seriesOf(engine)) },
      { title: 'Engines', panels: enginePanels(engine, series) },
      { title: 'Pods', panels: podPanels(series) },
      ...(engine.listener?.tls?.sidecar === undefined ? [] : [{ title: 'TLS sidecars', panels: tlsPanels(series) }]),
    ],
  });
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: `${monitor.name}-dashboard`,
      ...(monitor.namespace !== namespace && { namespace: monitor.namespace }),
      labels: { ...labels, ...ownLabels },
      ...(annotations && { annotations: { ...annotations } }),
    },
    // The sidecar writes the files of all ConfigMaps into one directory.
    data: { [`dagger-engine-${namespace}-${name}.json`]: `${JSON.stringify(dashboard, null, 2)}\n` },
  };
}

function poolPanels(engine: PlacedEngine, series: Series): Panel[] {
  return [
    {
      type: 'stat',
      title: 'Engines up',
      description: 'The engines whose metrics Prometheus can read.',
      queries: [{ expr: `sum(${series.engine('up')})` }],
    },
    {
      type: 'stat',
      title: 'Sessions',
      description: 'The sessions of all engines, including those of probes that open a session.',
      queries: [{ expr: `sum(${series.engine(SESSIONS_METRIC)})` }],
    },
    {
      type: 'stat',
      title: 'Caches',
      description: 'The size of all caches.',
      unit: 'bytes',
      queries: [{ expr: `sum(${series.engine('dagger_local_cache_total_disk_size_bytes')})` }],
    },
    {
      type: 'stat',
      title: 'Cache entries',
      description: 'The entries of all caches.',
      queries: [{ expr: `sum(${series.engine('dagger_local_cache_entries')})` }],
    },
    {
      type: 'stat',
      title: 'Restarts',
      description: 'The restarts of engine containers in 24 hours. A new pod is not a restart.',
      queries: [{ expr: `sum(increase(${series.container('kube_pod_container_status_restarts_total')}[24h]))` }],
    },
    {
      type: 'stat',
      title: 'Lost caches',
      description: 'The engines that started in the last 30 minutes and lost their cache.',
      queries: [{ expr: `count(\n${lostCaches(engine, series)}\n) or vector(0)` }],
    },
    {
      type: 'stat',
      title: 'CPU of requests',
      description: 'The CPU cores that all engines and their builds use, as a share of the requested cores.',
      unit: 'percentunit',
      queries: [{ expr: ofRequests(`rate(${cpuUsage(series)}[$__rate_interval])`, 'cpu', series) }],
    },
    {
      type: 'stat',
      title: 'Memory of requests',
      description: 'The memory that all engines and their builds use, as a share of the requested memory.',
      unit: 'percentunit',
      queries: [{ expr: ofRequests(memoryUsage(series), 'memory', series) }],
    },
  ];
}

function cpuUsage({ container }: Series): string {
  return container('container_cpu_usage_seconds_total');
}

function memoryUsage({ container }: Series): string {
  return container('container_memory_working_set_bytes');
}

/** Returns the requests or limits of each pod. Several instances of kube-state-metrics report the same container. */
function resourcesOf(pods: Series, kind: 'limits' | 'requests', resource: 'cpu' | 'memory'): string {
  return `max by (pod) (${pods.container(`kube_pod_container_resource_${kind}`, `resource="${resource}"`)})`;
}

/** Returns the share of the requests of all pods that is used. */
function ofRequests(used: string, resource: 'cpu' | 'memory', pods: Series): string {
  return `sum(${used}) / sum(${resourcesOf(pods, 'requests', resource)})`;
}

function enginePanels(engine: PlacedEngine, series: Series): Panel[] {
  const { cache, version } = engine;
  const { maxUsed, minFree } = gcLimits(engine);
  const { claims } = series;
  const limit = maxUsed === undefined ? [] : [{ expr: `vector(${maxUsed})`, legend: 'GC limit' }];
  const volume = cache?.size === undefined ? [] : [{ expr: `vector(${bytesOf(cache.size)})`, legend: 'volume' }];
  return [
    {
      title: 'Sessions',
      description: 'The sessions of each engine, including those of probes that open a session.',
      queries: [{ expr: series.engine(SESSIONS_METRIC), legend: '{{pod}}' }],
    },
    {
      title: 'Cache size',
      description: 'The size of each cache, which the engine measures every five minutes by default.',
      unit: 'bytes',
      queries: [
        { expr: series.engine('dagger_local_cache_total_disk_size_bytes'), legend: '{{pod}}' },
        ...limit,
        ...volume,
      ],
    },
    ...(claims === undefined
      ? []
      : [
          {
            title: 'Free space of volumes',
            description: 'The free space of each cache volume. Garbage collection should keep the wanted space free.',
            unit: 'bytes',
            queries: [
              { expr: claims('kubelet_volume_stats_available_bytes'), legend: '{{persistentvolumeclaim}}' },
              ...(minFree === undefined ? [] : [{ expr: `vector(${minFree})`, legend: 'wanted free space' }]),
            ],
          },
        ]),
    {
      title: 'Cache entries',
      description: 'The entries of each cache. A drop to zero at a restart is a lost cache.',
      queries: [{ expr: series.engine('dagger_local_cache_entries'), legend: '{{pod}}' }],
    },
    ...(version.supports(EngineCapability.METRIC_DAGQL_CACHE_ENTRIES)
      ? [
          {
            title: 'DagQL cache entries',
            description: 'The entries of the index of results.',
            queries: [{ expr: series.engine('dagger_dagql_cache_entries'), legend: '{{pod}}' }],
          },
        ]
      : []),
    ...(version.supports(EngineCapability.METRIC_DAGQL_CACHE_METADATA)
      ? [
          {
            title: 'DagQL cache in memory',
            description: 'The estimated size of the results in memory.',
            unit: 'bytes',
            queries: [{ expr: series.engine('dagger_dagql_cache_metadata_estimated_bytes'), legend: '{{pod}}' }],
          },
        ]
      : []),
    ...(version.supports(EngineCapability.METRIC_CORRUPT_DB_RESET)
      ? [
          {
            title: 'Cache resets',
            description: '1 for an engine that found a corrupt database at its start and deleted it.',
            queries: [{ expr: series.engine('dagger_local_cache_corrupt_db_reset'), legend: '{{pod}}' }],
          },
        ]
      : []),
  ];
}

function podPanels(series: Series): Panel[] {
  const { container, engine, pods } = series;
  return [
    {
      title: 'CPU',
      description: 'The CPU cores that each engine and its builds use, and the requested cores.',
      queries: [
        {
          expr: `sum by (pod) (rate(${cpuUsage(series)}[$__rate_interval]))`,
          legend: '{{pod}}',
        },
        { expr: resourcesOf(series, 'requests', 'cpu'), legend: '{{pod}} request' },
      ],
    },
    {
      title: 'Memory',
      description: 'The memory that each engine and its builds use, and the requested and allowed memory.',
      unit: 'bytes',
      queries: [
        { expr: `sum by (pod) (${memoryUsage(series)})`, legend: '{{pod}}' },
        { expr: resourcesOf(series, 'requests', 'memory'), legend: '{{pod}} request' },
        { expr: resourcesOf(series, 'limits', 'memory'), legend: '{{pod}} limit' },
      ],
    },
    {
      title: 'Starts',
      description: 'The time since each engine started, and the number of restarts of its container.',
      queries: [
        {
          expr: `time() - max by (pod) (${engine('process_start_time_seconds')})`,
          legend: '{{pod}} uptime in seconds',
        },
        { expr: `max by (pod) (${container('kube_pod_container_status_restarts_total')})`, legend: '{{pod}} restarts' },
      ],
    },
    {
      title: 'Network',
      description: 'The traffic of each pod: clients, registries and builds.',
      unit: 'Bps',
      queries: ['receive', 'transmit'].map((direction) => ({
        expr: `sum by (pod) (rate(${pods(`container_network_${direction}_bytes_total`)}[$__rate_interval]))`,
        legend: `{{pod}} ${direction}`,
      })),
    },
  ];
}

/**
 * Returns the panels for the TLS sidecar. ghostunnel's counters have the type gauge (proxy/proxy.go@v1.11.0 of
 * ghostunnel), but `rate` works with them.
 */
function tlsPanels({ tls }: Series): Panel[] {
  const accepted = (outcome: string): string => `rate(${tls(`ghostunnel_accept_${outcome}`)}[$__rate_interval])`;
  return [
    {
      title: 'Open connections',
      description: 'The connections of clients. Each session has four.',
      queries: [{ expr: tls('ghostunnel_conn_open'), legend: '{{pod}}' }],
    },
    {
      title: 'New connections',
      description: 'The connections per second that each TLS sidecar admits.',
      queries: [{ expr: accepted('success'), legend: '{{pod}}' }],
    },
    {
      title: 'Rejected connections',
      description: 'The connections per second without an admitted certificate, and those that time out.',
      queries: [
        { expr: accepted('error'), legend: '{{pod}} rejected' },
        { expr: accepted('timeout'), legend: '{{pod}} timed out' },
      ],
    },
  ];
}
