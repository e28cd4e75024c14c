import { Duration, Size } from 'cdk8s';
import * as fc from 'fast-check';
import {
  DiskSpace,
  EngineJson,
  EngineToml,
  KeySelector,
  LogLevel,
  NetworkMode,
  PemFile,
  Snapshotter,
  type EngineTomlOptions,
  type TomlGrpc,
  type TomlTls,
  type TomlWorker,
} from '../../src/index';
import { readJson, render } from './render';

const GRPC: Required<Omit<TomlGrpc, 'tls'>> = {
  address: ['tcp://0.0.0.0:2555'],
  debugAddress: '127.0.0.1:6060',
  uid: 0,
  gid: 1001,
};
const WORKER: Required<TomlWorker> = {
  gc: true,
  reservedSpace: DiskSpace.size(Size.gibibytes(10)),
  maxUsedSpace: DiskSpace.percent(60),
  minFreeSpace: DiskSpace.percent(20),
  gcPolicies: [
    { filters: ['type==exec.cachemount'], keepDuration: Duration.days(14), maxUsedSpace: DiskSpace.percent(10) },
    { all: true, maxUsedSpace: DiskSpace.percent(70) },
  ],
  labels: { 'example.com/pool': 'ci' },
  platforms: ['linux/amd64', 'linux/arm64'],
  snapshotter: Snapshotter.OVERLAYFS,
  defaultCgroupParent: 'dagger',
  apparmorProfile: 'dagger-build',
  selinux: true,
  networkMode: NetworkMode.CNI,
  cniConfigPath: '/etc/cni/conf.json',
  cniBinaryPath: '/opt/cni/bin',
  cniPoolSize: 32,
  maxParallelism: 4,
};
const ALL: Required<EngineTomlOptions> = {
  root: '/data/engine',
  trace: true,
  insecureEntitlements: ['security.insecure', 'network.host'],
  grpc: GRPC,
  registries: {
    'registry.example.com': {
      mirrors: ['mirror.example.com:5000/hub'],
      http: false,
      insecure: true,
      ca: [PemFile.fromSelector(KeySelector.fromConfigMapName('company-ca', 'ca.crt'))],
      keypairs: [
        {
          key: PemFile.fromSelector(KeySelector.fromSecretName('client', 'tls.key')),
          cert: PemFile.fromSelector(KeySelector.fromSecretName('client', 'tls.crt')),
        },
      ],
    },
  },
  dns: { options: ['edns0'], searchDomains: ['example.com'] },
  worker: WORKER,
  additional: { worker: { oci: { proxySnapshotterPath: '/run/snapshotter.sock' } } },
};

