import { Duration, Size } from 'cdk8s';
import { checkManifests } from '../../src/findings/check-manifests';
import { fromManifests } from '../../src/findings/converted-manifests';
import {
  Autoscaling,
  CacheVolume,
  Certificates,
  DiskSpace,
  Drain,
  EngineJson,
  EngineRisk,
  EngineToml,
  EnvVar,
  KeySelector,
  Listener,
  Monitoring,
  NetworkPeer,
  OtlpProtocol,
  PemFile,
  ScaleIn,
  ScaleMetric,
  ScaleTrigger,
  Snapshotter,
  TlsSecret,
  TlsTermination,
  type EngineStatefulSetProps,
} from '../../src/index';
import { accept, objects, statefulSet, deployment } from '../engines';
import { changes } from '../findings/converted';
import { configMap, configured, engine, service, type Parts } from './manifests';

jest.spyOn(console, 'warn').mockImplementation();

/** Converts manifests to a program, and expects that the program creates the same objects. */
function program(documents: readonly unknown[]): string {
  const converted = fromManifests(documents);
  expect(converted.notConverted).toEqual([]);
  expect(changes(documents, converted.manifests())).toEqual([]);
  return converted.typescript('A test.');
}

/** Converts the manifests of an engine back to a program. */
function roundTrip(props: Partial<EngineStatefulSetProps>): string {
  return program(Object.values(objects(statefulSet(props))));
}

function withEnv(
  variables: { readonly [name: string]: string },
  change: (parts: Parts) => void = () => undefined,
): any {
  return engine((parts) => {
    parts.container.env = Object.entries(variables).map(([name, value]) => ({ name, value }));
    change(parts);
  });
}

describe('the preStop hook of this library', () => {
  it.each([
    [Drain.untilIdle({ atMost: Duration.hours(1) }), '{ atMost: Duration.seconds(3600) }'],
    [
      Drain.untilIdle({ idleFor: Duration.minutes(1), admitNewClients: true }),
      '{ atMost: Duration.seconds(180), idleFor: Duration.seconds(60), admitNewClients: true }',
    ],
  ])('is the drain', (drain, options) => {
    const text = roundTrip({ drain, listener: Listener.insecureTcp() })
      .replaceAll(/^ *\/\/ .*$/gm, '')
      .replaceAll(/\s+/g, ' ')
      .replaceAll(', }', ' }');
    expect(text).toContain(`drain: Drain.untilIdle(${options})`);
  });
});

describe('autoscaling', () => {
  const keda = (minReplicas: number, maxReplicas: number, scaleIn = ScaleIn.gradual()) =>
    statefulSet({
      resources: { requests: { cpu: '4', memory: '16Gi' } },
      metrics: {},
      drain: Drain.untilIdle({ atMost: Duration.hours(1) }),
      autoscaling: Autoscaling.keda({ minReplicas, maxReplicas, scaleIn, triggers: [ScaleTrigger.sessions(), JOBS] }),
    });
  const JOBS = ScaleTrigger.prometheus({ address: 'http://prometheus:9090', query: 'sum(jobs)', perEngine: 1 });

  it.each<[string, ReturnType<typeof keda>, string]>([
    ['a pool', keda(1, 3), '{ maxReplicas: 3 }'],
    ['a larger pool', keda(2, 9), '{ minReplicas: 2, maxReplicas: 9 }'],
    ['an engine that scales to zero', keda(0, 1), '{ minReplicas: 0, maxReplicas: 1 }'],
    ['a pool that only grows', keda(1, 3, ScaleIn.disabled()), '{ maxReplicas: 3, stopsEngines: false }'],
  ])('is that of the ScaledObject of %s', (_, engine, limits) => {
    const text = program(Object.values(objects(engine)));
    expect(text).toContain(`autoscaling: Autoscaling.fromExisting(${limits}),`);
    expect(text).not.toContain('acceptRisks');
  });

  it('is that of a HorizontalPodAutoscaler', () => {
    const metrics = [ScaleMetric.pods({ perEngine: 2 })];
    const text = roundTrip({
      metrics: {},
      drain: Drain.untilIdle({ atMost: Duration.hours(1) }),
      autoscaling: Autoscaling.horizontal({ minReplicas: 2, maxReplicas: 3, metrics }),
    });
    expect(text).toContain('autoscaling: Autoscaling.fromExisting({ minReplicas: 2, maxReplicas: 3 }),');
  });

  it('reports replicas in the manifest of an autoscaled workload', () => {
    const documents = Object.values(objects(keda(1, 3)));
    const names = (): string[] => checkManifests(documents).map(({ name }) => name);
    expect(names()).toEqual([]);
    const workload = documents.find(({ kind }) => kind === 'StatefulSet');
    workload.spec.replicas = 2;
    expect(names()).toEqual(['replicas-with-autoscaler']);
    // A uid shows that the object is from a cluster, where the autoscaler sets the replicas.
    workload.metadata.uid = '0d7e4cb6-3e4d-4a43-a7a9-cf40c9b3a4ae';
    expect(names()).toEqual([]);
  });

  it('leaves out the replicas of a workload from a cluster', () => {
    const documents = Object.values(objects(keda(1, 3)));
    const workload = documents.find(({ kind }) => kind === 'StatefulSet');
    workload.spec.replicas = 2;
    expect(fromManifests(documents).typescript('A test.')).not.toContain('replicas:');
  });

  it('needs no target of the same name', () => {
    const other: any = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'engine', namespace: 'ci' },
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'engine' }, maxReplicas: 3 },
    };
    expect(program([...Object.values(objects(statefulSet())), other])).not.toContain('Autoscaling.');
  });
});

