import { Duration, Size } from 'cdk8s';
import * as fc from 'fast-check';
import {
  DiskSpace, EngineJson, EngineToml, KeySelector, LogLevel, NetworkMode, RegistryFile, Snapshotter, type EngineTomlOptions, type TomlGrpc, type TomlWorker,
} from '../../src';
import { readJson, render } from './render';

const GRPC: Required<Omit<TomlGrpc, 'tls'>> = { address: ['tcp://0.0.0.0:2555'], debugAddress: '127.0.0.1:6060', uid: 0, gid: 1001 };
const WORKER: Required<TomlWorker> = {
  gc: true,
  reservedSpace: DiskSpace.size(Size.gibibytes(10)),
  maxUsedSpace: DiskSpace.percent(60),
  minFreeSpace: DiskSpace.percent(20),
  gcPolicies: [{ filters: ['type==exec.cachemount'], keepDuration: Duration.days(14), maxUsedSpace: DiskSpace.percent(10) }, { all: true }],
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
  trace: true,
  insecureEntitlements: ['security.insecure', 'network.host'],
  grpc: GRPC,
  registries: {
    'registry.example.com': {
      mirrors: ['mirror.example.com:5000/hub'],
      http: false,
      insecure: true,
      ca: [RegistryFile.from(KeySelector.fromConfigMapName('company-ca', 'ca.crt'))],
      keypairs: [{ key: RegistryFile.from(KeySelector.fromSecretName('client', 'tls.key')), cert: RegistryFile.from(KeySelector.fromSecretName('client', 'tls.crt')) }],
    },
  },
  dns: { options: ['edns0'], searchDomains: ['example.com'] },
  worker: WORKER,
  additional: { worker: { oci: { proxySnapshotterPath: '/run/snapshotter.sock' } } },
};

