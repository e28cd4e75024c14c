import { Duration, Size } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import {
  CacheVolume,
  EngineDeploymentUpdateStrategy,
  EngineImage,
  EngineJson,
  EngineProbe,
  EngineToml,
  EngineWarning,
  EnvVar,
  HostSocket,
  LifecycleHook,
  Listener,
  PemFile,
  Warnings,
  type Engine,
  type EngineProps,
} from '../../src/index';
import { ValidationError, type Risk } from '../../src/reporting/problems';
import { container, daemonSet, deployment, pod, problems, refusal, statefulSet, warnings, workload } from '../engines';

/** Something that is refused, and what is written of it once it is accepted. */
interface Case {
  readonly property: string;
  readonly engine: (props: Pick<EngineProps, 'acceptRisks'>) => Engine;
  readonly written: (engine: Engine) => unknown;
  readonly as: unknown;
}

const tlsOf = { cert: PemFile.fromPath('/etc/tls/tls.crt'), key: PemFile.fromPath('/etc/tls/tls.key') };
const argument = (args: string[], index: number): Case => ({
  property: `args[${index}]`,
  engine: (props) => statefulSet({ args, ...props }),
  written: (engine) => container(engine).args,
  as: args,
});
const variable = (name: string, value: string): Case => ({
  property: `env.${name}`,
  engine: (props) => statefulSet({ env: { [name]: EnvVar.value(value) }, ...props }),
  written: (engine) => container(engine).env,
  as: [{ name, value }],
});
const toml = (property: string, text: string, listener?: Listener): Case => ({
  property,
  engine: (props) => statefulSet({ engineToml: EngineToml.raw(text), listener, ...props }),
  written: (engine) => engine.configMap?.toJson().data['engine.toml'],
  as: text,
});
const json = (property: string, text: string, more: object = {}): Case => ({
  property,
  engine: (props) => statefulSet({ engineJson: EngineJson.raw(text), ...more, ...props }),
  written: (engine) => engine.configMap?.toJson().data['engine.json'],
  as: text,
});
const TOKEN = `ghp_${'a1B2'.repeat(9)}`;

