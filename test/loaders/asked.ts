import type { Duration, Size } from 'cdk8s';
import type {
  DagqlCache,
  DiskSpace,
  EngineJsonOptions,
  EngineTomlOptions,
  GarbageCollection,
  GcPolicy,
  GcSpace,
  KeySelector,
  PemFile,
  RegistryConfig,
  TomlRegistryConfig,
  TomlWorker,
} from '../../src/index';
import { isFrom } from '../invariants/releases';
import type { Setting } from '../invariants/programs';
import type { Given } from './configurations';

/**
 * The settings that the options request, in the format of the loader (conformance/buildkit/understood.go). They are
 * computed without the code in src/ that reads or writes configuration files, and facts about releases are restated
 * here.
 */
export interface Asked {
  readonly [key: string]: unknown;
}

/** A placeholder for a limit that the library must choose. */
export const CHOSEN = Symbol('chosen by the library');

/** A placeholder for a limit that the library may choose. */
export const MAY_BE_CHOSEN = Symbol('may be chosen by the library');

const SHIPPED_MIRROR = { mirrors: ['mirror.gcr.io'] };
const LIMITS = ['maxUsedSpace', 'minFreeSpace', 'reservedSpace'] as const;

/** The settings in the raw texts from config-programs.ts, keyed by text. */
const RAW: { readonly [text: string]: Asked } = {
  '{}': {},
  '{"logLevel": "info"}\n': { logLevel: 'info' },
  '{"gc": {"maxUsedSpace": 20e6, "minFreeSpace": "10MB", "reservedSpace": "1MB"}}': {
    gc: {
      maxUsedSpace: { bytes: '20000000' },
      minFreeSpace: { bytes: '10485760' },
      reservedSpace: { bytes: '1048576' },
    },
  },
  '': {},
  'trace = true\n': { trace: true },
  '# a comment\n[worker.oci]\n  gc = false\n': { worker: { oci: { gc: false } } },
};

interface Context {
  readonly release: string;
  /** Whether the size of the cache is known. */
  readonly isSized: boolean;
  /** The typed options of engine.toml, if there are any. */
  readonly toml?: EngineTomlOptions;
  /** The raw text of engine.toml, if there is one. */
  readonly tomlText?: string;
}

/** Returns the expected settings in each file, or undefined for a file that the library must not write. */
export function asked({ cache, version, port }: Setting, given: Given): { json?: Asked; toml?: Asked } {
  const release = version.tag;
  const context = {
    release,
    isSized: cache.size !== undefined,
    toml: given.engineToml?.['options'],
    tomlText: given.engineToml?.['text'],
  };
  return {
    json: isFrom(release, 'v0.15.0', 'v1.0.0-beta.1') ? askedOfJson(given, context) : undefined,
    toml: askedOfToml(given, port, context),
  };
}

// ---- engine.json

function askedOfJson({ engineJson, insecureRootCapabilities }: Given, context: Context): Asked | undefined {
  const { release, toml } = context;
  const options: EngineJsonOptions | undefined = engineJson?.['options'];
  const text = engineJson?.['text'];
  if (text !== undefined) {
    return RAW[text]!;
  }
  const { logLevel, gc, security, registries, keepShippedMirror = true, additional = {} } = options ?? {};
  const mirrored = [registries, toml?.registries].some((hosts) => hosts?.['docker.io'] !== undefined);
  const shipsMirror = isFrom(release, undefined, 'v1.0.0-beta.5');
  const isPreset = context.isSized && !collectsByToml(context);
  if (options === undefined && !isPreset && insecureRootCapabilities === undefined && !(shipsMirror && mirrored)) {
    return undefined;
  }
  return set({
    logLevel,
    gc: setOrNothing(askedOfGc(gc, isPreset, context)),
    // In v0.16.0 and later, even an empty object has an effect: it replaces the setting in engine.toml.
    security:
      insecureRootCapabilities !== undefined
        ? { insecureRootCapabilities }
        : isFrom(release, 'v0.16.0', 'v1.0.0-beta.1')
          ? security
          : setOrNothing({ ...security }),
    registries: setOrNothing({
      ...(shipsMirror && keepShippedMirror && !mirrored && { 'docker.io': SHIPPED_MIRROR }),
      ...askedOfRegistries(registries),
    }),
    ...additional,
  });
}

/** Whether engine.toml configures garbage collection, so that the library adds no limits. */
function collectsByToml({ release, toml, tomlText }: Context): boolean {
  const { gc, gcPolicies, ...limits }: TomlWorker = toml?.worker ?? {};
  const keys = hasLimitsInToml(release) ? LIMITS : (['maxUsedSpace'] as const);
  return (
    tomlText?.includes('gc = false') === true ||
    gc === false ||
    gcPolicies !== undefined ||
    keys.some((key) => limits[key] !== undefined)
  );
}