describe('typed', () => {
  test('every property arrives, in order', () => {
    const { toml, mounts, errors, warnings } = render({ version: 'v0.20.8', toml: EngineToml.of(ALL) });
    expect({ errors, warnings }).toEqual({ errors: [], warnings: [] });
    expect(mounts).toEqual([
      'ConfigMap company-ca ca.crt at /etc/dagger/certs/registry.example.com/configmap/company-ca/ca.crt',
      'Secret client tls.crt at /etc/dagger/certs/registry.example.com/secret/client/tls.crt',
      'Secret client tls.key at /etc/dagger/certs/registry.example.com/secret/client/tls.key',
    ]);
    expect(toml).toBe(`insecure-entitlements = [ "security.insecure", "network.host" ]
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

[worker.oci.labels]
"example.com/pool" = "ci"
`);
  });

  test('the order of properties does not matter', () => {
    const shuffled = (options: object): fc.Arbitrary<object> => fc.shuffledSubarray(Object.entries(options), { minLength: Object.keys(options).length })
      .map((entries) => Object.fromEntries(entries));
    const expected = render({ toml: EngineToml.of(ALL) }).toml;
    fc.assert(fc.property(shuffled(ALL), shuffled(WORKER), shuffled(GRPC), (options, worker, grpc) => {
      expect(render({ toml: EngineToml.of({ ...options, worker, grpc }) }).toml).toBe(expected);
    }), { numRuns: 30 });
  });

  test('limits are written together', () => {
    expect(render({ toml: EngineToml.of({ worker: { maxUsedSpace: DiskSpace.percent(60) } }), cacheSize: Size.gibibytes(200) }).toml)
      .toBe('[worker.oci]\nmaxUsedSpace = "60%"\nminFreeSpace = "30GiB"\nreservedSpace = "10GiB"\n');
  });

  test('what the engine ignores is warned of', () => {
    const { warnings, errors } = render({
      version: 'v0.21.0',
      toml: EngineToml.of({ worker: { maxParallelism: 4 }, additional: { debug: false, log: { format: 'json' }, dns: { nameservers: ['1.1.1.1'] }, worker: { oci: { keepDuration: 1 } } } }),
    });
    expect(errors).toEqual([]);
    expect(warnings).toEqual([
      `ignored-config-key: engineToml.additional.debug: v0.21.0 doesn't read this key (read until v0.14.0)`,
      'ignored-config-key: engineToml.additional.dns.nameservers: no release that this library knows reads this key',
      'ignored-config-key: engineToml.additional.log: no release that this library knows reads this key',
      'ignored-config-key: engineToml.additional.worker.oci.keepDuration: not a key of engine.toml, so the engine ignores it; allowed: gc, gckeepstorage, reservedSpace, maxUsedSpace, minFreeSpace, gcpolicy, '
        + 'labels, platforms, snapshotter, proxySnapshotterPath, defaultCgroupParent, apparmor-profile, selinux, networkMode, cniConfigPath, cniBinaryPath, cniPoolSize',
      `ignored-config-key: engineToml.worker.maxParallelism: v0.21.0 doesn't read this key (read until v0.20.8)`,
    ]);
  });

  test.each<[string, EngineTomlOptions, string, string?]>([
    ['an address without a port', { grpc: { address: ['tcp://0.0.0.0'] } },
      `engineToml.grpc.address[0]: not what engine.toml takes here, which stops the engine; got "tcp://0.0.0.0"; allowed: unix:///path, fd://name or tcp://host:port; fix: for example 'tcp://127.0.0.1:1234'`],
    ['an unknown entitlement', { insecureEntitlements: ['root'] },
      `engineToml.insecureEntitlements[0]: not what engine.toml takes here, which stops the engine; got "root"; allowed: security.insecure, network.host; fix: for example 'security.insecure'`],
    ['another root', { additional: { root: '/data' } },
      `engineToml.additional.root: not what engine.toml takes here, which stops the engine; got "/data"; allowed: '/var/lib/dagger', where the cache is mounted; fix: remove it`],
    ['an unknown snapshotter', { additional: { worker: { oci: { snapshotter: 'zfs' } } } },
      `engineToml.additional.worker.oci.snapshotter: not what engine.toml takes here, which stops the engine; got "zfs"; allowed: overlayfs, native, fuse-overlayfs; fix: for example 'overlayfs'`],
    ['a maximum of everything', { worker: { maxUsedSpace: DiskSpace.percent(100) } },
      'engineToml.worker.maxUsedSpace: not less than the disk, so that the disk fills up or the cache is always empty; got "100%"; allowed: less than the disk; fix: for example 75%'],
    ['a certificate without its key', { additional: { grpc: { tls: { cert: '/tls.crt' } } } },
      'engineToml.additional.grpc.tls: cert and key need each other, and one alone stops the engine; allowed: both or none; fix: set key'],
    ['a CA that protects nothing', { additional: { grpc: { tls: { ca: '/ca.crt' } } } },
      'engineToml.additional.grpc.tls.ca: without cert and key the engine serves plain text to anyone; got "/ca.crt"; fix: set cert and key'],
    ['TLS that no client can use', { grpc: { tls: { cert: '/tls.crt', key: '/tls.key' } } },
      'engineToml.grpc.tls: no Dagger client can connect to the TLS that v0.21.7 serves itself; allowed: until v0.21.3, until v1.0.0-beta.2; fix: have TLS terminated in front of the engine'],
  ])('fails for %s', (_, options, error) => {
    expect(render({ toml: EngineToml.of(options) }).errors).toEqual([error]);
  });

  test('TLS goes through where it works', () => {
    expect(render({ version: 'v0.21.3', toml: EngineToml.of({ grpc: { tls: { cert: '/tls.crt', key: '/tls.key', ca: '/ca.crt' } } }) }))
      .toMatchObject({ errors: [], toml: '[grpc.tls]\nca = "/ca.crt"\ncert = "/tls.crt"\nkey = "/tls.key"\n' });
  });
});

