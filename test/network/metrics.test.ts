import { Duration } from 'cdk8s';
import { Listener, type EngineMetrics } from '../../src/index';
import { container, objects, problems, statefulSet, TOPOLOGIES } from '../engines';

const SELECTOR = { 'app.kubernetes.io/name': 'dagger-engine', 'app.kubernetes.io/instance': 'engine' };

describe.each(Object.entries(TOPOLOGIES))('%s', (_, engine) => {
  test('has no metrics by default', () => {
    expect(container(engine())).not.toHaveProperty('env');
    expect(engine().metricsService).toBeUndefined();
  });

  test('sets the address, the port and a headless Service with one property', () => {
    const measured = engine({ metrics: {} });
    expect(container(measured).env).toEqual([{ name: '_EXPERIMENTAL_DAGGER_METRICS_ADDR', value: ':9090' }]);
    expect(container(measured).ports).toEqual([{ name: 'http-metrics', containerPort: 9090 }]);
    expect(objects(measured)['Service engine-metrics']).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: 'engine-metrics',
        namespace: 'ci',
        labels: { ...SELECTOR, 'app.kubernetes.io/component': 'metrics' },
      },
      spec: {
        clusterIP: 'None',
        publishNotReadyAddresses: true,
        selector: SELECTOR,
        ports: [{ name: 'http-metrics', port: 9090, targetPort: 'http-metrics' }],
      },
    });
    expect(measured.service).toBeUndefined();
  });
});

test('renders every property', () => {
  const all: Required<EngineMetrics> = {
    port: 9100,
    cacheUpdateInterval: Duration.minutes(2),
    service: true,
  };
  const engine = statefulSet({ metrics: all });
  expect(container(engine).env).toEqual([
    { name: '_EXPERIMENTAL_DAGGER_METRICS_ADDR', value: ':9100' },
    { name: '_EXPERIMENTAL_DAGGER_METRICS_CACHE_UPDATE_INTERVAL', value: '120s' },
  ]);
  expect(container(engine).ports).toEqual([{ name: 'http-metrics', containerPort: 9100 }]);
  expect(engine.metricsService?.toJson().spec.ports).toEqual([
    { name: 'http-metrics', port: 9100, targetPort: 'http-metrics' },
  ]);
});

test('creates no Service if another object finds the pods', () => {
  const engine = statefulSet({ metrics: { service: false } });
  expect(engine.metricsService).toBeUndefined();
  expect(container(engine).ports).toEqual([{ name: 'http-metrics', containerPort: 9090 }]);
  expect(engine.workload.toJson().spec.template.metadata.annotations).not.toHaveProperty('prometheus.io/scrape');
});

test('rejects releases without metrics', () => {
  expect(problems(() => statefulSet({ version: 'v0.18.10', metrics: {} }))).toEqual([
    'metrics: is not supported by v0.18.10; allowed: v0.18.11 and later; fix: choose a release that supports it, or remove metrics',
  ]);
  expect(statefulSet({ version: 'v0.18.11', metrics: {} }).metricsService).toBeDefined();
});

test('rejects several problems at once', () => {
  expect(problems(() => statefulSet({ metrics: { port: 90.5, cacheUpdateInterval: Duration.millis(500) } }))).toEqual([
    'metrics.port: must be a TCP port; got 90.5; allowed: a whole number from 1 to 65535; fix: choose another port',
    'metrics.cacheUpdateInterval: must be a duration that Kubernetes supports; got "0.5 s"; allowed: a whole number of seconds, at least 1; fix: use a value such as Duration.seconds(1)',
  ]);
});

test('uses a custom port', () => {
  expect(problems(() => statefulSet({ metrics: { port: 1234 }, listener: Listener.insecureTcp() }))).toEqual([
    'metrics.port: the engine\'s container already has port 1234, named "tcp-engine"; got 1234; allowed: unused numbers and names; fix: choose another port',
  ]);
});