/** Every risk that has a name, at every place that reports it. */
const RISKS: { readonly [risk in Risk]: readonly Case[] } = {
  'ca-volume': [
    {
      property: 'volumeMounts[0]',
      engine: (props) =>
        statefulSet({
          pod: { volumes: [{ name: 'ca', configMap: { name: 'ca' } }] },
          volumeMounts: [{ name: 'ca', mountPath: '/usr/local/share/ca-certificates' }],
          ...props,
        }),
      written: (engine) => container(engine).volumeMounts.at(-1),
      as: { name: 'ca', mountPath: '/usr/local/share/ca-certificates' },
    },
  ],
  'cache-outgrows-limit': [
    {
      property: 'engineJson.gc',
      engine: (props) =>
        statefulSet({
          cache: CacheVolume.emptyDir({ sizeLimit: Size.gibibytes(50) }),
          engineJson: EngineJson.raw('{"gc": {"enabled": false}}'),
          ...props,
        }),
      written: (engine) => engine.configMap?.toJson().data['engine.json'],
      as: '{"gc": {"enabled": false}}',
    },
  ],
  'config-refused': [
    json('engineJson', '{"gc":'),
    json('engineJson', '{"logLevel": "info"}', { version: 'v0.14.0' }),
    json('engineJson.gc.maxUsedSpace', '{"gc": {"maxUsedSpace": "100Gi"}}'),
    toml('engineToml', 'trace ='),
    toml('engineToml.root', 'root = "/etc"'),
  ],
  'engine-tls': [
    toml('engineToml.grpc.tls', '[grpc.tls]\n  cert = "/tls.crt"\n  key = "/tls.key"\n'),
    {
      property: 'engineToml.grpc.tls',
      engine: (props) => statefulSet({ engineToml: EngineToml.of({ grpc: { tls: tlsOf } }), ...props }),
      written: (engine) => engine.configMap?.toJson().data['engine.toml'],
      as: expect.stringContaining('/etc/tls/tls.key'),
    },
  ],
  'grace-below-pre-stop': [
    {
      property: 'terminationGracePeriod',
      engine: (props) =>
        statefulSet({
          preStop: LifecycleHook.exec(['sleep', '60'], { maxDuration: Duration.seconds(60) }),
          terminationGracePeriod: Duration.seconds(30),
          ...props,
        }),
      written: (engine) => [pod(engine).terminationGracePeriodSeconds, container(engine).lifecycle],
      as: [30, { preStop: { exec: { command: ['sleep', '60'] } } }],
    },
  ],
  'metrics-by-variable': [variable('_EXPERIMENTAL_DAGGER_METRICS_ADDR', '0.0.0.0:9090')],
  'no-cache-volume': [
    {
      property: 'cache',
      engine: (props) => daemonSet({ cache: CacheVolume.none(), hostSocket: HostSocket.none(), ...props }),
      written: (engine) => [pod(engine).volumes, container(engine).volumeMounts],
      as: [undefined, []],
    },
    {
      property: 'cache',
      engine: (props) => statefulSet({ cache: CacheVolume.none(), ...props }),
      written: (engine) => [pod(engine).volumes, container(engine).volumeMounts],
      as: [undefined, []],
    },
  ],
  'no-network-policy': [
    {
      property: 'networkPolicy.reason',
      engine: (props) => statefulSet({ listener: Listener.insecureTcp(), networkPolicy: { enabled: false }, ...props }),
      written: (engine) => [engine.networkPolicy, workload(engine).metadata.annotations],
      as: [undefined, undefined],
    },
  ],
  'open-port-in-config': [
    toml('engineToml.grpc.address', '[grpc]\n  address = ["unix:///run/dagger/engine.sock", "tcp://0.0.0.0:2555"]\n'),
  ],
  'overridden-image-variable': [variable('_EXPERIMENTAL_DAGGER_RUNNER_HOST', 'unix:///run/other.sock')],
  'port-bound-twice': [
    toml(
      'engineToml.grpc.address',
      '[grpc]\n  address = ["unix:///run/dagger/engine.sock", "tcp://127.0.0.1:1234"]\n',
      Listener.insecureTcp(),
    ),
  ],
  'probe-cannot-work': [
    {
      property: 'probes.liveness',
      engine: (props) =>
        statefulSet({
          listener: Listener.insecureTcp(),
          probes: {
            liveness: EngineProbe.fromProbe({ httpGet: { port: k8s.IntOrString.fromString('tcp-engine'), path: '/' } }),
          },
          ...props,
        }),
      written: (engine) => container(engine).livenessProbe,
      as: { httpGet: { port: 'tcp-engine', path: '/' } },
    },
  ],
  'secret-in-plain-text': [
    variable('DAGGER_SECRET_SALT', 'salt'),
    variable('GITHUB_TOKEN', TOKEN),
    argument(['--oci-worker-labels', `token=${TOKEN}`], 1),
    toml('engineToml', `# ${TOKEN}\ntrace = true\n`),
  ],
  'shared-cache': [
    {
      property: 'cache',
      engine: (props) => daemonSet({ cache: CacheVolume.existingClaim('warm'), ...props }),
      written: (engine) => pod(engine).volumes[0],
      as: { name: 'cache', persistentVolumeClaim: { claimName: 'warm' } },
    },
    {
      property: 'cache',
      engine: (props) => statefulSet({ replicas: 2, cache: CacheVolume.existingClaim('warm'), ...props }),
      written: (engine) => workload(engine).spec.replicas,
      as: 2,
    },
    {
      property: 'cache',
      engine: (props) => deployment({ replicas: 2, cache: CacheVolume.existingClaim('warm'), ...props }),
      written: (engine) => workload(engine).spec.replicas,
      as: 2,
    },
    {
      property: 'updateStrategy',
      engine: (props) =>
        deployment({
          cache: CacheVolume.existingClaim('warm'),
          updateStrategy: EngineDeploymentUpdateStrategy.rollingUpdate(),
          ...props,
        }),
      written: (engine) => workload(engine).spec.strategy,
      as: { type: 'RollingUpdate' },
    },
  ],
  'short-probe-grace': [
    {
      property: 'probes.liveness.terminationGracePeriod',
      engine: (props) =>
        statefulSet({
          probes: { liveness: EngineProbe.connect({ terminationGracePeriod: Duration.seconds(30) }) },
          ...props,
        }),
      written: (engine) => container(engine).livenessProbe.terminationGracePeriodSeconds,
      as: 30,
    },
  ],
  'tls-behind-plain-listener': [
    {
      property: 'engineToml.grpc.tls',
      engine: (props) =>
        statefulSet({
          version: 'v0.21.3',
          engineToml: EngineToml.raw('[grpc.tls]\n  cert = "/tls.crt"\n  key = "/tls.key"\n'),
          listener: Listener.insecureTcp(),
          ...props,
        }),
      written: (engine) => engine.configMap?.toJson().data['engine.toml'],
      as: '[grpc.tls]\n  cert = "/tls.crt"\n  key = "/tls.key"\n',
    },
  ],
  'unbounded-pre-stop': [
    {
      property: 'preStop.maxDuration',
      engine: (props) =>
        statefulSet({ preStop: LifecycleHook.exec(['dagger', 'core', 'engine', 'local-cache', 'prune']), ...props }),
      written: (engine) => container(engine).lifecycle,
      as: { preStop: { exec: { command: ['dagger', 'core', 'engine', 'local-cache', 'prune'] } } },
    },
  ],
  'unknown-flag': [
    argument(['--oci-worker-no-process-sandbox'], 0),
    argument(['--frobnicate'], 0),
    argument(['debug', '--debug'], 0),
    {
      ...argument(['--wcprof'], 0),
      engine: (props) => statefulSet({ version: 'v0.18.0', args: ['--wcprof'], ...props }),
    },
  ],
  'unmanaged-flag': [
    argument(['--debug', '--addr=tcp://0.0.0.0:1234'], 1),
    argument(['--config', '/etc/other.toml'], 0),
    argument(['--root=/data'], 0),
  ],
  'untagged-image': [
    {
      property: 'image',
      engine: (props) => statefulSet({ image: EngineImage.custom('registry.example.com/engine'), ...props }),
      written: (engine) => container(engine).image,
      as: 'registry.example.com/engine',
    },
  ],
};