describe('typed', () => {
  test('renders every property, in order', () => {
    const { toml, mounts, errors, warnings } = render({ version: 'v0.20.8', toml: EngineToml.of(ALL) });
    expect({ errors, warnings }).toEqual({ errors: [], warnings: [] });
    expect(mounts).toEqual([
      'ConfigMap company-ca ca.crt at /etc/dagger/certs/registry.example.com/configmap/company-ca/ca.crt',
      'Secret client tls.crt at /etc/dagger/certs/registry.example.com/secret/client/tls.crt',
      'Secret client tls.key at /etc/dagger/certs/registry.example.com/secret/client/tls.key',
    ]);
    expect(toml).toBe(`insecure-entitlements = [ "security.insecure", "network.host" ]
root = "/data/engine"
trace = true

[dns]
options = [ "edns0" ]
searchDomains = [ "example.com" ]

[grpc]
address = [ "tcp://0.0.0.0:2555" ]
debugAddress = "127.0.0.1:6060"
gid = 1001
uid = 0

[registry."registry.example.com"]
ca = [ "/etc/dagger/certs/registry.example.com/configmap/company-ca/ca.crt" ]
http = false
insecure = true
mirrors = [ "mirror.example.com:5000/hub" ]

[[registry."registry.example.com".keypair]]
cert = "/etc/dagger/certs/registry.example.com/secret/client/tls.crt"
key = "/etc/dagger/certs/registry.example.com/secret/client/tls.key"

[worker.oci]
apparmor-profile = "dagger-build"
cniBinaryPath = "/opt/cni/bin"
cniConfigPath = "/etc/cni/conf.json"
cniPoolSize = 32
defaultCgroupParent = "dagger"
gc = true
max-parallelism = 4
maxUsedSpace = "60%"
minFreeSpace = "20%"
networkMode = "cni"
platforms = [ "linux/amd64", "linux/arm64" ]
proxySnapshotterPath = "/run/snapshotter.sock"
reservedSpace = "10GiB"
selinux = true
snapshotter = "overlayfs"

[[worker.oci.gcpolicy]]
filters = [ "type==exec.cachemount" ]
keepDuration = "336h"
maxUsedSpace = "10%"

[[worker.oci.gcpolicy]]
all = true
maxUsedSpace = "70%"

[worker.oci.labels]
"example.com/pool" = "ci"
`);
  });

  test('ignores the order of properties', () => {
    const shuffled = (options: object): fc.Arbitrary<object> =>
      fc
        .shuffledSubarray(Object.entries(options), { minLength: Object.keys(options).length })
        .map((entries) => Object.fromEntries(entries));
    const expected = render({ toml: EngineToml.of(ALL) }).toml;
    fc.assert(
      fc.property(shuffled(ALL), shuffled(WORKER), shuffled(GRPC), (options, worker, grpc) => {
        expect(render({ toml: EngineToml.of({ ...options, worker, grpc }) }).toml).toBe(expected);
      }),
      { numRuns: 30 },
    );
  });

  test('renders all limits together', () => {
    expect(
      render({
        toml: EngineToml.of({ worker: { maxUsedSpace: DiskSpace.percent(60) } }),
        cacheSize: Size.gibibytes(200),
      }).toml,
    ).toBe('[worker.oci]\nmaxUsedSpace = "60%"\nminFreeSpace = "30GiB"\nreservedSpace = "10GiB"\n');
  });

  test('warns about keys that the engine ignores', () => {
    const { warnings, errors } = render({
      version: 'v0.21.0',
      toml: EngineToml.of({
        worker: { maxParallelism: 4 },
        additional: {
          debug: false,
          log: { format: 'json' },
          dns: { nameservers: ['1.1.1.1'] },
          worker: { oci: { keepDuration: 1 } },
        },
      }),
    });
    expect(errors).toEqual([]);
    expect(warnings).toEqual([
      `ignored-config-key: engineToml.additional.debug: v0.21.0 ignores this key (supported until v0.14.0); fix: remove it`,
      'ignored-config-key: engineToml.additional.dns.nameservers: all releases that this library knows ignore this key; fix: remove it',
      'ignored-config-key: engineToml.additional.log: all releases that this library knows ignore this key; fix: remove it',
      'ignored-config-key: engineToml.additional.worker.oci.keepDuration: is not a key of engine.toml, so the engine ignores it; allowed: gc, gckeepstorage, reservedSpace, maxUsedSpace, minFreeSpace, gcpolicy, ' +
        'labels, platforms, snapshotter, proxySnapshotterPath, defaultCgroupParent, apparmor-profile, selinux, networkMode, cniConfigPath, cniBinaryPath, cniPoolSize; fix: remove it',
      `ignored-config-key: engineToml.worker.maxParallelism: v0.21.0 ignores this key (supported until v0.20.8); fix: remove it`,
    ]);
  });

  test.each<[string, EngineTomlOptions, string, string?]>([
    [
      'an address without a port',
      { grpc: { address: ['tcp://0.0.0.0'] } },
      `engineToml.grpc.address[0]: is invalid in engine.toml, so the engine would not start; got "tcp://0.0.0.0"; allowed: unix:///path, fd://name or tcp://host:port; fix: use a value such as 'tcp://127.0.0.1:1234'`,
    ],
    [
      'an unknown entitlement',
      { insecureEntitlements: ['root'] },
      `engineToml.insecureEntitlements[0]: is invalid in engine.toml, so the engine would not start; got "root"; allowed: security.insecure, network.host; fix: use a value such as 'security.insecure'`,
    ],
    [
      'a root that hides others',
      { additional: { root: '/var/lib/' } },
      `engineToml.additional.root: must be a directory where the cache volume can be mounted; got "/var/lib/"; allowed: an absolute path outside the directories that the engine needs; fix: use a value such as '/data'`,
    ],
    [
      'an unknown snapshotter',
      { additional: { worker: { oci: { snapshotter: 'zfs' } } } },
      `engineToml.additional.worker.oci.snapshotter: is invalid in engine.toml, so the engine would not start; got "zfs"; allowed: overlayfs, native; fix: use a value such as 'overlayfs'`,
    ],
    [
      'a maximum of 100 %',
      { worker: { maxUsedSpace: DiskSpace.percent(100) } },
      'engineToml.worker.maxUsedSpace: must be less than the disk, otherwise the disk fills up or the cache is always empty; got "100%"; allowed: less than the disk; fix: use a value such as 75%',
    ],
    [
      'a certificate without its key',
      { additional: { grpc: { tls: { cert: '/tls.crt' } } } },
      'engineToml.additional.grpc.tls: cert and key must be set together, because the engine does not start with only one of them; allowed: both or neither; fix: set key',
    ],
    [
      'a CA that protects nothing',
      { additional: { grpc: { tls: { ca: '/ca.crt' } } } },
      'engineToml.additional.grpc.tls.ca: without cert and key, the engine serves plain text to any client; got "/ca.crt"; fix: set cert and key',
    ],
    [
      'TLS that no client can use',
      { grpc: { tls: { cert: PemFile.fromPath('/tls.crt'), key: PemFile.fromPath('/tls.key') } } },
      "engineToml.grpc.tls: Dagger clients can't connect to v0.21.7 if the engine itself terminates TLS; allowed: until v0.21.3, until v1.0.0-beta.2; fix: use listener: Listener.tls(...)",
    ],
  ])('rejects %s', (_, options, error) => {
    expect(render({ toml: EngineToml.of(options) }).errors).toEqual([error]);
  });

  test('rejects a relative path of a certificate', () => {
    const tls = { cert: PemFile.fromPath('tls.crt'), key: PemFile.fromPath('/tls.key') };
    expect(render({ version: 'v0.21.3', toml: EngineToml.of({ grpc: { tls } }) }).errors).toEqual([
      `engineToml.grpc.tls.cert: must be an absolute path; got "tls.crt"; allowed: a path in the pod, starting with '/'; fix: use a value such as '/etc/ssl/certs/ca.pem', or PemFile.fromSelector(...) to mount it`,
    ]);
  });

  test('accepts TLS for a release that supports it', () => {
    const tls: Required<TomlTls> = {
      cert: PemFile.fromSelector(KeySelector.fromSecretName('server', 'tls.crt')),
      key: PemFile.fromSelector(KeySelector.fromSecretName('server', 'tls.key')),
      ca: PemFile.fromPath('/ca.crt'),
    };
    expect(render({ version: 'v0.21.3', toml: EngineToml.of({ grpc: { tls } }) })).toMatchObject({
      errors: [],
      toml: '[grpc.tls]\nca = "/ca.crt"\ncert = "/etc/dagger/certs/grpc_tls/secret/server/tls.crt"\nkey = "/etc/dagger/certs/grpc_tls/secret/server/tls.key"\n',
      mounts: [
        'Secret server tls.crt at /etc/dagger/certs/grpc_tls/secret/server/tls.crt',
        'Secret server tls.key at /etc/dagger/certs/grpc_tls/secret/server/tls.key',
      ],
    });
  });
});

