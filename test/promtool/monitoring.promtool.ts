import { Size } from 'cdk8s';
import {
  CacheSeed,
  CacheVolume,
  Certificates,
  ClientCertificate,
  EngineDaemonSet,
  EngineDeployment,
  EngineStatefulSet,
  Listener,
  Monitoring,
  TlsSecret,
  type Engine,
} from '../../src/index';
import { chart } from '../engines';
import { checkDashboards } from './grafana';
import { checkRules, hasGo, hasPromtool, testRules, type RuleGroup, type RuleTest } from './promtool';

if (!hasPromtool()) {
  process.stderr.write('skipped: the tests of alerts and dashboards need Go, or promtool in PROMTOOL\n');
}
const describeWithPromtool = hasPromtool() ? describe : describe.skip;
const testWithGo = hasGo() ? test : test.skip;

const common = { version: 'v0.21.9', monitoring: Monitoring.prometheusOperator() };
const resources = { requests: { cpu: '4', memory: '16Gi' } };
const pool = new EngineStatefulSet(chart(), 'pool', {
  ...common,
  replicas: 3,
  resources,
  cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200) }),
  listener: Listener.tls({ certificates: Certificates.privateCa() }),
});
pool.addClient({ name: 'runners' });
const nodes = new EngineDaemonSet(chart(), 'nodes', {
  ...common,
  resources,
  cache: CacheVolume.hostPath({ size: Size.gibibytes(500) }),
});
const single = new EngineDeployment(chart(), 'single', {
  ...common,
  resources,
  cache: CacheVolume.fromClaimName('builds'),
});
const withSecret = new EngineStatefulSet(chart(), 'pool', {
  ...common,
  resources,
  cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200) }),
  listener: Listener.tls({ certificates: Certificates.fromSecrets({ server: TlsSecret.fromSecretName('tls') }) }),
});
withSecret.addClient({
  name: 'runners',
  namespace: 'runners',
  certificate: ClientCertificate.fromSecret(TlsSecret.fromSecretName('runner-tls')),
});
const seed = new CacheSeed(chart(), 'seed', { ...common, resources, size: Size.gibibytes(100) }).engine;
const ENGINES: { readonly [title: string]: Engine } = {
  'an EngineStatefulSet': pool,
  'an EngineDaemonSet': nodes,
  'an EngineDeployment': single,
  'the engine of a CacheSeed': seed,
};

/** The metrics of real engines, v0.21.9 and v1.0.0-beta.10 (cmd/engine/metrics.go). */
const ENGINE_METRICS = [
  'dagger_connected_clients',
  'dagger_dagql_cache_entries',
  'dagger_dagql_cache_metadata_estimated_bytes',
  'dagger_local_cache_corrupt_db_reset',
  'dagger_local_cache_entries',
  'dagger_local_cache_total_disk_size_bytes',
];

const groupsOf = (engine: Engine): RuleGroup[] => engine.prometheusRule!.toJson().spec.groups;

/** Returns the dashboard of an engine. */
function dashboardOf(engine: Engine): any {
  const [text] = Object.values(engine.dashboard!.toJson().data as { [file: string]: string });
  return JSON.parse(text!);
}

/** Returns the queries in the dashboard, or in its panels with a title, with values for its Grafana variables. */
function queriesOf(engine: Engine, panel?: string): string[] {
  return dashboardOf(engine)
    .panels.filter(({ title }: any) => panel === undefined || title === panel)
    .flatMap(({ targets = [] }: any) => targets.map(({ expr }: any) => expr))
    .map((expr: string) => expr.replaceAll('$pod', '.+').replaceAll('$__rate_interval', '5m'));
}

/** Returns the name of an engine's series, with the labels that the PodMonitor adds. */
const scraped = (metric: string, pod: string, { name = 'pool', ip = '10.0.0.1', node = 'n1' } = {}): string =>
  `${metric}{job="ci/${name}",namespace="ci",pod="${pod}",container="dagger-engine",instance="${ip}:9090",node="${node}"}`;
const inPod = (metric: string, labels = ''): string =>
  `${metric}{namespace="ci",pod="pool-0",container="dagger-engine"${labels}}`;
const claim = (metric: string): string =>
  `kubelet_volume_stats_${metric}{namespace="ci",persistentvolumeclaim="cache-pool-0"}`;
const certificate = (labels: string, name = 'pool-tls'): string =>
  `certmanager_certificate_expiration_timestamp_seconds{name="${name}",${labels}}`;