function askedOfGc(gc: GarbageCollection | undefined, isPreset: boolean, { release }: Context): Asked {
  const { enabled, keepCacheVolumes, policies, dagqlCache } = gc ?? {};
  if (enabled === false) {
    return { enabled };
  }
  const rest = { enabled, dagqlCache: setOrNothing(askedOfDagqlCache(dagqlCache)) };
  if (policies !== undefined) {
    return { ...rest, policies: policies.map((policy) => askedOfPolicy(policy, release)) };
  }
  const given = askedOfLimits(gc ?? {}, release);
  const isFilled =
    isPreset || keepCacheVolumes !== undefined || Object.values(given).some((limit) => limit !== undefined);
  const limits = { ...(isFilled && chosen(release)), ...set(given) };
  return keepCacheVolumes === undefined
    ? { ...rest, ...limits }
    : { ...rest, policies: askedOfRules(keepCacheVolumes, limits, release) };
}

/** Returns placeholders for all limits, because the engine reads a missing limit as zero. */
function chosen(release: string): Asked {
  return { maxUsedSpace: CHOSEN, minFreeSpace: CHOSEN, reservedSpace: CHOSEN, [sweepKey(release)]: MAY_BE_CHOSEN };
}

function sweepKey(release: string): string {
  return isFrom(release, 'v0.18.9', undefined) && !isFrom(release, 'v0.18.11', undefined) ? 'sweep' : 'sweepSize';
}

/** Returns the engine's default policies, with a custom duration for cache volumes. */
function askedOfRules(keepCacheVolumes: Duration, limits: Asked, release: string): Asked[] {
  const types = ['type==source.local', 'type==exec.cachemount', 'type==source.git.checkout'];
  const isBuildkit = !isFrom(release, 'v0.21.0', 'v1.0.0-beta.1');
  return [
    { filters: isBuildkit ? types : [types.join(',')], keepDuration: duration(keepCacheVolumes), maxUsedSpace: CHOSEN },
    { keepDuration: { nanoseconds: String(1440n * 3600n * 1_000_000_000n) }, ...limits },
    ...(isBuildkit ? [limits] : []),
    { all: true, ...limits },
  ];
}

function askedOfDagqlCache({ maxEstimatedSize, targetEstimatedSize }: DagqlCache = {}): Asked {
  return {
    maxEstimatedBytes: maxEstimatedSize && bytes(maxEstimatedSize),
    targetEstimatedBytes: targetEstimatedSize && bytes(targetEstimatedSize),
  };
}

function askedOfPolicy(policy: GcPolicy, release: string): Asked {
  return set({
    all: policy.all === true ? true : undefined,
    filters: policy.filters,
    keepDuration: policy.keepDuration && duration(policy.keepDuration),
    ...askedOfLimits(policy, release),
  });
}

function askedOfLimits({ maxUsedSpace, minFreeSpace, reservedSpace, sweepSize }: GcSpace, release: string): Asked {
  return {
    maxUsedSpace: maxUsedSpace && space(maxUsedSpace),
    minFreeSpace: minFreeSpace && space(minFreeSpace),
    reservedSpace: reservedSpace && space(reservedSpace),
    [sweepKey(release)]: sweepSize && space(sweepSize),
  };
}

function askedOfRegistries(registries: { readonly [host: string]: RegistryConfig & TomlRegistryConfig } = {}): Asked {
  return Object.fromEntries(
    Object.entries(registries).map(([host, { mirrors, http, insecure, ca, keypairs }]) => [
      host,
      set({
        mirrors,
        http,
        insecure,
        ca: ca?.map(file),
        keypair:
          keypairs?.length === 0 ? undefined : keypairs?.map(({ cert, key }) => ({ cert: file(cert), key: file(key) })),
      }),
    ]),
  );
}

// ---- engine.toml

function hasLimitsInToml(release: string): boolean {
  return isFrom(release, 'v0.13.7', 'v1.0.0-beta.1');
}

