import { ApiObject, Chart, Size, Testing } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import {
  CacheVolume,
  CliInstall,
  EngineAccess,
  EngineImage,
  EngineJson,
  EngineProbe,
  EngineSidecar,
  EngineToml,
  EnvVar,
  ImagePullPolicy,
  KeySelector,
  Listener,
  LogLevel,
  PemFile,
  type EngineSidecarProps,
  EngineRisk,
} from '../../src/index';
import { chart, daemonSet, problems, VERSION, warnings } from '../engines';
import { manifest } from '../golden';

function sidecar(props: Partial<EngineSidecarProps> = {}, scope = chart()): EngineSidecar {
  return new EngineSidecar(scope, 'builder', { version: VERSION, ...props });
}

/** Returns the rendered pod of a generated KubeJob with this spec. */
function pod(scope: Chart, spec: k8s.PodSpec): any {
  new k8s.KubeJob(scope, 'job', { spec: { template: { spec } } });
  return Testing.synth(scope).find(({ kind }) => kind === 'Job').spec.template.spec;
}

const JOB: k8s.PodSpec = { restartPolicy: 'Never', containers: [{ name: 'build', image: 'example.com/ci:1' }] };

afterEach(() => {
  jest.restoreAllMocks();
});

describe('the container', () => {
  test("is that of an engine, with the privileges that the pod of the job doesn't set", () => {
    const scope = chart();
    const spec = pod(scope, sidecar({}, scope).podSpec(JOB));
    daemonSet({}, scope);
    const engine = Testing.synth(scope).find(({ kind }) => kind === 'DaemonSet').spec.template.spec.containers[0];
    expect(spec.initContainers).toEqual([
      {
        args: ['--group=1001'],
        name: 'dagger-engine',
        image: engine.image,
        restartPolicy: 'Always',
        securityContext: { privileged: true, runAsUser: 0, runAsGroup: 0, runAsNonRoot: false },
        startupProbe: engine.startupProbe,
        volumeMounts: [
          { name: 'dagger-cache', mountPath: '/var/lib/dagger' },
          { name: 'dagger-socket', mountPath: '/run/dagger' },
        ],
      },
    ]);
  });

  test('mounts the socket at the path of the version', () => {
    const { runnerHost, volumeMounts } = sidecar({ version: 'v0.16.3' });
    expect(runnerHost).toBe('unix:///run/buildkit/buildkitd.sock');
    expect(volumeMounts).toEqual([{ name: 'dagger-socket', mountPath: '/run/buildkit', readOnly: true }]);
  });

  test('is a plain container on request', () => {
    jest.spyOn(console, 'warn').mockImplementation();
    const scope = chart();
    const spec = pod(scope, sidecar({ native: false }, scope).podSpec(JOB));
    expect(spec.initContainers).toBeUndefined();
    expect(spec.containers.map((container: any) => [container.name, container.restartPolicy])).toEqual([
      ['build', undefined],
      ['dagger-engine', undefined],
    ]);
  });

  test('has only the given startup probe', () => {
    const { container } = sidecar({ startupProbe: EngineProbe.session() });
    expect(container.startupProbe?.exec?.command?.[2]).toContain('dagger core version');
    expect([container.readinessProbe, container.livenessProbe]).toEqual([undefined, undefined]);
  });
});