test.each([
  ['v0.19.4', 'snapshotter = "stargz"', 0], ['v0.19.5', 'snapshotter = "stargz"', 1],
  ['v0.20.8', 'networkMode = "bridge"', 0], ['v0.21.0', 'networkMode = "bridge"', 1],
])('%s and %s: %d errors', (version, line, count) => {
  expect(render({ version, toml: EngineToml.raw(`[worker.oci]\n${line}`) }).errors).toHaveLength(count);
});

describe('addresses that the engine needs', () => {
  const extraAddresses = ['tcp://0.0.0.0:2555'];

  test('make a file where there is none', () => {
    expect(render({ version: 'v0.16.3', extraAddresses }).toml).toBe('[grpc]\naddress = [ "tcp://0.0.0.0:2555" ]\n');
  });

  test('come with the default socket, where they would replace it', () => {
    const toml = EngineToml.of({ grpc: { address: ['unix:///run/other.sock', 'tcp://0.0.0.0:2555'] } });
    expect(render({ version: 'v0.15.4', extraAddresses, toml }).toml).toBe(`insecure-entitlements = [ "security.insecure" ]

[grpc]
address = [ "unix:///run/buildkit/buildkitd.sock", "tcp://0.0.0.0:2555", "unix:///run/other.sock" ]
`);
  });

  test('fails for a text that lacks them', () => {
    expect(render({ version: 'v0.15.4', extraAddresses, toml: EngineToml.raw('insecure-entitlements = []\n[grpc]\naddress = ["tcp://0.0.0.0:2555"]') }).errors).toEqual([
      'engineToml.grpc.address: the engine has to listen on unix:///run/buildkit/buildkitd.sock too, which v0.15.4 does only if this file says so; got ["tcp://0.0.0.0:2555"]; '
        + 'fix: address = ["tcp://0.0.0.0:2555","unix:///run/buildkit/buildkitd.sock"]',
    ]);
  });
});

describe('the entitlements that the image ships until v0.15.4', () => {
  test('are kept, unless told otherwise', () => {
    expect(render({ version: 'v0.15.4', toml: EngineToml.of({}) }).toml).toBe('insecure-entitlements = [ "security.insecure" ]\n');
    expect(render({ version: 'v0.15.4', toml: EngineToml.of({ insecureEntitlements: [] }) }).toml).toBe('insecure-entitlements = []\n');
    expect(render({ version: 'v0.16.0', toml: EngineToml.of({}) }).toml).toBe('\n');
  });

  test('are missed in a text of your own', () => {
    expect(render({ version: 'v0.15.4', toml: EngineToml.raw('trace = true') }).warnings).toEqual([
      'dropped-image-config: engineToml.insecure-entitlements: this file replaces the one of the image, which has ["security.insecure"]; without it builds may not have root capabilities, nor the Dagger functions that need them',
    ]);
    expect(render({ version: 'v0.16.0', toml: EngineToml.raw('trace = true') }).warnings).toEqual([]);
  });
});