/** The properties that a program is refused for. */
function found(program: () => unknown): Array<{ readonly property: string; readonly risk?: string }> {
  try {
    program();
  } catch (error) {
    return (error as ValidationError).found.map(({ property, problem: { risk } }) => ({ property, risk }));
  }
  return [];
}

describe.each(
  Object.entries(RISKS).flatMap(([risk, cases]) => cases.map((one, index) => ({ ...one, risk, number: index + 1 }))),
)('$risk $number: $property', ({ as, engine, property, risk, written }) => {
  test('is refused', () => {
    expect(found(() => engine({}))).toEqual([{ property, risk }]);
  });

  test('is written as it is where it is accepted', () => {
    expect(written(engine({ acceptRisks: [property] }))).toEqual(as);
  });

  test('is warned of then, in the words that it is refused with', () => {
    const [refused] = problems(() => engine({}));
    expect(warnings(engine({ acceptRisks: [property] })).filter((line) => line.includes('accepted-risk'))).toEqual([
      `[test/engine] warning accepted-risk: ${refused}`,
    ]);
  });

  test('and silent where that is acknowledged', () => {
    const made = engine({ acceptRisks: [property] });
    Warnings.of(made).acknowledge(EngineWarning.ACCEPTED_RISK, 'as it has been for years');
    expect(warnings(made).filter((line) => line.includes('accepted-risk'))).toEqual([]);
  });
});

