import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, Size } from 'cdk8s';
import { NetworkPolicyIpBlock } from 'cdk8s-plus-28';
import {
  AlertSeverity,
  Autoscaling,
  CacheVolume,
  Certificates,
  ClaimRetention,
  ClientCertificate,
  DiskSpace,
  Drain,
  EngineAlerts,
  EngineDashboard,
  EngineJson,
  EngineRisk,
  KeySelector,
  Listener,
  Monitoring,
  NetworkPeer,
  TlsSecret,
  TlsTermination,
  type Engine,
  type EngineAlertsOptions,
  type PrometheusOperatorOptions,
} from '../../src/index';
import { ALERT_NAMES, type AlertId } from '../../src/operations/monitoring/alert-options';
import {
  accept,
  chart,
  container,
  daemonSet,
  deployment,
  objects,
  podTemplate,
  problems,
  statefulSet,
  TOPOLOGIES,
} from '../engines';

const monitored = (options: PrometheusOperatorOptions = {}) => ({ monitoring: Monitoring.prometheusOperator(options) });
const rulesOf = (engine: Engine): any[] => engine.prometheusRule!.toJson().spec.groups[0].rules;
const changed = (options: EngineAlertsOptions) => monitored({ alerts: EngineAlerts.prometheusRule(options) });
const alert = (engine: Engine, id: AlertId): any => rulesOf(engine).find((rule) => rule.alert === ALERT_NAMES[id]);

describe.each(Object.entries(TOPOLOGIES))('%s', (_, engine) => {
  test('opens the metrics, and has a PodMonitor for its pods', () => {
    const made = engine(monitored());
    expect(container(made).env).toEqual([{ name: '_EXPERIMENTAL_DAGGER_METRICS_ADDR', value: ':9090' }]);
    expect(made.metricsService).toBeUndefined();
    expect(made.podMonitor!.toJson()).toEqual({
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PodMonitor',
      metadata: { name: 'engine', namespace: 'ci', labels: made.labels },
      spec: {
        selector: { matchLabels: made.podSelector },
        podMetricsEndpoints: [
          {
            port: 'http-metrics',
            relabelings: [
              { action: 'replace', sourceLabels: ['__meta_kubernetes_pod_node_name'], targetLabel: 'node' },
            ],
          },
        ],
      },
    });
  });

  test('has only annotations for a Prometheus without the operator', () => {
    const made = engine({ monitoring: Monitoring.annotations() });
    expect(podTemplate(made).metadata.annotations).toMatchObject({
      'prometheus.io/scrape': 'true',
      'prometheus.io/port': '9090',
    });
    expect([made.podMonitor, made.prometheusRule, made.dashboard, made.metricsService]).toEqual(
      Array(4).fill(undefined),
    );
  });
});

test('uses the endpoint of metrics', () => {
  const engine = statefulSet({ metrics: { port: 9100 }, monitoring: Monitoring.annotations() });
  expect(podTemplate(engine).metadata.annotations).toMatchObject({ 'prometheus.io/port': '9100' });
  expect(engine.metricsService).toBeDefined();
});

test('scrapes the TLS sidecar, and admits the scraper to both ports', () => {
  const engine = statefulSet({
    listener: Listener.tls({
      certificates: Certificates.privateCa(),
      termination: TlsTermination.sidecar({ statusPort: 9444 }),
    }),
    ...monitored({ scraper: NetworkPeer.namespace('monitoring'), scrapeInterval: Duration.seconds(90) }),
  });
  engine.allowMetricsFrom(NetworkPeer.pods({ labels: { app: 'debug' } }));
  expect(engine.podMonitor!.toJson().spec.podMetricsEndpoints).toMatchObject([
    { port: 'http-metrics', interval: '90s' },
    {
      port: 'https-status',
      path: '/_metrics/prometheus',
      scheme: 'https',
      interval: '90s',
      tlsConfig: { insecureSkipVerify: true },
    },
  ]);
  expect(objects(engine)['NetworkPolicy engine'].spec.ingress).toEqual([
    {
      from: [
        { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } },
        { podSelector: { matchLabels: { app: 'debug' } } },
      ],
      ports: [
        { protocol: 'TCP', port: 9090 },
        { protocol: 'TCP', port: 9444 },
      ],
    },
  ]);
});

