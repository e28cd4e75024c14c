import { compact } from '../internal/manifest';
import { Problems } from '../internal/problems';
import { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';
import { EngineWarning } from '../warnings';
import type { ConfigContext, MountedFile, RenderedConfig } from './config-context';
import type { DiskSpace } from './disk-space';
import { TOML_FORMAT, TOML_KEYS } from './engine-toml-keys';
import type { Table } from './file-keys';
import type { GcPolicy } from './garbage-collection';
import { fillLimits, renderLimits } from './gc-limits';
import { checkComplete, checkLimits, checkPolicies } from './gc-limits-check';
import { renderPolicies } from './gc-rendering';
import type { TomlRegistryConfig } from './registry';
import { byPath, checkRegistries, renderRegistries } from './registry-rendering';
import { merge, tidy } from './wire-tables';
import { whereWritten, type Names } from './written-names';
import type { WireToml } from './wire';

/** Certificates with which the engine itself serves TLS: paths in the pod. Works until v0.21.3. */
export interface TomlTls {
  /** The path of the server's certificate, in PEM form. */
  readonly cert: string;

  /** The path of its private key, in PEM form. */
  readonly key: string;

  /**
   * The path of the authorities of clients, in PEM form: clients then need a certificate.
   *
   * @default - clients need no certificate
   */
  readonly ca?: string;
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
   * Certificates for every TCP address.
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
    const problems = new Problems();
    const rendered = this.read({ ...context, problems });
    context.problems.adopt(problems, (path) => this._whereWritten(path));
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

  /** Reports with the names of the file. */
  private read(context: ConfigContext): RenderedConfig {
    const { version, problems } = context;
    const files: MountedFile[] = [];
    const written = this.text === undefined ? this.typed(context, files) : parse(this.text, problems);
    const keys = TOML_KEYS(written, { format: TOML_FORMAT, version, problems, property: '' }) as WireToml;
    this.check(keys, context);
    return { text: this.text ?? format(written), files: byPath(files), keys: { ...keys } };
  }

  private typed(context: ConfigContext, files: MountedFile[]): Table {
    const { grpc = {}, registries, dns, worker = {}, trace, insecureEntitlements, additional = {} } = this.options!;
    const { problems, version } = context;
    const shipped = version.supports(EngineCapability.SHIPPED_TOML_ENTITLEMENTS) ? ['security.insecure'] : undefined;
    const typed = {
      trace,
      'insecure-entitlements': insecureEntitlements ?? shipped,
      grpc: compact({ ...grpc, address: withNeeded(grpc.address ?? [], context) }),
      registry: compact(renderRegistries(registries, problems, files) ?? {}),
      dns: compact({ ...dns }),
      worker: compact({ oci: compact(renderWorker(worker, { ...context, problems: problems.at('worker') })) }),
    };
    return tidy(merge(typed, additional, problems));
  }

  private check(keys: WireToml, context: ConfigContext): void {
    const { version, problems } = context;
    checkTls(keys.grpc?.tls ?? {}, version, problems.at('grpc.tls'));
    checkRegistries(keys.registry ?? {}, problems.at('registry'));
    const { gcpolicy, ...limits } = keys.worker?.oci ?? {};
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
        wrong: `the engine has to listen on ${missing.join(' and ')} too, which ${version.tag} does only if this file says so`, got: address, fix: `address = ${JSON.stringify([...address, ...missing])}`,
      });
    }
    if (version.supports(EngineCapability.SHIPPED_TOML_ENTITLEMENTS) && keys['insecure-entitlements'] === undefined) {
      problems.warn(EngineWarning.DROPPED_IMAGE_CONFIG, 'insecure-entitlements',
        'this file replaces the one of the image, which has ["security.insecure"]; without it builds may not have root capabilities, nor the Dagger functions that need them');
    }
  }
}

function renderWorker(worker: TomlWorker, context: ConfigContext): Table {
  const { gcPolicies, apparmorProfile, maxParallelism, reservedSpace, maxUsedSpace, minFreeSpace, ...others } = worker;
  const given = renderLimits({ reservedSpace, maxUsedSpace, minFreeSpace }, context);
  const { sweep: _sweep, sweepSize: _sweepSize, ...limits } = Object.values(given).some((limit) => limit !== undefined) ? fillLimits(given, context) : {};
  return {
    ...others,
    ...limits,
    gcpolicy: gcPolicies && renderPolicies(gcPolicies, { ...context, problems: context.problems.at('gcPolicies') }),
    'apparmor-profile': apparmorProfile,
    'max-parallelism': maxParallelism,
  };
}

/** The caller's addresses and those that are needed beside them; undefined when there are none. */
function withNeeded(address: readonly string[], context: ConfigContext): string[] | undefined {
  const all = [...new Set([...needed(address, context), ...address])];
  return all.length === 0 ? undefined : all;
}

/** Where addresses replace the default socket, and there are some, it is needed beside them. */
function needed(address: readonly string[], { version, extraAddresses }: ConfigContext): string[] {
  const isReplaced = !version.supports(EngineCapability.TOML_ADDRESS_APPENDS) && address.length + extraAddresses.length > 0;
  return [...(isReplaced ? [`unix://${version.socketPath}`] : []), ...extraAddresses];
}

function checkTls({ cert = '', key = '', ca = '' }: { cert?: string; key?: string; ca?: string }, version: EngineVersion, problems: Problems): void {
  if ((cert === '') !== (key === '')) {
    problems.add('', { wrong: 'cert and key need each other, and one alone stops the engine', allowed: 'both or none', fix: `set ${cert === '' ? 'cert' : 'key'}` });
  } else if (ca !== '' && cert === '') {
    problems.add('ca', { wrong: 'without cert and key the engine serves plain text to anyone', got: ca, fix: 'set cert and key' });
  } else if (cert !== '' && !version.supports(EngineCapability.ENGINE_TLS)) {
    problems.add('', {
      wrong: `no Dagger client can connect to the TLS that ${version.tag} serves itself`, allowed: EngineCapability.ENGINE_TLS.availability, fix: 'have TLS terminated in front of the engine',
    });
  }
}

/** Loaded here, since programs without an engine.toml shall not wait for it. */
function toml(): typeof import('smol-toml') {
  return require('smol-toml') as typeof import('smol-toml');
}

function parse(text: string, problems: Problems): unknown {
  try {
    return toml().parse(text);
  } catch (error) {
    const { line, column, message } = error as import('smol-toml').TomlError;
    const why = message.split('\n')[0]!.replace('Invalid TOML document: ', '');
    problems.add('', {
      wrong: `not TOML at line ${line}, column ${column}, which stops the engine: ${why}`, allowed: "TOML, such as 'trace = true'", fix: 'mend it there, or use EngineToml.of(...)',
    });
    return {};
  }
}

function format(table: unknown): string {
  const text = toml().stringify(table);
  return text.endsWith('\n') ? text : `${text}\n`;
}
