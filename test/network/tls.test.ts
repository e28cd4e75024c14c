import { ApiObject, Chart, Duration, JsonPatch, Testing } from 'cdk8s';
import {
  CacheVolume,
  Certificates,
  EngineProbe,
  EngineToml,
  EngineVersion,
  EngineRisk,
  HostSocket,
  ImagePullPolicy,
  KeySelector,
  Listener,
  PemFile,
  TlsSecret,
  TlsTermination,
  Transport,
  Risks,
  type Engine,
  type TlsListenerOptions,
  type TlsSidecarOptions,
} from '../../src/index';
import {
  chart,
  container,
  daemonSet,
  objects,
  pod,
  problems,
  statefulSet,
  TOPOLOGIES,
  warnings,
  workload,
} from '../engines';

beforeEach(() => {
  jest.restoreAllMocks();
  jest.spyOn(console, 'warn').mockImplementation();
});

const ca = Certificates.privateCa();
const secrets = Certificates.fromSecrets({ server: TlsSecret.fromSecretName('engine-cert') });

const tls = (options: Partial<TlsListenerOptions> = {}): Listener => Listener.tls({ certificates: ca, ...options });
const sidecar = (engine: Engine): any =>
  [...(pod(engine).initContainers ?? []), ...pod(engine).containers].find(
    ({ name }: { name: string }) => name === 'tls',
  );
const volume = (engine: Engine, name: string): any =>
  pod(engine).volumes.find((other: { name: string }) => other.name === name);

/** Returns the warnings, except warnings about the network policy. */
const tlsWarnings = (engine: Engine): string[] => {
  Risks.of(engine).accept(EngineRisk.NO_CLIENT_ADMITTED, 'no client here');
  return warnings(engine);
};

describe.each(Object.entries(TOPOLOGIES))('%s with a sidecar', (_, engine) => {
  const made = engine({ listener: tls() });

  test('opens no port on the engine', () => {
    expect(container(made).args).toEqual(['--group=1001']);
    expect(container(made)).not.toHaveProperty('ports');
    expect(made.configMap?.toJson().data?.['engine.toml']).toBeUndefined();
  });

  test("runs the sidecar in front of the engine's socket", () => {
    expect(pod(made).initContainers).toEqual([sidecar(made)]);
    expect(sidecar(made).restartPolicy).toBe('Always');
    expect(sidecar(made).args).toEqual([
      'server',
      '--listen=0.0.0.0:8443',
      '--target=unix:/run/dagger/engine.sock',
      '--cert=/etc/dagger/tls/tls.crt',
      '--key=/etc/dagger/tls/tls.key',
      '--cacert=/etc/dagger/tls/ca.crt',
      '--allow-all',
      '--timed-reload=300s',
      '--shutdown-timeout=600s',
      '--status=https://0.0.0.0:8444',
    ]);
    const socket = { name: 'socket', mountPath: '/run/dagger' };
    expect(container(made).volumeMounts).toContainEqual(socket);
    expect(sidecar(made).volumeMounts).toEqual([
      { ...socket, readOnly: true },
      { name: 'tls', mountPath: '/etc/dagger/tls', readOnly: true },
    ]);
  });

  test('gives the sidecar access to only the socket and the certificate', () => {
    expect(sidecar(made).securityContext).toEqual({
      runAsNonRoot: true,
      runAsUser: 65532,
      runAsGroup: 1001,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    });
    // The files belong to root, and the sidecar runs as another user.
    expect(volume(made, 'tls').secret.defaultMode).toBe(0o444);
  });

  test('listens on 8443 by default', () => {
    expect(engine({ listener: tls({ port: undefined }) }).listenerPort).toBe(8443);
    expect(engine({ listener: tls({ port: 9000 }) }).listenerPort).toBe(9000);
  });

  test('refers to the port by number in the Service', () => {
    expect(objects(made)['Service engine'].spec.ports).toEqual([{ name: 'tcp-engine', port: 8443, targetPort: 8443 }]);
    expect(made.listenerPort).toBe(8443);
  });
});