describe('raw', () => {
  test('a text arrives as it is', () => {
    const text = '# mine\n[worker.oci]\n  maxusedspace = "100GB" # lower case is read too\n  minFreeSpace = 512000000\n  reservedSpace = "1.5GB"\n';
    expect(render({ toml: EngineToml.raw(text) })).toMatchObject({ toml: text, errors: [], warnings: [] });
  });

  test.each([
    ['trace = true\na = ', `engineToml: not TOML at line 2, column 5, which stops the engine: invalid value; allowed: TOML, such as 'trace = true'; fix: mend it there, or use EngineToml.of(...)`],
    ['trace = "true"', 'engineToml.trace: not what engine.toml takes here, which stops the engine; got "true"; allowed: true or false; fix: write true or false, without quotes'],
    ['[worker]\noci = 1', 'engineToml.worker.oci: not what engine.toml takes here, which stops the engine; got 1; allowed: a table; fix: for example {}'],
    ['[worker.oci]\nmaxUsedSpace = "10Gi"\nminFreeSpace = "1%"\nreservedSpace = "1%"',
      `engineToml.worker.oci.maxUsedSpace: not what engine.toml takes here, which stops the engine; got "10Gi"; allowed: a size such as '150GiB' (not '150Gi'), a number of bytes, or a whole percentage from 1% to 100%; fix: write '10GiB'`],
    ['[worker.oci.labels]\na = 1', 'engineToml.worker.oci.labels["a"]: not what engine.toml takes here, which stops the engine; got 1; allowed: a string; fix: write one text in quotes'],
    ['[registry."docker.io"]\nmirrors = "m"', 'engineToml.registry["docker.io"].mirrors: not what engine.toml takes here, which stops the engine; got "m"; allowed: a list; fix: put it in brackets'],
    ['[registry."docker.io"]\nkeypair = {key = "a"}', 'engineToml.registry["docker.io"].keypair: not what engine.toml takes here, which stops the engine; got {"key":"a"}; allowed: a list; fix: put it in brackets'],
  ])('fails for %j', (text, error) => {
    expect(render({ toml: EngineToml.raw(text) }).errors).toEqual([error]);
  });

  test('limits without the others are warned of', () => {
    expect(render({ toml: EngineToml.raw('[worker.oci]\nmaxUsedSpace = "100GB"') }).warnings).toEqual([
      'partial-gc: engineToml.worker.oci: the engine takes minFreeSpace and reservedSpace as zero, not as its default, beside the limits that are set; set all three',
    ]);
  });

  test('limits that v0.14.0 does not have are warned of', () => {
    expect(render({ version: 'v0.12.0', toml: EngineToml.raw('insecure-entitlements = []\n[worker.oci]\nmaxUsedSpace = "100GB"') }).warnings)
      .toEqual(["ignored-config-key: engineToml.worker.oci.maxUsedSpace: v0.12.0 doesn't read this key (read v0.13.7 and later)"]);
  });
});

describe('both files', () => {
  test('keys of engine.toml that lose are warned of', () => {
    const json = EngineJson.of({
      logLevel: LogLevel.INFO,
      security: {},
      gc: { policies: [{ all: true, maxUsedSpace: DiskSpace.percent(50) }] },
      registries: { 'docker.io': { mirrors: ['a'] } },
    });
    const toml = EngineToml.of({ trace: true, insecureEntitlements: [], registries: { 'docker.io': { mirrors: ['b'] }, r: { http: true } }, worker: { gc: false, gcPolicies: [{ all: true }], maxUsedSpace: DiskSpace.percent(50) } });
    expect(render({ json, toml }).warnings).toEqual([
      'overridden-config-key: engineToml.insecureEntitlements: the engine ignores it beside security in engineJson',
      'overridden-config-key: engineToml.registries["docker.io"]: the entry of the same host in engineJson replaces all of it',
      'overridden-config-key: engineToml.trace: logLevel in engineJson goes before it',
      'overridden-config-key: engineToml.worker.gc: it switches garbage collection off, whatever gc in engineJson says',
      'overridden-config-key: engineToml.worker.gcPolicies: gc.policies in engineJson goes before it',
      'overridden-config-key: engineToml.worker.maxUsedSpace: gc in engineJson goes before it',
      'overridden-config-key: engineToml.worker.minFreeSpace: gc in engineJson goes before it',
      'overridden-config-key: engineToml.worker.reservedSpace: gc in engineJson goes before it',
    ]);
  });

  test('a mirror in engine.toml is not shadowed by the one that the image ships', () => {
    const toml = EngineToml.of({ registries: { 'docker.io': { mirrors: ['m.example.com'] } } });
    expect(readJson({ version: 'v1.0.0-beta.11', toml })).toEqual({});
    expect(readJson({ version: 'v1.0.0-beta.11', toml, cacheSize: Size.gibibytes(200) })).not.toHaveProperty('registries');
    expect(readJson({ version: 'v0.21.8', toml })).toBeUndefined();
  });

  test('nothing given is nothing made', () => {
    expect(render({})).toEqual({ json: undefined, toml: undefined, mounts: [], errors: [], warnings: [] });
  });
});