test.each([
  ['v0.19.4', 'snapshotter = "stargz"', 0],
  ['v0.19.5', 'snapshotter = "stargz"', 1],
  ['v0.20.8', 'networkMode = "bridge"', 0],
  ['v0.21.0', 'networkMode = "bridge"', 1],
])('%s and %s: %d errors', (version, line, count) => {
  expect(render({ version, toml: EngineToml.raw(`[worker.oci]\n${line}`) }).errors).toHaveLength(count);
});

describe('addresses that the engine needs', () => {
  const extraAddresses = ['tcp://0.0.0.0:2555'];

  test('create engine.toml', () => {
    expect(render({ version: 'v0.16.3', extraAddresses }).toml).toBe('[grpc]\naddress = [ "tcp://0.0.0.0:2555" ]\n');
  });

  test('include the default socket if engine.toml would replace it', () => {
    const toml = EngineToml.of({ grpc: { address: ['unix:///run/other.sock', 'tcp://0.0.0.0:2555'] } });
    expect(render({ version: 'v0.15.4', extraAddresses, toml }).toml)
      .toBe(`insecure-entitlements = [ "security.insecure" ]

[grpc]
address = [ "unix:///run/buildkit/buildkitd.sock", "tcp://0.0.0.0:2555", "unix:///run/other.sock" ]
`);
  });

  test('are required in raw text', () => {
    expect(
      render({
        version: 'v0.15.4',
        extraAddresses,
        toml: EngineToml.raw('insecure-entitlements = []\n[grpc]\naddress = ["tcp://0.0.0.0:2555"]'),
      }).errors,
    ).toEqual([
      'engineToml.grpc.address: is missing unix:///run/buildkit/buildkitd.sock, which v0.15.4 requires in this file; got ["tcp://0.0.0.0:2555"]; ' +
        'fix: set address = ["tcp://0.0.0.0:2555","unix:///run/buildkit/buildkitd.sock"]',
    ]);
  });
});

