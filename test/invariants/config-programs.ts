import { Duration, Size } from 'cdk8s';
import * as fc from 'fast-check';
import {
  DiskSpace,
  EngineCapability,
  EngineJson,
  EngineToml,
  LogLevel,
  NetworkMode,
  PemFile,
  Snapshotter,
  type DagqlCache,
  type EngineJsonOptions,
  type EngineSecurity,
  type EngineTomlOptions,
  type EngineVersion,
  type GarbageCollection,
  type GcPolicy,
  type GcSpace,
  type KeySelector,
  type RegistryConfig,
  type RegistryKeyPair,
  type TomlDns,
  type TomlGrpc,
  type TomlRegistryConfig,
  type TomlTls,
  type TomlWorker,
} from '../../src/index';
import type { Setting } from './programs';
import { anyOf, call, list, mapOf, plain, set, struct, type Code } from './source-code';

const flag = anyOf(true, false);
const TYPES = ['source.local', 'exec.cachemount', 'source.git.checkout'];

/** Generates a share of the volume, in MiB or, if the volume supports it, as a percentage. */
function space({ cache }: Setting, minPercent: number, maxPercent: number): Code<DiskSpace> {
  const of = (mebibyte: number): Size => Size.mebibytes(mebibyte);
  const volume = cache.size ?? 1024 * 1024;
  const absolute = call(
    'DiskSpace.size',
    DiskSpace.size,
    call(
      'Size.mebibytes',
      of,
      plain(fc.integer({ min: Math.ceil((volume * minPercent) / 100), max: Math.floor((volume * maxPercent) / 100) })),
    ),
  );
  const percent = call('DiskSpace.percent', DiskSpace.percent, plain(fc.integer({ min: minPercent, max: maxPercent })));
  return cache.size === undefined || cache.percentages ? fc.oneof(absolute, percent) : absolute;
}

const canSweep = (version: EngineVersion): boolean =>
  version.supports(EngineCapability.JSON_GC_SWEEP) || version.supports(EngineCapability.JSON_GC_SWEEP_SIZE);

/** Generates consistent limits. `maxUsedSpace` is the largest. */
function limits(setting: Setting): { [K in keyof Omit<GcSpace, 'sweepSize'>]-?: Code<DiskSpace> } {
  return {
    maxUsedSpace: space(setting, 50, 80),
    minFreeSpace: space(setting, 2, 20),
    reservedSpace: space(setting, 2, 40),
  };
}

const sweep = call('DiskSpace.percent', DiskSpace.percent, plain(fc.integer({ min: 1, max: 60 })));
const keep = call('Duration.hours', (hours: number) => Duration.hours(hours), plain(fc.integer({ min: 1, max: 2000 })));

/**
 * Generates filters that match any of several types: one filter per type, or one for all types, as the release
 * requires.
 */
function filters(version: EngineVersion): Code<string[]> {
  const types = fc.subarray(TYPES, { minLength: 1 }).map((some) => some.map((type) => `type==${type}`));
  return plain(
    version.supports(EngineCapability.GC_FILTERS_ARE_ALTERNATIVES) ? types : types.map((some) => [some.join(',')]),
  );
}

function policy(setting: Setting, sweeps: boolean): Code<GcPolicy> {
  return struct<GcPolicy>(
    {
      all: flag,
      filters: filters(setting.version),
      keepDuration: keep,
      ...limits(setting),
      sweepSize: sweeps ? sweep : undefined,
    },
    sweeps ? ['maxUsedSpace'] : [],
  );
}

function garbageCollection(setting: Setting): Code<GarbageCollection> {
  const { version } = setting;
  const dagqlCache = version.supports(EngineCapability.JSON_GC_DAGQL_CACHE)
    ? struct<DagqlCache>({ maxEstimatedSize: gibibytes(4, 16), targetEstimatedSize: gibibytes(1, 3) })
    : undefined;
  const none = {
    keepCacheVolumes: undefined,
    policies: undefined,
    maxUsedSpace: undefined,
    minFreeSpace: undefined,
    reservedSpace: undefined,
    sweepSize: undefined,
  };
  const byLimits = struct<GarbageCollection>({
    ...none,
    ...limits(setting),
    enabled: anyOf(true),
    sweepSize: canSweep(version) ? sweep : undefined,
    keepCacheVolumes: keep,
    dagqlCache,
  });
  return setting.cache.isLimit === true
    ? byLimits
    : fc.oneof(
        struct<GarbageCollection>({ ...none, enabled: anyOf(false), dagqlCache: undefined }, ['enabled']),
        byLimits,
        struct<GarbageCollection>(
          {
            ...none,
            enabled: anyOf(true),
            dagqlCache,
            policies: list(policy(setting, canSweep(version)), { minLength: 1, maxLength: 3 }),
          },
          ['policies'],
        ),
      );
}

function gibibytes(min: number, max: number): Code<Size> {
  return call('Size.gibibytes', (n: number) => Size.gibibytes(n), plain(fc.integer({ min, max })));
}

const HOSTS = ['docker.io', 'registry.example.com:5000', '[fd00::1]:5000'];

