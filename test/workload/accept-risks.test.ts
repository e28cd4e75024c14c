import { Chart, Duration, JsonPatch, Size, Testing } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import {
  Autoscaling,
  CacheVolume,
  DisruptionBudget,
  Drain,
  EngineDaemonSet,
  EngineDeploymentUpdateStrategy,
  EngineImage,
  EngineJson,
  EngineProbe,
  EngineStatefulSet,
  EngineToml,
  EngineRisk,
  EnvVar,
  HostSocket,
  LifecycleHook,
  Listener,
  NodeStopLimit,
  PemFile,
  PodCount,
  PodManagementPolicy,
  Risks,
  ScaleIn,
  ScaleMetric,
  type Engine,
  type EngineProps,
} from '../../src/index';
import type { ValidationError } from '../../src/reporting/problems';
import { checkManifests } from '../../src/findings/check-manifests';
import { ACCEPTED_RISKS } from '../../src/reporting/accepted-risk';
import {
  accept,
  chart,
  container,
  daemonSet,
  deployment,
  pod,
  refusal,
  statefulSet,
  warnings,
  workload,
} from '../engines';
import { RISKS_OF_ERRORS } from '../risks-of-errors';

/** A rejected program. After its risk is accepted, `written` returns `as`, a part of the manifest. */
interface Case {
  readonly property: string;
  readonly engine: (props: Pick<EngineProps, 'acceptRisks'>, scope?: Chart) => Engine;
  readonly written: (engine: Engine) => unknown;
  readonly as: unknown;
}

const tlsOf = { cert: PemFile.fromPath('/etc/tls/tls.crt'), key: PemFile.fromPath('/etc/tls/tls.key') };
const argument = (args: string[], index: number): Case => ({
  property: `args[${index}]`,
  engine: (props, scope) => statefulSet({ args, ...props }, scope),
  written: (engine) => container(engine).args,
  as: ['--group=1001', ...args],
});
const variable = (name: string, value: string): Case => ({
  property: `env.${name}`,
  engine: (props, scope) => statefulSet({ env: { [name]: EnvVar.fromValue(value) }, ...props }, scope),
  written: (engine) => container(engine).env,
  as: [{ name, value }],
});
const toml = (property: string, text: string, listener?: Listener): Case => ({
  property,
  engine: (props, scope) => statefulSet({ engineToml: EngineToml.raw(text), listener, ...props }, scope),
  written: (engine) => engine.configMap?.toJson().data['engine.toml'],
  as: text,
});
const json = (property: string, text: string, more: object = {}): Case => ({
  property,
  engine: (props, scope) => statefulSet({ engineJson: EngineJson.raw(text), ...more, ...props }, scope),
  written: (engine) => engine.configMap?.toJson().data['engine.json'],
  as: text,
});
const TOKEN = `ghp_${'a1B2'.repeat(9)}`;