describe('the preset for releases without engine.json', () => {
  const cacheSize = Size.gibibytes(20);

  test.each([
    ['v0.12.0', 'gckeepstorage = "15GiB"\n'],
    ['v0.13.6', 'gckeepstorage = "15GiB"\n'],
    ['v0.13.7', 'maxUsedSpace = "15GiB"\nminFreeSpace = "3GiB"\nreservedSpace = "2GiB"\n'],
    ['v0.14.0', 'maxUsedSpace = "15GiB"\nminFreeSpace = "3GiB"\nreservedSpace = "2GiB"\n'],
  ])('%s', (version, limits) => {
    const text = `debug = true\ninsecure-entitlements = [ "security.insecure" ]\n\n[worker.oci]\n${limits}`;
    for (const cacheIsOwnFilesystem of [true, false]) {
      expect(render({ version, cacheSize, cacheIsOwnFilesystem })).toEqual({
        json: undefined,
        toml: text,
        mounts: [],
        errors: [],
        warnings: [],
      });
    }
  });

  test('is merged with other keys, but not with garbage collection', () => {
    const toml = (options: EngineTomlOptions) =>
      render({ version: 'v0.13.6', cacheSize, toml: EngineToml.of({ insecureEntitlements: [], ...options }) }).toml;
    expect(toml({ trace: true })).toBe(
      'debug = true\ninsecure-entitlements = []\ntrace = true\n\n[worker.oci]\ngckeepstorage = "15GiB"\n',
    );
    expect(toml({ additional: { debug: false } })).toBe(
      'debug = false\ninsecure-entitlements = []\n\n[worker.oci]\ngckeepstorage = "15GiB"\n',
    );
    expect(toml({ worker: { gc: false } })).toBe(
      'debug = true\ninsecure-entitlements = []\n\n[worker.oci]\ngc = false\n',
    );
    expect(toml({ additional: { worker: { oci: { gckeepstorage: '1GiB' } } } })).toBe(
      'debug = true\ninsecure-entitlements = []\n\n[worker.oci]\ngckeepstorage = "1GiB"\n',
    );
  });

  test('writes the maximum of the cache in the format of each release', () => {
    const worker: TomlWorker = {
      maxUsedSpace: DiskSpace.size(Size.gibibytes(5)),
      gcPolicies: [{ all: true, maxUsedSpace: DiskSpace.size(Size.gibibytes(4)) }],
    };
    expect(render({ version: 'v0.13.6', toml: EngineToml.of({ insecureEntitlements: [], worker }) })).toMatchObject({
      toml: 'debug = true\ninsecure-entitlements = []\n\n[worker.oci]\ngckeepstorage = "5GiB"\n\n[[worker.oci.gcpolicy]]\nall = true\nkeepBytes = "4GiB"\n',
      errors: [],
      warnings: [],
    });
    expect(
      render({ version: 'v0.13.6', toml: EngineToml.of({ worker: { maxUsedSpace: DiskSpace.percent(12.5) } }) }).errors,
    ).toEqual([expect.stringMatching(/^engineToml\.worker\.maxUsedSpace: is invalid in/)]);
  });

  test('is kept together with a limit that these releases ignore', () => {
    const toml = EngineToml.of({
      insecureEntitlements: [],
      worker: { reservedSpace: DiskSpace.size(Size.gibibytes(1)) },
    });
    expect(render({ version: 'v0.13.6', cacheSize, cacheIsOwnFilesystem: false, toml })).toMatchObject({
      toml: 'debug = true\ninsecure-entitlements = []\n\n[worker.oci]\ngckeepstorage = "15GiB"\nreservedSpace = "1GiB"\n',
      errors: [],
      warnings: [
        'ignored-config-key: engineToml.worker.reservedSpace: v0.13.6 ignores this key (supported v0.13.7 and later); fix: remove it',
      ],
    });
  });

  test('is the preset of engine.json in v0.15.0 and later', () => {
    expect(render({ version: 'v0.15.0', cacheSize }).toml).toBeUndefined();
  });
});