test('the group of the socket is the group of the engine', () => {
  expect(sidecar(statefulSet({ listener: tls(), security: { group: 2000 } })).securityContext.runAsGroup).toBe(2000);
});

describe('the socket', () => {
  test('of a DaemonSet is on the node', () => {
    expect(volume(daemonSet({ listener: tls() }), 'socket')).toEqual({
      name: 'socket',
      hostPath: { path: '/run/dagger-ci_engine', type: 'DirectoryOrCreate' },
    });
  });

  test('is otherwise in the pod', () => {
    expect(volume(daemonSet({ listener: tls(), hostSocket: HostSocket.none() }), 'socket')).toEqual({
      name: 'socket',
      emptyDir: {},
    });
    expect(volume(statefulSet({ listener: tls() }), 'socket')).toEqual({ name: 'socket', emptyDir: {} });
  });

  test.each(Object.entries(TOPOLOGIES))('of an existing %s keeps the name of its volume', (_, engine) => {
    const run = { name: 'varrundagger', hostPath: { path: '/run/dagger-ci' } };
    const made = engine({ listener: tls(), hostSocket: HostSocket.fromVolume(run) });
    expect(volume(made, 'varrundagger')).toEqual(run);
    expect(volume(made, 'socket')).toBeUndefined();
    const mounts = [container(made), sidecar(made)].map(({ volumeMounts }) =>
      volumeMounts.find(({ mountPath }: { mountPath: string }) => mountPath === '/run/dagger'),
    );
    expect(mounts).toEqual([
      { name: 'varrundagger', mountPath: '/run/dagger' },
      { name: 'varrundagger', mountPath: '/run/dagger', readOnly: true },
    ]);
  });

  test('is at the path of the version', () => {
    const old = statefulSet({ version: 'v0.16.3', listener: tls({ termination: TlsTermination.sidecar() }) });
    expect(sidecar(old).args).toContain('--target=unix:/run/buildkit/buildkitd.sock');
    expect(sidecar(old).volumeMounts[0].mountPath).toBe('/run/buildkit');
  });
});

