import { Chart, Size, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  CacheVolume,
  ClaimRetention,
  DiskSpace,
  EngineJson,
  EngineToml,
  KeySelector,
  VolumeAccessMode,
  VolumeMode,
  VolumeSharing,
  type ClaimOptions,
  type ClaimTemplateCacheOptions,
  type ClaimTemplateOptions,
  type EmptyDirCacheOptions,
  type ExistingClaimCacheOptions,
  type HostPathCacheOptions,
  type NfsCacheOptions,
} from '../../src/index';
import {
  chart,
  container,
  daemonSet,
  deployment,
  pod,
  problems,
  refusal,
  statefulSet,
  warnings,
  workload,
} from '../engines';

const SIZE = Size.gibibytes(200);

const TEMPLATE = {
  metadata: { name: 'data' },
  spec: {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: kplus.k8s.Quantity.fromString('200Gi') } },
    storageClassName: 'gp3',
  },
};

const NO_VOLUME =
  "cache: without a volume, the cache is in the writable layer of the container, where overlay mounts don't work and a restart loses it; " +
  'allowed: a volume at /var/lib/dagger; fix: use CacheVolume.claimTemplate({ size: Size.gibibytes(200) }) for a StatefulSet, or CacheVolume.ephemeral({ size: Size.gibibytes(200) })';

const EPHEMERAL: kplus.k8s.PersistentVolumeClaimSpec = {
  accessModes: ['ReadWriteOnce'],
  resources: { requests: { storage: kplus.k8s.Quantity.fromString('100Gi') } },
};

/** All factory methods of CacheVolume. `title` is the description of the volume in messages. */
const FACTORIES: { [factory: string]: { readonly cache: () => CacheVolume; readonly title?: string } } = {
  hostPath: { cache: () => CacheVolume.hostPath({ path: '/mnt/nvme' }), title: "the node's directory /mnt/nvme" },
  claimTemplate: { cache: () => CacheVolume.claimTemplate({ size: SIZE }), title: 'a claim template' },
  fromClaimTemplate: { cache: () => CacheVolume.fromClaimTemplate(TEMPLATE), title: 'a claim template' },
  none: { cache: () => CacheVolume.none(), title: 'nothing' },
  fromClaimName: { cache: () => CacheVolume.fromClaimName('warm'), title: 'the claim warm' },
  ephemeral: { cache: () => CacheVolume.ephemeral({ size: SIZE }) },
  emptyDir: { cache: () => CacheVolume.emptyDir() },
  nfs: {
    cache: () => CacheVolume.nfs({ server: 'nfs.example.com', path: '/dagger' }),
    title: 'the NFS export nfs.example.com:/dagger',
  },
  fromVolume: {
    cache: () => CacheVolume.fromVolume({ name: 'disk', csi: { driver: 'disk.example.com' } }),
    title: 'the volume disk',
  },
  'fromVolume, each node its own': {
    cache: () =>
      CacheVolume.fromVolume({ name: 'disk', csi: { driver: 'disk.example.com' } }, { sharing: VolumeSharing.NODE }),
    title: 'the volume disk',
  },
  'fromVolume, each pod its own': {
    cache: () =>
      CacheVolume.fromVolume({ name: 'disk', csi: { driver: 'disk.example.com' } }, { sharing: VolumeSharing.POD }),
  },
  'fromVolume with an emptyDir': {
    cache: () => CacheVolume.fromVolume({ name: 'disk', emptyDir: {} }),
  },
  'fromVolume with an ephemeral volume': {
    cache: () => CacheVolume.fromVolume({ name: 'disk', ephemeral: { volumeClaimTemplate: { spec: EPHEMERAL } } }),
  },
  'fromVolume with a hostPath': {
    cache: () => CacheVolume.fromVolume({ name: 'disk', hostPath: { path: '/mnt/disk' } }),
    title: 'the volume disk',
  },
};

const DAEMON_SET_SHARES = (title: string) =>
  `cache: the engines on all nodes would share one volume, and all but the first would fail to lock it; got "${title}"; allowed: a volume for each node or pod: hostPath, ephemeral, emptyDir; fix: use CacheVolume.hostPath()`;
const DAEMON_SET_HAS_NONE = (title: string) =>
  `cache: claim templates are not supported by a DaemonSet; got "${title}"; allowed: hostPath, ephemeral, emptyDir; fix: use CacheVolume.ephemeral(...), or an EngineStatefulSet`;