/** Programs with each risk, one for each place that reports the risk, keyed by risk. */
const RISKS: { readonly [risk in `${EngineRisk}`]?: readonly Case[] } = {
  'ca-volume': [
    {
      property: 'volumeMounts[0]',
      engine: (props, scope) =>
        statefulSet(
          {
            volumes: [{ name: 'ca', configMap: { name: 'ca' } }],
            volumeMounts: [{ name: 'ca', mountPath: '/usr/local/share/ca-certificates' }],
            ...props,
          },
          scope,
        ),
      written: (engine) => container(engine).volumeMounts.at(-1),
      as: { name: 'ca', mountPath: '/usr/local/share/ca-certificates' },
    },
  ],
  'cache-outgrows-limit': [
    {
      property: 'engineJson.gc',
      engine: (props, scope) =>
        statefulSet(
          {
            cache: CacheVolume.emptyDir({ sizeLimit: Size.gibibytes(50) }),
            engineJson: EngineJson.raw('{"gc": {"enabled": false}}'),
            ...props,
          },
          scope,
        ),
      written: (engine) => engine.configMap?.toJson().data['engine.json'],
      as: '{"gc": {"enabled": false}}',
    },
  ],
  'config-rejected': [
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
      engine: (props, scope) => statefulSet({ engineToml: EngineToml.of({ grpc: { tls: tlsOf } }), ...props }, scope),
      written: (engine) => engine.configMap?.toJson().data['engine.toml'],
      as: expect.stringContaining('/etc/tls/tls.key'),
    },
  ],
  'blocked-evictions': [
    {
      property: 'disruptionBudget',
      engine: (props, scope) =>
        statefulSet({ disruptionBudget: DisruptionBudget.minAvailable(PodCount.absolute(1)), ...props }, scope),
      written: (engine) => engine.disruptionBudget?.toJson().spec.minAvailable,
      as: 1,
    },
  ],
  'blocked-scale-out': [
    {
      property: 'podManagementPolicy',
      engine: (props, scope) =>
        statefulSet(
          {
            autoscaling: Autoscaling.fromExisting({ maxReplicas: 3 }),
            drain: Drain.untilIdle({ atMost: Duration.minutes(10) }),
            podManagementPolicy: PodManagementPolicy.ORDERED_READY,
            ...props,
          },
          scope,
        ),
      written: (engine) => workload(engine).spec.podManagementPolicy,
      as: 'OrderedReady',
    },
  ],
  'unsafe-scale-in': [
    {
      property: 'drain',
      engine: (props, scope) =>
        deployment({ autoscaling: Autoscaling.fromExisting({ maxReplicas: 3 }), ...props }, scope),
      written: (engine) => workload(engine).spec.replicas,
      as: undefined,
    },
  ],
  'stop-exceeds-node-limit': [
    {
      property: 'terminationGracePeriod',
      engine: (props, scope) =>
        statefulSet(
          {
            nodeStopLimits: [NodeStopLimit.clusterAutoscaler()],
            terminationGracePeriod: Duration.minutes(15),
            ...props,
          },
          scope,
        ),
      written: (engine) => pod(engine).terminationGracePeriodSeconds,
      as: 900,
    },
  ],
  'grace-below-pre-stop': [
    {
      property: 'terminationGracePeriod',
      engine: (props, scope) =>
        statefulSet(
          {
            preStop: LifecycleHook.exec(['sleep', '60'], { maxDuration: Duration.seconds(60) }),
            terminationGracePeriod: Duration.seconds(30),
            ...props,
          },
          scope,
        ),
      written: (engine) => [pod(engine).terminationGracePeriodSeconds, container(engine).lifecycle],
      as: [30, { preStop: { exec: { command: ['sleep', '60'] } } }],
    },
  ],
  'metrics-by-variable': [variable('_EXPERIMENTAL_DAGGER_METRICS_ADDR', '0.0.0.0:9090')],
  'no-cache-volume': [
    {
      property: 'cache',
      engine: (props, scope) =>
        daemonSet({ cache: CacheVolume.none(), hostSocket: HostSocket.none(), ...props }, scope),
      written: (engine) => [pod(engine).volumes, container(engine).volumeMounts],
      as: [undefined, []],
    },
    {
      property: 'cache',
      engine: (props, scope) => statefulSet({ cache: CacheVolume.none(), ...props }, scope),
      written: (engine) => [pod(engine).volumes, container(engine).volumeMounts],
      as: [undefined, []],
    },
  ],
  'no-network-policy': [
    {
      property: 'networkPolicy.enabled',
      engine: (props, scope) =>
        statefulSet({ listener: Listener.insecureTcp(), networkPolicy: { enabled: false }, ...props }, scope),
      written: (engine) => [engine.networkPolicy, workload(engine).metadata.annotations],
      as: [undefined, { [ACCEPTED_RISKS]: 'no-network-policy: fine in a test' }],
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
      engine: (props, scope) =>
        statefulSet(
          {
            listener: Listener.insecureTcp(),
            probes: {
              liveness: EngineProbe.fromProbe({
                httpGet: { port: k8s.IntOrString.fromString('tcp-engine'), path: '/' },
              }),
            },
            ...props,
          },
          scope,
        ),
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
      engine: (props, scope) => daemonSet({ cache: CacheVolume.fromClaimName('warm'), ...props }, scope),
      written: (engine) => pod(engine).volumes[0],
      as: { name: 'cache', persistentVolumeClaim: { claimName: 'warm' } },
    },
    {
      property: 'cache',
      engine: (props, scope) => statefulSet({ replicas: 2, cache: CacheVolume.fromClaimName('warm'), ...props }, scope),
      written: (engine) => workload(engine).spec.replicas,
      as: 2,
    },
    {
      property: 'cache',
      engine: (props, scope) => deployment({ replicas: 2, cache: CacheVolume.fromClaimName('warm'), ...props }, scope),
      written: (engine) => workload(engine).spec.replicas,
      as: 2,
    },
    {
      property: 'updateStrategy',
      engine: (props, scope) =>
        deployment(
          {
            cache: CacheVolume.fromClaimName('warm'),
            updateStrategy: EngineDeploymentUpdateStrategy.rollingUpdate(),
            ...props,
          },
          scope,
        ),
      written: (engine) => workload(engine).spec.strategy,
      as: { type: 'RollingUpdate' },
    },
  ],
  'short-probe-grace': [
    {
      property: 'probes.liveness.terminationGracePeriod',
      engine: (props, scope) =>
        statefulSet(
          {
            probes: { liveness: EngineProbe.connect({ terminationGracePeriod: Duration.seconds(30) }) },
            ...props,
          },
          scope,
        ),
      written: (engine) => container(engine).livenessProbe.terminationGracePeriodSeconds,
      as: 30,
    },
  ],
  'tls-behind-plain-listener': [
    {
      property: 'engineToml.grpc.tls',
      engine: (props, scope) =>
        statefulSet(
          {
            version: 'v0.21.3',
            engineToml: EngineToml.raw('[grpc.tls]\n  cert = "/tls.crt"\n  key = "/tls.key"\n'),
            listener: Listener.insecureTcp(),
            ...props,
          },
          scope,
        ),
      written: (engine) => engine.configMap?.toJson().data['engine.toml'],
      as: '[grpc.tls]\n  cert = "/tls.crt"\n  key = "/tls.key"\n',
    },
  ],
  'unbounded-pre-stop': [
    {
      property: 'preStop.maxDuration',
      engine: (props, scope) =>
        statefulSet(
          { preStop: LifecycleHook.exec(['dagger', 'core', 'engine', 'local-cache', 'prune']), ...props },
          scope,
        ),
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
      engine: (props, scope) => statefulSet({ version: 'v0.18.0', args: ['--wcprof'], ...props }, scope),
    },
  ],
  'unmanaged-flag': [
    argument(['--debug', '--addr=tcp://0.0.0.0:1234'], 1),
    argument(['--config', '/etc/other.toml'], 0),
    argument(['--root=/data'], 0),
  ],
  'missing-requests': [
    {
      property: 'autoscaling',
      engine: (props, scope) =>
        statefulSet(
          {
            resources: undefined,
            autoscaling: Autoscaling.horizontal({
              maxReplicas: 3,
              metrics: [ScaleMetric.cpu({ utilization: 70 })],
              scaleIn: ScaleIn.disabled(),
            }),
            ...props,
          },
          scope,
        ),
      written: (engine) => container(engine).resources,
      as: undefined,
    },
  ],
  'moving-image': [
    {
      property: 'image',
      engine: (props, scope) =>
        statefulSet({ image: EngineImage.fromReference('registry.example.com/engine:main'), ...props }, scope),
      written: (engine) => container(engine).image,
      as: 'registry.example.com/engine:main',
    },
  ],
  'cache-in-socket-directory': [
    {
      property: 'hostSocket',
      engine: (props, scope) =>
        daemonSet(
          {
            cache: CacheVolume.hostPath({ path: '/srv/dagger/cache' }),
            hostSocket: HostSocket.fromPath('/srv/dagger'),
            ...props,
          },
          scope,
        ),
      written: (engine) => pod(engine).volumes.map(({ hostPath }: k8s.Volume) => hostPath?.path),
      as: ['/srv/dagger/cache', '/srv/dagger'],
    },
  ],
  unschedulable: [
    {
      property: 'affinity.nodeAffinity',
      engine: (props, scope) =>
        statefulSet(
          {
            nodeSelector: { pool: 'ci' },
            affinity: {
              nodeAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: {
                  nodeSelectorTerms: [{ matchExpressions: [{ key: 'pool', operator: 'DoesNotExist' }] }],
                },
              },
            },
            ...props,
          },
          scope,
        ),
      written: (engine) => pod(engine).nodeSelector,
      as: { pool: 'ci' },
    },
  ],
  'version-mismatch': [
    {
      property: 'image',
      engine: (props, scope) =>
        statefulSet({ image: EngineImage.fromReference('registry.example.com/engine:v0.18.0'), ...props }, scope),
      written: (engine) => container(engine).image,
      as: 'registry.example.com/engine:v0.18.0',
    },
  ],
  'untagged-image': [
    {
      property: 'image',
      engine: (props, scope) =>
        statefulSet({ image: EngineImage.fromReference('registry.example.com/engine'), ...props }, scope),
      written: (engine) => container(engine).image,
      as: 'registry.example.com/engine',
    },
  ],
};