describe('the sidecar', () => {
  test('renders every property', () => {
    const all: Required<TlsSidecarOptions> = {
      image: 'registry.example.com/ghostunnel:v1.11.0',
      imagePullPolicy: ImagePullPolicy.ALWAYS,
      resources: { requests: { cpu: '1', memory: '64Mi' }, limits: { memory: '128Mi' } },
      native: false,
      reloadInterval: Duration.minutes(1),
      shutdownTimeout: Duration.seconds(30),
      statusPort: 9443,
      args: ['--quiet=conns'],
    };
    const listener: Required<TlsListenerOptions> = {
      certificates: ca,
      port: 9000,
      address: '[::]',
      hostPort: 9001,
      service: { name: 'builds' },
      mutual: true,
      termination: TlsTermination.sidecar(all),
      allowedClients: ['ci-runners', 'laptops'],
      reloadAnnotations: {},
    };
    const engine = statefulSet({ listener: Listener.tls(listener), terminationGracePeriod: Duration.minutes(20) });
    expect(sidecar(engine)).toEqual({
      name: 'tls',
      image: 'registry.example.com/ghostunnel:v1.11.0',
      imagePullPolicy: 'Always',
      args: [
        'server',
        '--listen=[::]:9000',
        '--target=unix:/run/dagger/engine.sock',
        '--cert=/etc/dagger/tls/tls.crt',
        '--key=/etc/dagger/tls/tls.key',
        '--cacert=/etc/dagger/tls/ca.crt',
        '--allow-cn=ci-runners',
        '--allow-cn=laptops',
        '--timed-reload=60s',
        '--shutdown-timeout=30s',
        '--status=https://[::]:9443',
        '--quiet=conns',
      ],
      ports: [
        { name: 'tcp-engine', containerPort: 9000, hostPort: 9001 },
        { name: 'https-status', containerPort: 9443 },
      ],
      resources: { requests: { cpu: '1', memory: '64Mi' }, limits: { memory: '128Mi' } },
      securityContext: expect.anything(),
      startupProbe: {
        httpGet: { path: '/_metrics', port: 9443, scheme: 'HTTPS' },
        periodSeconds: 1,
        failureThreshold: 60,
      },
      readinessProbe: {
        httpGet: { path: '/_status', port: 9443, scheme: 'HTTPS' },
        periodSeconds: 10,
        failureThreshold: 3,
      },
      volumeMounts: expect.anything(),
    });
    // The pod has two containers, so `kubectl exec` needs a default.
    expect(workload(engine).spec.template.metadata.annotations['kubectl.kubernetes.io/default-container']).toBe(
      'dagger-engine',
    );
    expect(pod(engine)).not.toHaveProperty('initContainers');
  });

  test("starts after the user's init containers, together with the engine", () => {
    const engine = statefulSet({
      listener: tls(),
      initContainers: [{ name: 'first', image: 'example.com/first:1' }],
    });
    expect(pod(engine).initContainers.map(({ name }: { name: string }) => name)).toEqual(['first', 'tls']);
  });

  test('requires no client certificate without mutual TLS', () => {
    const engine = statefulSet({ listener: tls({ mutual: false }) });
    expect(sidecar(engine).args).toContain('--disable-authentication');
    expect(sidecar(engine).args.join(' ')).not.toMatch(/--(cacert|allow)/);
    expect(volume(engine, 'tls').secret.items.map(({ path }: { path: string }) => path)).toEqual([
      'tls.crt',
      'tls.key',
    ]);
  });

  test('reads the CA of clients from another object', () => {
    const engine = statefulSet({
      listener: tls({
        certificates: Certificates.fromSecrets({
          server: TlsSecret.fromSecretName('cert'),
          clientCa: KeySelector.fromConfigMapName('authorities', 'clients.pem'),
        }),
      }),
    });
    expect(volume(engine, 'tls')).toEqual({
      name: 'tls',
      projected: {
        sources: [
          {
            secret: {
              name: 'cert',
              items: [
                { key: 'tls.crt', path: 'tls.crt' },
                { key: 'tls.key', path: 'tls.key' },
              ],
            },
          },
          { configMap: { name: 'authorities', items: [{ key: 'clients.pem', path: 'ca.crt' }] } },
        ],
        defaultMode: 0o444,
      },
    });
  });
});

describe('the process that terminates TLS', () => {
  test.each([
    ['v0.20.1', false],
    ['v0.21.3', false],
    ['v0.21.4', true],
    ['v1.0.0-beta.2', false],
    ['v1.0.0-beta.3', true],
  ])('%s: sidecar %s', (version, has) => {
    expect(sidecar(statefulSet({ version, listener: tls() })) !== undefined).toBe(has);
  });

  test('is the sidecar if allowedClients is set', () => {
    expect(sidecar(statefulSet({ version: 'v0.21.3', listener: tls({ allowedClients: ['ci'] }) }))).toBeDefined();
  });

  test('can be set explicitly', () => {
    expect(
      sidecar(statefulSet({ version: 'v0.21.3', listener: tls({ termination: TlsTermination.sidecar() }) })),
    ).toBeDefined();
  });
});

