import { Listener } from '../../src';
import { container, problems, statefulSet, warnings } from '../engines';

test('flags follow those of the listener', () => {
  const engine = statefulSet({ listener: Listener.insecureTcp(), args: ['--oci-worker-snapshotter', 'native'] });
  expect(container(engine).args).toEqual(['--addr', 'tcp://0.0.0.0:1234', '--oci-worker-snapshotter', 'native']);
});

test('no flags leave the image\'s', () => {
  const written = container(statefulSet({ args: [] }));
  expect(written).not.toHaveProperty('args');
  expect(written).not.toHaveProperty('command');
});

describe('refused', () => {
  test.each([
    ['--addr', 'the library opens ports and keeps the sockets: use listener'],
    ['--addr=tcp://0.0.0.0:1234', 'the library opens ports and keeps the sockets: use listener'],
    ['-addr=tcp://0.0.0.0:1234', 'the library opens ports and keeps the sockets: use listener'],
    ['--config', 'the library mounts the configuration: use engineToml'],
    ['--root=/data', 'the cache volume is mounted at /var/lib/dagger: use cache'],
  ])('%s', (flag, why) => {
    expect(problems(() => statefulSet({ args: ['--trace', flag] }))).toEqual([`args[1]: ${why}; got "${flag}"; allowed: other flags; fix: remove it`]);
  });

  test.each(['--oci-worker-rootless', '--oci-worker-no-process-sandbox'])('%s', (flag) => {
    expect(problems(() => statefulSet({ args: [flag] }))).toEqual([
      `args[0]: the engine has no such flag, and exits; got "${flag}"; allowed: flags that dagger-engine has; fix: remove it: the engine can't run rootless`,
    ]);
  });

  test.each(['--tlscert', '--tlskey=/key.pem', '-tlscacert'])('%s where clients can\'t connect', (flag) => {
    const message = (tag: string) => `args[0]: clients can't connect to TLS that ${tag} terminates itself; got "${flag}"; allowed: until v0.21.3, until v1.0.0-beta.2; fix: terminate TLS in a sidecar`;
    expect(problems(() => statefulSet({ version: 'v0.21.4', args: [flag] }))).toEqual([message('v0.21.4')]);
    expect(problems(() => statefulSet({ version: 'v1.0.0-beta.3', args: [flag] }))).toEqual([message('v1.0.0-beta.3')]);
    expect(container(statefulSet({ version: 'v0.21.3', args: [flag] })).args).toEqual([flag]);
    expect(container(statefulSet({ version: 'v1.0.0-beta.2', args: [flag] })).args).toEqual([flag]);
  });
});

describe('warned of', () => {
  test('--oci-max-parallelism after v0.20.8', () => {
    const args = ['--oci-max-parallelism=4'];
    expect(warnings(statefulSet({ version: 'v0.21.0', args }))).toEqual([
      '[test/engine] warning ignored-by-engine: args[0]: v0.21.0 parses --oci-max-parallelism and ignores it (honoured until v0.20.8)',
    ]);
    expect(warnings(statefulSet({ version: 'v0.20.8', args }))).toEqual([]);
  });

  test('--rootless', () => {
    expect(warnings(statefulSet({ args: ['--rootless'] }))).toEqual([
      '[test/engine] warning ignored-by-engine: args[0]: the engine parses --rootless and ignores it: it has no rootless mode',
    ]);
  });
});