const STATEFUL_SET_SHARES = (title: string) =>
  `cache: 3 engines would share one volume, and all but the first would fail to lock it; got "${title}"; allowed: a volume for each pod: claimTemplate, ephemeral, emptyDir; fix: use CacheVolume.claimTemplate(...), or replicas: 1`;
const DEPLOYMENT_SHARES = (title: string) =>
  `cache: 3 engines would share one volume, and all but the first would fail to lock it; got "${title}"; allowed: a volume for each pod: ephemeral, emptyDir; fix: use CacheVolume.ephemeral(...), an EngineStatefulSet with a claim template, or replicas: 1`;
const DEPLOYMENT_HAS_NONE = (title: string) =>
  `cache: claim templates are not supported by a Deployment; got "${title}"; allowed: ephemeral, emptyDir, or one replica on an existing claim; fix: use CacheVolume.ephemeral(...), or an EngineStatefulSet`;

type Refused = ((title: string) => string) | 'taken';

/** The result of each factory method in each topology: `taken`, or the error message. */
const MATRIX: Array<
  [factory: string, daemonSet: Refused, statefulSet: Refused, three: Refused, deployment: Refused, threeOfIt: Refused]
> = [
  ['hostPath', 'taken', 'taken', STATEFUL_SET_SHARES, 'taken', DEPLOYMENT_SHARES],
  ['claimTemplate', DAEMON_SET_HAS_NONE, 'taken', 'taken', DEPLOYMENT_HAS_NONE, DEPLOYMENT_HAS_NONE],
  ['fromClaimTemplate', DAEMON_SET_HAS_NONE, 'taken', 'taken', DEPLOYMENT_HAS_NONE, DEPLOYMENT_HAS_NONE],
  ['none', () => NO_VOLUME, () => NO_VOLUME, () => NO_VOLUME, () => NO_VOLUME, () => NO_VOLUME],
  ['fromClaimName', DAEMON_SET_SHARES, 'taken', STATEFUL_SET_SHARES, 'taken', DEPLOYMENT_SHARES],
  ['ephemeral', 'taken', 'taken', 'taken', 'taken', 'taken'],
  ['emptyDir', 'taken', 'taken', 'taken', 'taken', 'taken'],
  ['nfs', DAEMON_SET_SHARES, 'taken', STATEFUL_SET_SHARES, 'taken', DEPLOYMENT_SHARES],
  ['fromVolume', DAEMON_SET_SHARES, 'taken', STATEFUL_SET_SHARES, 'taken', DEPLOYMENT_SHARES],
  ['fromVolume, each node its own', 'taken', 'taken', STATEFUL_SET_SHARES, 'taken', DEPLOYMENT_SHARES],
  ['fromVolume, each pod its own', 'taken', 'taken', 'taken', 'taken', 'taken'],
  ['fromVolume with an emptyDir', 'taken', 'taken', 'taken', 'taken', 'taken'],
  ['fromVolume with an ephemeral volume', 'taken', 'taken', 'taken', 'taken', 'taken'],
  ['fromVolume with a hostPath', 'taken', 'taken', STATEFUL_SET_SHARES, 'taken', DEPLOYMENT_SHARES],
];

