import { isHostAndPort } from '../kubernetes/ip-addresses';
import { EngineCapability } from '../version/engine-capability';
import { reportUnsupported } from '../version/unsupported';
import {
  COUNT,
  DURATION,
  FLAG,
  listOf,
  mapOf,
  oneOf,
  SPACE,
  table,
  tablesOf,
  TEXT,
  value,
  type FileFormat,
  type Key,
  type Shape,
} from './file-keys';

/**
 * The format of engine.toml. The engine reads it with go-toml 1.9.5, which ignores unknown keys, fails on values of the
 * wrong type, and accepts keys as spelled in the Go structs, in lower case, or in upper case.
 */
export const TOML_FORMAT: FileFormat = {
  name: 'engine.toml',
  skipsUnknownKeys: true,
  matches: (written, key) => [key, key.toLowerCase(), key.toUpperCase()].includes(written),
};

/**
 * Returns a key of BuildKit that every engine ignores. The engine still doesn't start if the value has the wrong type.
 */
function buildkitOnly(shape: Shape): Key {
  return { shape, capability: EngineCapability.TOML_BUILDKIT_ONLY };
}

const ANYTHING: Shape = (given) => given;

const ADDRESS = value(
  'unix:///path, fd://name or tcp://host:port',
  (given) => typeof given === 'string' && /^(unix:\/\/\/.+|fd:\/\/.*|tcp:\/\/(\[[^\]]*\]|[^:/]*):\d{1,5})$/.test(given),
  "use a value such as 'tcp://127.0.0.1:1234'",
);
const DEBUG_ADDRESS = value(
  'HOST:PORT',
  (given) => typeof given === 'string' && (given === '' || isHostAndPort(given)),
  "use a value such as '127.0.0.1:6060'",
);
const INTEGER = value('a whole number', Number.isSafeInteger, 'use a value such as 1000');
const PLATFORM = value(
  'OS/ARCH[/VARIANT]',
  (given) => typeof given === 'string' && /^[-\w.]+(\/[-\w.]+){0,2}$/.test(given),
  "use a value such as 'linux/arm64'",
);
const LIMITS = Object.fromEntries(
  ['reservedSpace', 'maxUsedSpace', 'minFreeSpace'].map((key) => [
    key,
    { shape: SPACE, capability: EngineCapability.TOML_GC_SPACE },
  ]),
);

const SUPPORTED_SNAPSHOTTER = oneOfRelease(['overlayfs', 'native'], 'stargz', EngineCapability.TOML_STARGZ);
/**
 * A snapshotter. The engine starts with `fuse-overlayfs`, but its builds fail, which `checkSnapshotter` in
 * engine-toml.ts reports.
 */
const SNAPSHOTTER: Shape = (given, position) =>
  given === 'fuse-overlayfs' ? given : SUPPORTED_SNAPSHOTTER(given, position);