const secret = (name: string, key = 'tls.crt', namespace = 'ci'): string =>
  `x509_cert_not_after{secret_namespace="${namespace}",secret_name="${name}",secret_key="${key}"}`;

interface Case {
  readonly title: string;
  readonly series: { readonly [series: string]: string };
  /** The firing alerts with their `pod` and `node` labels, keyed by the time in minutes. */
  readonly fires: { readonly [minutes: number]: ReadonlyArray<readonly [alert: string, labels?: string]> };
  readonly name?: 'nodes' | 'seed' | 'single' | 'withSecret';
}

/** Returns the name of a series about a snapshot job, from one of two instances of kube-state-metrics. */
const job = (metric: string, name: string, labels = '', instance = 'a'): string =>
  `kube_job_${metric}{instance="${instance}",namespace="ci",job_name="${name}"${labels}}`;
const FAILED = ',condition="true"';
const SUCCESS = 'kube_cronjob_status_last_successful_time{namespace="ci",cronjob="seed-snapshot"}';

const POD = 'pod="pool-0"';
const SCRAPED = `${POD},node="n1"`;
const UP = { [scraped('up', 'pool-0')]: '1x800' };

const CASES: readonly Case[] = [
  {
    title: 'an engine that cannot be scraped',
    series: { [scraped('up', 'pool-0')]: '1x5 0x30' },
    fires: { 9: [], 20: [['DaggerEngineDown', SCRAPED]] },
  },
  { title: 'no engine at all', series: {}, fires: { 9: [], 15: [['DaggerEngineDown']] } },
  {
    title: 'a short outage',
    series: { [scraped('up', 'pool-0')]: '1x5 0x2 1x30' },
    fires: { 8: [], 20: [] },
  },
  {
    title: 'too few ready engines',
    series: {
      ...UP,
      'kube_statefulset_status_replicas_ready{namespace="ci",statefulset="pool"}': '2x60',
      'kube_statefulset_replicas{namespace="ci",statefulset="pool"}': '3x60',
    },
    fires: { 15: [], 25: [['DaggerEngineNotReady']] },
  },
  {
    title: 'too few ready engines, with two instances of kube-state-metrics',
    series: {
      ...UP,
      'kube_statefulset_status_replicas_ready{instance="a",namespace="ci",statefulset="pool"}': '2x60',
      'kube_statefulset_status_replicas_ready{instance="b",namespace="ci",statefulset="pool"}': '2x60',
      'kube_statefulset_replicas{instance="a",namespace="ci",statefulset="pool"}': '3x60',
      'kube_statefulset_replicas{instance="b",namespace="ci",statefulset="pool"}': '3x60',
    },
    fires: { 15: [], 25: [['DaggerEngineNotReady']] },
  },
  {
    title: 'enough ready engines, and too few of another workload',
    series: {
      ...UP,
      'kube_statefulset_status_replicas_ready{namespace="ci",statefulset="pool"}': '3x60',
      'kube_statefulset_replicas{namespace="ci",statefulset="pool"}': '3x60',
      'kube_statefulset_status_replicas_ready{namespace="ci",statefulset="pool-2"}': '0x60',
      'kube_statefulset_replicas{namespace="ci",statefulset="pool-2"}': '1x60',
    },
    fires: { 50: [] },
  },
  {
    title: 'a lost cache, in a pod with a new address',
    series: {
      ...UP,
      [scraped('dagger_local_cache_entries', 'pool-0')]: '1000x60',
      [scraped('process_start_time_seconds', 'pool-0')]: '0x60',
      [scraped('dagger_local_cache_entries', 'pool-0', { ip: '10.0.0.2' })]: '_x60 5x60',
      [scraped('process_start_time_seconds', 'pool-0', { ip: '10.0.0.2' })]: '_x60 3660x60',
    },
    // The series of the old address becomes stale after five minutes.
    fires: { 60: [], 70: [['DaggerEngineCacheLost', POD]], 100: [] },
  },
  {
    title: 'a lost cache of an engine that was stopped for ten hours',
    series: {
      ...UP,
      [scraped('dagger_local_cache_entries', 'pool-0')]: '1000x60 _x600 5x60',
      [scraped('process_start_time_seconds', 'pool-0')]: '0x60 _x600 39660x60',
    },
    fires: { 60: [], 670: [['DaggerEngineCacheLost', POD]], 700: [] },
  },
  {
    title: 'a cache that is kept while the engine is stopped for ten hours',
    series: {
      ...UP,
      [scraped('dagger_local_cache_entries', 'pool-0')]: '1000x60 _x600 900x60',
      [scraped('process_start_time_seconds', 'pool-0')]: '0x60 _x600 39660x60',
    },
    fires: { 670: [] },
  },
  {
    title: 'a cache that is kept across a restart',
    series: {
      ...UP,
      [scraped('dagger_local_cache_entries', 'pool-0')]: '1000x60 900x60',
      [scraped('process_start_time_seconds', 'pool-0')]: '0x60 3660x60',
    },
    fires: { 62: [], 75: [] },
  },
  {
    title: 'a cache that is pruned without a restart, and a small cache that is lost',
    series: {
      ...UP,
      [scraped('dagger_local_cache_entries', 'pool-0')]: '1000x60 5x60',
      [scraped('process_start_time_seconds', 'pool-0')]: '0x120',
      [scraped('dagger_local_cache_entries', 'pool-1')]: '50x60 0x60',
      [scraped('process_start_time_seconds', 'pool-1')]: '0x60 3660x60',
    },
    fires: { 70: [] },
  },
  {
    title: 'a corrupt database',
    series: {
      ...UP,
      [scraped('dagger_local_cache_corrupt_db_reset', 'pool-0')]: '0x60 1x60',
      [scraped('process_start_time_seconds', 'pool-0')]: '0x60 3660x60',
    },
    fires: { 50: [], 70: [['DaggerEngineCacheLost', POD]], 100: [] },
  },
  {
    title: 'an engine that runs out of memory',
    series: {
      ...UP,
      [inPod('kube_pod_container_status_last_terminated_exitcode')]: '_x10 137x80',
      [inPod('kube_pod_container_status_last_terminated_reason', ',reason="OOMKilled"')]: '_x10 1x80',
      [inPod('kube_pod_container_status_restarts_total')]: '0x10 1x80',
    },
    fires: { 9: [], 15: [['DaggerEngineKilled', POD]], 60: [] },
  },
  {
    title: 'an engine that exits cleanly',
    series: {
      ...UP,
      [inPod('kube_pod_container_status_last_terminated_exitcode')]: '_x10 0x80',
      [inPod('kube_pod_container_status_last_terminated_reason', ',reason="Completed"')]: '_x10 1x80',
      [inPod('kube_pod_container_status_restarts_total')]: '0x10 1x80',
    },
    fires: { 15: [] },
  },
  {
    title: 'a nearly full volume',
    series: { ...UP, [claim('available_bytes')]: '10000000000x40' },
    fires: { 10: [], 20: [['DaggerEngineVolumeFull']] },
  },
  {
    title: 'a volume with few free inodes',
    series: {
      ...UP,
      [claim('available_bytes')]: '90000000000x40',
      [claim('inodes_free')]: '4x40',
      [claim('inodes')]: '100x40',
    },
    fires: { 20: [['DaggerEngineVolumeFull']] },
  },
  {
    title: 'a volume at the limit of garbage collection, and a full volume of something else',
    series: {
      ...UP,
      [claim('available_bytes')]: '30000000000x40',
      [claim('inodes_free')]: '50x40',
      [claim('inodes')]: '100x40',
      'kubelet_volume_stats_available_bytes{namespace="ci",persistentvolumeclaim="data-pool-0"}': '0x40',
    },
    fires: { 30: [] },
  },
  {
    title: 'a cache above the limit of garbage collection',
    series: { ...UP, [scraped('dagger_local_cache_total_disk_size_bytes', 'pool-0')]: '180000000000x60' },
    fires: { 25: [], 40: [['DaggerEngineGcBehind', SCRAPED]] },
  },
  {
    title: 'a cache slightly above the limit',
    series: { ...UP, [scraped('dagger_local_cache_total_disk_size_bytes', 'pool-0')]: '165000000000x60' },
    fires: { 50: [] },
  },
  {
    title: 'an engine with more sessions than its limit',
    series: { ...UP, [scraped('dagger_connected_clients', 'pool-0')]: '9x40' },
    fires: { 10: [], 20: [['DaggerEngineBusy', SCRAPED]] },
  },
  {
    title: 'an engine with as many sessions as its limit, and a short peak',
    series: { ...UP, [scraped('dagger_connected_clients', 'pool-0')]: '8x10 20x10 8x20' },
    fires: { 19: [], 35: [] },
  },
  {
    title: 'a pod that is still stopping after its drain',
    // The pod was deleted after ten minutes, and its grace period ends ten minutes later.
    series: { ...UP, 'kube_pod_deletion_timestamp{namespace="ci",pod="pool-0"}': '_x10 1200x10' },
    fires: { 16: [], 17: [['DaggerEngineDrainStuck', POD]] },
  },
  {
    title: 'a pod that uses all of its drain, and then stops slowly',
    // The drain takes three minutes. The cut, the save and the exit take 135 s.
    series: { ...UP, 'kube_pod_deletion_timestamp{namespace="ci",pod="pool-0"}': '_x10 1200x5 stale' },
    fires: Object.fromEntries([10, 11, 12, 13, 14, 15, 16, 17, 18].map((minute) => [minute, []])),
  },
  {
    title: 'a pod of another workload that is stopping',
    series: { ...UP, 'kube_pod_deletion_timestamp{namespace="ci",pod="pool-2-0"}': '_x10 1200x10' },
    fires: { 18: [] },
  },
  {
    title: 'a certificate that is not renewed, with the namespace in exported_namespace',
    series: { ...UP, [certificate('namespace="cert-manager",exported_namespace="ci"')]: '1000000x60' },
    fires: { 10: [], 20: [['DaggerEngineCertificateExpires']] },
  },
  {
    title: 'a certificate that is not renewed, with honored labels',
    series: { ...UP, [certificate('namespace="ci"')]: '1000000x60' },
    fires: { 20: [['DaggerEngineCertificateExpires']] },
  },
  {
    title: 'a certificate in a Secret that is not replaced, and the CA in the same Secret',
    name: 'withSecret',
    series: { ...UP, [secret('tls')]: '1000000x60', [secret('tls', 'ca.crt')]: '2000000x60' },
    fires: { 10: [], 20: [['DaggerEngineCertificateExpires']] },
  },
  {
    title: 'a CA in a Secret that is not replaced',
    name: 'withSecret',
    series: { ...UP, [secret('tls')]: '2000000x60', [secret('tls', 'ca.crt')]: '1000000x60' },
    fires: { 10: [], 20: [['DaggerEngineCaExpires']] },
  },
  {
    title: "a client's certificate in a Secret that is not replaced, and one of another namespace",
    name: 'withSecret',
    series: {
      ...UP,
      [secret('runner-tls', 'tls.crt', 'runners')]: '1000000x60',
      [secret('runner-tls', 'tls.crt', 'other')]: '1000000x60',
    },
    fires: { 10: [], 20: [['DaggerEngineClientCertificateExpires']] },
  },
  {
    title: "a client's certificate that is not renewed, and one of another engine",
    series: {
      ...UP,
      [certificate('namespace="cert-manager",exported_namespace="ci"', 'pool-client-runners')]: '1000000x60',
      [certificate('namespace="cert-manager",exported_namespace="ci"', 'pool-2-client-runners')]: '1000000x60',
    },
    fires: { 10: [], 20: [['DaggerEngineClientCertificateExpires']] },
  },
  {
    title: 'a private CA that is not renewed',
    series: { ...UP, [certificate('namespace="ci"', 'pool-ca')]: '50000000x60' },
    fires: { 10: [], 20: [['DaggerEngineCaExpires']] },
  },
  {
    title: 'a private CA and clients with enough time',
    series: {
      ...UP,
      [certificate('namespace="ci"', 'pool-ca')]: '60000000x60',
      [certificate('namespace="ci"', 'pool-client-runners')]: '2000000x60',
    },
    fires: { 30: [] },
  },
  {
    title: 'a certificate with enough time, and one of another namespace',
    series: {
      ...UP,
      [certificate('namespace="cert-manager",exported_namespace="ci"')]: '2000000x60',
      [certificate('namespace="cert-manager",exported_namespace="other"')]: '1000x60',
    },
    fires: { 30: [] },
  },
  {
    title: 'a cache that is lost on a node, in a pod with a new name',
    name: 'nodes',
    series: {
      [scraped('up', 'nodes-abcde', { name: 'nodes' })]: '1x200',
      [scraped('dagger_local_cache_entries', 'nodes-abcde', { name: 'nodes' })]: '1000x60',
      [scraped('process_start_time_seconds', 'nodes-abcde', { name: 'nodes' })]: '0x60',
      [scraped('dagger_local_cache_entries', 'nodes-fghij', { name: 'nodes' })]: '_x60 5x60',
      [scraped('process_start_time_seconds', 'nodes-fghij', { name: 'nodes' })]: '_x60 3660x60',
    },
    fires: { 70: [['DaggerEngineCacheLost', 'node="n1"']] },
  },
  {
    title: 'a cache on a claim that the next pod finds empty',
    name: 'single',
    series: {
      [scraped('up', 'single-7d9f-abcde', { name: 'single' })]: '1x200',
      [scraped('dagger_local_cache_entries', 'single-7d9f-abcde', { name: 'single' })]: '1000x60',
      [scraped('process_start_time_seconds', 'single-7d9f-abcde', { name: 'single' })]: '0x60',
      [scraped('dagger_local_cache_entries', 'single-7d9f-fghij', { name: 'single', ip: '10.0.0.2' })]: '_x60 5x60',
      [scraped('process_start_time_seconds', 'single-7d9f-fghij', { name: 'single', ip: '10.0.0.2' })]: '_x60 3660x60',
    },
    fires: { 70: [['DaggerEngineCacheLost']] },
  },
  {
    title: 'a snapshot job that failed before the first success',
    name: 'seed',
    series: {
      [job('status_start_time', 'seed-snapshot-29000000')]: '_x5 300x30',
      [job('failed', 'seed-snapshot-29000000', FAILED)]: '_x10 1x30',
    },
    fires: { 8: [], 11: [['DaggerEngineSeedFailed']] },
  },
  {
    title: 'a snapshot job that failed after a success, with two instances of kube-state-metrics',
    name: 'seed',
    series: Object.fromEntries(
      ['a', 'b'].flatMap((instance) => [
        [job('status_start_time', 'seed-snapshot-29000000', '', instance), '60x60'],
        [job('status_start_time', 'seed-snapshot-29001440', '', instance), '_x20 1200x40'],
        [job('failed', 'seed-snapshot-29001440', FAILED, instance), '_x30 1x30'],
        [SUCCESS.replace('{', `{instance="${instance}",`), '_x5 240x60'],
      ]),
    ),
    fires: { 29: [], 31: [['DaggerEngineSeedFailed']] },
  },
  {
    title: 'a snapshot job that failed before the newest success',
    name: 'seed',
    series: {
      [job('status_start_time', 'seed-snapshot-29000000')]: '60x60',
      [job('failed', 'seed-snapshot-29000000', FAILED)]: '_x5 1x60',
      [job('status_start_time', 'seed-snapshot-29001440')]: '_x20 1200x40',
      [SUCCESS]: '_x25 1500x40',
    },
    fires: { 20: [['DaggerEngineSeedFailed']], 26: [] },
  },
  {
    title: 'failed jobs of others, and a snapshot job without a failure',
    name: 'seed',
    series: {
      [job('status_start_time', 'seed-snapshot-29000000')]: '60x60',
      [job('failed', 'seed-snapshot-29000000', ',condition="false"')]: '1x60',
      [job('status_start_time', 'seed-29000000')]: '60x60',
      [job('failed', 'seed-29000000', FAILED)]: '1x60',
      'kube_job_status_start_time{namespace="other",job_name="seed-snapshot-29000000"}': '60x60',
      'kube_job_failed{namespace="other",job_name="seed-snapshot-29000000",condition="true"}': '1x60',
    },
    fires: { 20: [] },
  },
];