describe('the pod', () => {
  test('of a job gets the engine', () => {
    const scope = chart();
    expect(pod(scope, sidecar({}, scope).podSpec(JOB))).toMatchObject({
      containers: [
        {
          name: 'build',
          env: [{ name: '_EXPERIMENTAL_DAGGER_RUNNER_HOST', value: 'unix:///run/dagger/engine.sock' }],
          volumeMounts: [{ name: 'dagger-socket', mountPath: '/run/dagger', readOnly: true }],
        },
      ],
      securityContext: { supplementalGroups: [1001] },
      volumes: [
        { name: 'dagger-cache', emptyDir: {} },
        { name: 'dagger-socket', emptyDir: {} },
      ],
    });
  });

  test('keeps its own fields', () => {
    const scope = chart();
    const spec = pod(
      scope,
      sidecar({}, scope).podSpec(
        {
          securityContext: { runAsUser: 1000, runAsNonRoot: true, supplementalGroups: [2000] },
          initContainers: [{ name: 'clone', image: 'git:1' }],
          containers: [
            {
              name: 'build',
              image: 'example.com/ci:1',
              env: [{ name: 'A', value: '1' }],
              resources: { requests: { cpu: k8s.Quantity.fromString('2') } },
            },
            { name: 'proxy', image: 'proxy:1' },
          ],
          volumes: [{ name: 'source', emptyDir: { sizeLimit: k8s.Quantity.fromString('1Gi') } }],
        },
        ['build'],
      ),
    );
    expect(spec.securityContext).toEqual({ runAsUser: 1000, runAsNonRoot: true, supplementalGroups: [2000, 1001] });
    expect(spec.initContainers.map(({ name }: any) => name)).toEqual(['dagger-engine', 'clone']);
    expect(spec.containers[0]).toMatchObject({
      resources: { requests: { cpu: '2' } },
      env: [{ name: 'A' }, { name: '_EXPERIMENTAL_DAGGER_RUNNER_HOST' }],
    });
    expect(spec.containers[1]).toEqual({ name: 'proxy', image: 'proxy:1' });
    expect(spec.volumes[0]).toEqual({ name: 'source', emptyDir: { sizeLimit: '1Gi' } });
  });

  test('gets the engine once, even if it is connected twice', () => {
    const engine = sidecar();
    const once = engine.podSpec(JOB);
    expect(engine.podSpec(once)).toEqual(once);
  });

  test('shares the engine with named init containers', () => {
    const spec: k8s.PodSpec = sidecar().podSpec(
      { ...JOB, initContainers: [{ name: 'prepare', image: 'example.com/ci:1' }] },
      ['prepare'],
    );
    expect(spec.initContainers?.map(({ name, env }) => [name, env?.length])).toEqual([
      ['dagger-engine', undefined],
      ['prepare', 1],
    ]);
    expect(spec.containers[0]?.env).toBeUndefined();
  });

  test('is rejected if it conflicts with the engine', () => {
    expect(() =>
      sidecar().podSpec(
        {
          containers: [
            {
              name: 'build',
              image: 'example.com/ci:1',
              env: [{ name: '_EXPERIMENTAL_DAGGER_RUNNER_HOST', value: 'tcp://elsewhere:1234' }],
              volumeMounts: [{ name: 'run', mountPath: '/run/dagger' }],
            },
          ],
          volumes: [
            { name: 'run', emptyDir: {} },
            { name: 'dagger-cache', hostPath: { path: '/tmp' } },
          ],
        },
        ['build', 'test'],
      ),
    ).toThrow(
      new Error(
        [
          '[test/builder] EngineSidecar has 4 problems:',
          '  - containers: the pod has no container with this name; got "test"; allowed: build; fix: use one of these names',
          '  - volumes: the pod already has another volume with this name; got "dagger-cache"; allowed: unused names; fix: rename the pod\'s volume',
          '  - containers["build"].env: _EXPERIMENTAL_DAGGER_RUNNER_HOST is already set to a different value; got "tcp://elsewhere:1234"; allowed: one engine for each container; fix: remove the variable, or connect another container',
          '  - containers["build"].volumeMounts: another volume is mounted at /run/dagger; got "run"; allowed: another path; fix: mount the volume at another path',
        ].join('\n'),
      ),
    );
  });
});

describe('a plain engine, which never ends by itself', () => {
  const warned = (props: Partial<EngineSidecarProps>, spec: Partial<k8s.PodSpec>): boolean => {
    const warn = jest.spyOn(console, 'warn').mockReset().mockImplementation();
    const scope = chart();
    pod(scope, sidecar(props, scope).podSpec({ ...JOB, ...spec }));
    return warn.mock.calls.flat().join().includes('sidecar-never-ends');
  };

  test.each([
    ['causes a warning in a Job', { native: false }, {}, true],
    ['causes no warning in a Job with a deadline', { native: false }, { activeDeadlineSeconds: 3600 }, false],
    ['causes no warning in a pod that keeps running', { native: false }, { restartPolicy: 'Always' }, false],
    ['causes no warning as a native sidecar', {}, {}, false],
  ])('%s', (_title, props, spec, expected) => {
    expect(warned(props, spec)).toBe(expected);
  });
});