describe("the limit of an emptyDir, which the engine doesn't see", () => {
  const WRONG = 'the cache can outgrow the limit of the emptyDir, at which the kubelet evicts the pod';
  const refused = (property: string, got: string, key = 'maxUsedSpace') => [
    `${property}: ${WRONG}; got ${got}; allowed: a ${key} of less than 20GiB, for all records; fix: set ${key} to 15GiB, or remove sizeLimit`,
  ];
  const json = (text: string) => ({ json: EngineJson.raw(text) });
  const toml = (text: string, version = 'v0.21.7') => ({ version, toml: EngineToml.raw(text) });

  test.each<[string, object, string[]]>([
    ['an engine.json without limits', json('{}'), refused('engineJson.gc', '{}')],
    [
      'an engine.json that turns garbage collection off',
      { json: EngineJson.of({ gc: { enabled: false } }) },
      refused('engineJson.gc', '{"enabled":false}'),
    ],
    [
      'a rule for some records',
      json('{"gc":{"policies":[{"filters":["type==regular"],"maxUsedSpace":"1GiB"}]}}'),
      refused('engineJson.gc', '{"policies":[{"filters":["type==regular"],"maxUsedSpace":"1GiB"}]}'),
    ],
    [
      'a rule for old records',
      json('{"gc":{"policies":[{"all":true,"keepDuration":"1h","maxUsedSpace":"1GiB"}]}}'),
      refused('engineJson.gc', '{"policies":[{"all":true,"keepDuration":"1h","maxUsedSpace":"1GiB"}]}'),
    ],
    ['a rule for all records', json('{"gc":{"policies":[{"all":true,"maxUsedSpace":"1GiB"}]}}'), []],
    ['limits', json('{"gc":{"maxUsedSpace":"10GiB","minFreeSpace":"1GiB","reservedSpace":"1GiB"}}'), []],
    [
      'a percentage, reported once',
      json('{"gc":{"maxUsedSpace":"10%","minFreeSpace":"1GiB","reservedSpace":"1GiB"}}'),
      [
        `engineJson.gc.maxUsedSpace: must be a size, because a percentage refers to the disk of the node; got "10%"; allowed: a size; fix: use a value such as DiskSpace.size(Size.gibibytes(10))`,
      ],
    ],
    ['an invalid engine.json, reported once', json('{'), [expect.stringMatching(/^engineJson: is not valid JSON/)]],
    ['an engine.toml without garbage collection, together with the preset', toml('trace = true'), []],
    [
      'an engine.toml that turns garbage collection off',
      toml('[worker.oci]\ngc = false'),
      refused('engineToml.worker.oci', '{"gc":false}'),
    ],
    [
      'an engine.toml that turns garbage collection off, together with limits',
      {
        ...toml('[worker.oci]\ngc = false'),
        json: EngineJson.of({ gc: { maxUsedSpace: DiskSpace.size(Size.gibibytes(10)) } }),
      },
      refused('engineToml.worker.oci', '{"gc":false}'),
    ],
    [
      'a reserved space, which BuildKit uses as a maximum',
      toml('[worker.oci]\ngckeepstorage = "10GiB"', 'v0.20.8'),
      [],
    ],
    [
      'a reserved space that is larger than the limit',
      toml('[worker.oci]\ngckeepstorage = "30GiB"', 'v0.20.8'),
      refused('engineToml.worker.oci', '{"gckeepstorage":"30GiB"}'),
    ],
    [
      "a reserved space from v0.21.0, which isn't a maximum",
      toml('[worker.oci]\ngckeepstorage = "10GiB"'),
      refused('engineToml.worker.oci', '{"gckeepstorage":"10GiB"}'),
    ],
    [
      'a text for a release without engine.json',
      toml('insecure-entitlements = []', 'v0.12.0'),
      refused('engineToml.worker.oci', '{}', 'gckeepstorage'),
    ],
    [
      'a typed engine.toml for a release without engine.json',
      { version: 'v0.14.0', toml: EngineToml.of({ worker: { gc: false } }) },
      refused('engineToml.worker', '{"gc":false}'),
    ],
  ])('%s', (_, given, errors) => {
    expect(render({ cacheSize: Size.gibibytes(20), cacheIsOwnFilesystem: false, ...given }).errors).toEqual(errors);
    expect(render({ cacheIsOwnFilesystem: false, ...given }).errors.join()).not.toContain(WRONG);
  });
});

test.each<[string, string, number]>([
  ['v0.21.7', '{ all: true }', 1],
  ['v0.21.7', '{ filters: type==regular }', 1],
  ['v0.21.7', '{}', 0],
  ['v0.20.8', '{}', 1],
  ['v0.21.7', '{ all: true, keepDuration: 1h }', 0],
  ['v0.21.7', '{ all: true, reservedSpace: 1GiB }', 0],
])('%s and the rule %s: %d warnings that it prunes everything', (version, rule, count) => {
  const policy = rule.replace(
    /(\w+): ([^,} ]+)/g,
    (_, key, text) => `"${key}": ${text === 'true' ? text : key === 'filters' ? `["${text}"]` : `"${text}"`}`,
  );
  expect(render({ version, json: EngineJson.raw(`{"gc":{"policies":[${policy}]}}`) })).toMatchObject({
    errors: [],
    warnings: Array(count).fill(
      'prunes-everything: engineJson.gc.policies[0]: without limits or keepDuration, every run deletes all unused records that the policy matches; fix: set maxUsedSpace',
    ),
  });
});

test('does not report a rejected limit of a rule as missing', () => {
  expect(
    render({
      json: EngineJson.raw(
        '{"gc":{"policies":[{"all":true,"keepDuration":"7d"},{"all":true,"maxUsedSpace":"100Gi"}]}}',
      ),
    }).warnings,
  ).toEqual([]);
  expect(
    render({ json: EngineJson.raw('{"gc":{"maxUsedSpace":"100Gi","minFreeSpace":"1GB","reservedSpace":"1GB"}}') })
      .warnings,
  ).toEqual([]);
});

test('ignores limits next to rules', () => {
  expect(
    render({ json: EngineJson.raw('{"gc":{"maxUsedSpace":"100GB","policies":[{"all":true,"maxUsedSpace":"50GB"}]}}') })
      .warnings,
  ).toEqual([
    'ignored-config-key: engineJson.gc.maxUsedSpace: is ignored by the engine, because each policy has its own limits; fix: remove it, or set it in each policy',
  ]);
});