describe('TLS of the engine', () => {
  const reloadAnnotations = { 'secret.reloader.stakater.com/reload': 'engine-tls' };
  const toml = (engine: Engine): string => engine.configMap?.toJson().data['engine.toml'];

  test('is in engine.toml, which has the certificates in the same directory', () => {
    const engine = statefulSet({ version: 'v0.21.3', listener: tls({ reloadAnnotations }) });
    expect(toml(engine)).toBe(
      [
        '[grpc.tls]',
        'ca = "/etc/dagger/tls/ca.crt"',
        'cert = "/etc/dagger/tls/tls.crt"',
        'key = "/etc/dagger/tls/tls.key"',
        '',
      ].join('\n'),
    );
    expect(container(engine).args).toEqual(['--addr', 'tcp://0.0.0.0:8443', '--group=1001']);
    expect(container(engine).ports).toEqual([{ name: 'tcp-engine', containerPort: 8443 }]);
    expect(container(engine).volumeMounts).toContainEqual({
      name: 'tls',
      mountPath: '/etc/dagger/tls',
      readOnly: true,
    });
    expect(objects(engine)['Service engine'].spec.ports[0].targetPort).toBe('tcp-engine');
    expect(pod(engine)).not.toHaveProperty('initContainers');
    expect(volume(engine, 'socket')).toBeUndefined();
  });

  test('has no ca without mutual TLS', () => {
    expect(
      toml(statefulSet({ version: 'v0.21.3', listener: tls({ mutual: false, reloadAnnotations }) })),
    ).not.toContain('ca =');
  });

  test('is added to a user-defined engine.toml', () => {
    const engine = statefulSet({
      version: 'v0.21.3',
      engineToml: EngineToml.of({ trace: true }),
      listener: tls({ reloadAnnotations }),
    });
    expect(toml(engine)).toContain('trace = true');
    expect(toml(engine)).toContain('[grpc.tls]');
  });

  test('adds the sockets to engine.toml before the flag does', () => {
    expect(toml(statefulSet({ version: 'v0.15.4', listener: tls({ reloadAnnotations }) }))).toContain(
      'address = [ "unix:///run/buildkit/buildkitd.sock", "tcp://0.0.0.0:8443" ]',
    );
  });

  test('annotates the workload for the controller that restarts it', () => {
    expect(
      workload(statefulSet({ version: 'v0.21.3', listener: tls({ reloadAnnotations }), annotations: { other: 'one' } }))
        .metadata.annotations,
    ).toEqual({ ...reloadAnnotations, other: 'one' });
  });

  test('warns about renewals if no controller restarts the engine', () => {
    expect(tlsWarnings(statefulSet({ version: 'v0.21.3', listener: tls() }))).toEqual([
      '[test/engine] warning certificate-not-reloaded: listener.reloadAnnotations: the engine reads its certificate only at startup. After the Secret "engine-tls" changes, it serves the old certificate until its pod is replaced; fix: set reloadAnnotations for a controller that replaces the pod, or use TlsTermination.sidecar()',
    ]);
  });

  test('rejects user-defined text without TLS', () => {
    expect(
      problems(() =>
        statefulSet({
          version: 'v0.21.3',
          engineToml: EngineToml.raw('trace = true'),
          listener: tls({ reloadAnnotations }),
        }),
      ),
    ).toEqual([
      'engineToml.grpc.tls: must be the certificates of the listener; got {}; allowed: {"cert":"/etc/dagger/tls/tls.crt","key":"/etc/dagger/tls/tls.key","ca":"/etc/dagger/tls/ca.crt"}; fix: remove it from EngineToml.of(...), or use these paths in EngineToml.raw(...)',
    ]);
  });
});

describe('TLS in a user-defined engine.toml', () => {
  const engineToml = EngineToml.of({
    grpc: { tls: { cert: PemFile.fromPath('/a.crt'), key: PemFile.fromPath('/a.key') } },
  });

  test('is rejected with a plain listener, whose clients would use plain TCP', () => {
    expect(problems(() => statefulSet({ version: 'v0.21.3', engineToml, listener: Listener.insecureTcp() }))).toEqual([
      `engineToml.grpc.tls: the port of the listener would use TLS, but its clients use plain TCP; got "/a.crt"; allowed: TLS that the listener configures; fix: use listener: Listener.tls(...)`,
    ]);
  });

  test('is rejected with the TLS of the listener', () => {
    expect(problems(() => statefulSet({ version: 'v0.21.3', engineToml, listener: tls() }))).toEqual([
      'engineToml.grpc.tls: must be the certificates of the listener; got {"cert":"/a.crt","key":"/a.key"}; allowed: {"cert":"/etc/dagger/tls/tls.crt","key":"/etc/dagger/tls/tls.key","ca":"/etc/dagger/tls/ca.crt"}; fix: remove it from EngineToml.of(...), or use these paths in EngineToml.raw(...)',
    ]);
  });
});