function ruleTest({ fires, series, title }: Case): RuleTest {
  return {
    name: title,
    interval: '1m',
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    promql_expr_test: Object.entries(fires).map(([minutes, alerts]) => ({
      expr: 'count by (alertname, pod, node) (ALERTS{alertstate="firing"})',
      eval_time: `${minutes}m`,
      exp_samples: alerts.map(([alert, labels]) => ({
        labels: `{alertname="${alert}"${labels === undefined ? '' : `,${labels}`}}`,
        value: 1,
      })),
    })),
  };
}

describeWithPromtool.each(Object.entries(ENGINES))('the monitoring of %s', (_, engine) => {
  test('has valid alerts', () => {
    expect(checkRules(groupsOf(engine))).toBeUndefined();
  });

  test('has a dashboard with valid queries', () => {
    const rules = queriesOf(engine).map((expr, index) => ({ record: `query:${index}`, expr }));
    expect(rules.length).toBeGreaterThan(15);
    expect(checkRules([{ name: 'dashboard', rules }])).toBeUndefined();
  });

  testWithGo("has a dashboard that matches Grafana's schema", () => {
    expect(checkDashboards([dashboardOf(engine)])).toEqual(['']);
  });

  test('uses only metrics that engines have', () => {
    const text = JSON.stringify(groupsOf(engine)) + queriesOf(engine).join('\n');
    const used = new Set(text.match(/\bdagger_\w+/g));
    expect([...used].sort()).toEqual(ENGINE_METRICS);
  });
});