describe('snapshotters', () => {
  test('rejects overlayfs on NFS', () => {
    const toml = EngineToml.raw('[worker.oci]\nsnapshotter = "overlayfs"');
    expect(render({ toml, cacheIsNfs: true }).errors).toEqual([
      `engineToml.worker.oci.snapshotter: overlayfs can't write to NFS, so every build fails; got "overlayfs"; allowed: native; fix: remove it, or use a block or local volume for the cache`,
    ]);
    expect(render({ toml }).errors).toEqual([]);
    expect(
      render({ toml: EngineToml.of({ worker: { snapshotter: Snapshotter.NATIVE } }), cacheIsNfs: true }).errors,
    ).toEqual([]);
  });
});

describe('root', () => {
  const errorsOf = (root: string) => render({ toml: EngineToml.of({ root }) }).errors;

  test.each(['/data', '/var/lib/dagger', '/mnt/nvme', '/etcetera', ''])('accepts %j', (root) => {
    expect(errorsOf(root)).toEqual([]);
  });

  test.each([
    '/',
    '//',
    'data',
    '/etc',
    '/etc/dagger',
    '/run/dagger',
    '/var',
    '/var/lib',
    '/var/run/x',
    '/opt/cni/bin',
    '/data/../etc',
    '/a:b',
  ])('rejects %j', (root) => {
    expect(errorsOf(root)).toEqual([
      `engineToml.root: must be a directory where the cache volume can be mounted; got "${root}"; allowed: an absolute path outside the directories that the engine needs; fix: use a value such as '/data'`,
    ]);
  });

  test.each(['/data/', '//data', '/data/./', '/x/../data'])(
    'suggests a path without redundant parts for %j',
    (root) => {
      expect(errorsOf(root)).toEqual([
        `engineToml.root: must be a normalized path; got "${root}"; allowed: a path without redundant parts; fix: write '/data'`,
      ]);
    },
  );
});

describe('the entitlements in the image until v0.15.4', () => {
  test('are kept by default', () => {
    expect(render({ version: 'v0.15.4', toml: EngineToml.of({}) }).toml).toBe(
      'insecure-entitlements = [ "security.insecure" ]\n',
    );
    expect(render({ version: 'v0.15.4', toml: EngineToml.of({ insecureEntitlements: [] }) }).toml).toBe(
      'insecure-entitlements = []\n',
    );
    expect(render({ version: 'v0.16.0', toml: EngineToml.of({}) }).toml).toBe('');
  });

  test('are reported if raw text omits them', () => {
    expect(render({ version: 'v0.15.4', toml: EngineToml.raw('trace = true') }).warnings).toEqual([
      'dropped-image-config: engineToml.insecure-entitlements: this file replaces the file in the image, which sets ["security.insecure"]. Without it, builds and Dagger functions that need root capabilities fail; fix: add it',
    ]);
    expect(render({ version: 'v0.16.0', toml: EngineToml.raw('trace = true') }).warnings).toEqual([]);
  });
});

describe('the TOML parser of the engine', () => {
  test('does not support a header for the registry of an IPv6 address, so its table comes first', () => {
    const toml = EngineToml.of({
      registries: {
        'docker.io': { mirrors: ['[fd00::1]:5000'] },
        '[fd00::1]:5000': {
          http: true,
          ca: [PemFile.fromPath('/etc/ssl/own.pem')],
          keypairs: [{ key: PemFile.fromPath('/k'), cert: PemFile.fromPath('/c') }],
        },
        '[fd00::2]': {},
      },
    });
    expect(render({ toml }).toml)
      .toBe(`registry."[fd00::1]:5000" = { ca = [ "/etc/ssl/own.pem" ], http = true, keypair = [ { cert = "/c", key = "/k" } ] }
registry."[fd00::2]" = {}
[registry."docker.io"]
mirrors = [ "[fd00::1]:5000" ]
`);
  });

  test('does not support an empty list of tables', () => {
    expect(render({ toml: EngineToml.of({ registries: { 'docker.io': { keypairs: [] } } }) }).toml).toBe(
      '[registry."docker.io"]\n',
    );
    expect(render({ toml: EngineToml.of({ worker: { gcPolicies: [] } }) }).errors).toEqual([
      'engineToml.worker.gcPolicies: is invalid in engine.toml, so the engine would not start; got []; allowed: a list with at least one table; fix: remove it',
    ]);
  });

  test('does not support special characters in a name, or null', () => {
    const toml = EngineToml.of({
      worker: { labels: { 'a"b': 'x', '[c\\d]': 'y' } },
      additional: { log: { 'a\\b': {} }, x: [1, null] },
    });
    expect(render({ toml }).errors).toEqual([
      `engineToml.additional.log["a\\\\b"]: must be a name that the engine can parse, quoted or not; got "a\\\\b"; allowed: names without '"', '\\', '[', ']' or control characters; fix: choose another name`,
      `engineToml.worker.labels["a\\"b"]: must be a name that the engine can parse, quoted or not; got "a\\"b"; allowed: names without '"'; fix: choose another name`,
      'engineToml.additional.x[1]: must not be null, which TOML does not support; got null; allowed: a value; fix: remove it',
    ]);
  });
});