describe('the addresses', () => {
  const files =
    'cert_path=/etc/dagger-client/engine/tls.crt&key_path=/etc/dagger-client/engine/tls.key&ca_path=/etc/dagger-client/engine/ca.crt';

  test('of the Service and of the pods', () => {
    const engine = statefulSet({ replicas: 2, listener: tls() });
    expect(engine.runnerHost(Transport.tls())).toBe(`tls://engine.ci.svc:8443?${files}`);
    expect(engine.runnerHost(Transport.tls({ ordinal: 1 }))).toBe(
      `tls://engine-1.engine-headless.ci.svc:8443?${files}`,
    );
  });

  test("of pods without names in the cluster's DNS are in no certificate", () => {
    const engine = statefulSet({ replicas: 2, headlessService: false, listener: tls() });
    expect(objects(engine)['Certificate engine-tls'].spec.dnsNames).toEqual([
      'engine',
      'engine.ci',
      'engine.ci.svc',
      'engine.ci.svc.cluster.local',
    ]);
  });

  test('need only the CA without mutual TLS', () => {
    expect(statefulSet({ listener: tls({ mutual: false }) }).runnerHost(Transport.tls())).toBe(
      'tls://engine.ci.svc:8443?ca_path=/etc/dagger-client/engine/ca.crt',
    );
  });

  test('need no CA if it is public', () => {
    const listener = tls({
      mutual: false,
      certificates: Certificates.fromSecrets({ server: TlsSecret.fromSecretName('cert'), publicCa: true }),
    });
    expect(statefulSet({ listener }).runnerHost(Transport.tls())).toBe('tls://engine.ci.svc:8443');
  });

  test.each([
    [
      'plain TCP to a TLS listener',
      () => statefulSet({ listener: tls() }).runnerHost(Transport.tcp()),
      "the engine's listener uses TLS; got Transport.tcp(); fix: use Transport.tls()",
    ],
    [
      'plain TCP to a pod with a TLS listener',
      () => statefulSet({ listener: tls() }).runnerHost(Transport.tcp({ ordinal: 0 })),
      "the engine's listener uses TLS; got Transport.tcp({ ordinal: 0 }); fix: use Transport.tls({ ordinal: 0 })",
    ],
    [
      'TLS to a plain listener',
      () => statefulSet({ listener: Listener.insecureTcp() }).runnerHost(Transport.tls()),
      "the engine's listener uses plain TCP; got Transport.tls(); fix: set listener: Listener.tls(...), or use Transport.tcp()",
    ],
    [
      'TLS without listener',
      () => statefulSet().runnerHost(Transport.tls({ ordinal: 0 })),
      'the engine has no port; got Transport.tls({ ordinal: 0 }); fix: set listener: Listener.tls(...)',
    ],
    [
      "TLS to a pod that doesn't exist",
      () => statefulSet({ listener: tls() }).runnerHost(Transport.tls({ ordinal: 1 })),
      'no pod has this ordinal; got Transport.tls({ ordinal: 1 }); fix: use an EngineStatefulSet, and an ordinal of one of its pods',
    ],
  ])('are rejected for %s', (_, program, says) => {
    expect(program).toThrow(new Error(`[test/engine] runnerHost: ${says}`));
  });

  /** A client verifies that the certificate contains exactly the host in the address. */
  test.each([
    ['in a namespace', () => statefulSet({ replicas: 3, listener: tls() })],
    ['without a namespace', () => statefulSet({ replicas: 3, listener: tls() }, chart({}))],
    ['with another first ordinal', () => statefulSet({ replicas: 2, ordinalsStart: 7, listener: tls() })],
    ['with another Service', () => statefulSet({ replicas: 2, listener: tls({ service: { name: 'builds' } }) })],
    ['with another name', () => statefulSet({ name: 'other', replicas: 2, listener: tls() })],
    ['of a DaemonSet', () => daemonSet({ listener: tls() })],
  ])('are all in the certificate: %s', (_, engine) => {
    const made = engine();
    const { dnsNames } = objects(made)[`Certificate ${made.name}-tls`].spec;
    const ordinals = Array.from({ length: 20 }, (__, ordinal) => ordinal).filter((ordinal) => {
      try {
        return made.runnerHost(Transport.tls({ ordinal })) !== '';
      } catch {
        return false;
      }
    });
    expect(ordinals).toHaveLength(workload(made).spec.replicas ?? 0);
    for (const transport of [Transport.tls(), ...ordinals.map((ordinal) => Transport.tls({ ordinal }))]) {
      expect(dnsNames).toContain(new URL(made.runnerHost(transport)).hostname);
    }
    expect(new Set(dnsNames).size).toBe(dnsNames.length);
  });
});

