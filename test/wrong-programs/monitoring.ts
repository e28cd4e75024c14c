import { Chart, Duration, Size } from 'cdk8s';
import {
  AlertSeverity,
  EngineAlerts,
  Certificates,
  EngineStatefulSet,
  KeySelector,
  Listener,
  Monitoring,
  NetworkPeer,
  CacheVolume,
  type ClientTelemetry,
  type EngineAlertsOptions,
  type PrometheusOperatorOptions,
} from '../../src/index';
import { daemonSet, statefulSet, VERSION, type WrongProgram } from './program';

const monitored =
  (options: PrometheusOperatorOptions): WrongProgram['program'] =>
  (chart) =>
    statefulSet(chart, { monitoring: Monitoring.prometheusOperator(options) });
const alerts = (options: EngineAlertsOptions): WrongProgram['program'] =>
  monitored({ alerts: EngineAlerts.prometheusRule(options) });
const sends =
  (telemetry: ClientTelemetry): WrongProgram['program'] =>
  (chart) =>
    statefulSet(chart, { listener: Listener.insecureTcp() }).addClient({ telemetry });

const says = (problem: string, className = 'EngineStatefulSet'): string =>
  `[ci/engine] ${className} has 1 problem:\n  - ${problem}`;

export const MONITORING_PROGRAMS: readonly WrongProgram[] = [
  {
    title: 'monitoring of a release without metrics',
    program: (chart) => statefulSet(chart, { version: 'v0.18.10', monitoring: Monitoring.annotations() }),
    says: says(
      'monitoring: is not supported by v0.18.10; allowed: v0.18.11 and later; fix: choose a release that supports it, or remove monitoring',
    ),
  },
  {
    title: 'alerts of a chart without a namespace',
    program: (chart) =>
      new EngineStatefulSet(new Chart(chart, 'nowhere', { namespace: undefined }), 'engine', {
        version: VERSION,
        cache: CacheVolume.claimTemplate({ size: Size.gibibytes(100) }),
        monitoring: Monitoring.prometheusOperator(),
      }),
    says: "[ci/nowhere/engine] EngineStatefulSet has 1 problem:\n  - monitoring: requires the namespace of the chart, because alerts and dashboards select metrics by it; allowed: a chart with a namespace; fix: set namespace on the chart, such as new Chart(app, 'engines', { namespace: 'ci' })",
  },
  {
    title: 'a scraper in an invalid namespace',
    program: monitored({ scraper: NetworkPeer.namespace('Monitoring') }),
    says: says(
      'monitoring.scraper.namespace: must be a valid name; got "Monitoring"; allowed: lower-case letters, digits and \'-\', starting and ending with a letter or digit, at most 63 characters; fix: set the name to "monitoring"',
    ),
  },
  {
    title: 'a scrape interval of half a second',
    program: monitored({ scrapeInterval: Duration.millis(500) }),
    says: says(
      'monitoring.scrapeInterval: must be a duration that Kubernetes supports; got "0.5 s"; allowed: a whole number of seconds, at least 1; fix: use a value such as Duration.seconds(30)',
    ),
  },
  {
    title: 'a severity for all alerts',
    program: alerts({ labels: { severity: 'page' } }),
    says: says(
      'monitoring.alerts.labels.severity: the library sets this label itself; got "page"; allowed: other labels; fix: set severity on each alert',
    ),
  },
  {
    title: 'another namespace in the labels of alerts',
    program: alerts({ labels: { namespace: 'monitoring' } }),
    says: says(
      'monitoring.alerts.labels.namespace: the library sets this label itself; got "monitoring"; allowed: other labels; fix: remove it, because it is the namespace of the engine',
    ),
  },
  {
    title: 'a label that Prometheus rejects',
    program: alerts({ labels: { 'cost-center': '42' } }),
    says: says(
      'monitoring.alerts.labels["cost-center"]: must be the name of a Prometheus label; got "cost-center"; allowed: letters, digits and \'_\', without a digit or \'__\' at the start; fix: rename it',
    ),
  },
  {
    title: 'an alert that is disabled and changed',
    program: alerts({ busy: { enabled: false, severity: AlertSeverity.CRITICAL } }),
    says: says(
      'monitoring.alerts.busy: enabled: false disables the alert, so the other options have no effect; allowed: only enabled: false; fix: remove the other options, or remove enabled: false',
    ),
  },
  {
    title: 'an alert about free space of zero',
    program: alerts({ volumeFull: { freeSpace: Size.gibibytes(0) } }),
    says: says(
      'monitoring.alerts.volumeFull.freeSpace: must be above zero; got "0 bytes"; allowed: a size such as Size.gibibytes(10); fix: remove it to use the default',
    ),
  },
  {
    title: 'an alert about half a session',
    program: alerts({ busy: { sessions: 0.5 } }),
    says: says(
      'monitoring.alerts.busy.sessions: must be a number of sessions; got 0.5; allowed: a whole number of at least 1; fix: remove it to use the default',
    ),
  },
  {
    title: 'an alert about an expired certificate',
    program: (chart) =>
      statefulSet(chart, {
        listener: Listener.tls({ certificates: Certificates.privateCa() }),
        monitoring: Monitoring.prometheusOperator({
          alerts: EngineAlerts.prometheusRule({ certificateExpires: { remaining: Duration.seconds(0) } }),
        }),
      }),
    says: says(
      'monitoring.alerts.certificateExpires.remaining: must be a duration that Kubernetes supports; got "0 s"; allowed: a whole number of seconds, at least 1; fix: use a value such as Duration.seconds(1)',
    ),
  },
  {
    title: 'an alert about a certificate that the engine does not have',
    program: alerts({ certificateExpires: { remaining: Duration.days(7) } }),
    says: says(
      'monitoring.alerts.certificateExpires: this engine does not have the alert; allowed: down, notReady, cacheLost, killed, volumeFull, gcBehind, busy, drainStuck; fix: remove it',
    ),
  },
  {
    title: 'an alert about a cache of unknown size',
    program: (chart) =>
      daemonSet(chart, {
        monitoring: Monitoring.prometheusOperator({
          alerts: EngineAlerts.prometheusRule({ gcBehind: { pending: Duration.hours(1) } }),
        }),
      }),
    says: says(
      'monitoring.alerts.gcBehind.cacheSize: is required, because no limit of garbage collection is known for this engine; allowed: a size; fix: set it, or remove gcBehind',
      'EngineDaemonSet',
    ),
  },
  {
    title: 'an alert about the CA of an existing issuer',
    program: (chart) =>
      statefulSet(chart, {
        listener: Listener.tls({ certificates: Certificates.issuedBy({ name: 'ci' }) }),
        monitoring: Monitoring.prometheusOperator({
          alerts: EngineAlerts.prometheusRule({ caExpires: { remaining: Duration.days(90) } }),
        }),
      }),
    says: says(
      'monitoring.alerts.caExpires: this engine does not have the alert; allowed: down, notReady, cacheLost, killed, volumeFull, gcBehind, busy, drainStuck, certificateExpires, clientCertificateExpires; fix: remove it',
    ),
  },
  {
    title: 'an alert about drains in a grace period that a healthy stop can need',
    program: (chart) =>
      statefulSet(chart, {
        terminationGracePeriod: Duration.seconds(255),
        monitoring: Monitoring.prometheusOperator({
          alerts: EngineAlerts.prometheusRule({ drainStuck: { pending: Duration.minutes(1) } }),
        }),
      }),
    says: says(
      'monitoring.alerts.drainStuck.remaining: is required, because a healthy stop can need the whole grace period of this engine; allowed: a duration; fix: set it, or remove drainStuck',
    ),
  },
  {
    title: 'a page of runbooks with a fragment',
    program: alerts({ runbookUrl: 'https://wiki.example.com/dagger#alerts' }),
    says: says(
      'monitoring.alerts.runbookUrl: must be the URL of a page, without a fragment; got "https://wiki.example.com/dagger#alerts"; allowed: https://HOST/PATH; fix: remove it to use the runbooks of this library',
    ),
  },
  {
    title: 'the URL of one signal for all telemetry of a client',
    program: sends({ endpoint: 'http://collector.monitoring.svc:4318/v1/traces' }),
    says: '[ci/engine] addClient has 1 problem:\n  - telemetry.endpoint: must be the base URL, because each signal has its own path; got "http://collector.monitoring.svc:4318/v1/traces"; allowed: http://HOST:4318, or a URL with a path before /v1; fix: write \'http://collector.monitoring.svc:4318\'',
  },
  {
    title: 'the version of OTLP in the URL of all telemetry of a client',
    program: sends({ endpoint: 'http://collector.monitoring.svc:4318/v1' }),
    says: '[ci/engine] addClient has 1 problem:\n  - telemetry.endpoint: must be the base URL, because each signal has its own path; got "http://collector.monitoring.svc:4318/v1"; allowed: http://HOST:4318, or a URL with a path before /v1; fix: write \'http://collector.monitoring.svc:4318\'',
  },
  {
    title: 'telemetry headers in a ConfigMap',
    program: sends({
      endpoint: 'http://collector.monitoring.svc:4318',
      headers: KeySelector.fromConfigMapName('collector', 'headers'),
    }),
    says: '[ci/engine] addClient has 1 problem:\n  - telemetry.headers: must be a key of a Secret, because ConfigMaps are not protected like Secrets; got "ConfigMap collector"; allowed: a key of a Secret; fix: use KeySelector.fromSecretName(name, key)',
  },
];