test('admits the scraper of annotations only to the metrics', () => {
  const engine = statefulSet({
    listener: Listener.tls({ certificates: Certificates.privateCa() }),
    monitoring: Monitoring.annotations({ scraper: NetworkPeer.namespace('monitoring') }),
  });
  expect(objects(engine)['NetworkPolicy engine'].spec.ingress[0].ports).toEqual([{ protocol: 'TCP', port: 9090 }]);
});

test('writes the objects to the namespace of Prometheus', () => {
  const engine = statefulSet(monitored({ namespace: 'monitoring', labels: { release: 'prometheus' } }));
  const metadata = { name: 'ci-engine', namespace: 'monitoring', labels: { ...engine.labels, release: 'prometheus' } };
  expect(engine.podMonitor!.toJson()).toMatchObject({ metadata, spec: { namespaceSelector: { matchNames: ['ci'] } } });
  expect(engine.prometheusRule!.toJson().metadata).toEqual(metadata);
  expect(engine.dashboard!.toJson().metadata).toEqual({
    name: 'ci-engine-dashboard',
    namespace: 'monitoring',
    labels: { ...engine.labels, grafana_dashboard: '1' },
  });
  expect(alert(engine, 'busy').expr).toContain('job="monitoring/ci-engine"');
  expect(alert(engine, 'busy').labels.namespace).toBe('ci');
});

test('leaves out rules and dashboard on request', () => {
  const engine = statefulSet(monitored({ alerts: EngineAlerts.none(), dashboard: EngineDashboard.none() }));
  expect([engine.prometheusRule, engine.dashboard]).toEqual([undefined, undefined]);
});