describe('the combinations of volumes and engines', () => {
  test('cover every factory', () => {
    expect(MATRIX.map(([factory]) => factory)).toEqual(Object.keys(FACTORIES));
  });

  describe.each(MATRIX)('%s', (factory, ...expected) => {
    const { cache, title } = FACTORIES[factory]!;
    test.each([
      ['a DaemonSet', () => daemonSet({ cache: cache() }), expected[0]],
      ['a StatefulSet with one pod', () => statefulSet({ cache: cache() }), expected[1]],
      ['a StatefulSet with three pods', () => statefulSet({ cache: cache(), replicas: 3 }), expected[2]],
      ['a Deployment with one pod', () => deployment({ cache: cache() }), expected[3]],
      ['a Deployment with three pods', () => deployment({ cache: cache(), replicas: 3 }), expected[4]],
    ])('%s', (_, program, refused) => {
      if (refused === 'taken') {
        const engine = program();
        const [{ name }] = container(engine).volumeMounts.filter(
          ({ mountPath }: { mountPath: string }) => mountPath === '/var/lib/dagger',
        );
        const declared = [
          ...(pod(engine).volumes ?? []).map((volume: any) => volume.name),
          ...(workload(engine).spec.volumeClaimTemplates ?? []).map((claim: any) => claim.metadata.name),
        ];
        expect(declared.filter((volume) => volume === name)).toHaveLength(1);
      } else {
        expect(problems(program)).toEqual([refused(title!)]);
      }
    });
  });

  test('reject a missing volume', () => {
    const cache = undefined as unknown as CacheVolume; // Only a program in JavaScript can pass this.
    const required = (fix: string): string => `cache: is required; allowed: a CacheVolume; fix: use CacheVolume.${fix}`;
    expect(problems(() => statefulSet({ cache }))).toEqual([required('claimTemplate({ size: Size.gibibytes(100) })')]);
    expect(problems(() => deployment({ cache }))).toEqual([required('ephemeral({ size: Size.gibibytes(100) })')]);
  });
});

