import {
  EngineJson,
  type EngineRemoteCache,
  type EngineTelemetry,
  EnvVar,
  KeySelector,
  NetworkPeer,
  OtlpProtocol,
} from '../../src/index';
import { chart, container, objects, problems, statefulSet, warnings } from '../engines';

/** A release that exports metrics of the engine process. */
const WITH_TELEMETRY = 'v0.21.10';
/** A release that reportedly supports remote caches. */
const WITH_REMOTE_CACHE = 'v1.0.0-beta.21';

const COLLECTOR = 'http://collector.monitoring.svc:4318';
const TOKEN = KeySelector.fromSecretName('dagger-cloud', 'token');

const jsonOf = (engine: ReturnType<typeof statefulSet>): any =>
  JSON.parse(engine.configMap?.toJson().data['engine.json'] ?? '{}');

describe('telemetry', () => {
  const all: Required<EngineTelemetry> = {
    endpoint: 'https://collector.example.com:4317',
    protocol: OtlpProtocol.GRPC,
    headers: KeySelector.fromSecretName('collector', 'headers'),
    collector: NetworkPeer.namespace('monitoring'),
  };

  test('sets the variables and the key of engine.json', () => {
    const engine = statefulSet({ version: WITH_TELEMETRY, telemetry: { endpoint: COLLECTOR } });
    expect(container(engine).env).toEqual([
      { name: 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', value: `${COLLECTOR}/v1/metrics` },
      { name: 'OTEL_EXPORTER_OTLP_METRICS_PROTOCOL', value: 'http/protobuf' },
    ]);
    expect(jsonOf(engine).telemetry).toEqual({ resourceMetrics: true });
    expect(warnings(engine)).toEqual([]);
  });

  test('supports every property', () => {
    expect(container(statefulSet({ version: WITH_TELEMETRY, telemetry: all })).env).toEqual([
      { name: 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', value: 'https://collector.example.com:4317' },
      { name: 'OTEL_EXPORTER_OTLP_METRICS_PROTOCOL', value: 'grpc' },
      {
        name: 'OTEL_EXPORTER_OTLP_METRICS_HEADERS',
        valueFrom: { secretKeyRef: { name: 'collector', key: 'headers' } },
      },
    ]);
  });

  test('keeps the other keys of engine.json', () => {
    const additional = { gc: { dagqlCache: { maxEstimatedBytes: 5_000_000_000 } } };
    const engine = statefulSet({
      version: WITH_TELEMETRY,
      telemetry: all,
      engineJson: EngineJson.of({ additional }),
    });
    expect(jsonOf(engine)).toMatchObject({ ...additional, telemetry: { resourceMetrics: true } });
  });

  test('accepts a file that enables it', () => {
    const engineJson = EngineJson.raw('{"telemetry": {"resourceMetrics": true}}');
    expect(warnings(statefulSet({ version: WITH_TELEMETRY, telemetry: all, engineJson }))).toEqual([]);
  });

  test.each([EngineJson.raw('{}'), EngineJson.shipped()])(
    'rejects a file that does not enable it: %#',
    (engineJson) => {
      expect(problems(() => statefulSet({ version: WITH_TELEMETRY, telemetry: all, engineJson }))).toEqual([
        'telemetry: is not enabled in the file that engineJson sets; allowed: a file with "telemetry": {"resourceMetrics": true}, or EngineJson.of(...); fix: add it to the file, or use EngineJson.of(...)',
      ]);
    },
  );

  test('rejects a release without it', () => {
    expect(problems(() => statefulSet({ version: 'v0.21.9', telemetry: { endpoint: COLLECTOR } }))).toEqual([
      'telemetry: v0.21.9 does not send metrics; allowed: v0.21.10 and later, after v1.0.0-beta.14; fix: choose a release that supports it, or remove telemetry',
    ]);
  });

  test('warns if the first release is not known', () => {
    expect(warnings(statefulSet({ version: 'v1.0.0-beta.16', telemetry: { endpoint: COLLECTOR } }))).toEqual([
      "[test/engine] warning unconfirmed-fact: telemetry: v1.0.0-beta.16 may not support this: the fact json-telemetry-resource-metrics applies v0.21.10 and later, after v1.0.0-beta.14, and its first release isn't known; the engine doesn't start with an unknown key in engine.json",
    ]);
  });

  test.each<[what: string, telemetry: EngineTelemetry, message: string]>([
    [
      'text',
      { endpoint: 'collector:4318' },
      `telemetry.endpoint: must be an HTTP or HTTPS URL; got "collector:4318"; allowed: http://HOST:4318; fix: use a URL such as 'http://HOST:4318'`,
    ],
    [
      'a line break',
      { endpoint: 'http://collector:4318\n' },
      `telemetry.endpoint: must be an HTTP or HTTPS URL; got "http://collector:4318\\n"; allowed: http://HOST:4318; fix: use a URL such as 'http://HOST:4318'`,
    ],
    [
      'another scheme',
      { endpoint: 'grpc://collector:4317', protocol: OtlpProtocol.GRPC },
      `telemetry.endpoint: must be an HTTP or HTTPS URL; got "grpc://collector:4317"; allowed: http://HOST:4317; fix: use a URL such as 'http://HOST:4317'`,
    ],
    [
      'the path of metrics',
      { endpoint: 'http://collector:4318/otlp/v1/metrics' },
      `telemetry.endpoint: must be the base URL, because each signal has its own path; got "http://collector:4318/otlp/v1/metrics"; allowed: http://HOST:4318, or a URL with a path before /v1; fix: write 'http://collector:4318/otlp'`,
    ],
    [
      'a query',
      { endpoint: 'http://collector:4318?tenant=ci' },
      `telemetry.endpoint: must be the base URL, because each signal has its own path; got "http://collector:4318?tenant=ci"; allowed: http://HOST:4318, or a URL with a path before /v1; fix: write 'http://collector:4318'`,
    ],
    [
      'a path with gRPC',
      { endpoint: 'http://collector:4317/v1/metrics', protocol: OtlpProtocol.GRPC },
      `telemetry.endpoint: must not have a path; got "http://collector:4317/v1/metrics"; allowed: http://HOST:4317; fix: write 'http://collector:4317'`,
    ],
    [
      'credentials',
      { endpoint: 'https://user:hunter2@collector' },
      'telemetry.endpoint: contains credentials, which anyone who can read the manifest would see; allowed: a URL without a user or password; fix: keep them in a Secret',
    ],
    [
      'headers in a ConfigMap',
      { endpoint: COLLECTOR, headers: KeySelector.fromConfigMapName('collector', 'headers') },
      'telemetry.headers: must be a key of a Secret, because ConfigMaps are not protected like Secrets; got "ConfigMap collector"; allowed: a key of a Secret; fix: use KeySelector.fromSecretName(name, key)',
    ],
  ])('rejects %s', (_what, telemetry, message) => {
    expect(problems(() => statefulSet({ version: WITH_TELEMETRY, telemetry }))).toEqual([message]);
  });

  test('accepts other variables of OTLP metrics', () => {
    const env = { OTEL_EXPORTER_OTLP_METRICS_TIMEOUT: EnvVar.fromValue('5000') };
    expect(warnings(statefulSet({ version: WITH_TELEMETRY, telemetry: all, env }))).toEqual([]);
  });

  test('rejects its own variables in env', () => {
    const env = { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: EnvVar.fromValue('http://other/v1/metrics') };
    expect(problems(() => statefulSet({ version: WITH_TELEMETRY, telemetry: all, env }))).toEqual([
      'env.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: another property already sets this variable; got "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"; allowed: other variables; fix: remove one of them',
    ]);
  });

  describe('with a policy for egress', () => {
    const egressOf = (telemetry: EngineTelemetry): unknown => {
      const scope = chart();
      statefulSet({ version: WITH_TELEMETRY, telemetry, networkPolicy: { egress: {} } }, scope);
      return objects(scope)['NetworkPolicy engine'].spec.egress.slice(2);
    };

    test('allows the collector', () => {
      expect(egressOf(all)).toEqual([
        { to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }] },
      ]);
    });

    test('changes nothing without a collector, and warns about a Service in the cluster', () => {
      expect(egressOf({ endpoint: COLLECTOR })).toEqual([]);
      expect(
        warnings(
          statefulSet({
            version: WITH_TELEMETRY,
            telemetry: { endpoint: COLLECTOR },
            networkPolicy: { egress: {} },
          }),
        ),
      ).toEqual([expect.stringContaining('warning blocked-destination: telemetry.endpoint: ')]);
    });
  });
});