describe('metrics', () => {
  const ADDRESS = '_EXPERIMENTAL_DAGGER_METRICS_ADDR';

  test('replace scrape annotations, the variable and the port', () => {
    const text = program([
      withEnv({ [ADDRESS]: '0.0.0.0:9100' }, ({ container, pod }) => {
        container.ports = [{ name: 'prometheus', containerPort: 9100 }];
        pod.metadata.annotations = { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '9100' };
      }),
    ]);
    expect(text).toContain('metrics: { port: 9100, service: false },');
    expect(text).toContain('monitoring: Monitoring.annotations(),');
    expect(text).not.toMatch(/env:|extraPorts|podAnnotations/);
    expect(text).toContain('// the property sets the variable in another form\n');
    expect(text).toContain('// the property declares the port in another form\n');
  });

  test('leave annotations with another port unchanged', () => {
    const text = program([
      withEnv({ [ADDRESS]: ':9090' }, ({ pod }) => {
        pod.metadata.annotations = { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8080' };
      }),
    ]);
    expect(text).toContain('metrics: { service: false },');
    expect(text).toContain("podAnnotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8080' },");
  });

  test.each([{}, { cacheUpdateInterval: Duration.minutes(2) }])('are read back: %j', (metrics) => {
    const text = roundTrip({ metrics });
    expect(text).toMatch(/^ {2}metrics: /m);
    expect(text).not.toContain('JsonPatch');
  });

  test.each([undefined, {}])('are read back with scrape annotations: %j', (metrics) => {
    const text = roundTrip({ metrics, monitoring: Monitoring.annotations() });
    expect(text).toContain('  monitoring: Monitoring.annotations(),');
    expect(text.includes('  metrics: {},')).toBe(metrics !== undefined);
    expect(text).not.toContain('JsonPatch');
  });
});

describe('a proxy', () => {
  const URL = 'http://proxy.example.com:3128';

  test('needs no patch if the library writes the same variables', () => {
    const text = roundTrip({ proxy: { https: EnvVar.fromValue(URL), noProxy: ['10.0.0.0/8'] } });
    expect(text).toContain(`proxy: { https: EnvVar.fromValue('${URL}'), noProxy: ['10.0.0.0/8'] },`);
    expect(text).not.toContain('JsonPatch');
  });

  test.each([
    ['NO_PROXY lacks destinations in the cluster', { HTTPS_PROXY: URL, NO_PROXY: '.example.com, 10.0.0.0/8' }],
    ['there is no NO_PROXY', { HTTP_PROXY: URL, HTTPS_PROXY: URL }],
    ['the variables are in lower case', { http_proxy: URL, no_proxy: 'localhost' }],
    ['the variables are in another order', { NO_PROXY: 'localhost', OTHER: 'x', HTTPS_PROXY: URL }],
  ])('reports the difference if %s', (_, variables) => {
    const text = program([withEnv(variables)]);
    expect(text).toMatch(/^ {2}proxy: /m);
    expect(text).not.toMatch(/env: \{.*_proxy/is);
    expect(text).toMatch(/\/\/ the (property sets the variable in another form|order is different)/);
  });

  test('uses the upper-case variables, which builds get, if both cases are set', () => {
    const text = program([
      withEnv({ HTTPS_PROXY: URL, https_proxy: 'http://other.example.com', NO_PROXY: '.svc', no_proxy: '.svc' }),
    ]);
    expect(text).toContain(`proxy: { https: EnvVar.fromValue('${URL}') },`);
    expect(text).toContain(
      "https_proxy: EnvVar.fromValue('http://other.example.com'), no_proxy: EnvVar.fromValue('.svc')",
    );
    expect(text).not.toContain('ignored-by-engine');
  });
});

describe('a TLS listener', () => {
  const server = TlsSecret.fromSecretName('engine-tls');
  const certificates = Certificates.fromSecrets({ server });

  test.each<[string, Parameters<typeof Listener.tls>[0], string]>([
    [
      'with the defaults',
      { certificates },
      "listener: Listener.tls({\n    certificates: Certificates.fromSecrets({ server: TlsSecret.fromSecretName('engine-tls') }),\n  }),",
    ],
    [
      'with all options of the sidecar',
      {
        certificates: Certificates.fromSecrets({
          server: TlsSecret.fromSecretName('engine-tls', { certificate: 'cert.pem', privateKey: 'key.pem' }),
          clientCa: KeySelector.fromConfigMapName('client-ca', 'ca.pem'),
        }),
        port: 9443,
        address: '[::]',
        allowedClients: ['ci', 'nightly'],
        termination: TlsTermination.sidecar({
          image: 'registry.example.com/ghostunnel:v1.11.0',
          native: false,
          reloadInterval: Duration.minutes(1),
          shutdownTimeout: Duration.minutes(2),
          statusPort: 9444,
          resources: { requests: { cpu: '1' }, limits: { memory: '64Mi' } },
          args: ['--proxy-protocol'],
        }),
      },
      "clientCa: KeySelector.fromConfigMapName('client-ca', 'ca.pem'),",
    ],
    ['without client certificates', { certificates, mutual: false }, 'mutual: false,'],
  ])('%s is read back', (_, options, expected) => {
    const text = roundTrip({ listener: Listener.tls(options), acceptRisks: [] });
    expect(text).toContain(expected);
    expect(text).not.toMatch(/ghostunnel server|initContainers|sidecars|volumes:|JsonPatch\.(add|remove|replace)/);
  });

  test('of an engine that terminates TLS itself is read back', () => {
    const reloadAnnotations = { 'secret.reloader.stakater.com/reload': 'engine-tls' };
    const text = roundTrip({ version: 'v0.21.3', listener: Listener.tls({ certificates, reloadAnnotations }) });
    expect(text).toContain("reloadAnnotations: { 'secret.reloader.stakater.com/reload': 'engine-tls' },");
    expect(text).not.toMatch(/engineToml|extraPorts|args|volumes:|JsonPatch/);
  });

  test('keeps the clients that the network policy admits', () => {
    const listening = statefulSet({ listener: Listener.tls({ certificates }) });
    listening.allowFrom(NetworkPeer.cidr('10.1.0.0/16'));
    const text = program(Object.values(objects(listening)));
    expect(text).toContain('// the network policy allows clients that the program does not connect\n');
    expect(text).toMatch(/engine\.networkPolicy\?\.addJsonPatch\([^;]*10\.1\.0\.0\/16/);
    expect(text).not.toContain('NO_NETWORK_POLICY');
  });

  test('leaves a sidecar with another target as a container', () => {
    const listening = deployment({ listener: Listener.tls({ certificates }) });
    const documents: any[] = Object.values(objects(listening));
    const workload = documents.find(({ kind }) => kind === 'Deployment');
    workload.spec.template.spec.initContainers[0].args[2] = '--target=127.0.0.1:1234';
    const text = program(documents);
    expect(text).toContain('initContainers: [');
    expect(text).not.toContain('Listener.tls');
  });
});

describe('engine.toml', () => {
  const toml = (text: string, version = 'v0.21.7'): string =>
    program([
      configMap({ 'engine.toml': text }),
      engine((parts) => {
        configured(parts, 'engine.toml');
        parts.container.image = `registry.dagger.io/engine:${version}`;
      }),
    ]);

  test('becomes typed options, and keys without an option stay untyped', () => {
    const text = toml(
      [
        'trace = true',
        'insecure-entitlements = ["security.insecure"]',
        '[log]',
        'format = "json"',
        '[worker.oci]',
        'platforms = ["linux/arm64"]',
        'snapshotter = "native"',
        'proxySnapshotterPath = "/run/proxy.sock"',
      ].join('\n'),
    );
    expect(text).toContain('trace: true,');
    expect(text).toContain("worker: { platforms: ['linux/arm64'], snapshotter: Snapshotter.NATIVE },");
    expect(text).toContain("log: { format: 'json' },");
    expect(text).toContain("worker: { oci: { proxySnapshotterPath: '/run/proxy.sock' } },");
    expect(text).not.toContain('EngineToml.raw');
  });

  test('stays a text if it has comments, or no typed key', () => {
    expect(toml('# a comment\ntrace = true\ninsecure-entitlements = ["security.insecure"]')).toContain(
      'EngineToml.raw',
    );
    expect(toml('debug = true')).toContain('EngineToml.raw');
  });

  test('keeps a list whole if one item has an unknown key', () => {
    const policies = '[[worker.oci.gcpolicy]]\nall = true\nkeepBytes = 1000000000\n';
    expect(toml(`trace = true\n${policies}`, 'v0.16.0')).not.toContain('gcPolicies');
  });

  test('is read back with every option', () => {
    const path = (name: string): PemFile => PemFile.fromPath(`/certs/${name}`);
    const text = roundTrip({
      volumes: [{ name: 'certs', secret: { secretName: 'certs' } }],
      volumeMounts: [{ name: 'certs', mountPath: '/certs' }],
      engineToml: EngineToml.of({
        registries: {
          'registry.example.com': { ca: [path('ca.crt')], keypairs: [{ key: path('tls.key'), cert: path('tls.crt') }] },
        },
        dns: { searchDomains: ['example.com'] },
        worker: {
          gcPolicies: [{ all: true, keepDuration: Duration.hours(48), maxUsedSpace: DiskSpace.percent(75) }],
          snapshotter: Snapshotter.OVERLAYFS,
          apparmorProfile: 'engine',
          selinux: true,
          cniPoolSize: 4,
        },
        insecureEntitlements: ['security.insecure'],
      }),
    });
    expect(text).toContain('EngineToml.of({');
    expect(text).toContain(
      "keypairs: [{ cert: PemFile.fromPath('/certs/tls.crt'), key: PemFile.fromPath('/certs/tls.key') }],",
    );
    expect(text).toContain('keepDuration: Duration.hours(48)');
    expect(text).not.toContain('additional');
  });
});

describe('engine.json', () => {
  test('is read back with policies, certificates and unknown keys', () => {
    const text = roundTrip({
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200) }),
      engineJson: EngineJson.of({
        gc: { policies: [{ filters: ['type==regular'], maxUsedSpace: DiskSpace.size(Size.gibibytes(10)) }] },
        registries: {
          'docker.io': { mirrors: ['mirror.example.com'], ca: [PemFile.fromPath('/var/lib/dagger/ca.crt')] },
        },
      }),
      acceptRisks: [],
    });
    expect(text).toContain(
      "policies: [{ filters: ['type==regular'], maxUsedSpace: DiskSpace.size(Size.gibibytes(10)) }] },",
    );
    expect(text).toContain("ca: [PemFile.fromPath('/var/lib/dagger/ca.crt')]");
    expect(text).not.toContain('EngineJson.raw');
  });
});