describe('rendered cache volumes', () => {
  const volume = (cache: CacheVolume, scope = chart()): any => pod(statefulSet({ cache }, scope)).volumes[0];

  test('renders hostPath in a directory that no other engine uses', () => {
    expect(volume(CacheVolume.hostPath())).toEqual({
      name: 'cache',
      hostPath: { path: '/var/lib/dagger-ci_engine', type: 'DirectoryOrCreate' },
    });
    expect(volume(CacheVolume.hostPath(), chart({})).hostPath.path).toBe('/var/lib/dagger-engine');
  });

  test('renders hostPath with every property', () => {
    const all: Required<HostPathCacheOptions> = {
      path: '/mnt/nvme/dagger',
      mustExist: true,
      size: SIZE,
      volumeName: 'nvme',
    };
    const engine = daemonSet({ cache: CacheVolume.hostPath(all) });
    expect(pod(engine).volumes[0]).toEqual({ name: 'nvme', hostPath: { path: '/mnt/nvme/dagger', type: 'Directory' } });
    expect(container(engine).volumeMounts[0]).toEqual({ name: 'nvme', mountPath: '/var/lib/dagger' });
  });

  const CLAIM: Required<Omit<ClaimOptions, 'seed' | 'volumeName'>> = {
    size: Size.mebibytes(1536),
    volumeMode: VolumeMode.FILESYSTEM,
    storageClassName: 'gp3',
    accessModes: [VolumeAccessMode.READ_WRITE_ONCE_POD],
    labels: { team: 'builds' },
    annotations: { 'example.com/backup': 'no' },
    selector: { matchLabels: { tier: 'fast' } },
    dataSource: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'warm' },
    dataSourceRef: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'warm' },
    volumeAttributesClassName: 'fast',
  };
  const CLAIM_SPEC = {
    accessModes: ['ReadWriteOncePod'],
    dataSource: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'warm' },
    dataSourceRef: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'warm' },
    resources: { requests: { storage: '1536Mi' } },
    selector: { matchLabels: { tier: 'fast' } },
    storageClassName: 'gp3',
    volumeAttributesClassName: 'fast',
    volumeMode: 'Filesystem',
  };

  test('renders a claim template with every property', () => {
    const all: Required<Omit<ClaimTemplateCacheOptions, 'seed'>> = {
      ...CLAIM,
      volumeName: 'data',
      whenDeleted: ClaimRetention.DELETE,
      whenScaled: ClaimRetention.RETAIN,
    };
    const { spec } = workload(statefulSet({ cache: CacheVolume.claimTemplate(all) }));
    expect(spec.persistentVolumeClaimRetentionPolicy).toEqual({ whenDeleted: 'Delete', whenScaled: 'Retain' });
    expect(spec.volumeClaimTemplates).toEqual([
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'data', labels: { team: 'builds' }, annotations: { 'example.com/backup': 'no' } },
        spec: CLAIM_SPEC,
      },
    ]);
    expect(spec.template.spec.volumes.map(({ name }: { name: string }) => name)).toEqual(['config']);
  });

  test('renders a claim template with the defaults of the API server', () => {
    const { spec } = workload(statefulSet());
    expect(spec.volumeClaimTemplates).toEqual([
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'cache' },
        spec: {
          accessModes: ['ReadWriteOnce'],
          resources: { requests: { storage: '200Gi' } },
          volumeMode: 'Filesystem',
        },
      },
    ]);
    expect(spec).not.toHaveProperty('persistentVolumeClaimRetentionPolicy');
  });

  test('renders an existing claim template unchanged', () => {
    const options: Required<ClaimTemplateOptions> = {
      size: SIZE,
      whenDeleted: ClaimRetention.DELETE,
      whenScaled: ClaimRetention.RETAIN,
    };
    const engine = statefulSet({ cache: CacheVolume.fromClaimTemplate(TEMPLATE, options) });
    expect(workload(engine).spec.persistentVolumeClaimRetentionPolicy).toEqual({
      whenDeleted: 'Delete',
      whenScaled: 'Retain',
    });
    expect(workload(engine).spec.volumeClaimTemplates).toEqual([
      {
        metadata: { name: 'data' },
        spec: {
          accessModes: ['ReadWriteOnce'],
          resources: { requests: { storage: '200Gi' } },
          storageClassName: 'gp3',
        },
      },
    ]);
    expect(container(engine).volumeMounts[0]).toEqual({ name: 'data', mountPath: '/var/lib/dagger' });
    expect(JSON.parse(engine.configMap!.toJson().data['engine.json']).gc.maxUsedSpace).toBe('150GiB');
  });

  test('renders an existing claim template without configuration', () => {
    const { spec } = workload(statefulSet({ cache: CacheVolume.fromClaimTemplate(TEMPLATE) }));
    expect(spec).not.toHaveProperty('persistentVolumeClaimRetentionPolicy');
    expect(spec.template.spec).not.toHaveProperty('volumes');
  });

  test.each([
    ['/var/lib/dagger', undefined],
    ['/var/lib/dagger/', undefined],
    ['/var/lib', undefined],
    ['/data', EngineToml.raw('root = "/data"')],
  ])('renders no volume if one is mounted at %s', (mountPath, engineToml) => {
    const data = { name: 'varlibdagger', hostPath: { path: '/mnt/disks' } };
    const mount = { name: 'varlibdagger', mountPath, subPath: 'dagger' };
    const engine = daemonSet({
      cache: CacheVolume.none(),
      engineToml,
      volumes: [data],
      volumeMounts: [mount],
    });
    expect(pod(engine).volumes.at(-1)).toEqual(data);
    expect(container(engine).volumeMounts.at(-1)).toEqual(mount);
    expect(pod(engine).volumes.map(({ name }: { name: string }) => name)).not.toContain('cache');
  });

  test('renders an empty storage class, but not an undefined one', () => {
    const claim = (cache: CacheVolume) => workload(statefulSet({ cache })).spec.volumeClaimTemplates[0].spec;
    expect(claim(CacheVolume.claimTemplate({ size: SIZE, storageClassName: '' })).storageClassName).toBe('');
    expect(claim(CacheVolume.claimTemplate({ size: SIZE }))).not.toHaveProperty('storageClassName');
  });

  test('renders a single retention policy', () => {
    const { spec } = workload(
      statefulSet({ cache: CacheVolume.claimTemplate({ size: SIZE, whenScaled: ClaimRetention.DELETE }) }),
    );
    expect(spec.persistentVolumeClaimRetentionPolicy).toEqual({ whenScaled: 'Delete' });
  });

  test('renders a generic ephemeral volume with every property', () => {
    const all: Required<Omit<ClaimOptions, 'seed'>> = { ...CLAIM, volumeName: 'data' };
    expect(volume(CacheVolume.ephemeral(all))).toEqual({
      name: 'data',
      ephemeral: {
        volumeClaimTemplate: {
          metadata: { labels: { team: 'builds' }, annotations: { 'example.com/backup': 'no' } },
          spec: CLAIM_SPEC,
        },
      },
    });
  });

  test('renders an existing claim by name or as an object', () => {
    const all: Required<ExistingClaimCacheOptions> = { size: SIZE, volumeName: 'data' };
    expect(volume(CacheVolume.fromClaimName('warm', all))).toEqual({
      name: 'data',
      persistentVolumeClaim: { claimName: 'warm' },
    });
    const scope = chart();
    const claim = new kplus.PersistentVolumeClaim(scope, 'claim', { metadata: { name: 'warm' } });
    expect(volume(CacheVolume.fromClaim(claim, all), scope)).toEqual({
      name: 'data',
      persistentVolumeClaim: { claimName: 'warm' },
    });
  });

  test('renders an emptyDir', () => {
    const all: Required<EmptyDirCacheOptions> = { sizeLimit: Size.gibibytes(50), inMemory: true, volumeName: 'memory' };
    expect(volume(CacheVolume.emptyDir(all))).toEqual({
      name: 'memory',
      emptyDir: { medium: 'Memory', sizeLimit: '50Gi' },
    });
    expect(volume(CacheVolume.emptyDir({ inMemory: false }))).toEqual({ name: 'cache', emptyDir: {} });
  });

  test('renders an NFS export', () => {
    const all: Required<NfsCacheOptions> = {
      server: 'nfs.example.com',
      path: '/dagger',
      size: SIZE,
      volumeName: 'export',
    };
    expect(volume(CacheVolume.nfs(all))).toEqual({
      name: 'export',
      nfs: { server: 'nfs.example.com', path: '/dagger' },
    });
  });

  test('renders any other source in the spelling of the API', () => {
    expect(
      volume(CacheVolume.fromVolume({ name: 'disk', azureDisk: { diskName: 'd', diskUri: 'https://u' } })),
    ).toEqual({
      name: 'disk',
      azureDisk: { diskName: 'd', diskURI: 'https://u' },
    });
  });

  test('renders a source that Kubernetes 1.28 lacks', () => {
    const newer = { name: 'disk', image: { reference: 'registry.example.com/cache:1' } } as kplus.k8s.Volume;
    expect(volume(CacheVolume.fromVolume(newer))).toEqual(newer);
  });
});