describe('remoteCache', () => {
  const all: Required<EngineRemoteCache> = {
    url: 'https://cache.example.com',
    token: TOKEN,
    destinations: [NetworkPeer.cidr('10.1.0.0/16'), NetworkPeer.cidr('10.2.0.0/16')],
  };

  test('sets the variables', () => {
    const engine = statefulSet({ version: WITH_REMOTE_CACHE, remoteCache: all });
    expect(container(engine).env).toEqual([
      { name: '_EXPERIMENTAL_DAGGER_REMOTE_CACHE_URL', value: 'https://cache.example.com' },
      { name: 'DAGGER_CLOUD_TOKEN', valueFrom: { secretKeyRef: { name: 'dagger-cloud', key: 'token' } } },
    ]);
    expect(warnings(engine)).toEqual([
      "[test/engine] warning unconfirmed-fact: remoteCache: v1.0.0-beta.21 may not support this: the fact json-remote-cache applies after v1.0.0-beta.14, and its first release isn't known; the engine ignores it otherwise",
    ]);
  });

  test('allows its destinations', () => {
    const scope = chart();
    statefulSet({ version: WITH_REMOTE_CACHE, remoteCache: all, networkPolicy: { egress: {} } }, scope);
    expect(objects(scope)['NetworkPolicy engine'].spec.egress.slice(2)).toEqual([
      { to: [{ ipBlock: { cidr: '10.1.0.0/16' } }, { ipBlock: { cidr: '10.2.0.0/16' } }] },
    ]);
  });

  test('rejects a release without it, and warns for one that was not read', () => {
    expect(problems(() => statefulSet({ version: 'v0.21.8', remoteCache: all }))).toEqual([
      'remoteCache: v0.21.8 does not support the remote cache; allowed: after v1.0.0-beta.14; fix: choose a release that supports it, or remove remoteCache',
    ]);
    expect(warnings(statefulSet({ version: 'v0.21.11', remoteCache: all }))).toContain(
      '[test/engine] warning unconfirmed-fact: remoteCache: v0.21.11 does not support the remote cache (allowed: after v1.0.0-beta.14); the fact json-remote-cache is confirmed up to v0.21.8, so v0.21.11 may differ; fix: check its release notes',
    );
  });

  test('rejects a second token', () => {
    const env = { DAGGER_CLOUD_TOKEN: EnvVar.fromKey(TOKEN) };
    expect(problems(() => statefulSet({ version: WITH_REMOTE_CACHE, remoteCache: all, env }))).toEqual([
      'env.DAGGER_CLOUD_TOKEN: another property already sets this variable; got "DAGGER_CLOUD_TOKEN"; allowed: other variables; fix: remove one of them',
    ]);
  });

  test.each<[what: string, remoteCache: EngineRemoteCache, message: string]>([
    [
      'text',
      { url: 'cache.example.com', token: TOKEN },
      `remoteCache.url: must be an HTTP or HTTPS URL; got "cache.example.com"; allowed: https://cache.example.com; fix: use a URL such as 'https://cache.example.com'`,
    ],
    [
      'a token in a ConfigMap',
      { url: 'https://cache.example.com', token: KeySelector.fromConfigMapName('cloud', 'token') },
      'remoteCache.token: must be a key of a Secret, because ConfigMaps are not protected like Secrets; got "ConfigMap cloud"; allowed: a key of a Secret; fix: use KeySelector.fromSecretName(name, key)',
    ],
  ])('rejects %s', (_what, remoteCache, message) => {
    expect(problems(() => statefulSet({ version: WITH_REMOTE_CACHE, remoteCache }))).toEqual([message]);
  });
});