function askedOfToml(
  { engineToml, insecureRootCapabilities, listener }: Given,
  port: number,
  context: Context,
): Asked | undefined {
  const { release, isSized, toml, tomlText } = context;
  if (tomlText !== undefined) {
    return RAW[tomlText]!;
  }
  const readsJson = isFrom(release, 'v0.15.0', 'v1.0.0-beta.1');
  const tls = listener?.['tls'];
  const byFlag = isFrom(release, 'v0.17.0', 'v1.0.0-beta.1');
  const needed =
    listener === undefined || byFlag
      ? []
      : [`tcp://${listener['options'].address ?? '0.0.0.0'}:${tls === undefined ? port : 8443}`];
  const isNeeded =
    needed.length > 0 || tls !== undefined || (!readsJson && (isSized || insecureRootCapabilities !== undefined));
  if (engineToml === undefined && !isNeeded) {
    return undefined;
  }
  const { root, grpc = {}, registries, dns, worker = {}, trace, insecureEntitlements, additional } = toml ?? {};
  const entitled = isFrom(release, 'v0.16.0', 'v1.0.0-beta.1')
    ? undefined
    : !readsJson && insecureRootCapabilities === false
      ? []
      : ['security.insecure'];
  const own = [...needed, ...(grpc.address ?? [])];
  const addresses =
    own.length > 0 && !isFrom(release, 'v0.16.0', 'v1.0.0-beta.1')
      ? ['unix:///run/buildkit/buildkitd.sock', ...own]
      : own;
  const ofListener = tls && {
    cert: 'Secret server tls.crt',
    key: 'Secret server tls.key',
    ...(tls.mutual !== false && { ca: 'Secret server ca.crt' }),
  };
  return set({
    debug: readsJson ? undefined : true,
    root,
    trace: trace === true ? true : undefined,
    'insecure-entitlements': insecureEntitlements ?? entitled,
    grpc: setOrNothing({
      address: addresses.length === 0 ? undefined : [...new Set(addresses)],
      debugAddress: grpc.debugAddress,
      uid: grpc.uid,
      gid: grpc.gid,
      tls:
        ofListener ??
        (grpc.tls && set({ cert: file(grpc.tls.cert), key: file(grpc.tls.key), ca: grpc.tls.ca && file(grpc.tls.ca) })),
    }),
    registry: setOrNothing(askedOfRegistries(registries)),
    dns: setOrNothing({ options: dns?.options, searchDomains: dns?.searchDomains }),
    worker: setOrNothing({ oci: setOrNothing(askedOfWorker(worker, context)) }),
    ...additional,
  });
}

function askedOfWorker(worker: TomlWorker, context: Context): Asked {
  const { apparmorProfile, gcPolicies, maxParallelism, maxUsedSpace, minFreeSpace, reservedSpace, ...others } = worker;
  const hasLimits = hasLimitsInToml(context.release);
  const given = inOldSpelling({ maxUsedSpace, minFreeSpace, reservedSpace }, 'gckeepstorage', hasLimits);
  const isPreset = context.isSized && !isFrom(context.release, 'v0.15.0', 'v1.0.0-beta.1') && !collectsByToml(context);
  const isFilled = isPreset || (hasLimits && Object.keys(given).length > 0);
  return {
    ...(isFilled && Object.fromEntries((hasLimits ? LIMITS : ['gckeepstorage']).map((key) => [key, CHOSEN]))),
    ...given,
    gcpolicy: gcPolicies?.map(({ maxUsedSpace: max, minFreeSpace: free, reservedSpace: reserved, ...policy }) => ({
      ...askedOfPolicy(policy, context.release),
      ...inOldSpelling({ maxUsedSpace: max, minFreeSpace: free, reservedSpace: reserved }, 'keepBytes', hasLimits),
    })),
    ...others,
    selinux: others.selinux === true ? true : undefined,
    cniPoolSize: others.cniPoolSize === 0 ? undefined : others.cniPoolSize,
    'apparmor-profile': apparmorProfile,
    'max-parallelism': maxParallelism,
  };
}

/**
 * Returns the limits as a release spells them. Before v0.13.7, `hasLimits` is false, and the only limit is
 * `maxUsedSpace`, written as `name`.
 */
function inOldSpelling({ maxUsedSpace, ...others }: GcSpace, name: string, hasLimits: boolean): Asked {
  return hasLimits
    ? set(askedOfLimits({ maxUsedSpace, ...others }, ''))
    : set({ [name]: maxUsedSpace && space(maxUsedSpace) });
}

// ---- values

function bytes(size: Size): number {
  return size.toKibibytes() * 1024;
}

function space(given: DiskSpace): Asked {
  const size = given['amount'];
  return size === undefined ? { percent: String(given['percentage']) } : { bytes: String(bytes(size)) };
}

function duration(given: Duration): Asked {
  return { nanoseconds: String(BigInt(given.toMilliseconds()) * 1_000_000n) };
}

/** Returns a path, or the object and key to mount. */
function file(given: PemFile): string {
  const selector: KeySelector | undefined = given['selector'];
  return selector === undefined ? given['path']! : `${selector.objectKind} ${selector.objectName} ${selector.key}`;
}

function set(given: Asked): Asked {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** Returns undefined for an empty table, which has the same effect as a missing one. */
function setOrNothing(given: Asked): Asked | undefined {
  const made = set(given);
  return Object.keys(made).length === 0 ? undefined : made;
}