describe('garbage collection with a known size', () => {
  const gc = (cache: CacheVolume) => {
    const config = deployment({ cache }).configMap?.toJson();
    return config && JSON.parse(config.data['engine.json']).gc;
  };
  const OF_100_GIB = { maxUsedSpace: '75GiB', minFreeSpace: '15GiB', reservedSpace: '10GiB', sweepSize: '20%' };
  const size = Size.gibibytes(100);

  test.each([
    ['ephemeral', CacheVolume.ephemeral({ size })],
    ['hostPath', CacheVolume.hostPath({ size })],
    ['fromClaimName', CacheVolume.fromClaimName('warm', { size })],
    ['nfs', CacheVolume.nfs({ server: 'nfs.example.com', path: '/dagger', size })],
    ['fromVolume', CacheVolume.fromVolume({ name: 'disk', csi: { driver: 'disk.example.com' } }, { size })],
  ])('%s', (_, cache) => {
    expect(gc(cache)).toEqual(OF_100_GIB);
  });

  test("sets no free space for an emptyDir on the node's disk", () => {
    expect(gc(CacheVolume.emptyDir({ sizeLimit: size })).maxUsedSpace).toBe('75GiB');
    expect(gc(CacheVolume.emptyDir({ sizeLimit: size, inMemory: true }))).toEqual(OF_100_GIB);
  });

  test('recognizes an emptyDir of a custom volume', () => {
    const emptyDir = (source: kplus.k8s.EmptyDirVolumeSource) =>
      CacheVolume.fromVolume({ name: 'scratch', emptyDir: source });
    const sizeLimit = kplus.k8s.Quantity.fromString('100Gi');
    expect(gc(emptyDir({ sizeLimit }))).toEqual(OF_100_GIB);
    expect(gc(emptyDir({ sizeLimit, medium: 'Memory' }))).toEqual(OF_100_GIB);
    expect(gc(emptyDir({}))).toBeUndefined();
    const percent = EngineJson.of({ gc: { maxUsedSpace: DiskSpace.percent(50) } });
    expect(problems(() => deployment({ cache: emptyDir({ sizeLimit }), engineJson: percent }))).toEqual([
      `engineJson.gc.maxUsedSpace: must be a size, because a percentage refers to the disk of the node; got "50%"; allowed: a size; fix: use a value such as DiskSpace.size(Size.gibibytes(10))`,
    ]);
    expect(() => deployment({ cache: emptyDir({ sizeLimit, medium: 'Memory' }), engineJson: percent })).not.toThrow();
  });

  test.each([
    ['emptyDir', CacheVolume.emptyDir()],
    ['hostPath', CacheVolume.hostPath()],
    ['fromClaimName', CacheVolume.fromClaimName('warm')],
  ])('creates no file for %s of unknown size', (_, cache) => {
    expect(gc(cache)).toBeUndefined();
  });
});

