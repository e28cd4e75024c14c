import { k8s } from 'cdk8s-plus-28';
import { EngineProbe, EngineToml, Listener, type EngineProps, type InsecureTcpOptions } from '../../src/index';
import { container, objects, podTemplate, problems, statefulSet, TOPOLOGIES } from '../engines';

describe.each(Object.entries(TOPOLOGIES))('%s', (_, engine) => {
  test('opens no port by default', () => {
    const closed = engine();
    expect(container(closed).args).toEqual(['--group=1001']);
    expect(container(closed)).not.toHaveProperty('ports');
    expect(closed.service).toBeUndefined();
  });

  test('opens and names the port and creates the Service with one property', () => {
    const open = engine({ listener: Listener.insecureTcp() });
    expect(container(open).args).toEqual(['--addr', 'tcp://0.0.0.0:1234', '--group=1001']);
    expect(container(open).ports).toEqual([{ name: 'tcp-engine', containerPort: 1234 }]);
    expect(objects(open)['Service engine'].spec.ports).toEqual([
      { name: 'tcp-engine', port: 1234, targetPort: 'tcp-engine' },
    ]);
  });
});

test('renders every property', () => {
  const all: Required<InsecureTcpOptions> = {
    port: 2555,
    address: '[::]',
    hostPort: 8080,
    declarePort: true,
    service: { name: 'builds' },
  };
  const engine = statefulSet({ listener: Listener.insecureTcp(all) });
  expect(container(engine).args).toEqual(['--addr', 'tcp://[::]:2555', '--group=1001']);
  expect(container(engine).ports).toEqual([{ name: 'tcp-engine', containerPort: 2555, hostPort: 8080 }]);
  expect(objects(engine)['Service builds'].spec.ports).toEqual([
    { name: 'tcp-engine', port: 2555, targetPort: 'tcp-engine' },
  ]);
});

describe("a port that isn't declared", () => {
  const listener = Listener.insecureTcp({ declarePort: false });
  const engine = (props: Partial<EngineProps> = {}) => statefulSet({ listener, ...props });
  const namedOtherwise = [{ name: 'dagger', containerPort: 1234, protocol: 'TCP' }];

  test('is open, and Services refer to it by number', () => {
    expect(container(engine()).args).toEqual(['--addr', 'tcp://0.0.0.0:1234', '--group=1001']);
    expect(container(engine())).not.toHaveProperty('ports');
    for (const name of ['Service engine', 'Service engine-headless']) {
      expect(objects(engine())[name].spec.ports).toEqual([{ name: 'tcp-engine', port: 1234, targetPort: 1234 }]);
    }
  });

  test('can be declared with another name', () => {
    expect(container(engine({ extraPorts: namedOtherwise })).ports).toEqual(namedOtherwise);
  });

  test('is probed by its number', () => {
    expect(container(engine({ probes: { liveness: EngineProbe.tcp() } })).livenessProbe.tcpSocket).toEqual({
      port: 1234,
    });
  });

  test.each([
    ['number', k8s.IntOrString.fromNumber(1234), '1234'],
    ['name', k8s.IntOrString.fromString('dagger'), '"dagger"'],
  ])('rejects an HTTP probe by its %s', (_, port, got) => {
    expect(
      problems(() =>
        engine({ extraPorts: namedOtherwise, probes: { liveness: EngineProbe.fromProbe({ httpGet: { port } }) } }),
      ),
    ).toEqual([
      `probes.liveness: the engine doesn't answer HTTP or gRPC probes on the listener's port: requests without the metadata of a client get status 500; got ${got}; allowed: other ports, such as the metrics port; fix: use EngineProbe.connect()`,
    ]);
  });

  test('is still in use', () => {
    expect(
      problems(() =>
        engine({
          metrics: { port: 1234 },
          sidecars: [{ name: 'proxy', image: 'proxy:1', ports: [{ containerPort: 1234 }] }],
        }),
      ),
    ).toEqual([
      'metrics.port: the engine listens for clients on this port; got 1234; allowed: unused ports; fix: choose another port',
      'sidecars[0].ports[0].containerPort: the engine listens on this port, and the containers of a pod share one network; got 1234; allowed: other ports; fix: choose another port for one of them',
    ]);
  });

  test('has no host port', () => {
    expect(
      problems(() => statefulSet({ listener: Listener.insecureTcp({ declarePort: false, hostPort: 1234 }) })),
    ).toEqual([
      "listener.hostPort: an undeclared port can't have a host port; got 1234; allowed: hostPort without declarePort: false; fix: set hostPort on the port in extraPorts",
    ]);
  });
});