describe('the cache', () => {
  test('gets the time to be written if it outlives the pod', () => {
    const scope = chart();
    const engine = sidecar(
      { cache: CacheVolume.fromVolume({ name: 'cache', persistentVolumeClaim: { claimName: 'builds' } }) },
      scope,
    );
    jest.spyOn(console, 'warn').mockImplementation();
    expect(engine.terminationGracePeriodSeconds).toBe(600);
    expect(pod(scope, engine.podSpec(JOB)).terminationGracePeriodSeconds).toBe(600);
    expect(engine.podSpec({ ...JOB, terminationGracePeriodSeconds: 900 }).terminationGracePeriodSeconds).toBe(900);
  });

  test('warns about a pod with less time', () => {
    const scope = chart();
    const engine = sidecar({ cache: CacheVolume.fromClaimName('builds') }, scope);
    engine.podSpec({ ...JOB, terminationGracePeriodSeconds: 30 });
    expect(warnings(scope)).toContain(
      '[test/builder] warning short-grace-period: terminationGracePeriodSeconds: the pod has 30 s to stop. In v0.21.0 and later, an engine that is killed before it has written its cache deletes the whole cache at the next start; fix: use 600 s',
    );
  });

  test('on a generic ephemeral volume keeps its size in the generated classes', () => {
    const scope = chart();
    const spec = pod(
      scope,
      sidecar(
        {
          cache: CacheVolume.ephemeral({ size: Size.gibibytes(50), storageClassName: 'gp3' }),
          resources: { requests: { memory: '4Gi' }, limits: { 'ephemeral-storage': '60Gi' } },
        },
        scope,
      ).podSpec(JOB),
    );
    expect(spec.volumes[0].ephemeral.volumeClaimTemplate.spec).toMatchObject({
      resources: { requests: { storage: '50Gi' } },
      storageClassName: 'gp3',
    });
    expect(spec.initContainers[0].resources).toEqual({
      requests: { memory: '4Gi' },
      limits: { 'ephemeral-storage': '60Gi' },
    });
    expect(spec.terminationGracePeriodSeconds).toBeUndefined();
  });

  test('is always on a volume', () => {
    expect(problems(() => sidecar({ cache: CacheVolume.none() }))).toEqual([
      "cache: without a volume, the cache is in the writable layer of the container, where overlay mounts don't work and a restart loses it; allowed: a volume at /var/lib/dagger; fix: use CacheVolume.claimTemplate({ size: Size.gibibytes(200) }) for a StatefulSet, or CacheVolume.ephemeral({ size: Size.gibibytes(200) })",
    ]);
  });

  test('with a known size configures garbage collection in a ConfigMap', () => {
    const scope = chart();
    const engine = sidecar({ cache: CacheVolume.emptyDir({ sizeLimit: Size.gibibytes(50) }) }, scope);
    expect(engine.configMap).toBeInstanceOf(ApiObject);
    expect(JSON.parse(Testing.synth(scope)[0].data['engine.json']).gc).toBeDefined();
    expect(engine.volumes).toEqual(
      expect.arrayContaining([{ name: 'dagger-config', configMap: { name: 'builder-config' } }]),
    );
    expect(engine.container.volumeMounts).toEqual(
      expect.arrayContaining([
        { name: 'dagger-config', mountPath: '/etc/dagger/engine.json', subPath: 'engine.json', readOnly: true },
      ]),
    );
  });
});

test.each<[string, Partial<EngineSidecarProps>, string[]]>([
  [
    'an invalid quantity',
    { resources: { requests: { cpu: 'lots' } } },
    [
      "resources.requests[\"cpu\"]: must be a Kubernetes quantity; got \"lots\"; allowed: a decimal number with an optional suffix such as 'm', 'Gi', 'G'; fix: use a value such as '500m' or '16Gi'",
    ],
  ],
  [
    'a request above the limit',
    { resources: { requests: { cpu: '4' }, limits: { cpu: '2' } } },
    [
      'resources.requests["cpu"]: must not exceed the limit; got "4"; allowed: at most 2; fix: raise the limit or remove it',
    ],
  ],
  [
    'an unknown field',
    { env: { A: EnvVar.fromSource({ secretKeyRef: { name: 'x', key: 'y', extra: 1 } as never }) } },
    [
      'env.A.valueFrom.secretKeyRef.extra: Kubernetes has no field with this name in SecretKeySelector; allowed: name, key, optional; fix: write one of them',
    ],
  ],
])('rejects %s, like the API server', (_, props, expected) => {
  expect(problems(() => sidecar(props))).toEqual(expected);
});

