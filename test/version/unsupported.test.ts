import { Certificates, EngineJson, EngineToml, Listener, TlsTermination, type EngineProps } from '../../src/index';
import { container, problems, statefulSet, warnings } from '../engines';

const NEWER = 'v0.99.0';

/** Each fact that only some releases support, with its message for a known release. */
const DENIED: ReadonlyArray<readonly [string, Partial<EngineProps>, string]> = [
  [
    'a key of engine.json',
    { engineJson: EngineJson.of({ additional: { gc: { dagqlCache: { maxEstimatedBytes: 5_000_000_000 } } } }) },
    'engineJson.additional.gc.dagqlCache: not a key of engine.json in VERSION; the engine would not start',
  ],
  [
    'a value of engine.toml',
    { engineToml: EngineToml.raw('[worker.oci]\nnetworkMode = "bridge"') },
    'engineToml.worker.oci.networkMode: invalid in engine.toml of VERSION; the engine would not start',
  ],
  [
    'TLS in engine.toml',
    { engineToml: EngineToml.raw('[grpc.tls]\ncert = "/c"\nkey = "/k"') },
    "engineToml.grpc.tls: Dagger clients can't connect to the TLS that VERSION serves itself",
  ],
  [
    'TLS that the engine terminates',
    { listener: Listener.tls({ certificates: Certificates.privateCa(), termination: TlsTermination.engine() }) },
    "listener.termination: Dagger clients can't connect if VERSION terminates TLS itself",
  ],
  ['a flag of another line', { args: ['--wcprof'] }, 'args[0]: VERSION does not have this flag, and exits'],
  [
    'an unknown flag',
    { args: ['--network-cidr6=fd00::/64'] },
    'args[0]: the engine does not have this flag, and exits',
  ],
];

describe.each(DENIED)('%s', (_title, props, message) => {
  const said = (version: string): string => message.replace('VERSION', version);

  test('is rejected for a known release', () => {
    expect(problems(() => statefulSet({ version: 'v0.21.8', ...props }))).toEqual([
      expect.stringContaining(said('v0.21.8')),
    ]);
  });

  test('is a warning for a release that is newer than all known ones', () => {
    expect(
      warnings(statefulSet({ version: NEWER, ...props })).filter((warning) => warning.includes('unconfirmed-fact')),
    ).toEqual([expect.stringContaining(said(NEWER))]);
  });
});

test('names the fact and the newest known release in the warning', () => {
  expect(warnings(statefulSet({ version: NEWER, args: ['--wcprof'] }))).toContain(
    `[test/engine] warning unconfirmed-fact: args[0]: ${NEWER} does not have this flag, and exits (allowed: v1.0.0-beta.4 and later); the newest release that this library knows is v0.21.8, so ${NEWER} may differ`,
  );
});

test('renders settings that a newer release may support', () => {
  const additional = { gc: { dagqlCache: { maxEstimatedBytes: 5_000_000_000 } } };
  const engine = statefulSet({ version: NEWER, args: ['--wcprof'], engineJson: EngineJson.of({ additional }) });
  expect(container(engine).args).toEqual(['--wcprof']);
  expect(engine.configMap!.toJson().data['engine.json']).toContain('"maxEstimatedBytes": 5000000000');
});

test('still checks the type of such a setting', () => {
  const additional = { gc: { dagqlCache: { maxEstimatedBytes: 'much' } } };
  expect(problems(() => statefulSet({ version: NEWER, engineJson: EngineJson.of({ additional }) }))).toEqual([
    'engineJson.additional.gc.dagqlCache.maxEstimatedBytes: invalid in engine.json; the engine would not start; got "much"; allowed: a whole number of at least 0; fix: for example 4',
  ]);
});