describe('alerts', () => {
  test('have a severity, texts and a runbook', () => {
    for (const rule of rulesOf(statefulSet(changed({ labels: { team: 'ci' } })))) {
      expect(rule.labels).toEqual({ severity: expect.any(String), namespace: 'ci', team: 'ci' });
      expect(rule.annotations).toEqual({
        summary: expect.stringMatching(/^[A-Z].*\.$/),
        description: expect.stringMatching(/^[A-Z].*\.$/),
        runbook_url: `https://github.com/cdk8s-dagger/cdk8s-dagger/blob/main/docs/reference/runbooks.md#${rule.alert.toLowerCase()}`,
      });
    }
  });

  test('all have a runbook', () => {
    const page = readFileSync(join(__dirname, '../../docs/reference/runbooks.md'), 'utf8');
    expect([...page.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual(Object.values(ALERT_NAMES));
  });

  test('derive thresholds from the sizes of the volume and garbage collection', () => {
    const engine = statefulSet({ resources: { requests: { cpu: '3500m' } }, ...monitored() });
    // The volume has 200 GiB. The cache may use 75 percent of it, and leaves 15 percent free.
    expect(alert(engine, 'gcBehind').expr).toMatch(/ > 177167400960$/);
    expect(alert(engine, 'volumeFull').expr).toContain(' < 16106127360\n');
    expect(alert(engine, 'busy').expr).toMatch(/ > 7$/);
    // The grace period is 600 s, and the drain takes up to 180 s of it.
    expect(alert(engine, 'drainStuck').expr).toMatch(/ < 210$/);
    expect(alert(engine, 'notReady').for).toBe('20m');
  });

  test('give a drain its full time', () => {
    const drain = Drain.untilIdle({ atMost: Duration.hours(1) });
    // The grace period is 3975 s, so the engine has 375 s after the drain of 3600 s.
    expect(alert(statefulSet({ drain, ...monitored() }), 'drainStuck').expr).toMatch(/ < 187$/);
  });

  test.each([
    ['its own limits', { gc: { maxUsedSpace: DiskSpace.percent(50) } }, Math.floor(100 * 2 ** 30 * 1.1)],
    ['generated policies', { gc: { keepCacheVolumes: Duration.days(7) } }, 177167400960],
    [
      'its own policies',
      { gc: { policies: [{ all: true, maxUsedSpace: DiskSpace.size(Size.gibibytes(10)) }] } },
      11811160064,
    ],
  ])('use %s of garbage collection', (_, json, bytes) => {
    const engine = statefulSet({ engineJson: EngineJson.of(json), ...monitored() });
    expect(alert(engine, 'gcBehind').expr).toMatch(new RegExp(` > ${bytes}$`));
  });

  test.each([
    ['garbage collection is disabled', statefulSet, { engineJson: EngineJson.of({ gc: { enabled: false } }) }],
    [
      'the last policy has filters',
      statefulSet,
      {
        engineJson: EngineJson.of({
          gc: { policies: [{ filters: ['type==regular'], maxUsedSpace: DiskSpace.size(Size.gibibytes(1)) }] },
        }),
      },
    ],
    ['the size of the disk is unknown', daemonSet, {}],
  ])('about garbage collection are left out if %s', (_, engine, props) => {
    const made = engine({ acceptRisks: [], ...props, ...monitored() });
    expect(alert(made, 'gcBehind')).toBeUndefined();
  });

  test('find the pods of workloads with long names', () => {
    const pods = (engine: Engine): string => /pod=~"([^"]+)"/.exec(alert(engine, 'drainStuck').expr)![1]!;
    const name = 'e'.repeat(57);
    expect(pods(daemonSet({ name, ...monitored() }))).toBe(`${name}-[a-z0-9]{5}`);
    // Kubernetes cuts the first part of the name after 58 characters.
    expect(pods(daemonSet({ name: `${name}ee`, ...monitored() }))).toBe(`${name}e[a-z0-9]{5}`);
    expect(pods(deployment({ name, ...monitored() }))).toBe(`${'e'.repeat(46)}.*`);
  });

  test('about volumes exist only for claims', () => {
    const selector = (engine: Engine): string | undefined =>
      /persistentvolumeclaim=~"([^"]+)"/.exec(alert(engine, 'volumeFull')?.expr ?? '')?.[1];
    expect(selector(daemonSet(monitored()))).toBeUndefined();
    expect(selector(statefulSet(monitored()))).toBe('cache-engine-[0-9]+');
    expect(selector(deployment(monitored()))).toBe('engine-[a-z0-9]+-[a-z0-9]{5}-cache');
    expect(selector(deployment({ cache: CacheVolume.fromClaimName('builds.v1'), ...monitored() }))).toBe('builds[.]v1');
  });

  test('use a share of a volume of unknown size', () => {
    const engine = deployment({ cache: CacheVolume.fromClaimName('builds'), ...monitored() });
    expect(alert(engine, 'volumeFull').expr).toContain(
      'kubelet_volume_stats_capacity_bytes{namespace="ci",persistentvolumeclaim=~"builds"} < 0.05',
    );
  });

  test('about a lost cache follow the cache, not the pod', () => {
    const by = (engine: Engine): string => /max by \(([^)]+)\)/.exec(alert(engine, 'cacheLost').expr)![1];
    const claim = CacheVolume.fromClaimName('builds');
    expect(by(statefulSet(monitored()))).toBe('namespace, pod');
    expect(by(daemonSet({ cache: CacheVolume.hostPath(), ...monitored() }))).toBe('namespace, node');
    expect(by(deployment({ cache: claim, ...monitored() }))).toBe('namespace, job');
    expect(by(deployment(monitored()))).toBe('namespace, pod, instance');
    expect(by(statefulSet({ cache: CacheVolume.emptyDir(), ...monitored() }))).toBe('namespace, pod, instance');
    const size = Size.gibibytes(200);
    const deleted = CacheVolume.claimTemplate({ size, whenScaled: ClaimRetention.DELETE });
    expect(by(statefulSet({ cache: deleted, ...monitored() }))).toBe('namespace, pod, instance');
  });

  test('leave out metrics that the release lacks', () => {
    const reset = (version: string): boolean =>
      alert(statefulSet({ version, ...monitored() }), 'cacheLost').expr.includes('corrupt_db_reset');
    expect([reset('v0.19.4'), reset('v0.19.5')]).toEqual([false, true]);
  });

  test('expect no engine if there may be none', () => {
    const autoscaling = (minReplicas: number) => Autoscaling.fromExisting({ minReplicas, maxReplicas: 3 });
    const absent = (engine: Engine): boolean => alert(engine, 'down').expr.includes('absent(');
    expect(absent(statefulSet(monitored()))).toBe(true);
    expect(
      absent(
        statefulSet({
          autoscaling: autoscaling(1),
          drain: Drain.untilIdle({ atMost: Duration.minutes(10) }),
          ...monitored(),
        }),
      ),
    ).toBe(true);
    expect(
      absent(
        statefulSet({
          autoscaling: autoscaling(0),
          drain: Drain.untilIdle({ atMost: Duration.minutes(10) }),
          ...monitored(),
        }),
      ),
    ).toBe(false);
    expect(absent(daemonSet(monitored()))).toBe(false);
  });

  test('about stopping depend on the drain', () => {
    const left = (drain: Drain, seconds: number): string | undefined =>
      alert(
        statefulSet({
          drain,
          terminationGracePeriod: Duration.seconds(seconds),
          acceptRisks: [],
          version: 'v0.21.8',
          ...monitored(),
        }),
        'drainStuck',
      )?.expr.split(' < ')[1];
    const halfAnHour = Drain.untilIdle({ atMost: Duration.minutes(30) });
    expect(left(Drain.none(), 3600)).toBe('720');
    expect(left(halfAnHour, 3600)).toBe('900');
    // A healthy engine can need 135 s after the drain.
    expect(left(halfAnHour, 1800 + 200)).toBe('65');
    expect(left(halfAnHour, 1800 + 150)).toBe('15');
    expect(left(halfAnHour, 1800 + 149)).toBeUndefined();
  });

  test('about certificates use the time of their renewal', () => {
    const expr = (options: Parameters<typeof Certificates.privateCa>[0]): string | undefined =>
      alert(
        statefulSet({ listener: Listener.tls({ certificates: Certificates.privateCa(options) }), ...monitored() }),
        'certificateExpires',
      ).expr;
    expect(expr({})).toMatch(/ < 1296000$/);
    expect(expr({ duration: Duration.days(6) })).toMatch(/ < 86400$/);
    expect(expr({ renewBefore: Duration.minutes(90) })).toMatch(/ < 2700$/);
    const certificates = Certificates.fromSecrets({ server: TlsSecret.fromSecretName('tls') });
    const existing = statefulSet({ listener: Listener.tls({ certificates }), ...monitored() });
    expect(alert(existing, 'certificateExpires')).toMatchObject({
      expr: 'x509_cert_not_after{secret_namespace="ci",secret_name="tls",secret_key="tls.crt"} - time() < 1209600',
      annotations: {
        description:
          "The Secret {{ $labels.secret_name }} still has the old certificate, which expires in {{ $value | humanizeDuration }}. Then clients can't connect.",
      },
    });
    expect(alert(statefulSet(monitored()), 'certificateExpires')).toBeUndefined();
  });

  test('about client certificates include the clients that are added later', () => {
    const engine = statefulSet({ listener: Listener.tls({ certificates: Certificates.privateCa() }), ...monitored() });
    expect(alert(engine, 'clientCertificateExpires')).toBeUndefined();
    engine.addClient({ name: 'laptops' });
    engine.issueClient('runners', { secretName: 'ci.runners' });
    engine.issueClient('runners', { secretName: 'ci.runners' });
    engine.issueClient('nightly', { duration: Duration.days(6) });
    const metric = 'certmanager_certificate_expiration_timestamp_seconds';
    expect(alert(engine, 'clientCertificateExpires')).toMatchObject({
      expr: [
        `${metric}{name=~"ci[.]runners|engine-client-laptops",namespace="ci"} - time() < 1296000`,
        `${metric}{name=~"ci[.]runners|engine-client-laptops",exported_namespace="ci"} - time() < 1296000`,
        `${metric}{name="engine-client-nightly",namespace="ci"} - time() < 86400`,
        `${metric}{name="engine-client-nightly",exported_namespace="ci"} - time() < 86400`,
      ].join('\nor\n'),
      for: '15m',
      labels: { severity: 'critical' },
      annotations: {
        summary: 'The certificate of a client of the Dagger Engine engine expires soon.',
        description:
          "cert-manager has not renewed the certificate {{ $labels.name }}, which expires in {{ $value | humanizeDuration }}. Then this client can't connect.",
      },
    });
  });

  test('about client certificates include those in existing Secrets', () => {
    const engine = statefulSet({
      listener: Listener.tls({
        certificates: Certificates.issuedBy({ name: 'ci', kind: 'ClusterIssuer' }),
        allowedClients: ['laptops', 'runners'],
      }),
      ...monitored(),
    });
    const existing = (name: string, namespace?: string) =>
      ClientCertificate.fromSecret(TlsSecret.fromSecretName(name, { certificate: 'cert.pem' }), namespace);
    engine.addClient({ name: 'laptops' });
    engine.addClient({ name: 'runners', namespace: 'runners', certificate: existing('runner-tls') });
    engine.addClient({ name: 'builders', namespace: 'builders', certificate: existing('builder-tls', 'builders') });
    const { annotations, expr } = alert(engine, 'clientCertificateExpires');
    expect(expr.split('\nor\n').slice(2)).toEqual([
      'x509_cert_not_after{secret_namespace="builders",secret_name="builder-tls",secret_key="cert.pem"} - time() < 1209600',
      'x509_cert_not_after{secret_namespace="runners",secret_name="runner-tls",secret_key="cert.pem"} - time() < 1209600',
    ]);
    expect(annotations.description).toBe(
      "{{ if $labels.secret_name }}The Secret {{ $labels.secret_name }} still has the old certificate{{ else }}cert-manager has not renewed the certificate {{ $labels.name }}{{ end }}, which expires in {{ $value | humanizeDuration }}. Then this client can't connect.",
    );
  });

  test('about client certificates need mutual TLS', () => {
    const certificates = Certificates.privateCa();
    const engine = statefulSet({ listener: Listener.tls({ certificates, mutual: false }), ...monitored() });
    engine.addClient();
    expect(alert(engine, 'clientCertificateExpires')).toBeUndefined();
  });

  test('about the CA depend on its owner', () => {
    const ca = (certificates: Certificates): any =>
      alert(statefulSet({ listener: Listener.tls({ certificates }), ...monitored() }), 'caExpires');
    // A third of ten years before its expiry, cert-manager renews the CA.
    const metric = 'certmanager_certificate_expiration_timestamp_seconds{name="engine-ca"';
    expect(ca(Certificates.privateCa())).toMatchObject({
      expr: `${metric},namespace="ci"} - time() < 52560000\nor\n${metric},exported_namespace="ci"} - time() < 52560000`,
      labels: { severity: 'warning' },
      annotations: { summary: 'The CA of the Dagger Engine engine expires soon.' },
    });
    expect(ca(Certificates.privateCa({ ca: { renewBefore: Duration.days(100) } })).expr).toMatch(/ < 4320000$/);
    expect(ca(Certificates.issuedBy({ name: 'ci' }))).toBeUndefined();
    const server = TlsSecret.fromSecretName('tls');
    const inSecret = (name: string): string =>
      `x509_cert_not_after{secret_namespace="ci",secret_name="${name}",secret_key="ca.crt"} - time() < 1209600`;
    expect(ca(Certificates.fromSecrets({ server })).expr).toBe(inSecret('tls'));
    expect(
      ca(Certificates.fromSecrets({ server, clientCa: KeySelector.fromSecretName('clients', 'ca.crt') })).expr,
    ).toBe(`${inSecret('tls')}\nor\n${inSecret('clients')}`);
    const clientCa = KeySelector.fromConfigMapName('clients', 'ca.crt');
    expect(ca(Certificates.fromSecrets({ server, publicCa: true, clientCa }))).toBeUndefined();
  });

  test('can be changed and disabled', () => {
    const engine = statefulSet(
      changed({
        runbookUrl: 'https://wiki.example.com/dagger',
        busy: { sessions: 20, pending: Duration.hours(2), severity: AlertSeverity.CRITICAL },
        killed: { enabled: false },
        down: { pending: Duration.seconds(0) },
      }),
    );
    expect(alert(engine, 'busy')).toMatchObject({
      expr: 'dagger_connected_clients{job="ci/engine",container="dagger-engine"} > 20',
      for: '2h',
      labels: { severity: 'critical' },
      annotations: { runbook_url: 'https://wiki.example.com/dagger#daggerenginebusy' },
    });
    expect(alert(engine, 'killed')).toBeUndefined();
    expect(alert(engine, 'down')).not.toHaveProperty('for');
  });

  test('can have other limits', () => {
    const listener = Listener.tls({ certificates: Certificates.privateCa() });
    const engine = statefulSet({
      listener,
      ...changed({
        volumeFull: { freeSpace: Size.gibibytes(2) },
        gcBehind: { cacheSize: Size.gibibytes(190) },
        drainStuck: { remaining: Duration.minutes(2) },
        certificateExpires: { remaining: Duration.days(7) },
        clientCertificateExpires: { remaining: Duration.days(6), severity: AlertSeverity.WARNING },
        caExpires: { remaining: Duration.days(365), pending: Duration.hours(1) },
      }),
    });
    engine.issueClient('runners');
    expect(alert(engine, 'volumeFull').expr).toContain(' < 2147483648\n');
    expect(alert(engine, 'gcBehind').expr).toMatch(/ > 204010946560$/);
    expect(alert(engine, 'drainStuck').expr).toMatch(/ < 120$/);
    expect(alert(engine, 'certificateExpires').expr).toMatch(/ < 604800$/);
    expect(alert(engine, 'clientCertificateExpires')).toMatchObject({
      expr: expect.stringMatching(/ < 518400$/),
      labels: { severity: 'warning' },
    });
    expect(alert(engine, 'caExpires')).toMatchObject({ expr: expect.stringMatching(/ < 31536000$/), for: '1h' });
  });

  test('can have a limit if the library knows none', () => {
    const engine = daemonSet(changed({ gcBehind: { cacheSize: Size.gibibytes(1) } }));
    expect(alert(engine, 'gcBehind').expr).toMatch(/ > 1073741824$/);
    const short = statefulSet({
      terminationGracePeriod: Duration.seconds(255),
      acceptRisks: [],
      ...changed({ drainStuck: { remaining: Duration.seconds(30) } }),
    });
    expect(alert(short, 'drainStuck').expr).toMatch(/ < 30$/);
  });
});