function pemFile(selector: Code<KeySelector>): Code<PemFile> {
  return fc.oneof(
    call('PemFile.fromPath', PemFile.fromPath, anyOf('/etc/ssl/own.pem')),
    call('PemFile.fromSelector', PemFile.fromSelector, selector),
  );
}

function registry(selector: Code<KeySelector>): {
  [K in keyof RegistryConfig]-?: Code<NonNullable<RegistryConfig[K]>>;
} {
  return {
    mirrors: set(anyOf('mirror.example.com', 'mirror.example.com:5000/docker')),
    http: flag,
    insecure: flag,
    ca: set(pemFile(selector)),
  };
}

/** Generates engine.json from typed options or raw text. */
export function engineJson(setting: Setting, selector: Code<KeySelector>): Code<EngineJson> {
  const { version } = setting;
  const typed = (
    additional: Code<{ [key: string]: unknown }> | undefined,
    security: Code<EngineSecurity> | undefined,
  ): Code<EngineJson> =>
    call(
      'EngineJson.of',
      EngineJson.of,
      struct<EngineJsonOptions>({
        logLevel: anyOf(...Object.values(LogLevel)),
        gc: garbageCollection(setting),
        security,
        registries: version.supports(EngineCapability.JSON_REGISTRIES)
          ? mapOf(HOSTS, struct<RegistryConfig>(registry(selector)))
          : undefined,
        keepShippedMirror: flag,
        additional,
      }),
    );
  return fc.oneof(
    typed(undefined, struct<EngineSecurity>({ insecureRootCapabilities: flag })),
    typed(anyOf({ security: { insecureRootCapabilities: false } }), undefined),
    call(
      'EngineJson.raw',
      EngineJson.raw,
      anyOf(
        ...(setting.cache.isLimit === true ? [] : ['{}', '{"logLevel": "info"}\n']),
        '{"gc": {"maxUsedSpace": 20e6, "minFreeSpace": "10MB", "reservedSpace": "1MB"}}',
      ),
    ),
  );
}

/** Generates engine.toml from typed options or raw text. */
export function engineToml(setting: Setting, selector: Code<KeySelector>): Code<EngineToml> {
  const { cache, listens, version } = setting;
  const keypair = struct<RegistryKeyPair>({ key: pemFile(selector), cert: pemFile(selector) }, ['key', 'cert']);
  const typed = call(
    'EngineToml.of',
    EngineToml.of,
    struct<EngineTomlOptions>({
      root: anyOf('/var/lib/dagger', '/engine'),
      grpc: struct<TomlGrpc>({
        address: set(anyOf('unix:///run/more/engine.sock', 'tcp://127.0.0.1:4000')),
        debugAddress: anyOf('127.0.0.1:6060'),
        uid: anyOf(0),
        // A gid could contradict the flag for the group of the engine's socket, which takes precedence.
        gid: undefined,
        tls:
          version.supports(EngineCapability.ENGINE_TLS) && !listens
            ? struct<TomlTls>({ cert: pemFile(selector), key: pemFile(selector), ca: pemFile(selector) }, [
                'cert',
                'key',
              ])
            : undefined,
      }),
      registries: mapOf(
        HOSTS,
        struct<TomlRegistryConfig>({ ...registry(selector), keypairs: list(keypair, { maxLength: 1 }) }),
      ),
      dns: struct<TomlDns>({ options: anyOf(['edns0']), searchDomains: anyOf(['example.com']) }),
      worker: struct<TomlWorker>({
        gc: cache.isLimit === true ? anyOf(true) : flag,
        ...limits(setting),
        gcPolicies: cache.isLimit === true ? undefined : list(policy(setting, false), { minLength: 1, maxLength: 2 }),
        labels: anyOf({ 'example.com/zone': 'a' }),
        platforms: anyOf(['linux/amd64', 'linux/arm64']),
        snapshotter: anyOf(...(cache.isNfs === true ? [Snapshotter.NATIVE] : Object.values(Snapshotter))),
        defaultCgroupParent: anyOf('/dagger'),
        apparmorProfile: anyOf('dagger'),
        selinux: flag,
        networkMode: anyOf(...Object.values(NetworkMode)),
        cniConfigPath: anyOf('/etc/cni.json'),
        cniBinaryPath: anyOf('/opt/cni'),
        cniPoolSize: anyOf(0, 64),
        maxParallelism: anyOf(4),
      }),
      trace: flag,
      insecureEntitlements: anyOf(['security.insecure'], []),
      additional: anyOf({ log: { format: 'json' } }),
    }),
  );
  const raw = call(
    'EngineToml.raw',
    EngineToml.raw,
    anyOf('', 'trace = true\n', ...(cache.isLimit === true ? [] : ['# a comment\n[worker.oci]\n  gc = false\n'])),
  );
  // The raw text would need the listener's addresses before v0.17.0, and a cache limit in releases without engine.json.
  const needsMore =
    (listens && !version.supports(EngineCapability.ADDR_FLAG_APPENDS)) ||
    (cache.isLimit === true && !version.supports(EngineCapability.ENGINE_JSON));
  return needsMore ? typed : fc.oneof(typed, raw);
}