describe('other properties', () => {
  const token = KeySelector.fromSecretName('dagger-cloud', 'token');

  test('telemetry is read back', () => {
    const text = roundTrip({
      version: 'v0.21.10',
      telemetry: { endpoint: 'http://collector.example.com:4317', protocol: OtlpProtocol.GRPC, headers: token },
    });
    expect(text).toContain(
      "telemetry: {\n    endpoint: 'http://collector.example.com:4317',\n    protocol: OtlpProtocol.GRPC,\n    headers: KeySelector.fromSecretName('dagger-cloud', 'token'),\n  },",
    );
    expect(text).not.toMatch(/engineJson|env:|JsonPatch/);
  });

  test('telemetry over HTTP is read back without its path', () => {
    const text = roundTrip({ version: 'v0.21.10', telemetry: { endpoint: 'http://collector.example.com:4318' } });
    expect(text).toContain("telemetry: { endpoint: 'http://collector.example.com:4318' },");
    expect(text).not.toMatch(/engineJson|env:|JsonPatch/);
  });

  test('a remote cache is read back', () => {
    const text = roundTrip({
      version: 'v1.0.0-beta.21',
      remoteCache: { url: 'https://cache.example.com', token },
      acceptRisks: [accept(EngineRisk.UNCONFIRMED_FACT)],
    });
    expect(text).toContain(
      "remoteCache: { url: 'https://cache.example.com', token: KeySelector.fromSecretName('dagger-cloud', 'token') },",
    );
    expect(text).not.toMatch(/env:|JsonPatch/);
  });

  test('engine volumes are read back', () => {
    const text = roundTrip({
      version: 'v1.0.0-beta.21',
      engineVolumes: [
        { name: 'models', volume: { name: 'models', persistentVolumeClaim: { claimName: 'models' } }, readOnly: true },
        { name: 'data/images', volume: { name: 'images', nfs: { server: 'nfs', path: '/images' } }, subPath: 'ci' },
      ],
    });
    expect(text).toContain('engineVolumes: [');
    expect(text).toContain("name: 'data/images',");
    expect(text).not.toMatch(/ volumes: |volumeMounts|JsonPatch/);
  });

  test('a plain port with a network policy needs no accepted risk for a missing one', () => {
    const listening = statefulSet({ listener: Listener.insecureTcp() });
    const text = program(Object.values(objects(listening)));
    expect(text).toContain('listener: Listener.insecureTcp(),');
    expect(text).not.toMatch(/networkPolicy|JsonPatch/);
    expect(
      program([engine(({ container }) => (container.args = ['--addr', 'tcp://0.0.0.0:1234'])), service(1234)]),
    ).toContain('networkPolicy: { enabled: false },');
  });
});