describe('raw', () => {
  test('keeps the text unchanged', () => {
    const text =
      '# mine\n[worker.oci]\n  maxusedspace = "100GB" # lower case is read too\n  minFreeSpace = 512000000\n  reservedSpace = "1.5GB"\n';
    expect(render({ toml: EngineToml.raw(text) })).toMatchObject({ toml: text, errors: [], warnings: [] });
  });

  test.each([
    [
      'trace = true\na = ',
      `engineToml: is not valid TOML at line 2, column 5, so the engine would not start: invalid value; allowed: TOML, such as 'trace = true'; fix: correct it, or use EngineToml.of(...)`,
    ],
    [
      'trace = "true"',
      'engineToml.trace: is invalid in engine.toml, so the engine would not start; got "true"; allowed: true or false; fix: write true or false, without quotes',
    ],
    [
      '[worker]\noci = 1',
      'engineToml.worker.oci: is invalid in engine.toml, so the engine would not start; got 1; allowed: a table; fix: use a value such as {}',
    ],
    [
      '[worker.oci]\nmaxUsedSpace = "10Gi"\nminFreeSpace = "1%"\nreservedSpace = "1%"',
      `engineToml.worker.oci.maxUsedSpace: is invalid in engine.toml, so the engine would not start; got "10Gi"; allowed: a size such as '150GiB' (not '150Gi'), a number of bytes, or a whole percentage from 1% to 100%; fix: write '10GiB'`,
    ],
    [
      '[worker.oci.labels]\na = 1',
      'engineToml.worker.oci.labels["a"]: is invalid in engine.toml, so the engine would not start; got 1; allowed: a string; fix: write one string in quotes',
    ],
    [
      '[registry."docker.io"]\nmirrors = "m"',
      'engineToml.registry["docker.io"].mirrors: is invalid in engine.toml, so the engine would not start; got "m"; allowed: a list; fix: put it in brackets',
    ],
    [
      '[registry."docker.io"]\nkeypair = []',
      'engineToml.registry["docker.io"].keypair: is invalid in engine.toml, so the engine would not start; got []; allowed: a list with at least one table; fix: remove it',
    ],
    [
      '[worker.oci]\ngcpolicy = []',
      'engineToml.worker.oci.gcpolicy: is invalid in engine.toml, so the engine would not start; got []; allowed: a list with at least one table; fix: remove it',
    ],
    [
      '[worker.oci]\ncniPoolSize = 64.0',
      'engineToml.worker.oci.cniPoolSize: is invalid in engine.toml, so the engine would not start; got 64; allowed: a whole number of at least 0; fix: use a value such as 4',
    ],
    [
      '[[worker.oci.gcpolicy]]\nmaxUsedSpace = "1GB"\nkeepDuration = { days = 7 }',
      `engineToml.worker.oci.gcpolicy[0].keepDuration: is invalid in engine.toml, so the engine would not start; got {"days":7}; allowed: a Go duration such as '336h' or '1h30m', or whole seconds; fix: use a value such as '336h'`,
    ],
    [
      '[registry."docker.io"]\nkeypair = {key = "a"}',
      'engineToml.registry["docker.io"].keypair: is invalid in engine.toml, so the engine would not start; got {"key":"a"}; allowed: a list; fix: put it in brackets',
    ],
  ])('rejects %j', (text, error) => {
    expect(render({ toml: EngineToml.raw(text) }).errors).toEqual([error]);
  });

  const HEADER = "a table header with '[', ']' or '\\' in a name: write the table inline, as the value of its name";

  test.each([
    ['[registry."[fd00::1]:5000"]', 1, 11, HEADER],
    ['[[worker.oci.gcpolicy]]\nall = true\n[x."\\u0041"]', 3, 4, HEADER],
    ['root = """/data""""', 1, 8, 'a string whose content ends with quotes'],
    [
      '# "\\e"\nroot = "/data\\x41"',
      2,
      8,
      "an escape sequence of TOML 1.1: write '\\u001b' for '\\e', '\\u00e9' for '\\xe9'",
    ],
    ['dns = { options = ["a"], # "b"\n}', 2, 1, 'a comma at the end of an inline table'],
    ['[worker.oci.labels]\n"a\\"b" = "x"', 2, 1, `a name with '"' in it`],
  ])("rejects %j, which is TOML that the engine can't read", (text, line, column, why) => {
    expect(render({ toml: EngineToml.raw(text) }).errors).toEqual([
      `engineToml: is not valid TOML at line ${line}, column ${column}, so the engine would not start: ${why}; allowed: TOML, such as 'trace = true'; fix: correct it, or use EngineToml.of(...)`,
    ]);
  });

  test('accepts the same characters elsewhere', () => {
    const text = [
      `registry."[fd00::1]:5000" = { http = true, ca = [ "/a]b", '/\\e', # a comment, }`,
      '] }',
      'root = "/\\\\e" # "',
      "['worker'.oci.labels]",
      `'a"b' = """`,
      '["x]"]',
      '\\"""" # the end of it',
      '',
    ].join('\n');
    expect(render({ toml: EngineToml.raw(text) }).errors).toEqual([]);
  });

  test('rejects the wrong type even in a BuildKit key that no release uses', () => {
    expect(
      render({
        toml: EngineToml.raw(
          '[history]\nmaxAge = "7d"\n[worker.oci]\nrootless = "no"\n[worker.containerd]\nmax-parallelism = 1.5',
        ),
      }).errors,
    ).toEqual([
      `engineToml.history.maxAge: is invalid in engine.toml, so the engine would not start; got "7d"; allowed: a Go duration such as '336h' or '1h30m', or whole seconds; fix: write '168h'`,
      'engineToml.worker.oci.rootless: is invalid in engine.toml, so the engine would not start; got "no"; allowed: true or false; fix: write true or false, without quotes',
      'engineToml.worker.containerd.max-parallelism: is invalid in engine.toml, so the engine would not start; got 1.5; allowed: a whole number; fix: use a value such as 1000',
    ]);
  });

  test('warns about limits that are set without the others', () => {
    expect(render({ toml: EngineToml.raw('[worker.oci]\nmaxUsedSpace = "100GB"') }).warnings).toEqual([
      'partial-gc: engineToml.worker.oci: the engine sets minFreeSpace and reservedSpace to zero, not to its default, because other limits are set; fix: set all three',
    ]);
  });

  test('warns about limits that v0.14.0 lacks', () => {
    expect(
      render({
        version: 'v0.12.0',
        toml: EngineToml.raw('insecure-entitlements = []\n[worker.oci]\nmaxUsedSpace = "100GB"'),
      }).warnings,
    ).toEqual([
      'ignored-config-key: engineToml.worker.oci.maxUsedSpace: v0.12.0 ignores this key (supported v0.13.7 and later); fix: remove it',
    ]);
  });
});