/** Returns the properties and risks in the error of a rejected program. */
function found(program: () => unknown): Array<{ readonly property: string; readonly risk?: string }> {
  try {
    program();
  } catch (error) {
    return (error as ValidationError).found.map(({ property, problem: { risk } }) => ({ property, risk }));
  }
  return [];
}

describe.each(
  Object.entries(RISKS).flatMap(([risk, cases]) =>
    cases.map((one, index) => ({ ...one, risk: risk as EngineRisk, number: index + 1 })),
  ),
)('$risk $number: $property', ({ as, engine, property, risk, written }) => {
  const path = property.replace(/\[\d+\]/g, '');

  test('is an error', () => {
    expect(found(() => engine({}))).toEqual([{ property, risk }]);
    expect(refusal(() => engine({}))[1]).toMatch(/; or accept EngineRisk\.[A-Z_]+$/);
  });

  test.each([
    ['by id', undefined, `${risk}: fine in a test`],
    ['for its property', path, `${risk} (${path}): fine in a test`],
    ['for a property around it', path.split('.')[0], `${risk} (${path.split('.')[0]}): fine in a test`],
  ])('is written unchanged if it is accepted %s', (_, limit, annotation) => {
    const made = engine({ acceptRisks: [accept(risk, limit)] });
    expect(warnings(made).filter((line) => line.includes(` ${risk}: `))).toEqual([]);
    expect(workload(made).metadata.annotations).toEqual({ [ACCEPTED_RISKS]: annotation });
    expect(workload(made).spec.template.metadata.annotations ?? {}).not.toHaveProperty([ACCEPTED_RISKS]);
    if (limit === undefined) {
      expect(written(made)).toEqual(as);
    }
  });

  test('can be accepted for a whole chart', () => {
    const scope = chart();
    Risks.of(scope).accept(risk, 'a test cluster');
    const made = engine({}, scope);
    expect(workload(made).metadata.annotations).toEqual({ [ACCEPTED_RISKS]: `${risk}: a test cluster` });
  });
});