describe('before v0.17.0, the flag would replace every socket, so engine.toml contains the port', () => {
  const written = (version: string, engineToml?: EngineToml) => {
    const engine = statefulSet({ version, engineToml, listener: Listener.insecureTcp() });
    const mounts = container(engine).volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath);
    return {
      args: container(engine).args,
      toml: engine.configMap?.toJson().data['engine.toml'],
      mounted: mounts.includes('/etc/dagger/engine.toml'),
    };
  };

  test('v0.17.0 uses the flag', () => {
    expect(written('v0.17.0')).toEqual({
      args: ['--addr', 'tcp://0.0.0.0:1234', '--group=1001'],
      toml: undefined,
      mounted: false,
    });
  });

  test('v0.16.3, where engine.toml adds to the socket', () => {
    const { args, mounted, toml } = written('v0.16.3');
    expect({ args, mounted }).toEqual({ args: ['--group=1001'], mounted: true });
    expect(toml).toContain('tcp://0.0.0.0:1234');
  });

  test('v0.15.4, where engine.toml replaces the socket too', () => {
    const { args, mounted, toml } = written('v0.15.4');
    expect({ args, mounted }).toEqual({ args: ['--group=1001'], mounted: true });
    expect(toml).toContain('unix:///run/buildkit/buildkitd.sock');
    expect(toml).toContain('tcp://0.0.0.0:1234');
  });
});

describe('rejected listeners', () => {
  test('reports several problems at once', () => {
    expect(
      problems(() =>
        statefulSet({ listener: Listener.insecureTcp({ port: 0, hostPort: 65536, address: 'localhost' }) }),
      ),
    ).toEqual([
      'listener.port: must be a TCP port; got 0; allowed: a whole number from 1 to 65535; fix: choose another port',
      'listener.hostPort: must be a TCP port; got 65536; allowed: a whole number from 1 to 65535; fix: choose another port',
      "listener.address: must be an address to listen on; got \"localhost\"; allowed: an IPv4 address, or an IPv6 address in brackets; fix: use '0.0.0.0' or '[::]'",
    ]);
  });

  test.each(['::', '[0.0.0.0]', '1.2.3', '999.0.0.1', ''])('rejects the address %j', (address) => {
    expect(problems(() => statefulSet({ listener: Listener.insecureTcp({ address }) }))).toEqual([
      `listener.address: must be an address to listen on; got "${address}"; allowed: an IPv4 address, or an IPv6 address in brackets; fix: use '0.0.0.0' or '[::]'`,
    ]);
  });

  test.each(['127.0.0.1', '[::1]'])('rejects the loopback address %s', (address) => {
    expect(problems(() => statefulSet({ listener: Listener.insecureTcp({ address }) }))).toEqual([
      `listener.address: only the pod itself can reach a loopback address, so the Service would not work; got "${address}"; allowed: '0.0.0.0', '[::]'; fix: use '0.0.0.0' or '[::]'`,
    ]);
  });

  test('rejects an open port in engine.toml without insecureTcp', () => {
    const engineToml = EngineToml.of({ grpc: { address: ['tcp://0.0.0.0:2555'] } });
    expect(problems(() => statefulSet({ engineToml }))).toEqual([
      'engineToml.grpc.address: any client that reaches this port can become root on the node; got "tcp://0.0.0.0:2555"; allowed: unix sockets, loopback addresses, and the address of the listener; fix: set listener: Listener.insecureTcp({ port: 2555 })',
    ]);
    expect(
      podTemplate(statefulSet({ engineToml, listener: Listener.insecureTcp({ port: 2555 }) })).spec.containers[0].ports,
    ).toEqual([{ name: 'tcp-engine', containerPort: 2555 }]);
  });

  test.each(['tcp://127.0.0.1:2555', 'tcp://[::1]:2555', 'unix:///run/other.sock'])(
    'accepts %s, which only the pod can reach',
    (address) => {
      expect(statefulSet({ engineToml: EngineToml.of({ grpc: { address: [address] } }) }).service).toBeUndefined();
    },
  );
});

describe('addresses of engine.toml next to the listener', () => {
  const engineToml = (...address: string[]) => EngineToml.of({ grpc: { address } });

  test('are not repeated', () => {
    const engine = statefulSet({ engineToml: engineToml('tcp://0.0.0.0:1234'), listener: Listener.insecureTcp() });
    expect(container(engine).args).toEqual(['--group=1001']);
    expect(engine.configMap?.toJson().data['engine.toml']).toContain('tcp://0.0.0.0:1234');
  });

  test("can't bind a port twice", () => {
    expect(
      problems(() =>
        statefulSet({
          engineToml: engineToml('tcp://127.0.0.1:1234', 'tcp://127.0.0.1:9090'),
          listener: Listener.insecureTcp(),
          metrics: {},
        }),
      ),
    ).toEqual([
      'engineToml.grpc.address: conflicts with the port of the listener; got "tcp://127.0.0.1:1234"; allowed: other ports; fix: remove the address',
      'engineToml.grpc.address: conflicts with the port of the metrics; got "tcp://127.0.0.1:9090"; allowed: other ports; fix: remove the address',
    ]);
  });
});