describe('what is no risk', () => {
  const NO_RISK = (index: number, property: string) =>
    `acceptRisks[${index}]: no risk of that name is taken; got "${property}"; allowed: properties that are refused without it, and that Kubernetes takes; fix: remove it`;

  test.each<[string, () => Engine, string]>([
    [
      'a port that is none',
      () => statefulSet({ listener: Listener.insecureTcp({ port: 0 }), acceptRisks: ['listener.port'] }),
      'listener.port: not a TCP port; got 0; allowed: a whole number from 1 to 65535; fix: choose another',
    ],
    [
      'a claim template of a DaemonSet',
      () => daemonSet({ cache: CacheVolume.claimTemplate({ size: Size.gibibytes(1) }), acceptRisks: ['cache'] }),
      'cache: a DaemonSet has no claim templates; got "a claim template"; allowed: hostPath, ephemeral, emptyDir; fix: use CacheVolume.ephemeral(...), or an EngineStatefulSet',
    ],
    [
      'a mistake in typed options',
      () => statefulSet({ engineToml: EngineToml.of({ root: '/etc' }), acceptRisks: ['engineToml.root'] }),
      `engineToml.root: the cache volume can not be mounted there; got "/etc"; allowed: an absolute path outside of the directories that the engine needs; fix: for example '/data'`,
    ],
  ])('stays refused: %s', (_, engine, refused) => {
    const property = refused.slice(0, refused.indexOf(':'));
    expect(problems(engine)).toEqual([refused, NO_RISK(0, property)]);
  });

  test('a release that is none is told of alone', () => {
    expect(refusal(() => statefulSet({ version: 'latest', acceptRisks: ['version'] }))[0]).toBe(
      '[test/engine] EngineStatefulSet has 1 problem:',
    );
  });

  test('a property that nothing is wrong with, or that there is none of', () => {
    expect(problems(() => statefulSet({ acceptRisks: ['cache', 'args[7]', ''] }))).toEqual([
      NO_RISK(0, 'cache'),
      NO_RISK(1, 'args[7]'),
      NO_RISK(2, ''),
    ]);
  });

  test('a part of the name, or more than it', () => {
    expect(problems(() => statefulSet({ args: ['--config', '/a'], acceptRisks: ['args', 'args[0].value'] }))).toEqual([
      'args[0]: the library mounts the configuration: use engineToml; got "--config"; allowed: other flags; fix: remove it',
      NO_RISK(0, 'args'),
      NO_RISK(1, 'args[0].value'),
    ]);
  });
});

describe('several', () => {
  const args = ['--config', '/a', '--root', '/data'];

  test('each by its name, and the others stay refused', () => {
    expect(problems(() => statefulSet({ args, acceptRisks: ['args[2]'] }))).toEqual([
      'args[0]: the library mounts the configuration: use engineToml; got "--config"; allowed: other flags; fix: remove it',
    ]);
    expect(container(statefulSet({ args, acceptRisks: ['args[2]', 'args[0]'] })).args).toEqual(args);
  });

  test('the cache is where the flag says', () => {
    expect(container(statefulSet({ args, acceptRisks: ['args[2]', 'args[0]'] })).volumeMounts[0].mountPath).toBe(
      '/data',
    );
  });

  test('all of one property at once', () => {
    const engine = statefulSet({
      engineToml: EngineToml.raw('[grpc.tls]\ncert = "/tls.crt"\nkey = "/tls.key"\n'),
      listener: Listener.insecureTcp(),
      acceptRisks: ['engineToml.grpc.tls'],
    });
    expect(warnings(engine).filter((line) => line.includes('accepted-risk'))).toEqual([
      expect.stringContaining("Dagger clients can't connect to the TLS that v0.21.7 serves itself"),
      expect.stringContaining('it makes the port of the listener speak TLS'),
    ]);
  });

  test('twice is once', () => {
    const engine = statefulSet({ args: ['--frobnicate'], acceptRisks: ['args[0]', 'args[0]'] });
    expect(warnings(engine).filter((line) => line.includes('accepted-risk'))).toHaveLength(1);
  });
});

test('a secret is not shown in the warning', () => {
  const engine = statefulSet({ args: [`--frobnicate=${TOKEN}`], acceptRisks: ['args[0]'] });
  expect(warnings(engine).join()).not.toContain(TOKEN);
});