describe('a CA that also signs other certificates', () => {
  const warned = (options: Partial<TlsListenerOptions>): string[] =>
    warnings(
      statefulSet({
        listener: Listener.tls({
          certificates: Certificates.issuedBy({ name: 'corporate', kind: 'ClusterIssuer' }),
          ...options,
        }),
      }),
    ).filter((warning) => warning.includes('unrestricted-clients'));

  test('causes a warning', () => {
    expect(warned({})).toEqual([
      '[test/engine] warning unrestricted-clients: listener.allowedClients: the engine accepts every certificate that the ClusterIssuer "corporate" signs, including certificates for other namespaces; fix: list the common names of your clients; if all clients are in the namespace of the engine, Certificates.privateCa() also restricts them',
    ]);
    expect(warned({ certificates: Certificates.issuedBy({ name: 'a', group: 'example.com', kind: 'Ca' }) })).toEqual([
      expect.stringContaining('the Ca "a" signs'),
    ]);
  });

  test.each<[string, Partial<TlsListenerOptions>]>([
    ['named clients', { allowedClients: ['ci-runners'] }],
    ['an Issuer of the namespace', { certificates: Certificates.issuedBy({ name: 'ci' }) }],
    ['a private CA', { certificates: ca }],
    [
      'another CA of clients',
      {
        certificates: Certificates.issuedBy(
          { name: 'corporate', kind: 'ClusterIssuer' },
          { clientCa: KeySelector.fromSecretName('clients', 'ca.crt') },
        ),
      },
    ],
    ['TLS without client certificates', { mutual: false }],
  ])('causes no warning: %s', (_title, options) => {
    expect(warned(options)).toEqual([]);
  });
});

describe('the CLI of the same release', () => {
  const says = (version: string): string[] =>
    tlsWarnings(statefulSet({ version, listener: tls({ termination: TlsTermination.sidecar() }) }));

  test('supports tls:// in v0.20.1 and later', () => {
    expect(says('v0.20.1')).toEqual([]);
    expect(says('v0.20.0')).toEqual([
      "[test/engine] warning tls-needs-newer-client: listener: the CLI of v0.20.0 doesn't support tls:// addresses; fix: use the CLI of v0.20.1 or later in clients",
    ]);
    expect(EngineVersion.of('v0.20.1').minimumEngine).toBe('v0.19.0');
  });

  test("doesn't work with engines before v0.19.0", () => {
    expect(says('v0.19.0')).toEqual([
      "[test/engine] warning tls-needs-newer-client: listener: the CLI of v0.19.0 doesn't support tls:// addresses; fix: use the CLI of v0.20.1 or later in clients",
    ]);
    expect(says('v0.18.19')).toEqual([
      '[test/engine] warning tls-needs-newer-client: listener: tls:// addresses need the CLI of v0.20.1 or later, but client v0.20.1 rejects engines older than v0.19.0, and this engine is v0.18.19; fix: use a tunnel in clients, such as `ghostunnel client`',
    ]);
  });
});