/** The keys of engine.toml (internal/buildkit/cmd/buildkitd/config/config.go@v1.0.0-beta.10). */
export const TOML_KEYS = table({
  root: TEXT,
  debug: { shape: FLAG, capability: EngineCapability.TOML_DEBUG },
  trace: FLAG,
  // The engine doesn't start with other entitlements (internal/buildkit/util/entitlements/entitlements.go:19@v0.21.7).
  'insecure-entitlements': listOf(oneOf(['security.insecure', 'network.host'])),
  grpc: table({
    address: listOf(ADDRESS),
    debugAddress: DEBUG_ADDRESS,
    uid: INTEGER,
    gid: INTEGER,
    tls: table({ cert: TEXT, key: TEXT, ca: TEXT }),
    securityDescriptor: buildkitOnly(TEXT),
  }),
  registry: mapOf(
    table({
      mirrors: listOf(TEXT),
      http: FLAG,
      insecure: FLAG,
      ca: listOf(TEXT),
      tlsconfigdir: listOf(TEXT),
      keypair: tablesOf(table({ key: TEXT, cert: TEXT })),
    }),
  ),
  dns: table({
    options: listOf(TEXT),
    searchDomains: listOf(TEXT),
    nameservers: { shape: listOf(TEXT), capability: EngineCapability.TOML_NAMESERVERS },
  }),
  worker: table({
    oci: table({
      gc: FLAG,
      gckeepstorage: SPACE,
      ...LIMITS,
      gcpolicy: tablesOf(
        table({ all: FLAG, filters: listOf(TEXT), keepDuration: DURATION, keepBytes: SPACE, ...LIMITS }),
      ),
      labels: mapOf(TEXT),
      platforms: listOf(PLATFORM),
      // The engine doesn't start with other names (engine/server/snapshotter.go:79-97@v0.21.7).
      snapshotter: SNAPSHOTTER,
      proxySnapshotterPath: TEXT,
      stargzSnapshotter: { shape: mapOf(ANYTHING), capability: EngineCapability.TOML_STARGZ },
      defaultCgroupParent: TEXT,
      'apparmor-profile': TEXT,
      selinux: FLAG,
      // The engine doesn't start with other modes
      // (internal/buildkit/util/network/netproviders/network.go:21-52@v0.21.7).
      networkMode: oneOfRelease(['cni', 'host', 'auto'], 'bridge', EngineCapability.TOML_BRIDGE_NETWORK),
      cniConfigPath: TEXT,
      cniBinaryPath: TEXT,
      cniPoolSize: COUNT,
      'max-parallelism': { shape: COUNT, capability: EngineCapability.MAX_PARALLELISM },
      enabled: buildkitOnly(FLAG),
      rootless: buildkitOnly(FLAG),
      noProcessSandbox: buildkitOnly(FLAG),
      binary: buildkitOnly(TEXT),
      userRemapUnsupported: buildkitOnly(TEXT),
      bridgeName: buildkitOnly(TEXT),
      bridgeSubnet: buildkitOnly(TEXT),
    }),
    containerd: buildkitOnly(
      table({
        address: TEXT,
        enabled: FLAG,
        labels: mapOf(TEXT),
        platforms: listOf(TEXT),
        namespace: TEXT,
        runtime: table({ name: TEXT, path: TEXT, options: mapOf(ANYTHING) }),
        snapshotter: TEXT,
        gc: FLAG,
        gckeepstorage: SPACE,
        reservedSpace: SPACE,
        maxUsedSpace: SPACE,
        minFreeSpace: SPACE,
        gcpolicy: tablesOf(
          table({
            all: FLAG,
            filters: listOf(TEXT),
            keepDuration: DURATION,
            keepBytes: SPACE,
            reservedSpace: SPACE,
            maxUsedSpace: SPACE,
            minFreeSpace: SPACE,
          }),
        ),
        networkMode: TEXT,
        cniConfigPath: TEXT,
        cniBinaryPath: TEXT,
        cniPoolSize: INTEGER,
        bridgeName: TEXT,
        bridgeSubnet: TEXT,
        'apparmor-profile': TEXT,
        selinux: FLAG,
        'max-parallelism': INTEGER,
        defaultCgroupParent: TEXT,
        rootless: FLAG,
      }),
    ),
  }),
  log: buildkitOnly(table({ format: TEXT })),
  otel: buildkitOnly(table({ socketPath: TEXT })),
  history: buildkitOnly(table({ maxAge: DURATION, maxEntries: INTEGER })),
  frontend: buildkitOnly(
    table({
      'dockerfile.v0': table({ enabled: FLAG }),
      'gateway.v0': table({ enabled: FLAG, allowedRepositories: listOf(TEXT) }),
    }),
  ),
  system: buildkitOnly(table({ platformsCacheMaxAge: DURATION })),
});

/** Returns a shape that accepts the values in `always`, and `sometimes` in releases with the capability. */
function oneOfRelease(always: readonly string[], sometimes: string, capability: EngineCapability): Shape {
  return (given, position) => {
    const { format, problems, property, version } = position;
    if (given !== sometimes) {
      return oneOf(always)(given, position);
    }
    if (version.supports(capability)) {
      return given;
    }
    const problem = {
      wrong: `is invalid in ${format.name} of ${version.tag}, so the engine would not start`,
      got: given,
      allowed: always.join(', '),
      fix: `use a value such as '${always[0]}'`,
    };
    reportUnsupported({ version, capability }, problem, property, problems);
    return version._maySupport(capability) ? given : undefined;
  };
}
