import * as kplus from 'cdk8s-plus-28';
import {
  EngineJson,
  EngineProbe,
  EnvFrom,
  EnvVar,
  KeySelector,
  type EnvFromOptions,
  type EngineStatefulSetProps,
} from '../../src/index';
import { chart, container, problems, refusal, statefulSet, warnings } from '../engines';

const env = (given: EngineStatefulSetProps['env'], props: Partial<EngineStatefulSetProps> = {}) =>
  container(statefulSet({ env: given, ...props })).env;

describe('values', () => {
  test('supports every factory', () => {
    const secret = kplus.Secret.fromSecretName(chart(), 'secret', 'token');
    expect(
      env({
        TEXT: EnvVar.fromValue('yes'),
        EMPTY: EnvVar.fromValue(''),
        SECRET: EnvVar.fromKey(KeySelector.fromSecretName('token', 'value')),
        CONFIG: EnvVar.fromKey(KeySelector.fromConfigMapName('settings', 'value')),
        FIELD: EnvVar.fromField('status.podIP'),
        RESOURCE: EnvVar.fromResource('limits.memory'),
        SOURCE: EnvVar.fromSource({ secretKeyRef: { name: 'token', key: 'value', optional: true } }),
        DIVIDED: EnvVar.fromSource({
          resourceFieldRef: { resource: 'limits.memory', divisor: kplus.k8s.Quantity.fromString('1Mi') },
        }),
        PLUS: EnvVar.fromEnvValue(kplus.EnvValue.fromSecretValue({ secret, key: 'value' })),
        PLUS_TEXT: EnvVar.fromEnvValue(kplus.EnvValue.fromValue('text')),
      }),
    ).toEqual([
      { name: 'TEXT', value: 'yes' },
      { name: 'EMPTY', value: '' },
      { name: 'SECRET', valueFrom: { secretKeyRef: { name: 'token', key: 'value' } } },
      { name: 'CONFIG', valueFrom: { configMapKeyRef: { name: 'settings', key: 'value' } } },
      { name: 'FIELD', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
      { name: 'RESOURCE', valueFrom: { resourceFieldRef: { resource: 'limits.memory' } } },
      { name: 'SOURCE', valueFrom: { secretKeyRef: { name: 'token', key: 'value', optional: true } } },
      { name: 'DIVIDED', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
      { name: 'PLUS', valueFrom: { secretKeyRef: { name: 'token', key: 'value' } } },
      { name: 'PLUS_TEXT', value: 'text' },
    ]);
  });

  test('supports envFrom', () => {
    const scope = chart();
    const all: Required<EnvFromOptions> = { prefix: 'A_', optional: true };
    const engine = statefulSet(
      {
        envFrom: [
          EnvFrom.fromSecretName('all', all),
          EnvFrom.fromSecret(kplus.Secret.fromSecretName(scope, 'secret', 'token')),
          EnvFrom.fromConfigMapName('settings', { optional: false }),
          EnvFrom.fromConfigMap(kplus.ConfigMap.fromConfigMapName(scope, 'map', 'more'), { prefix: 'b' }),
        ],
      },
      scope,
    );
    expect(container(engine).envFrom).toEqual([
      { prefix: 'A_', secretRef: { name: 'all', optional: true } },
      { secretRef: { name: 'token' } },
      { configMapRef: { name: 'settings' } },
      { prefix: 'b', configMapRef: { name: 'more' } },
    ]);
  });

  test('is omitted without values', () => {
    const written = container(statefulSet({ env: {}, envFrom: [] }));
    expect(written).not.toHaveProperty('env');
    expect(written).not.toHaveProperty('envFrom');
  });
});

describe('rejected variables', () => {
  test.each([
    '_EXPERIMENTAL_DAGGER_RUNNER_HOST',
    'DAGGER_GO_SDK_MANIFEST_DIGEST',
    'DAGGER_PYTHON_SDK_MANIFEST_DIGEST',
    'DAGGER_TYPESCRIPT_SDK_MANIFEST_DIGEST',
  ])('%s', (name) => {
    expect(problems(() => statefulSet({ env: { [name]: EnvVar.fromValue('x') } }))).toEqual([
      `env.${name}: the image sets this variable, and the engine needs that value; allowed: variables that the image does not set; fix: remove it, or use runnerHost(...) for clients`,
    ]);
  });

  test('rejects the metrics address', () => {
    expect(
      problems(() => statefulSet({ env: { _EXPERIMENTAL_DAGGER_METRICS_ADDR: EnvVar.fromValue('0.0.0.0:9090') } })),
    ).toEqual([
      'env._EXPERIMENTAL_DAGGER_METRICS_ADDR: the property metrics sets this variable, and creates the port and the Service; allowed: variables without a property; fix: use metrics: { port: 9090 }',
    ]);
  });

  test('warns about the metrics address in a release without metrics', () => {
    expect(
      warnings(
        statefulSet({
          version: 'v0.18.10',
          env: { _EXPERIMENTAL_DAGGER_METRICS_ADDR: EnvVar.fromValue('0.0.0.0:9090') },
        }),
      ),
    ).toEqual([
      "[test/engine] warning ignored-by-engine: env._EXPERIMENTAL_DAGGER_METRICS_ADDR: v0.18.10 doesn't read this variable (supported v0.18.11 and later); fix: remove it",
    ]);
  });

  test('rejects a salt in plain text, without printing it', () => {
    const version = 'v1.0.0-beta.10';
    expect(problems(() => statefulSet({ version, env: { DAGGER_SECRET_SALT: EnvVar.fromValue('hunter2') } }))).toEqual([
      'env.DAGGER_SECRET_SALT: is a secret, which anyone who can read the manifest would see; allowed: a reference to a Secret; fix: use EnvVar.fromKey(KeySelector.fromSecretName(name, key))',
    ]);
    expect(
      env({ DAGGER_SECRET_SALT: EnvVar.fromKey(KeySelector.fromSecretName('salt', 'salt')) }, { version }),
    ).toHaveLength(1);
  });

  test('rejects a variable with no source or with two sources', () => {
    const two = { fieldRef: { fieldPath: 'status.podIP' }, secretKeyRef: { name: 'token', key: 'value' } };
    expect(problems(() => statefulSet({ env: { NONE: EnvVar.fromSource({}), TWO: EnvVar.fromSource(two) } }))).toEqual([
      'env.NONE: must have exactly one source; got []; allowed: one of secretKeyRef, configMapKeyRef, fieldRef, resourceFieldRef; fix: remove the others, or use EnvVar.fromKey(...)',
      'env.TWO: must have exactly one source; got ["fieldRef","secretKeyRef"]; allowed: one of secretKeyRef, configMapKeyRef, fieldRef, resourceFieldRef; fix: remove the others, or use EnvVar.fromKey(...)',
    ]);
  });

  test('rejects a variable that another property sets', () => {
    const proxy = { https: EnvVar.fromValue('http://proxy.example.com:3128') };
    expect(
      problems(() => statefulSet({ proxy, env: { HTTPS_PROXY: EnvVar.fromValue('http://other.example.com:3128') } })),
    ).toEqual([
      'env.HTTPS_PROXY: another property already sets this variable; got "HTTPS_PROXY"; allowed: other variables; fix: remove one of them',
    ]);
  });

  test('rejects envFrom with invalid objects', () => {
    const elsewhere = new kplus.ConfigMap(chart({ namespace: 'other' }), 'map', { metadata: { name: 'settings' } });
    expect(
      problems(() =>
        statefulSet({
          envFrom: [
            EnvFrom.fromSecretName('My_Secret'),
            EnvFrom.fromSecretName('ok', { prefix: '1-' }),
            EnvFrom.fromConfigMap(elsewhere),
          ],
        }),
      ),
    ).toEqual([
      'envFrom[0]: must be a valid object name; got "My_Secret"; allowed: lower-case letters, digits, \'-\' and \'.\', at most 253 characters; fix: set the name to "my-secret"',
      'envFrom[1].prefix: must be a valid environment variable name; got "1-"; allowed: letters, digits and \'_\', not starting with a digit; fix: rename it',
      'envFrom[2]: the ConfigMap "settings" is in another namespace, and a pod can use only objects in its own namespace; got "other"; allowed: "ci"; fix: create both in charts with the same namespace',
    ]);
  });

  test.each(['HTTPS_PROXY', 'http_proxy', 'ALL_PROXY'])('a password in %s, without printing it', (name) => {
    const refused =
      `env.${name}: looks like a URL with a password, which anyone who can read the manifest would see; allowed: secrets by reference only; ` +
      `fix: use EnvVar.fromKey(KeySelector.fromSecretName(name, key))`;
    expect(
      problems(() => statefulSet({ env: { [name]: EnvVar.fromValue('http://user:hunter2@proxy.example.com:3128') } })),
    ).toEqual([refused]);
    expect(env({ [name]: EnvVar.fromValue('http://proxy.example.com:3128/@') })).toHaveLength(1);
  });

  test('reports invalid names, keys and objects at once', () => {
    expect(
      refusal(() =>
        statefulSet({
          env: {
            '1ST': EnvVar.fromValue(''),
            'A B': EnvVar.fromValue(''),
            KEY: EnvVar.fromKey(KeySelector.fromSecretName('My_Secret', 'a/b')),
          },
        }),
      ),
    ).toEqual([
      '[test/engine] EngineStatefulSet has 4 problems:',
      'env: must be a valid environment variable name; got "1ST"; allowed: letters, digits and \'_\', not starting with a digit; fix: rename it',
      'env: must be a valid environment variable name; got "A B"; allowed: letters, digits and \'_\', not starting with a digit; fix: rename it',
      'env.KEY: must be a valid object name; got "My_Secret"; allowed: lower-case letters, digits, \'-\' and \'.\', at most 253 characters; fix: set the name to "my-secret"',
      "env.KEY: must be a valid key of a Secret; got \"a/b\"; allowed: letters, digits, '-', '_' and '.', at most 253 characters; fix: use a key of My_Secret",
    ]);
  });
});

describe('warnings about ignored variables', () => {
  const ignored = (name: string, version: string, why: string, risk = 'ignored-by-engine'): void => {
    expect(warnings(statefulSet({ version, env: { [name]: EnvVar.fromField('metadata.name') } }))).toEqual([
      `[test/engine] warning ${risk}: env.${name}: ${why}`,
    ]);
  };
  const quiet = (name: string, version: string) =>
    expect(warnings(statefulSet({ version, env: { [name]: EnvVar.fromField('metadata.name') } }))).toEqual([]);

  test.each(['_EXPERIMENTAL_DAGGER_CACHESERVICE_URL', '_EXPERIMENTAL_DAGGER_CACHESERVICE_TOKEN'])(
    'warns about %s after v0.18.14',
    (name) => {
      const why = "v0.18.15 doesn't support Magicache (supported until v0.18.14); fix: remove it";
      ignored(name, 'v0.18.15', why, 'magicache-removed');
      quiet(name, 'v0.18.14');
    },
  );

  test.each([
    '_EXPERIMENTAL_DAGGER_CACHE_CONFIG',
    '_EXPERIMENTAL_DAGGER_CACHE_IMPORT_CONFIG',
    '_EXPERIMENTAL_DAGGER_CACHE_EXPORT_CONFIG',
  ])('warns about %s after v0.20.8', (name) => {
    ignored(name, 'v0.21.0', "v0.21.0 doesn't read this variable (supported until v0.20.8); fix: remove it");
    quiet(name, 'v0.20.8');
  });

  test('warns about DAGGER_SECRET_SALT before v1.0.0-beta.10', () => {
    ignored(
      'DAGGER_SECRET_SALT',
      'v0.21.8',
      "v0.21.8 doesn't read this variable (supported v1.0.0-beta.10 and later); fix: remove it",
    );
    quiet('DAGGER_SECRET_SALT', 'v1.0.0-beta.10');
  });

  test.each(['v0.18.15', 'v0.21.7', 'v0.21.10', 'v1.0.0-beta.15'])(
    'warns about the client variable OTEL_EXPORTER_OTLP_ENDPOINT in %s',
    (version) => {
      ignored(
        'OTEL_EXPORTER_OTLP_ENDPOINT',
        version,
        "the engine doesn't read this client variable; fix: set it where the CLI runs",
      );
    },
  );

  describe.each(['OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', 'OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_METRIC_EXPORT_INTERVAL'])(
    '%s',
    (name) => {
      test('is ignored with a warning before v0.21.10', () => {
        ignored(
          name,
          'v0.21.9',
          "v0.21.9 doesn't read this client variable (supported v0.21.10 and later, after v1.0.0-beta.14); fix: set it where the CLI runs",
        );
      });

      test('is ignored with a warning if engine.json does not enable metrics', () => {
        ignored(
          name,
          'v0.21.10',
          'the engine reads this client variable only if engine.json sets telemetry.resourceMetrics; fix: set it where the CLI runs',
        );
      });

      test('is accepted if engine.json enables metrics', () => {
        const engineJson = EngineJson.of({ additional: { telemetry: { resourceMetrics: true } } });
        const engine = statefulSet({
          version: 'v0.21.10',
          engineJson,
          env: { [name]: EnvVar.fromField('metadata.name') },
        });
        expect(warnings(engine)).toEqual([]);
      });
    },
  );

  describe('DAGGER_CLOUD_TOKEN', () => {
    const token = { DAGGER_CLOUD_TOKEN: EnvVar.fromKey(KeySelector.fromSecretName('cloud', 'token')) };

    test.each(['v0.18.15', 'v0.21.10', 'v1.0.0-beta.14'])('is ignored with a warning in %s', (version) => {
      ignored(
        'DAGGER_CLOUD_TOKEN',
        version,
        `${version} doesn't read this client variable (supported until v0.18.14, after v1.0.0-beta.14); fix: set it where the CLI runs`,
      );
    });

    test('is ignored with a warning if no feature uses it', () => {
      ignored(
        'DAGGER_CLOUD_TOKEN',
        'v1.0.0-beta.15',
        'the engine reads this client variable only if engine.json sets telemetry.engineEvents or remoteCache.url; fix: set it where the CLI runs',
      );
    });

    test.each([
      ['engine events', { telemetry: { engineEvents: true } }],
      ['a remote cache', { remoteCache: { url: 'https://cache.example.com' } }],
    ])('is accepted with %s', (_title, additional) => {
      const engine = statefulSet({ version: 'v1.0.0-beta.15', engineJson: EngineJson.of({ additional }), env: token });
      expect(warnings(engine).filter((warning) => warning.includes('ignored-by-engine'))).toEqual([]);
    });

    test('is accepted with a variable that enables engine events', () => {
      const env = { ...token, _EXPERIMENTAL_DAGGER_ENGINE_EVENTS: EnvVar.fromValue('true') };
      expect(warnings(statefulSet({ version: 'v1.0.0-beta.15', env }))).toEqual([]);
    });
  });

  test.each(['_EXPERIMENTAL_DAGGER_ENGINE_EVENTS', '_EXPERIMENTAL_DAGGER_REMOTE_CACHE_URL'])(
    'warns about %s before the releases that may read it',
    (name) => {
      ignored(
        name,
        'v1.0.0-beta.14',
        "v1.0.0-beta.14 doesn't read this variable (supported after v1.0.0-beta.14); fix: remove it",
      );
      quiet(name, 'v1.0.0-beta.15');
    },
  );

  test('warns about a client variable that only the CLI of a readiness probe reads', () => {
    const engine = statefulSet({
      env: { OTEL_SERVICE_NAME: EnvVar.fromValue('ci') },
      probes: { readiness: EngineProbe.session() },
    });
    expect(warnings(engine)).toEqual([
      "[test/engine] warning ignored-by-engine: env.OTEL_SERVICE_NAME: the engine doesn't read this client variable, but the readiness probe's CLI does, and would send a trace at every run; fix: set it where the CLI runs",
    ]);
  });

  test('accepts a Dagger Cloud token up to v0.18.14, where the engine uses it', () => {
    quiet('DAGGER_CLOUD_TOKEN', 'v0.18.14');
  });
});
