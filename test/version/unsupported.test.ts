import {
  Certificates,
  EngineJson,
  EngineRisk,
  EngineToml,
  Listener,
  TlsTermination,
  type EngineProps,
} from '../../src/index';
import { accept, container, problems, statefulSet, warnings } from '../engines';

const NEWER = 'v0.99.0';

/** Properties that only some releases support, with the message for a release whose source was read. */
const DENIED: ReadonlyArray<readonly [string, Partial<EngineProps>, string]> = [
  [
    'a key of engine.json',
    { engineJson: EngineJson.of({ additional: { remoteCache: { url: 'https://cache.example.com' } } }) },
    'engineJson.additional.remoteCache: is not a key of engine.json in VERSION, so the engine would not start',
  ],
  [
    'a value of engine.toml',
    { engineToml: EngineToml.raw('[worker.oci]\nnetworkMode = "bridge"') },
    'engineToml.worker.oci.networkMode: is invalid in engine.toml of VERSION, so the engine would not start',
  ],
  [
    'TLS in engine.toml',
    { engineToml: EngineToml.raw('[grpc.tls]\ncert = "/c"\nkey = "/k"') },
    "engineToml.grpc.tls: Dagger clients can't connect to VERSION if the engine itself terminates TLS",
  ],
  [
    'TLS that the engine terminates',
    { listener: Listener.tls({ certificates: Certificates.privateCa(), termination: TlsTermination.engine() }) },
    "listener.termination: Dagger clients can't connect if VERSION terminates TLS itself",
  ],
  ['a flag of another line', { args: ['--wcprof'] }, 'args[0]: is not a flag of VERSION, so the engine exits'],
  [
    'a value of a flag',
    { args: ['--oci-worker-net=bridge'] },
    'args[0]: must be a valid value of --oci-worker-net, otherwise the engine exits',
  ],
  [
    'an unknown flag',
    { args: ['--network-cidr6=fd00::/64'] },
    'args[0]: is not a flag of the engine, so the engine exits',
  ],
];

/** A published release whose source hasn't been read for the capability table. */
const UNREAD = 'v0.21.11';

describe.each(DENIED)('%s', (_title, props, message) => {
  const said = (version: string): string => message.replace('VERSION', version);

  test('is rejected for a release that was read', () => {
    expect(problems(() => statefulSet({ version: 'v0.21.8', ...props }))).toEqual([
      expect.stringContaining(said('v0.21.8')),
    ]);
  });

  test.each([NEWER, UNREAD])('is a warning for %s, which was not read', (version) => {
    expect(
      warnings(statefulSet({ version, ...props })).filter((warning) => warning.includes('unconfirmed-fact')),
    ).toEqual([expect.stringContaining(said(version))]);
  });
});

test('names the fact and the newest confirmed release in the warning', () => {
  expect(warnings(statefulSet({ version: UNREAD, args: ['--wcprof'] }))).toContain(
    `[test/engine] warning unconfirmed-fact: args[0]: is not a flag of v0.21.11, so the engine exits (allowed: v1.0.0-beta.4 and later); the fact wcprof-flag is confirmed up to v0.21.8, so v0.21.11 may differ; fix: check its release notes`,
  );
});

test('accepts the warning by its risk', () => {
  const acceptRisks = [accept(EngineRisk.UNCONFIRMED_FACT)];
  expect(warnings(statefulSet({ version: UNREAD, args: ['--wcprof'], acceptRisks }))).not.toContain(
    expect.stringContaining('unconfirmed-fact'),
  );
});

test('accepts dagqlCache in v0.21.9 and later', () => {
  const engineJson = EngineJson.of({ additional: { gc: { dagqlCache: { maxEstimatedBytes: 5_000_000_000 } } } });
  expect(warnings(statefulSet({ version: 'v0.21.9', engineJson }))).toEqual([]);
});

describe('a key of engine.json whose first release is not known', () => {
  const engineJson = EngineJson.of({ additional: { telemetry: { resourceMetrics: true } } });

  test('is a warning', () => {
    expect(warnings(statefulSet({ version: 'v1.0.0-beta.15', engineJson }))).toContain(
      "[test/engine] warning unconfirmed-fact: engineJson.additional.telemetry: v1.0.0-beta.15 may not support this: the fact json-telemetry-resource-metrics applies v0.21.10 and later, after v1.0.0-beta.14, and its first release isn't known; the engine doesn't start with an unknown key",
    );
  });

  test('is rejected before', () => {
    expect(problems(() => statefulSet({ version: 'v1.0.0-beta.14', engineJson }))).toEqual([
      'engineJson.additional.telemetry: is not a key of engine.json in v1.0.0-beta.14, so the engine would not start; allowed: v0.21.10 and later, after v1.0.0-beta.14; fix: remove it, or choose a release that supports it',
    ]);
  });
});

test('renders TLS that a newer release may support', () => {
  const listener = Listener.tls({ certificates: Certificates.privateCa(), termination: TlsTermination.engine() });
  const engine = statefulSet({ version: NEWER, listener });
  expect(engine.configMap!.toJson().data['engine.toml']).toContain('cert = "/etc/dagger/tls/tls.crt"');
});

test('renders settings that a newer release may support', () => {
  const additional = { gc: { dagqlCache: { maxEstimatedBytes: 5_000_000_000 } } };
  const engine = statefulSet({ version: NEWER, args: ['--wcprof'], engineJson: EngineJson.of({ additional }) });
  expect(container(engine).args).toEqual(['--group=1001', '--wcprof']);
  expect(engine.configMap!.toJson().data['engine.json']).toContain('"maxEstimatedBytes": 5000000000');
});

test('still checks the type of such a setting', () => {
  const additional = { gc: { dagqlCache: { maxEstimatedBytes: 'much' } } };
  expect(problems(() => statefulSet({ version: NEWER, engineJson: EngineJson.of({ additional }) }))).toEqual([
    'engineJson.additional.gc.dagqlCache.maxEstimatedBytes: is invalid in engine.json, so the engine would not start; got "much"; allowed: a whole number of at least 0; fix: use a value such as 4',
  ]);
});
