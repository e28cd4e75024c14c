import { EngineToml, Listener } from '../../src/index';
import { container, problems, statefulSet, warnings } from '../engines';

test('appends flags to those of the listener', () => {
  const engine = statefulSet({ listener: Listener.insecureTcp(), args: ['--oci-worker-snapshotter', 'native'] });
  expect(container(engine).args).toEqual([
    '--addr',
    'tcp://0.0.0.0:1234',
    '--group=1001',
    '--oci-worker-snapshotter',
    'native',
  ]);
});

test('keeps the arguments of the image if there are no flags', () => {
  const written = container(statefulSet({ args: [], security: { group: 0 } }));
  expect(written).not.toHaveProperty('args');
  expect(written).not.toHaveProperty('command');
});

describe('rejected flags', () => {
  test.each([
    ['--addr', 'the library configures the addresses: use listener'],
    ['--group=1001', 'the library sets the group of the socket: use security.group'],
    ['--addr=tcp://0.0.0.0:1234', 'the library configures the addresses: use listener'],
    ['-addr=tcp://0.0.0.0:1234', 'the library configures the addresses: use listener'],
    ['--config', 'the library mounts the configuration: use engineToml'],
    ['--root=/data', 'the cache volume is mounted at the directory that engine.toml sets: use root in engineToml'],
  ])('rejects %s, which conflicts with a property', (flag, why) => {
    expect(problems(() => statefulSet({ args: ['--trace', flag] }))).toEqual([
      `args[1]: ${why}; got "${flag}"; allowed: other flags; fix: remove it`,
    ]);
  });

  test.each(['--oci-worker-rootless', '--oci-worker-no-process-sandbox'])(
    'rejects %s, because the engine has no rootless mode',
    (flag) => {
      expect(problems(() => statefulSet({ args: [flag] }))).toEqual([
        `args[0]: is not a flag of the engine, so the engine exits; got "${flag}"; allowed: flags of dagger-engine; fix: remove it, because the engine can't run rootless`,
      ]);
    },
  );

  test.each(['--tlscert=/cert.pem', '--tlskey', '-tlscacert'])(
    'rejects %s, because clients need the TLS settings',
    (flag) => {
      expect(problems(() => statefulSet({ version: 'v0.21.3', args: [flag] }))).toEqual([
        `args[0]: clients need the TLS settings, so use listener: Listener.tls(...); got "${flag}"; allowed: other flags; fix: remove it`,
      ]);
    },
  );

  test("rejects TLS flags in v0.21.4 and later, because clients can't connect", () => {
    const refused = (version: string): string[] =>
      problems(() => statefulSet({ version, args: ['--tlscert=/c', '--tlskey=/k'] }));
    expect(refused('v0.21.4')[0]).toBe(
      'args[0]: Dagger clients can\'t connect to v0.21.4 if the engine itself terminates TLS; got "--tlscert=/c"; allowed: until v0.21.3, until v1.0.0-beta.2; fix: use listener: Listener.tls(...)',
    );
    expect(refused('v0.21.3')[0]).toContain('clients need the TLS settings');
  });

  test.each([
    ['--bogus', '--bogus', '--debug'],
    ['--netwrok-cidr=10.99.0.0/16', '--netwrok-cidr', '--network-cidr'],
    ['-oci-worker-label', '--oci-worker-label', '--oci-worker-labels'],
  ])('rejects %s, which no release has', (argument, flag, near) => {
    expect(problems(() => statefulSet({ args: [argument] }))).toEqual([
      `args[0]: is not a flag of the engine, so the engine exits; got "${flag}"; allowed: flags of dagger-engine; fix: use ${near}, or remove it`,
    ]);
  });

  test('rejects --wcprof before v1.0.0-beta.4', () => {
    const message = (tag: string) =>
      `args[0]: is not a flag of ${tag}, so the engine exits; got "--wcprof"; allowed: v1.0.0-beta.4 and later; fix: remove it`;
    expect(problems(() => statefulSet({ version: 'v0.21.8', args: ['--wcprof'] }))).toEqual([message('v0.21.8')]);
    expect(problems(() => statefulSet({ version: 'v1.0.0-beta.3', args: ['--wcprof'] }))).toEqual([
      message('v1.0.0-beta.3'),
    ]);
    expect(container(statefulSet({ version: 'v1.0.0-beta.4', args: ['--wcprof'] })).args).toEqual([
      '--group=1001',
      '--wcprof',
    ]);
  });

  test('rejects an argument that ends the flags', () => {
    expect(problems(() => statefulSet({ args: ['--debug', 'true', '--trace'] }))).toEqual([
      'args[1]: is not a flag, so the engine ignores it and everything after it; got "true"; allowed: --FLAG, --FLAG=VALUE, or --FLAG followed by its value; fix: remove it',
    ]);
  });

  test('accepts a value that looks like a flag', () => {
    expect(container(statefulSet({ args: ['--network-name', '--addr'] })).args).toEqual([
      '--group=1001',
      '--network-name',
      '--addr',
    ]);
  });
});

describe('warnings about flags', () => {
  test('warns about --oci-max-parallelism after v0.20.8', () => {
    const args = ['--oci-max-parallelism=4'];
    expect(warnings(statefulSet({ version: 'v0.21.0', args }))).toEqual([
      '[test/engine] warning ignored-by-engine: args[0]: v0.21.0 ignores --oci-max-parallelism (supported until v0.20.8); fix: remove it',
    ]);
    expect(warnings(statefulSet({ version: 'v0.20.8', args }))).toEqual([]);
  });

  test.each([
    [['--debugaddr', '0.0.0.0:6060'], '0.0.0.0:6060'],
    [['--debugaddr=:6060'], ':6060'],
    [['--debugaddr=engine.example.com:6060'], 'engine.example.com:6060'],
  ])('warns about the debug address in %j', (args, address) => {
    expect(warnings(statefulSet({ args }))).toEqual([
      `[test/engine] warning open-debug-address: args[0]: any client that reaches ${address} can read the engine's profiles, traces and command line without a password; fix: ` +
        'use a loopback address such as 127.0.0.1:6060, and connect with kubectl port-forward',
    ]);
  });

  test.each(['127.0.0.1:6060', '[::1]:6060', 'localhost:6060', ''])('accepts the debug address %j', (address) => {
    expect(warnings(statefulSet({ args: ['--debugaddr', address] }))).toEqual([]);
  });

  test('warns about a debug address in engine.toml', () => {
    const warned = (address: string) =>
      warnings(statefulSet({ engineToml: EngineToml.raw(`[grpc]\ndebugAddress = "${address}"\n`) }));
    expect(warned('0.0.0.0:6060')).toEqual([
      expect.stringMatching(
        /^\[test\/engine\] warning open-debug-address: engineToml\.grpc\.debugAddress: any client that reaches 0\.0\.0\.0:6060 can read/,
      ),
    ]);
    expect(warned('127.0.0.1:6060')).toEqual([]);
  });

  test('warns about --rootless', () => {
    expect(warnings(statefulSet({ args: ['--rootless'] }))).toEqual([
      '[test/engine] warning ignored-by-engine: args[0]: the engine ignores --rootless, because it has no rootless mode; fix: remove it',
    ]);
  });
});
