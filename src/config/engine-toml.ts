import { posix } from 'node:path';
import { compact } from '../kubernetes/manifest';
import { Problems } from '../reporting/problems';
import { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';
import { EngineWarning } from '../reporting/warnings';
import type { ConfigContext, MountedFile, RenderedConfig } from './config-context';
import type { DiskSpace } from './disk-space';
import { TOML_FORMAT, TOML_KEYS } from './engine-toml-keys';
import type { Table } from './file-keys';
import type { GcPolicy } from './garbage-collection';
import { fillLimits, needsPreset, presetForToml, renderLimits } from './gc-limits';
import { checkComplete, checkLimits, checkPolicies } from './gc-limits-check';
import { renderPolicies, setsGc } from './gc-rendering';
import type { PemFile } from './pem-file';
import type { TomlRegistryConfig } from './registry';
import { byPath, checkRegistries, renderRegistries } from './registry-rendering';
import { readToml, writeToml } from './toml-text';
import { merge, tidy } from './wire-tables';
import { whereWritten, type Names } from './written-names';
import type { WireSpace, WireToml } from './wire';

/** Certificates with which the engine itself serves TLS, at every TCP address. Works until v0.21.3. */
export interface TomlTls {
  /** The server's certificate. */
  readonly cert: PemFile;

  /** Its private key. */
  readonly key: PemFile;

  /**
   * The authorities of clients: clients then need a certificate.
   *
   * @default - clients need no certificate
   */
  readonly ca?: PemFile;
}

/** Where the engine listens. */
export interface TomlGrpc {
  /**
   * Addresses beside the default ones: `unix:///path` or `tcp://host:port`.
   *
   * @default - none
   */
  readonly address?: string[];

  /**
   * `host:port` of the engine's debug server (profiles, goroutines).
   *
   * @default - none
   */
  readonly debugAddress?: string;

  /**
   * The owner of the sockets.
   *
   * @default - the engine's user
   */
  readonly uid?: number;

  /**
   * The group of the sockets.
   *
   * @default - the engine's group
   */
  readonly gid?: number;

  /**
   * Certificates for every TCP address, that of the listener too. Clients from v0.20.1 then take `tls://HOST:PORT`.
   *
   * @default - plain text
   */
  readonly tls?: TomlTls;
}

/** Name resolution in build containers. */
export interface TomlDns {
  /**
   * Resolver options, for example `edns0`.
   *
   * @default - none
   */
  readonly options?: string[];

  /**
   * Domains in which to look up short names.
   *
   * @default - none
   */
  readonly searchDomains?: string[];
}

/** How the engine stores layers on disk. */
export enum Snapshotter {
  /** Layers over each other: the fast one. */
  OVERLAYFS = 'overlayfs',
  /** A copy for each layer: slow, works everywhere. */
  NATIVE = 'native',
}

/** How build containers reach the network. */
export enum NetworkMode {
  /** A bridge of the engine's own; the default. */
  CNI = 'cni',
  /** The bridge where it works, otherwise the engine's network. */
  AUTO = 'auto',
  /** The engine's network. */
  HOST = 'host',
}

/** The settings of the worker that runs builds (`[worker.oci]`). */
export interface TomlWorker {
  /**
   * Whether to collect garbage.
   *
   * @default true
   */
  readonly gc?: boolean;

  /**
   * What is kept even when the disk is full.
   *
   * @default - as in `GarbageCollection` when one of the three is set, otherwise the engine's own
   */
  readonly reservedSpace?: DiskSpace;

  /**
   * What the cache may use.
   *
   * @default - as in `GarbageCollection` when one of the three is set, otherwise the engine's own
   */
  readonly maxUsedSpace?: DiskSpace;

  /**
   * What the engine tries to leave free on the disk.
   *
   * @default - as in `GarbageCollection` when one of the three is set, otherwise the engine's own
   */
  readonly minFreeSpace?: DiskSpace;

  /**
   * The rules of garbage collection, in order. They have no `sweepSize` in this file.
   *
   * @default - the engine's own
   */
  readonly gcPolicies?: GcPolicy[];

  /**
   * Labels of the worker.
   *
   * @default - none
   */
  readonly labels?: { [name: string]: string };

  /**
   * Platforms to build for, for example `linux/arm64`.
   *
   * @default - detected
   */
  readonly platforms?: string[];

  /**
   * How layers are stored on disk.
   *
   * @default - the best one that works on the volume
   */
  readonly snapshotter?: Snapshotter;

  /**
   * The parent cgroup of build containers.
   *
   * @default - none
   */
  readonly defaultCgroupParent?: string;

  /**
   * The AppArmor profile of build containers. It must be loaded on the node.
   *
   * @default - none
   */
  readonly apparmorProfile?: string;

  /**
   * Whether to set SELinux labels.
   *
   * @default false
   */
  readonly selinux?: boolean;

  /**
   * How build containers reach the network.
   *
   * @default - NetworkMode.CNI
   */
  readonly networkMode?: NetworkMode;

  /**
   * The path of a CNI configuration.
   *
   * @default - the engine's own
   */
  readonly cniConfigPath?: string;

  /**
   * The path of the CNI plugins.
   *
   * @default - those in the image
   */
  readonly cniBinaryPath?: string;

  /**
   * How many network namespaces to keep ready.
   *
   * @default - the engine's own
   */
  readonly cniPoolSize?: number;

  /**
   * How many build steps may run at once. Until v0.20.8.
   *
   * @default - no limit
   */
  readonly maxParallelism?: number;
}

/** What engine.toml says. */
export interface EngineTomlOptions {
  /**
   * The directory where the engine keeps its state; the cache volume is mounted there. An absolute path.
   *
   * @default '/var/lib/dagger'
   */
  readonly root?: string;

  /**
   * Where the engine listens.
   *
   * @default - its default sockets
   */
  readonly grpc?: TomlGrpc;

  /**
   * Mirrors, certificates and protocol of registries, by host: `docker.io`, `registry.example.com:5000`.
   *
   * @default - none
   */
  readonly registries?: { [host: string]: TomlRegistryConfig };

  /**
   * Name resolution in build containers.
   *
   * @default - as in the pod
   */
  readonly dns?: TomlDns;

  /**
   * The worker that runs builds.
   *
   * @default - the engine's own settings
   */
  readonly worker?: TomlWorker;

  /**
   * Log at trace level, with a dump of all goroutines every five minutes.
   *
   * @default false
   */
  readonly trace?: boolean;

  /**
   * What builds may ask for: `security.insecure`, `network.host`.
   *
   * @default - what the image's own engine.toml has
   */
  readonly insecureEntitlements?: string[];

  /**
   * Keys that this library has no type for, merged into the rest: tables in tables, as in the file.
   *
   * @default - none
   */
  readonly additional?: { [key: string]: unknown };
}

const NAMES: Names = [
  [/^insecure-entitlements\b/, 'insecureEntitlements'],
  [/^registry\b/, 'registries'],
  [/^(registries\["(?:[^"\\]|\\.)*"\])\.keypair\b/, '$1.keypairs'],
  [/^worker\.oci\b/, 'worker'],
  [/^worker\.gcpolicy\b/, 'worker.gcPolicies'],
  [/^worker\.apparmor-profile$/, 'worker.apparmorProfile'],
  [/^worker\.max-parallelism$/, 'worker.maxParallelism'],
  [/^worker\.gckeepstorage$/, 'worker.maxUsedSpace'],
  [/^(worker\.gcPolicies\[\d+\])\.keepBytes$/, '$1.maxUsedSpace'],
];

/**
 * The engine's configuration file `/etc/dagger/engine.toml`, in the syntax of BuildKit's buildkitd.toml. It replaces the
 * one in the image.
 *
 * Both forms are checked as the engine would read them: what would stop it is an error, what it would
 * ignore a warning.
 */
export class EngineToml {
  /**
   * From typed options.
   *
   * @param options what the file says
   */
  public static of(options: EngineTomlOptions): EngineToml {
    return new EngineToml(options, undefined);
  }

  /**
   * From a text of your own, which goes into the file as it is.
   *
   * @param text the TOML text
   */
  public static raw(text: string): EngineToml {
    return new EngineToml(undefined, text);
  }

  private constructor(
    private readonly options: EngineTomlOptions | undefined,
    private readonly text: string | undefined,
  ) {}

  /** @internal */
  public _render(context: ConfigContext): RenderedConfig {
    const problems = Problems.of(context.problems.namespace);
    const rendered = this.read({ ...context, problems });
    context.problems.adopt(
      problems,
      (path) => this._whereWritten(path),
      this.text === undefined ? undefined : 'config-refused',
    );
    return rendered;
  }

  /**
   * Where the caller wrote what the file has at `path`.
   *
   * @internal
   */
  public _whereWritten(path: string): string {
    return this.options === undefined ? path : whereWritten(path, NAMES, this.options.additional);
  }

  /**
   * Whether the caller wrote that limit, and not this library beside others.
   *
   * @internal
   */
  public _wrote(limit: string): boolean {
    const { worker, additional } = this.options ?? {};
    const untyped = (additional as WireToml | undefined)?.worker?.oci;
    return (
      this.options === undefined ||
      [worker, untyped].some((limits) => (limits as Table | undefined)?.[limit] !== undefined)
    );
  }

  /** Reports with the names of the file. */
  private read(context: ConfigContext): RenderedConfig {
    const { version, problems } = context;
    const files: MountedFile[] = [];
    const written = this.text === undefined ? this.typed(context, files) : readToml(this.text, problems);
    const keys = TOML_KEYS(written, { format: TOML_FORMAT, version, problems, property: '' }) as WireToml;
    this.check(keys, context);
    return { text: this.text ?? writeToml(written as Table, problems), files: byPath(files), keys: { ...keys } };
  }

  private typed(context: ConfigContext, files: MountedFile[]): Table {
    const {
      root,
      grpc = {},
      registries,
      dns,
      worker = {},
      trace,
      insecureEntitlements,
      additional = {},
    } = this.options!;
    const { problems, version, insecureRootCapabilities } = context;
    const shipped = version.supports(EngineCapability.SHIPPED_TOML_ENTITLEMENTS) ? ['security.insecure'] : undefined;
    // Where there is an engine.json, that one says so.
    const entitled =
      insecureRootCapabilities === false && !version.supports(EngineCapability.ENGINE_JSON) ? [] : shipped;
    const typed = {
      // As the image's own file has it (dev/config.go:41-48@v0.12.0); releases that don't honour it log so anyway.
      debug: version.supports(EngineCapability.TOML_DEBUG) && additional.debug === undefined ? true : undefined,
      root,
      trace,
      'insecure-entitlements': insecureEntitlements ?? entitled,
      grpc: compact({
        ...grpc,
        address: withNeeded(grpc.address ?? [], context),
        tls: grpc.tls === undefined ? context.tls : renderTls(grpc.tls, problems.at('grpc.tls'), files),
      }),
      registry: compact(renderRegistries(registries, problems, files) ?? {}),
      dns: compact({ ...dns }),
      worker: compact({ oci: compact(renderWorker(worker, { ...context, problems: problems.at('worker') })) }),
    };
    const merged = merge(typed, additional, problems);
    const isPreset = needsPreset(context) && !setsGc((merged as WireToml).worker?.oci, version);
    return tidy(isPreset ? merge(merged, { worker: { oci: presetForToml(context) } }, problems) : merged);
  }

  private check(keys: WireToml, context: ConfigContext): void {
    const { version, problems } = context;
    checkRoot(keys.root, problems);
    checkTls(keys.grpc?.tls ?? {}, version, problems.at('grpc.tls'));
    checkListenerTls(keys.grpc?.tls ?? {}, context, problems.at('grpc.tls'));
    checkRegistries(keys.registry ?? {}, problems.at('registry'));
    const { gcpolicy, snapshotter, ...limits } = keys.worker?.oci ?? {};
    checkSnapshotter(snapshotter, context, problems);
    checkLimits(limits, context, problems.at('worker.oci'));
    checkPolicies(gcpolicy ?? [], context, problems.at('worker.oci.gcpolicy'));
    if (this.text === undefined) {
      return;
    }
    if (limits.gckeepstorage === undefined) {
      checkComplete(limits, problems.at('worker.oci'));
    }
    const address = keys.grpc?.address ?? [];
    const missing = needed(address, context).filter((other) => !address.includes(other));
    if (missing.length > 0) {
      problems.add('grpc.address', {
        wrong: `the engine has to listen on ${missing.join(' and ')} too, which ${version.tag} does only if this file says so`,
        got: address,
        fix: `address = ${JSON.stringify([...address, ...missing])}`,
      });
    }
    if (version.supports(EngineCapability.SHIPPED_TOML_ENTITLEMENTS) && keys['insecure-entitlements'] === undefined) {
      problems.warn(
        EngineWarning.DROPPED_IMAGE_CONFIG,
        'insecure-entitlements',
        'this file replaces the one of the image, which has ["security.insecure"]; without it builds may not have root capabilities, nor the Dagger functions that need them',
      );
    }
  }
}

function renderWorker(worker: TomlWorker, context: ConfigContext): Table {
  const { gcPolicies, apparmorProfile, maxParallelism, reservedSpace, maxUsedSpace, minFreeSpace, ...others } = worker;
  const given = renderLimits({ reservedSpace, maxUsedSpace, minFreeSpace }, context);
  const isFilled =
    context.version.supports(EngineCapability.TOML_GC_SPACE) &&
    Object.values(given).some((limit) => limit !== undefined);
  const { sweep: _sweep, sweepSize: _sweepSize, ...limits } = isFilled ? fillLimits(given, context) : given;
  const policies =
    gcPolicies && renderPolicies(gcPolicies, { ...context, problems: context.problems.at('gcPolicies') });
  return {
    ...others,
    ...inOldSpelling(limits, 'gckeepstorage', context.version),
    gcpolicy: policies?.map((policy) => inOldSpelling(policy, 'keepBytes', context.version)),
    'apparmor-profile': apparmorProfile,
    'max-parallelism': maxParallelism,
  };
}

/** Before there were more limits, what the cache may use was what to keep of it. */
function inOldSpelling({ maxUsedSpace, ...others }: WireSpace, name: string, version: EngineVersion): Table {
  return { ...others, [version.supports(EngineCapability.TOML_GC_SPACE) ? 'maxUsedSpace' : name]: maxUsedSpace };
}

function renderTls({ cert, key, ca }: TomlTls, problems: Problems, files: MountedFile[]): Table {
  return {
    cert: cert._resolve('grpc_tls', problems, 'cert', files),
    key: key._resolve('grpc_tls', problems, 'key', files),
    ca: ca?._resolve('grpc_tls', problems, 'ca', files),
  };
}

/** The caller's addresses and those that are needed beside them; undefined when there are none. */
function withNeeded(address: readonly string[], context: ConfigContext): string[] | undefined {
  const all = [...new Set([...needed(address, context), ...address])];
  return all.length === 0 ? undefined : all;
}

/** Where addresses replace the default socket, and there are some, it is needed beside them. */
function needed(address: readonly string[], { version, extraAddresses }: ConfigContext): string[] {
  const isReplaced =
    !version.supports(EngineCapability.TOML_ADDRESS_APPENDS) && address.length + extraAddresses.length > 0;
  return [...(isReplaced ? [`unix://${version.socketPath}`] : []), ...extraAddresses];
}

/** Directories of the image that the engine needs, at which a volume would hide what is in them. */
const TAKEN =
  /^\/(bin|boot|dev|etc|lib|lib64|opt\/cni|proc|run|sbin|sys|usr|var\/run)(\/|$)|^\/(opt|root|tmp|var|var\/lib)?$/;

function checkRoot(root: string | undefined, problems: Problems): void {
  if (root === undefined || root === '') {
    return;
  }
  const normal = posix.normalize(root).replace(/(.)\/+$/, '$1');
  if (!root.startsWith('/') || root.includes(':') || TAKEN.test(normal)) {
    problems.add('root', {
      wrong: 'not a directory that the cache volume can be mounted at',
      got: root,
      allowed: 'an absolute path, outside of what the engine needs of its image',
      fix: "for example '/data'",
    });
  } else if (root !== normal) {
    problems.add('root', {
      wrong: 'a path with parts that change nothing',
      got: root,
      allowed: 'its plain form',
      fix: `write '${normal}'`,
    });
  }
}

function checkSnapshotter(snapshotter: string | undefined, { cacheIsNfs }: ConfigContext, problems: Problems): void {
  if (snapshotter === 'overlayfs' && cacheIsNfs) {
    problems.add('worker.oci.snapshotter', {
      wrong: "overlayfs can't write to NFS, so that every build fails",
      got: snapshotter,
      allowed: 'native',
      fix: 'remove it, or keep the cache on a block or local volume',
    });
  } else if (snapshotter === 'fuse-overlayfs') {
    // toolchains/engine-dev/build/builder.go:106-128@v0.21.7 installs fuse3 and sshfs.
    problems.add('worker.oci.snapshotter', {
      wrong: 'no image of the engine has the program fuse-overlayfs, so that every build fails',
      got: snapshotter,
      allowed: 'overlayfs, native',
      fix: 'remove it',
    });
  }
}

function checkTls(
  { cert = '', key = '', ca = '' }: { cert?: string; key?: string; ca?: string },
  version: EngineVersion,
  problems: Problems,
): void {
  if ((cert === '') !== (key === '')) {
    problems.add('', {
      wrong: 'cert and key need each other, and one alone stops the engine',
      allowed: 'both or none',
      fix: `set ${cert === '' ? 'cert' : 'key'}`,
    });
  } else if (ca !== '' && cert === '') {
    problems.add('ca', {
      wrong: 'without cert and key the engine serves plain text to anyone',
      got: ca,
      fix: 'set cert and key',
    });
  } else if (cert !== '' && !version.supports(EngineCapability.ENGINE_TLS)) {
    problems.add('', {
      wrong: `no Dagger client can connect to the TLS that ${version.tag} serves itself`,
      allowed: EngineCapability.ENGINE_TLS.availability,
      fix: 'use listener: Listener.tls(...)',
      risk: 'engine-tls',
    });
  }
}

/** Where a listener wants TLS of the engine, this file has to name its certificates and no others. */
function checkListenerTls(
  written: { readonly [key: string]: string },
  { tls }: ConfigContext,
  problems: Problems,
): void {
  if (tls !== undefined && (['cert', 'key', 'ca'] as const).some((key) => written[key] !== tls[key])) {
    problems.add('', {
      wrong: 'the listener wants TLS with its own certificates',
      got: written,
      allowed: JSON.stringify(tls),
      fix: 'leave it out of EngineToml.of(...), and write that into EngineToml.raw(...)',
    });
  }
}