/** Risks that the library reports as errors only at synth. Separate tests accept them. */
const AT_SYNTH = ['shared-socket'];

test('this file tests every risk that an error names', () => {
  expect([...Object.keys(RISKS), ...AT_SYNTH].sort()).toEqual([...RISKS_OF_ERRORS].sort());
});

describe('accepted risks', () => {
  const args = ['--config', '/a', '--root', '/data'];

  test('apply to every property that has the risk', () => {
    const engine = statefulSet({ args, acceptRisks: [accept(EngineRisk.UNMANAGED_FLAG)] });
    expect(container(engine).args).toEqual(['--group=1001', ...args]);
    expect(container(engine).volumeMounts[0].mountPath).toBe('/data');
  });

  test('an accepted risk hides no other problem of the property', () => {
    const wrong = { args: ['--frobnicate', ...args], acceptRisks: [accept(EngineRisk.UNMANAGED_FLAG)] };
    expect(found(() => statefulSet(wrong))).toEqual([{ property: 'args[0]', risk: 'unknown-flag' }]);
  });

  test('an accepted risk hides no field that the API server rejects', () => {
    const wrong = {
      args: ['--root', '/data'],
      volumeMounts: [{ name: 'netrc', mountPath: '/root/.netrc' }],
      acceptRisks: [accept(EngineRisk.UNMANAGED_FLAG)],
    };
    expect(refusal(() => statefulSet(wrong))).toEqual([
      '[test/engine] EngineStatefulSet has 1 problem:',
      'volumeMounts[0].name: the pod has no volume with this name; got "netrc"; allowed: cache, config; ' +
        'fix: add the volume to volumes',
    ]);
  });

  test('an accepted secret stays accepted if the workload has a patch', () => {
    const engine = statefulSet({
      podAnnotations: { note: 'ghp_0123456789abcdefghijABCDEFGHIJ012345' },
      acceptRisks: [accept(EngineRisk.SECRET_IN_PLAIN_TEXT, 'podAnnotations')],
    });
    engine.workload.addJsonPatch(JsonPatch.add('/spec/minReadySeconds', 3));
    expect(engine.node.root.node.findAll().flatMap((construct) => construct.node.validate())).toEqual([]);
  });

  test('are listed in the annotation, one per line and sorted', () => {
    const engine = statefulSet({
      args: ['--frobnicate', '--root=/data'],
      acceptRisks: [
        { risk: EngineRisk.UNMANAGED_FLAG, reason: 'an image\n  with /data ' },
        accept(EngineRisk.UNKNOWN_FLAG),
        accept(EngineRisk.UNKNOWN_FLAG),
      ],
    });
    expect(workload(engine).metadata.annotations[ACCEPTED_RISKS]).toBe(
      'unknown-flag: fine in a test\nunmanaged-flag: an image with /data',
    );
  });

  test('have the reason of the innermost scope', () => {
    const scope = chart();
    Risks.of(scope.node.root).accept(EngineRisk.UNKNOWN_FLAG, 'of the app');
    Risks.of(scope).accept(EngineRisk.UNKNOWN_FLAG, 'of the chart');
    const engine = statefulSet({ args: ['--frobnicate'] }, scope);
    expect(workload(engine).metadata.annotations[ACCEPTED_RISKS]).toBe('unknown-flag: of the chart');
    expect(warnings(engine)).toEqual([]);
  });
});