describe('rejected cache volumes', () => {
  const PATH = (got: string) =>
    `cache.path: must be a valid path for the cache; got "${got}"; allowed: an absolute path other than '/', without '..'; fix: use a value such as '/mnt/nvme/dagger'`;

  test.each(['relative', '/', '//', '/./', '/mnt/../etc', ''])('rejects the path %j', (path) => {
    expect(problems(() => daemonSet({ cache: CacheVolume.hostPath({ path }) }))).toEqual([PATH(path)]);
    expect(problems(() => deployment({ cache: CacheVolume.nfs({ server: 'nfs', path }) }))).toEqual([PATH(path)]);
  });

  test.each(['', 'nfs.example.com:/dagger', 'a b'])('rejects the server %j', (server) => {
    expect(problems(() => deployment({ cache: CacheVolume.nfs({ server, path: '/dagger' }) }))).toEqual([
      `cache.server: must be the address of a server; got "${server}"; allowed: a host name or an address; fix: use a value such as 'nfs.example.com'`,
    ]);
  });

  const tooSmall = (property: string, got: string) =>
    `cache.${property}: must be a valid volume size; got "${got}"; allowed: a whole number of kibibytes above 0; fix: use a value such as Size.gibibytes(200)`;

  test('rejects invalid sizes', () => {
    expect(problems(() => statefulSet({ cache: CacheVolume.claimTemplate({ size: Size.gibibytes(0) }) }))).toEqual([
      tooSmall('size', '0 KiB'),
    ]);
    expect(problems(() => deployment({ cache: CacheVolume.emptyDir({ sizeLimit: Size.kibibytes(0.5) }) }))).toEqual([
      tooSmall('sizeLimit', '0.5 KiB'),
    ]);
  });

  test('rejects invalid names', () => {
    expect(
      problems(() => deployment({ cache: CacheVolume.fromClaimName('Warm_Cache', { volumeName: 'Data' }) })),
    ).toEqual([
      'cache.claimName: must be a valid object name; got "Warm_Cache"; allowed: lower-case letters, digits, \'-\' and \'.\', at most 253 characters; fix: set the name to "warm-cache"',
      'cache.volumeName: must be a valid name; got "Data"; allowed: lower-case letters, digits and \'-\', starting and ending with a letter or digit, at most 63 characters; fix: set the name to "data"',
    ]);
  });

  test('reports several problems of a claim at once', () => {
    const cache = CacheVolume.claimTemplate({
      size: SIZE,
      storageClassName: 'GP3',
      accessModes: [VolumeAccessMode.READ_WRITE_ONCE_POD, VolumeAccessMode.READ_WRITE_ONCE],
      labels: { team: 'a b' },
      annotations: { 'a b': 'c' },
    });
    expect(refusal(() => statefulSet({ cache }))).toEqual([
      '[test/engine] EngineStatefulSet has 4 problems:',
      "cache.labels[\"team\"]: must be a valid label value; got \"a b\"; allowed: letters, digits, '-', '_' and '.', starting and ending with a letter or digit, at most 63 characters; fix: use an annotation for other text",
      "cache.annotations: must be a valid key; got \"a b\"; allowed: an optional DNS prefix and '/', then at most 63 letters, digits, '-', '_' and '.'; fix: rename the key",
      'cache.storageClassName: must be a valid object name; got "GP3"; allowed: lower-case letters, digits, \'-\' and \'.\', at most 253 characters; fix: set the name to "gp3"',
      'cache.accessModes: must be a list of access modes that the API server accepts; got ["ReadWriteOncePod","ReadWriteOnce"]; allowed: at least one access mode, and ReadWriteOncePod only by itself; fix: use [VolumeAccessMode.READ_WRITE_ONCE]',
    ]);
    expect(problems(() => statefulSet({ cache: CacheVolume.claimTemplate({ size: SIZE, accessModes: [] }) }))).toEqual([
      'cache.accessModes: must be a list of access modes that the API server accepts; got []; allowed: at least one access mode, and ReadWriteOncePod only by itself; fix: use [VolumeAccessMode.READ_WRITE_ONCE]',
    ]);
  });

  test('rejects an invalid claim template', () => {
    expect(
      problems(() =>
        statefulSet({
          cache: CacheVolume.fromClaimTemplate(
            { spec: { ...TEMPLATE.spec, accessModes: [] } },
            { size: Size.gibibytes(0) },
          ),
        }),
      ),
    ).toEqual([
      'cache.template.metadata.name: must be a valid name; got ""; allowed: lower-case letters, digits and \'-\', starting and ending with a letter or digit, at most 63 characters; fix: set a name',
      'cache.template.spec: must have access modes and a size; got {"accessModes":[],"resources":{"requests":{"storage":"200Gi"}},"storageClassName":"gp3"}; allowed: a spec with accessModes and resources.requests.storage; fix: copy it from the StatefulSet',
      tooSmall('size', '0 KiB'),
    ]);
    expect(
      problems(() => statefulSet({ cache: CacheVolume.fromClaimTemplate({ metadata: { name: 'data' } }) })),
    ).toEqual([
      'cache.template.spec: must have access modes and a size; got undefined; allowed: a spec with accessModes and resources.requests.storage; fix: copy it from the StatefulSet',
    ]);
  });

  test.each(['/var/lib/dagger-2', '/var/lib/dagger/worker', '/data'])(
    'rejects a mount at %s if the engine keeps its state elsewhere',
    (mountPath) => {
      const engine = () =>
        statefulSet({
          cache: CacheVolume.none(),
          volumes: [{ name: 'data', emptyDir: {} }],
          volumeMounts: [{ name: 'data', mountPath }],
        });
      expect(problems(engine)).toEqual([NO_VOLUME]);
    },
  );

  test('rejects a volume without a source', () => {
    expect(problems(() => deployment({ cache: CacheVolume.fromVolume({ name: 'disk' }) }))).toEqual([
      'cache: the volume has no source; got {"name":"disk"}; allowed: a volume with one source; fix: use a value such as { name: \'cache\', csi: { driver: ... } }',
    ]);
  });

  test('rejects a volume name that a mounted Secret uses', () => {
    expect(
      problems(() =>
        daemonSet({
          cache: CacheVolume.hostPath({ volumeName: 'secret-ca' }),
          caCertificates: [KeySelector.fromSecretName('ca', 'ca.crt')],
        }),
      ),
    ).toEqual([
      'cache.volumeName: the pod already has a volume with this name; got "secret-ca"; allowed: unused names; fix: rename one of them',
    ]);
  });
});