describe('both files', () => {
  test('warns about keys of engine.toml that engine.json overrides', () => {
    const json = EngineJson.of({
      logLevel: LogLevel.INFO,
      security: {},
      gc: { policies: [{ all: true, maxUsedSpace: DiskSpace.percent(50) }] },
      registries: { 'docker.io': { mirrors: ['a'] } },
    });
    const toml = EngineToml.of({
      trace: true,
      insecureEntitlements: [],
      registries: { 'docker.io': { mirrors: ['b'] }, r: { http: true } },
      worker: {
        gc: false,
        gcPolicies: [{ all: true, maxUsedSpace: DiskSpace.percent(60) }],
        maxUsedSpace: DiskSpace.percent(50),
      },
    });
    expect(render({ json, toml }).warnings).toEqual([
      'overridden-config-key: engineToml.insecureEntitlements: security in engineJson takes precedence; fix: remove one of them',
      'overridden-config-key: engineToml.registries["docker.io"]: the entry for the same host in engineJson replaces it; fix: remove one of them',
      'overridden-config-key: engineToml.trace: logLevel in engineJson takes precedence; fix: remove one of them',
      'overridden-config-key: engineToml.worker.gc: disables garbage collection, regardless of gc in engineJson; fix: remove one of them',
      'overridden-config-key: engineToml.worker.gcPolicies: gc.policies in engineJson takes precedence; fix: remove one of them',
      'overridden-config-key: engineToml.worker.maxUsedSpace: gc in engineJson takes precedence; fix: remove one of them',
    ]);
    const untyped = EngineToml.of({ additional: { worker: { oci: { reservedSpace: '10GiB' } } } });
    expect(render({ json, toml: untyped }).warnings).toContain(
      'overridden-config-key: engineToml.additional.worker.oci.reservedSpace: gc in engineJson takes precedence; fix: remove one of them',
    );
    const raw = EngineToml.raw('[worker.oci]\nminFreeSpace = "1%"\nmaxUsedSpace = "1%"\nreservedSpace = "1%"\n');
    expect(render({ json, toml: raw }).warnings).toHaveLength(3);
  });

  test('keep a mirror in engine.toml, and add no mirror of the image to engine.json', () => {
    const toml = EngineToml.of({ registries: { 'docker.io': { mirrors: ['m.example.com'] } } });
    expect(readJson({ version: 'v1.0.0-beta.11', toml })).toEqual({});
    expect(readJson({ version: 'v1.0.0-beta.11', toml, cacheSize: Size.gibibytes(200) })).not.toHaveProperty(
      'registries',
    );
    expect(readJson({ version: 'v0.21.8', toml })).toBeUndefined();
  });

  test('are omitted if nothing is set', () => {
    expect(render({})).toEqual({ json: undefined, toml: undefined, mounts: [], errors: [], warnings: [] });
  });
});