test('copies the CLI from the image of the engine before the engine starts', () => {
  const spec: k8s.PodSpec = sidecar({ cli: CliInstall.fromEngineImage() }).podSpec(JOB);
  expect(spec.initContainers?.map(({ image, name }) => [name, image])).toEqual([
    ['cli-builder', 'registry.dagger.io/engine:v0.21.7'],
    ['dagger-engine', 'registry.dagger.io/engine:v0.21.7'],
  ]);
  expect(spec.containers[0]?.volumeMounts).toEqual(
    expect.arrayContaining([
      { name: 'cli-builder', mountPath: '/usr/local/bin/dagger', subPath: 'dagger', readOnly: true },
    ]),
  );
  expect(spec.volumes).toEqual(expect.arrayContaining([{ name: 'cli-builder', emptyDir: {} }]));
});

test('supports every property in a Job', () => {
  const scope = chart();
  const props: Required<EngineSidecarProps> = {
    version: VERSION,
    name: 'ci',
    native: true,
    image: EngineImage.fromReference('registry.example.com/engine:ours'),
    imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT,
    resources: { requests: { cpu: '2', memory: '8Gi' } },
    env: { GOPROXY: EnvVar.fromValue('https://proxy.example.com'), TEST_TOKEN: EnvVar.fromValue('no-secret') },
    args: ['--extra-debug'],
    proxy: { https: EnvVar.fromValue('http://proxy.example.com:3128') },
    caCertificates: [KeySelector.fromConfigMapName('corporate-ca', 'ca.crt')],
    security: { group: 2000, runAsGroup: 3000 },
    startupProbe: EngineProbe.connect({ failureThreshold: 12 }),
    cache: CacheVolume.emptyDir({ sizeLimit: Size.gibibytes(50), volumeName: 'builds' }),
    engineJson: EngineJson.of({
      logLevel: LogLevel.INFO,
      registries: {
        'registry.example.com': { ca: [PemFile.fromSelector(KeySelector.fromSecretName('registry-ca', 'ca.crt'))] },
      },
    }),
    engineToml: EngineToml.of({ dns: { searchDomains: ['example.com'] } }),
    insecureRootCapabilities: false,
    acceptRisks: [{ risk: EngineRisk.SECRET_IN_PLAIN_TEXT, property: 'env.TEST_TOKEN', reason: 'not a secret' }],
    cli: CliInstall.fromEngineImage({ path: '/opt/bin/dagger' }),
  };
  const engine = new EngineSidecar(scope, 'builder', props);
  new k8s.KubeJob(scope, 'job', { spec: { template: { spec: engine.podSpec(JOB) } } });
  expect(manifest(scope)).toMatchSnapshot();
});

describe('the accepted risks', () => {
  const acceptRisks = [{ risk: EngineRisk.NO_REQUESTS, reason: 'a test' }];
  const annotation = { 'cdk8s-dagger.github.io/accepted-risks': 'no-requests: a test' };
  const metadata = (scope: Chart, kind: string): any => Testing.synth(scope).find((one) => one.kind === kind).metadata;

  test('are an annotation of a connected object, but not of its pods', () => {
    const scope = chart();
    const job = new k8s.KubeJob(scope, 'job', {
      metadata: { annotations: { team: 'ci' } },
      spec: { template: { spec: JOB } },
    });
    sidecar({ acceptRisks }, scope).connect(job);
    expect(metadata(scope, 'Job').annotations).toEqual({ ...annotation, team: 'ci' });
    expect(Object.keys(metadata(scope, 'Job').annotations)).toEqual([...Object.keys(annotation), 'team']);
    expect(Testing.synth(scope)[0].spec.template.metadata).toBeUndefined();
  });

  test('are joined with those of another engine', () => {
    const scope = chart();
    const job = new k8s.KubeJob(scope, 'job', {
      metadata: { annotations: { 'cdk8s-dagger.github.io/accepted-risks': 'nfs-cache: a test' } },
      spec: { template: { spec: JOB } },
    });
    sidecar({ acceptRisks }, scope).connect(job);
    expect(Object.values(metadata(scope, 'Job').annotations)).toEqual(['nfs-cache: a test\nno-requests: a test']);
  });

  test('are an annotation of the ConfigMap', () => {
    const scope = chart();
    sidecar({ acceptRisks, cache: CacheVolume.emptyDir({ sizeLimit: Size.gibibytes(50) }) }, scope);
    expect(metadata(scope, 'ConfigMap').annotations).toEqual(annotation);
  });

  test('add no annotation if there are none', () => {
    jest.spyOn(console, 'warn').mockImplementation();
    const scope = chart();
    sidecar({}, scope).connect(new k8s.KubeJob(scope, 'job', { spec: { template: { spec: JOB } } }));
    expect(metadata(scope, 'Job').annotations).toBeUndefined();
  });
});