test('mounts the volume at the root of engine.toml', () => {
  const mounts = (engineToml?: EngineToml) =>
    container(deployment({ cache: CacheVolume.emptyDir(), engineToml }))
      .volumeMounts.filter(({ name }: { name: string }) => name === 'cache')
      .map(({ mountPath }: { mountPath: string }) => mountPath);
  expect(mounts()).toEqual(['/var/lib/dagger']);
  expect(mounts(EngineToml.of({ root: '/data' }))).toEqual(['/data']);
  expect(mounts(EngineToml.raw('root = "/data"'))).toEqual(['/data']);
  expect(mounts(EngineToml.raw('root = ""'))).toEqual(['/var/lib/dagger']);
});

test.each([
  ['nfs', CacheVolume.nfs({ server: 'nfs.example.com', path: '/dagger' })],
  ['fromVolume', CacheVolume.fromVolume({ name: 'export', nfs: { server: 'nfs.example.com', path: '/dagger' } })],
])('warns about NFS: %s', (_, cache) => {
  const scope = chart();
  deployment({ cache }, scope);
  expect(warnings(scope)).toEqual([
    "[test/engine] warning nfs-cache: cache: overlayfs can't write to NFS, so the engine falls back to its native snapshotter. It copies every layer in full, so it is slow and takes more space; fix: use a block or local volume",
  ]);
});

test('one cache volume object can serve several engines', () => {
  const app = Testing.app();
  const cache = CacheVolume.hostPath();
  const paths = ['a', 'b'].map(
    (id) => pod(daemonSet({ cache }, new Chart(app, id, { namespace: id }))).volumes[0].hostPath.path,
  );
  expect(paths).toEqual(['/var/lib/dagger-a_engine', '/var/lib/dagger-b_engine']);
});