describe('rejected TLS options', () => {
  const refused = (options: Partial<TlsListenerOptions>, version = 'v0.21.7'): string[] =>
    problems(() => statefulSet({ version, listener: tls(options) }));
  const sidecarRefused = (options: TlsSidecarOptions, listener: Partial<TlsListenerOptions> = {}): string[] =>
    refused({ ...listener, termination: TlsTermination.sidecar(options) });

  test('rejects engine TLS that no client supports', () => {
    const message = (tag: string): string =>
      `listener.termination: Dagger clients can't connect if ${tag} terminates TLS itself, because neither side negotiates HTTP/2 (dagger/dagger #13306); got "TlsTermination.engine()"; allowed: until v0.21.3, until v1.0.0-beta.2; fix: use TlsTermination.sidecar()`;
    expect(refused({ termination: TlsTermination.engine() }, 'v0.21.4')).toEqual([message('v0.21.4')]);
    expect(refused({ termination: TlsTermination.engine() }, 'v1.0.0-beta.3')).toEqual([message('v1.0.0-beta.3')]);
  });

  test('rejects client names that nothing checks', () => {
    expect(refused({ termination: TlsTermination.engine(), allowedClients: ['ci'] }, 'v0.21.3')).toEqual([
      'listener.allowedClients: is ignored by the engine, which checks only the signature of a client certificate; got ["ci"]; allowed: TlsTermination.sidecar(); fix: remove termination',
    ]);
    expect(refused({ mutual: false, allowedClients: ['ci'] })).toEqual([
      'listener.allowedClients: requires mutual TLS, because client names come from certificates; got ["ci"]; allowed: mutual TLS; fix: remove mutual: false',
    ]);
  });

  test('rejects invalid client names', () => {
    expect(refused({ allowedClients: [] })).toEqual([
      'listener.allowedClients: must not be empty, because no client could connect; got []; allowed: at least one name; fix: remove it to accept every client with a certificate from the CA',
    ]);
    expect(refused({ allowedClients: ['ci', ' ', 'x'.repeat(65)] })).toEqual([
      'listener.allowedClients[1]: must be the common name of a certificate; got " "; allowed: 1 to 64 characters; fix: remove it',
      `listener.allowedClients[2]: must be the common name of a certificate; got "${'x'.repeat(65)}"; allowed: 1 to 64 characters; fix: remove it`,
    ]);
  });

  test('rejects reload annotations with a sidecar', () => {
    expect(refused({ reloadAnnotations: { 'reloader.stakater.com/auto': 'true' } })).toEqual([
      'listener.reloadAnnotations: is unnecessary, because the TLS sidecar reloads renewed certificates itself, and a restart would cancel every build; got {"reloader.stakater.com/auto":"true"}; allowed: annotations only with TlsTermination.engine(); fix: remove it',
    ]);
  });

  test("rejects ports that the sidecar can't use", () => {
    expect(sidecarRefused({}, { port: 443 })).toEqual([
      "listener.termination: the TLS sidecar runs without privileges, so it can't listen on port 443; allowed: a listener on port 1024 or above; fix: set port: 8443, and service.port for the port that clients use",
    ]);
    expect(sidecarRefused({ statusPort: 8443 })).toEqual([
      'listener.termination.statusPort: must be an unprivileged port other than the listener port; got 8443; allowed: a whole number from 1024 to 65535 other than 8443; fix: choose another port',
    ]);
  });

  test('rejects ports that the sidecar uses', () => {
    expect(
      problems(() => statefulSet({ listener: tls(), metrics: { port: 8444 }, extraPorts: [{ containerPort: 8443 }] })),
    ).toEqual([
      'metrics.port: the container "tls" in the pod already listens on this port; got 8444; allowed: unused ports; fix: choose another port',
      'extraPorts[0]: the container "tls" in the pod already listens on this port; got 8443; allowed: unused ports; fix: choose another port',
    ]);
    expect(
      problems(() =>
        statefulSet({ listener: tls(), engineToml: EngineToml.of({ grpc: { address: ['tcp://127.0.0.1:8443'] } }) }),
      ),
    ).toEqual([
      'engineToml.grpc.address: conflicts with the port of the listener; got "tcp://127.0.0.1:8443"; allowed: other ports; fix: remove the address',
    ]);
  });

  test("rejects a different host port on the node's network", () => {
    expect(problems(() => statefulSet({ listener: tls({ hostPort: 9443 }), hostNetwork: true }))).toEqual([
      'listener.hostPort: must equal the container port in the host network; got 9443; allowed: 8443; fix: remove it',
    ]);
  });

  test('rejects arguments that the library sets on the sidecar', () => {
    expect(sidecarRefused({ args: ['--allow-ou=everyone', '--unsafe-target', '--quiet=all'] })).toEqual([
      'listener.termination.args[0]: conflicts with a flag that the library sets from properties of the listener; got "--allow-ou=everyone"; allowed: other flags of ghostunnel; fix: remove it',
      'listener.termination.args[1]: conflicts with a flag that the library sets from properties of the listener; got "--unsafe-target"; allowed: other flags of ghostunnel; fix: remove it',
    ]);
  });

  test.each([
    [
      'ghostunnel/ghostunnel',
      'the reference has neither a tag nor a digest, so the node would run the tag latest',
      'REGISTRY/PATH:TAG or REGISTRY/PATH@sha256:DIGEST',
    ],
    ['Not An Image:1', 'must be an image reference', 'REGISTRY/PATH[:TAG][@sha256:DIGEST]'],
  ])('rejects the image %s', (image, wrong, allowed) => {
    expect(sidecarRefused({ image })).toEqual([
      `listener.termination.image: ${wrong}; got "${image}"; allowed: ${allowed}; fix: use a value such as 'docker.io/ghostunnel/ghostunnel:v1.11.0-distroless'`,
    ]);
  });

  test('rejects invalid resources and durations', () => {
    expect(sidecarRefused({ reloadInterval: Duration.millis(500), resources: { requests: { cpu: 'one' } } })).toEqual([
      'listener.termination.reloadInterval: must be a duration that Kubernetes supports; got "0.5 s"; allowed: a whole number of seconds, at least 1; fix: use a value such as Duration.seconds(300)',
      "listener.termination.resources.requests[\"cpu\"]: must be a Kubernetes quantity; got \"one\"; allowed: a decimal number with an optional suffix such as 'm', 'Gi', 'G'; fix: use a value such as '500m' or '16Gi'",
    ]);
  });

  test('rejects names in the pod that the sidecar uses', () => {
    const container_ = { name: 'tls', image: 'example.com/a:1' };
    expect(
      problems(() =>
        statefulSet({
          listener: tls(),
          sidecars: [container_],
          volumes: [{ name: 'tls', emptyDir: {} }],
          cache: CacheVolume.emptyDir({ volumeName: 'socket' }),
        }),
      ),
    ).toEqual([
      'cache.volumeName: the pod already has a volume with this name; got "socket"; allowed: unused names; fix: rename one of them',
      'volumes[0]: the pod already has a volume with this name; got "tls"; allowed: unused names; fix: rename one of them',
      'sidecars[0].name: the pod already has a container with this name; got "tls"; allowed: unused names; fix: rename it',
    ]);
  });

  test('rejects a TCP probe of an engine without a port', () => {
    expect(problems(() => statefulSet({ listener: tls(), probes: { liveness: EngineProbe.tcp() } }))).toEqual([
      'probes.liveness: the engine has no listener, so the probe would always fail; allowed: TCP probes only with a listener; fix: set a listener, or use EngineProbe.connect()',
    ]);
  });
});

test('accepts patches of the Certificate and the sidecar', () => {
  const engine = statefulSet({ listener: tls() });
  engine.certificate!.addJsonPatch(JsonPatch.add('/spec/revisionHistoryLimit', 3));
  ApiObject.of(engine).addJsonPatch(
    JsonPatch.replace('/spec/template/spec/initContainers/0/resources/requests/cpu', '2'),
  );
  expect(objects(engine)['Certificate engine-tls'].spec.revisionHistoryLimit).toBe(3);
  expect(sidecar(engine).resources.requests.cpu).toBe('2');
});

test('creates no Certificate for certificates from Secrets', () => {
  const engine = statefulSet({ listener: tls({ certificates: secrets }) });
  expect(engine.certificate).toBeUndefined();
  expect(Testing.synth(Chart.of(engine)).filter(({ apiVersion }) => apiVersion === 'cert-manager.io/v1')).toEqual([]);
});