describe('accepted warnings', () => {
  test('can be warnings that appear only at synth', () => {
    const engine = statefulSet({
      listener: Listener.insecureTcp(),
      acceptRisks: [accept(EngineRisk.NO_CLIENT_ADMITTED, 'listener')],
    });
    expect(warnings(engine)).toEqual([]);
    expect(workload(engine).metadata.annotations).toEqual({
      [ACCEPTED_RISKS]: 'no-client-admitted (listener): fine in a test',
    });
  });

  test('can be warnings about a volume that two engines share', () => {
    const scope = chart();
    const cache = (): CacheVolume => CacheVolume.fromClaimName('warm');
    statefulSet({ cache: cache() }, scope);
    const other = new EngineStatefulSet(scope, 'other', {
      version: 'v0.21.7',
      cache: cache(),
      acceptRisks: [accept(EngineRisk.SHARED_CACHE)],
    });
    expect(warnings(other)).toEqual([]);
  });

  test('can be warnings about a socket that two engines share', () => {
    const scope = chart();
    const hostSocket = HostSocket.fromPath('/run/dagger');
    daemonSet({ hostSocket }, scope);
    const other = new EngineDaemonSet(scope, 'other', {
      version: 'v0.21.7',
      hostSocket,
      acceptRisks: [accept(EngineRisk.SHARED_SOCKET)],
    });
    expect(warnings(other)).toEqual([]);
    expect(workload(other).metadata.annotations).toEqual({ [ACCEPTED_RISKS]: 'shared-socket: fine in a test' });
  });

  test('can be findings of `check`, which are recorded unchecked', () => {
    const engine = statefulSet({ acceptRisks: [accept(EngineRisk.TOKEN_MOUNTED)] });
    expect(warnings(engine)).toEqual([]);
    expect(workload(engine).metadata.annotations).toEqual({ [ACCEPTED_RISKS]: 'token-mounted: fine in a test' });
  });
});

test('`check` does not report risks that the annotation accepts', () => {
  const props = { args: ['--frobnicate'], resources: { requests: { cpu: '1', memory: '1Gi' } } };
  const names = (engine: Engine): string[] => checkManifests(Testing.synth(Chart.of(engine))).map(({ name }) => name);
  expect(names(statefulSet({ ...props, acceptRisks: [accept(EngineRisk.UNKNOWN_FLAG, 'args')] }))).toEqual([]);
  const engine = statefulSet({ ...props, acceptRisks: [accept(EngineRisk.UNKNOWN_FLAG)] });
  engine.workload.addJsonPatch(JsonPatch.remove('/metadata/annotations'));
  expect(names(engine)).toEqual(['unknown-flag']);
});