describeWithPromtool('the row of a pool', () => {
  const both = (metric: string, values: readonly [string, string], labels = ''): { [series: string]: string } =>
    Object.fromEntries(
      ['pool-0', 'pool-1'].map((pod, index) => [
        `${metric}{namespace="ci",pod="${pod}",container="dagger-engine"${labels}}`,
        values[index]!,
      ]),
    );
  const twice = (
    metric: string,
    values: readonly [string, string],
    resource: string,
  ): { [series: string]: string } => ({
    ...both(metric, values, `,instance="a",resource="${resource}"`),
    ...both(metric, values, `,instance="b",resource="${resource}"`),
  });

  test.each<[string, { readonly [series: string]: string }, number]>([
    [
      'Cache entries',
      {
        [scraped('dagger_local_cache_entries', 'pool-0')]: '1000x10',
        [scraped('dagger_local_cache_entries', 'pool-1', { ip: '10.0.0.2' })]: '500x10',
      },
      1500,
    ],
    [
      // Three and one of eight cores.
      'CPU of requests',
      {
        ...both('container_cpu_usage_seconds_total', ['0+180x10', '0+60x10']),
        ...twice('kube_pod_container_resource_requests', ['4x10', '4x10'], 'cpu'),
        'container_cpu_usage_seconds_total{namespace="ci",pod="other-0",container="dagger-engine"}': '0+60x10',
      },
      0.5,
    ],
    [
      'Memory of requests',
      {
        ...both('container_memory_working_set_bytes', ['12000x10', '4000x10']),
        ...twice('kube_pod_container_resource_requests', ['16000x10', '16000x10'], 'memory'),
        ...twice('kube_pod_container_resource_requests', ['4x10', '4x10'], 'cpu'),
      },
      0.5,
    ],
  ])('adds up the engines: %s', (title, series, value) => {
    const [expr] = queriesOf(pool, title);
    const input_series = Object.entries(series).map(([name, values]) => ({ series: name, values }));
    const promql_expr_test = [{ expr: expr!, eval_time: '10m', exp_samples: [{ labels: '{}', value }] }];
    expect(testRules([], [{ name: title, interval: '1m', input_series, promql_expr_test }])).toBeUndefined();
  });
});