describe('the dashboard', () => {
  const dashboard = (props: Parameters<typeof statefulSet>[0]): any => {
    const [[file, text]] = Object.entries(statefulSet(props).dashboard!.toJson().data);
    expect(file).toBe('dagger-engine-ci-engine.json');
    return JSON.parse(text as string);
  };
  const titles = (props: Parameters<typeof statefulSet>[0]): string[] =>
    dashboard(props).panels.map(({ title }: { title: string }) => title);

  test('shows pools, engines, pods and TLS sidecars', () => {
    expect(
      titles({
        version: 'v0.21.9',
        listener: Listener.tls({ certificates: Certificates.privateCa() }),
        ...monitored(),
      }),
    ).toEqual([
      'Pool',
      'Engines up',
      'Sessions',
      'Caches',
      'Cache entries',
      'Restarts',
      'Lost caches',
      'CPU of requests',
      'Memory of requests',
      'Engines',
      'Sessions',
      'Cache size',
      'Free space of volumes',
      'Cache entries',
      'DagQL cache entries',
      'DagQL cache in memory',
      'Cache resets',
      'Pods',
      'CPU',
      'Memory',
      'Starts',
      'Network',
      'TLS sidecars',
      'Open connections',
      'New connections',
      'Rejected connections',
    ]);
  });

  test('leaves out metrics that the release lacks', () => {
    expect(titles({ version: 'v0.18.11', ...monitored() }).filter((title) => /DagQL|resets/.test(title))).toEqual([]);
  });

  test('has panels that do not overlap', () => {
    const cells = dashboard(monitored()).panels.flatMap(({ gridPos: { h, w, x, y } }: any) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });

  test('has the labels and annotations of the program', () => {
    const { metadata } = statefulSet(
      monitored({
        dashboard: EngineDashboard.configMap({
          labels: { dashboards: 'ci' },
          annotations: { grafana_folder: 'CI' },
        }),
      }),
    ).dashboard!.toJson();
    expect(metadata).toMatchObject({ labels: { dashboards: 'ci' }, annotations: { grafana_folder: 'CI' } });
    expect(metadata.labels).not.toHaveProperty('grafana_dashboard');
  });
});

test('the library does not admit the scraper without a network policy', () => {
  const acceptRisks = [accept(EngineRisk.NO_NETWORK_POLICY)];
  expect(
    problems(() =>
      statefulSet({
        acceptRisks,
        networkPolicy: { enabled: false },
        ...monitored({ scraper: NetworkPeer.namespace('m') }),
      }),
    ),
  ).toEqual([
    'monitoring.scraper: the engine has no network policy, so it already accepts all clients; allowed: an engine with a network policy; fix: remove networkPolicy: { enabled: false }',
  ]);
});

test('reports an invalid scraper by its property', () => {
  expect(
    problems(() => statefulSet({ monitoring: Monitoring.annotations({ scraper: NetworkPeer.namespace('A') }) })),
  ).toEqual([expect.stringMatching(/^monitoring\.scraper\.namespace: /)]);
  const everyone = NetworkPolicyIpBlock.anyIpv4(chart(), 'all');
  expect(() => statefulSet({ monitoring: Monitoring.annotations({ scraper: everyone }) })).not.toThrow();
});

test('rejects several wrong options at once', () => {
  const options: PrometheusOperatorOptions = {
    namespace: 'Monitoring',
    labels: { 'a b': 'c' },
    scrapeInterval: Duration.millis(1500),
    alerts: EngineAlerts.prometheusRule({
      labels: { severity: 'page', namespace: 'ci', 'a-b': 'c' },
      runbookUrl: 'wiki#dagger',
      down: { enabled: false, severity: AlertSeverity.INFO },
      notReady: { pending: Duration.millis(1) },
      volumeFull: { freeSpace: Size.gibibytes(0) },
      busy: { sessions: 1.5 },
      drainStuck: { remaining: Duration.seconds(0) },
      certificateExpires: { enabled: false },
    }),
    dashboard: EngineDashboard.configMap({ labels: { 'a b': 'c' }, annotations: { 'a b': 'c' } }),
  };
  expect(problems(() => statefulSet(monitored(options)))).toMatchInlineSnapshot(`
    [
      "monitoring.namespace: must be a valid name; got "Monitoring"; allowed: lower-case letters, digits and '-', starting and ending with a letter or digit, at most 63 characters; fix: set the name to "monitoring"",
      "monitoring.labels: must be a valid key; got "a b"; allowed: an optional DNS prefix and '/', then at most 63 letters, digits, '-', '_' and '.'; fix: rename the key",
      "monitoring.scrapeInterval: must be a duration that Kubernetes supports; got "1.5 s"; allowed: a whole number of seconds, at least 1; fix: use a value such as Duration.seconds(30)",
      "monitoring.alerts.runbookUrl: must be the URL of a page, without a fragment; got "wiki#dagger"; allowed: https://HOST/PATH; fix: remove it to use the runbooks of this library",
      "monitoring.alerts.labels.severity: the library sets this label itself; got "page"; allowed: other labels; fix: set severity on each alert",
      "monitoring.alerts.labels.namespace: the library sets this label itself; got "ci"; allowed: other labels; fix: remove it, because it is the namespace of the engine",
      "monitoring.alerts.labels["a-b"]: must be the name of a Prometheus label; got "a-b"; allowed: letters, digits and '_', without a digit or '__' at the start; fix: rename it",
      "monitoring.alerts.down: enabled: false disables the alert, so the other options have no effect; allowed: only enabled: false; fix: remove the other options, or remove enabled: false",
      "monitoring.alerts.notReady.pending: must be a duration that Kubernetes supports; got "0.001 s"; allowed: a whole number of seconds, at least 0; fix: use a value such as Duration.seconds(1200)",
      "monitoring.alerts.certificateExpires: this engine does not have the alert; allowed: down, notReady, cacheLost, killed, volumeFull, gcBehind, busy, drainStuck; fix: remove it",
      "monitoring.alerts.volumeFull.freeSpace: must be above zero; got "0 bytes"; allowed: a size such as Size.gibibytes(10); fix: remove it to use the default",
      "monitoring.alerts.busy.sessions: must be a number of sessions; got 1.5; allowed: a whole number of at least 1; fix: remove it to use the default",
      "monitoring.alerts.drainStuck.remaining: must be a duration that Kubernetes supports; got "0 s"; allowed: a whole number of seconds, at least 1; fix: use a value such as Duration.seconds(1)",
      "monitoring.dashboard.labels: must be a valid key; got "a b"; allowed: an optional DNS prefix and '/', then at most 63 letters, digits, '-', '_' and '.'; fix: rename the key",
      "monitoring.dashboard.annotations: must be a valid key; got "a b"; allowed: an optional DNS prefix and '/', then at most 63 letters, digits, '-', '_' and '.'; fix: rename the key",
    ]
  `);
});

test('requires a limit for an alert without a known one', () => {
  expect(problems(() => daemonSet(changed({ gcBehind: { pending: Duration.hours(1) } })))).toEqual([
    'monitoring.alerts.gcBehind.cacheSize: is required, because no limit of garbage collection is known for this engine; allowed: a size; fix: set it, or remove gcBehind',
  ]);
  expect(() => daemonSet(changed({ gcBehind: { enabled: false } }))).not.toThrow();
});

test('rejects the limit of another alert', () => {
  const options = { down: { sessions: 2 } } as EngineAlertsOptions;
  expect(problems(() => statefulSet(changed(options)))).toEqual([
    expect.stringMatching(/^monitoring\.alerts\.down\.sessions: /),
  ]);
});

test('requires a namespace for the Prometheus operator', () => {
  expect(problems(() => statefulSet(monitored(), chart({})))).toEqual([
    "monitoring: requires the namespace of the chart, because alerts and dashboards select metrics by it; allowed: a chart with a namespace; fix: set namespace on the chart, such as new Chart(app, 'engines', { namespace: 'ci' })",
  ]);
  expect(() => statefulSet({ monitoring: Monitoring.annotations() }, chart({}))).not.toThrow();
});

test('rejects releases without metrics', () => {
  expect(problems(() => statefulSet({ version: 'v0.18.10', ...monitored() }))).toEqual([
    'monitoring: is not supported by v0.18.10; allowed: v0.18.11 and later; fix: choose a release that supports it, or remove monitoring',
  ]);
});

test('rejects an annotation that Prometheus reads', () => {
  const podAnnotations = { 'prometheus.io/port': '1' };
  expect(problems(() => statefulSet({ monitoring: Monitoring.annotations(), podAnnotations }))).toEqual([
    'podAnnotations: the library sets this key itself; got "prometheus.io/port"; allowed: other keys; fix: remove it',
  ]);
});