describe('items that methods add', () => {
  const connected = (change: (engine: EngineSidecar) => void): any => {
    jest.spyOn(console, 'warn').mockImplementation();
    const scope = chart();
    const engine = sidecar({ env: { A: EnvVar.fromValue('1') } }, scope);
    engine.connect(new k8s.KubeJob(scope, 'job', { spec: { template: { spec: JOB } } }));
    change(engine);
    return Testing.synth(scope)[0].spec.template.spec;
  };
  const certificate = KeySelector.fromSecretName('ca', 'ca.crt');

  test('are in the pod, in any order of the calls', () => {
    const pod = connected((engine) => {
      engine.addEnv('B', EnvVar.fromValue('2'));
      engine.addCaCertificate(certificate);
      engine.addEnv('C', EnvVar.fromValue('3'));
      engine.addEnv('C', EnvVar.fromValue('3'));
    });
    expect(pod.initContainers[0].env.map(({ name }: any) => name)).toEqual(['A', 'B', 'C']);
    expect(pod.volumes.map(({ secret }: any) => secret?.secretName)).toContain('ca');
    const reverse = connected((engine) => {
      engine.addEnv('C', EnvVar.fromValue('3'));
      engine.addCaCertificate(certificate);
      engine.addEnv('B', EnvVar.fromValue('2'));
    });
    expect(reverse).toEqual(pod);
  });

  test('are in copies that are made later', () => {
    const engine = sidecar();
    engine.addEnv('B', EnvVar.fromValue('2'));
    expect(engine.container.env).toEqual([{ name: 'B', value: '2' }]);
    expect(engine.podSpec(JOB).initContainers[0].env).toEqual([{ name: 'B', value: '2' }]);
  });

  test('are checked with the properties', () => {
    expect(() => connected((engine) => engine.addEnv('A', EnvVar.fromValue('2')))).toThrow(
      'addEnv("A"): already has a different value; got "A"; allowed: unused names; fix: remove one of them',
    );
    expect(() => connected((engine) => engine.addEnv('NOT VALID', EnvVar.fromValue('2')))).toThrow(
      'addEnv: must be a valid environment variable name; got "NOT VALID"',
    );
  });

  test.each<[title: string, copy: (engine: EngineSidecar) => unknown]>([
    ['podSpec', (engine) => engine.podSpec(JOB)],
    ['container', ({ container }) => container],
    ['volumes', ({ volumes }) => volumes],
    ['EngineAccess', (engine) => EngineAccess.fromSidecar(engine)],
  ])('are rejected after a copy by %s', (_title, copy) => {
    const engine = sidecar();
    copy(engine);
    expect(problems(() => engine.addEnv('A', EnvVar.fromValue('1')))).toEqual([
      'env: the program already has a copy of the container, which this call would not change; got "A"; ' +
        'allowed: calls before the program uses podSpec, EngineAccess.fromSidecar, container or volumes; ' +
        'fix: move the call up, or use connect',
    ]);
  });
});

test('gives the objects of two sidecars different names', () => {
  const scope = chart();
  jest.spyOn(console, 'warn').mockImplementation();
  const cache = CacheVolume.emptyDir({ sizeLimit: Size.gibibytes(50) });
  new EngineSidecar(scope, 'a', { version: VERSION, cache });
  new EngineSidecar(scope, 'b', { version: VERSION, cache });
  daemonSet({ listener: Listener.insecureTcp() }, scope);
  expect(
    Testing.synth(scope)
      .filter(({ kind }) => kind === 'ConfigMap')
      .map(({ metadata }) => metadata.name),
  ).toEqual(['a-config', 'b-config']);
});