describeWithPromtool("the check of Grafana's schema", () => {
  testWithGo.each<[string, (dashboard: any) => void, string]>([
    ['an unknown field', (dashboard) => (dashboard.panel = []), "unexpected field 'panel'"],
    ['a wrong type', (dashboard) => (dashboard.panels[1].gridPos.w = 'wide'), 'panels[1].gridPos.w'],
    ['an unknown option of a panel', (dashboard) => (dashboard.panels[1].options.colour = 'none'), 'colour'],
    ['an unknown field of a query', (dashboard) => (dashboard.panels[1].targets[0].expression = 'up'), 'expression'],
    ['a missing field', (dashboard) => delete dashboard.schemaVersion, 'schemaVersion: required field is missing'],
  ])('reports %s', (_, change, text) => {
    const dashboard = dashboardOf(pool);
    change(dashboard);
    expect(checkDashboards([dashboard])).toEqual([expect.stringContaining(text)]);
  });
});

describeWithPromtool('alerts about', () => {
  test.each(CASES)('$title', (one) => {
    const engine = { pool, nodes, seed, single, withSecret }[one.name ?? 'pool']!;
    expect(testRules(groupsOf(engine), [ruleTest(one)])).toBeUndefined();
  });

  test('every alert has a case in which it fires', () => {
    const firing = new Set(CASES.flatMap(({ fires }) => Object.values(fires).flat()).map(([alert]) => alert));
    expect([...firing].sort()).toEqual(
      [pool, seed]
        .flatMap(groupsOf)
        .flatMap(({ rules }) => rules.map((rule: any) => rule.alert))
        .filter((alert, index, all) => all.indexOf(alert) === index)
        .sort(),
    );
  });
});
