import { Secret } from 'cdk8s-plus-28';
import {
  ConcourseTask,
  EngineAccess,
  KeySelector,
  Listener,
  Transport,
  WoodpeckerStep,
  type ClientTelemetry,
} from '../../src/index';
import { chart, problems, statefulSet } from '../engines';

const ENDPOINT = 'http://collector.monitoring.svc:4318';
const HEADERS = KeySelector.fromSecretName('collector', 'headers');

const envOf = (telemetry: ClientTelemetry): unknown[] =>
  statefulSet({ listener: Listener.insecureTcp() }).addClient({ telemetry }).env.slice(1);

test('sends traces, logs and metrics to the endpoints of a collector', () => {
  const all: Required<ClientTelemetry> = {
    endpoint: `${ENDPOINT}/otlp/`,
    headers: HEADERS,
    traces: true,
    logs: true,
    metrics: true,
  };
  expect(envOf(all)).toEqual([
    { name: 'OTEL_EXPORTER_OTLP_PROTOCOL', value: 'http/protobuf' },
    { name: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', value: `${ENDPOINT}/otlp/v1/traces` },
    { name: 'OTEL_EXPORTER_OTLP_LOGS_ENDPOINT', value: `${ENDPOINT}/otlp/v1/logs` },
    { name: 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', value: `${ENDPOINT}/otlp/v1/metrics` },
    { name: 'OTEL_EXPORTER_OTLP_HEADERS', valueFrom: { secretKeyRef: { name: 'collector', key: 'headers' } } },
  ]);
});

test('sends only the chosen signals', () => {
  expect(envOf({ endpoint: ENDPOINT, logs: false, metrics: false })).toEqual([
    { name: 'OTEL_EXPORTER_OTLP_PROTOCOL', value: 'http/protobuf' },
    { name: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', value: `${ENDPOINT}/v1/traces` },
  ]);
});

test('exports the variables in a shell, but not the headers', () => {
  const { env, shellExports } = statefulSet().addClient({
    transport: Transport.kubePod({ podName: '$POD' }),
    telemetry: { endpoint: ENDPOINT, headers: HEADERS, logs: false, metrics: false },
  });
  expect(env.map(({ name }) => name)).not.toContain('_EXPERIMENTAL_DAGGER_RUNNER_HOST');
  expect(shellExports.split('\n').slice(-3)).toEqual([
    "export OTEL_EXPORTER_OTLP_PROTOCOL='http/protobuf'",
    `export OTEL_EXPORTER_OTLP_TRACES_ENDPOINT='${ENDPOINT}/v1/traces'`,
    '',
  ]);
});

test('quotes the variables for a shell', () => {
  const { shellExports } = statefulSet({ listener: Listener.insecureTcp() }).addClient({
    telemetry: { endpoint: `${ENDPOINT}/it's`, logs: false, metrics: false },
  });
  expect(shellExports).toContain(`export OTEL_EXPORTER_OTLP_TRACES_ENDPOINT='${ENDPOINT}/it'\\''s/v1/traces'\n`);
});

test.each<[string, ClientTelemetry, string[]]>([
  [
    'the URL of one signal',
    { endpoint: `${ENDPOINT}/v1/traces` },
    [
      `telemetry.endpoint: must be the base URL, because each signal has its own path; got "${ENDPOINT}/v1/traces"; allowed: http://HOST:4318, or a URL with a path before /v1; fix: write '${ENDPOINT}'`,
    ],
  ],
  [
    'the version of OTLP',
    { endpoint: `${ENDPOINT}/v1` },
    [
      `telemetry.endpoint: must be the base URL, because each signal has its own path; got "${ENDPOINT}/v1"; allowed: http://HOST:4318, or a URL with a path before /v1; fix: write '${ENDPOINT}'`,
    ],
  ],
  [
    'an address without a scheme',
    { endpoint: 'collector:4318' },
    [
      `telemetry.endpoint: must be an HTTP or HTTPS URL; got "collector:4318"; allowed: http://HOST:4318; fix: use a URL such as 'http://HOST:4318'`,
    ],
  ],
  [
    'no signal',
    { endpoint: ENDPOINT, traces: false, logs: false, metrics: false },
    [
      'telemetry: has no effect, because all signals are disabled; allowed: at least one of traces, logs and metrics; fix: remove telemetry, or enable one of the signals',
    ],
  ],
  [
    'headers in a ConfigMap',
    { endpoint: ENDPOINT, headers: KeySelector.fromConfigMapName('collector', 'headers') },
    [
      'telemetry.headers: must be a key of a Secret, because ConfigMaps are not protected like Secrets; got "ConfigMap collector"; allowed: a key of a Secret; fix: use KeySelector.fromSecretName(name, key)',
    ],
  ],
])('rejects %s', (_, telemetry, says) => {
  expect(problems(() => envOf(telemetry))).toEqual(says);
});

test('rejects headers in the Secret of another namespace', () => {
  const secret = new Secret(chart({ namespace: 'monitoring' }), 'collector');
  const telemetry = { endpoint: ENDPOINT, headers: KeySelector.fromSecret(secret, 'headers') };
  expect(problems(() => envOf(telemetry))).toEqual([expect.stringMatching(/^telemetry\.headers: /)]);
});

test.each([
  [
    'Concourse task',
    (engine: EngineAccess) => new ConcourseTask({ engine, imageRepository: 'example.com/ci', script: 'dagger call' }),
  ],
  [
    'Woodpecker step',
    (engine: EngineAccess) =>
      new WoodpeckerStep({ engine, name: 'build', image: 'example.com/ci', commands: ['true'] }),
  ],
])('a %s has the variables, but rejects headers', (system, job) => {
  const access = (headers?: KeySelector): EngineAccess =>
    EngineAccess.fromConnection(
      statefulSet({ listener: Listener.insecureTcp() }).addClient({ telemetry: { endpoint: ENDPOINT, headers } }),
    );
  expect(job(access()).toYaml()).toContain(`OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: ${ENDPOINT}/v1/logs`);
  expect(problems(() => job(access(HEADERS)))).toEqual([
    `engine: a ${system} can't read the Secret with the headers of its telemetry; got "a connection with telemetry.headers"; allowed: telemetry without headers; fix: remove headers, and set OTEL_EXPORTER_OTLP_HEADERS from a secret of the CI system`,
  ]);
});
