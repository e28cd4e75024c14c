import type { IConstruct } from 'constructs';
import type { Caution } from './problems';

/**
 * The names of the warnings, to silence one by.
 */
export enum EngineWarning {
  /** The version is newer than the newest that this library knows. */
  UNKNOWN_VERSION = 'unknown-version',
  /** The version was never released: its minor ended before that patch. */
  UNRELEASED_VERSION = 'unreleased-version',
  /** The cache is on NFS, where the engine is slow. */
  NFS_CACHE = 'nfs-cache',
  /** Limits on the engine's container don't bound what builds use. */
  LIMITS_DO_NOT_BOUND_BUILDS = 'limits-do-not-bound-builds',
  /** The grace period is too short for the cache to be written at a stop. */
  SHORT_GRACE_PERIOD = 'short-grace-period',
  /** A liveness probe opens sessions, and so restarts engines that are only busy. */
  LIVENESS_UNDER_LOAD = 'liveness-under-load',
  /** Whoever reaches the engine's debug address reads its profiles and traces. */
  OPEN_DEBUG_ADDRESS = 'open-debug-address',
  /** A Deployment's rollout would count as failed before it can be done. */
  SHORT_PROGRESS_DEADLINE = 'short-progress-deadline',
  /** An environment variable or flag that this version of the engine doesn't read. */
  IGNORED_BY_ENGINE = 'ignored-by-engine',
  /** The connections of one session can reach different engines. */
  SPLIT_SESSIONS = 'split-sessions',
  /** Two engines share a directory of the node. */
  SHARED_HOST_PATH = 'shared-host-path',
  /** A key of engine.json or engine.toml that this version of the engine doesn't read. */
  IGNORED_CONFIG_KEY = 'ignored-config-key',
  /** A key of engine.json that this library doesn't know, for a version that it doesn't know either. */
  UNKNOWN_CONFIG_KEY = 'unknown-config-key',
  /** A key of engine.toml that loses against one of engine.json. */
  OVERRIDDEN_CONFIG_KEY = 'overridden-config-key',
  /** A file of yours replaces one of the image, and drops a setting of it. */
  DROPPED_IMAGE_CONFIG = 'dropped-image-config',
  /** Some limits of garbage collection are set, which sets the others to zero. */
  PARTIAL_GC = 'partial-gc',
  /** A rule of garbage collection without limit and time deletes all that it matches, at every run. */
  PRUNES_EVERYTHING = 'prunes-everything',
  /** The cache can't grow to its limit, because more than the rest of the volume is to stay free. */
  OVERLAPPING_GC_LIMITS = 'overlapping-gc-limits',
  /** Two jobs that run at once would share the cache volume of their engines. */
  SHARED_SIDECAR_CACHE = 'shared-sidecar-cache',
  /** An engine that is no native sidecar keeps a job's pod running. */
  SIDECAR_NEVER_ENDS = 'sidecar-never-ends',
  /** A port is open, and the network policy admits nobody to it. */
  NOBODY_ADMITTED = 'nobody-admitted',
  /** The network policy admits everyone, or lets builds reach everything. */
  ADMITS_EVERYONE = 'admits-everyone',
  /** A network policy that the cluster doesn't apply to these pods. */
  POLICY_NOT_ENFORCED = 'policy-not-enforced',
  /** A network policy that admits addresses, behind a Service that hides them. */
  HIDDEN_CLIENT_ADDRESS = 'hidden-client-address',
  /** A client may exec into every pod of the engine's namespace, since the engine's have random names. */
  EXEC_IN_NAMESPACE = 'exec-in-namespace',
  /** A client that the network policy doesn't know, since it runs on the network of its node. */
  CLIENT_NOT_ADMITTED = 'client-not-admitted',
  /** The CLI of the engine's release doesn't know `tls://`. */
  TLS_NEEDS_NEWER_CLIENT = 'tls-needs-newer-client',
  /** A certificate that the engine reads at its start only. */
  CERTIFICATE_NOT_RELOADED = 'certificate-not-reloaded',
  /** A CA that signs for others too admits every client with one of its certificates. */
  UNRESTRICTED_CLIENTS = 'unrestricted-clients',
  /** A port of the node outside of the default range, which most clusters reject. */
  UNUSUAL_NODE_PORT = 'unusual-node-port',
  /** Something that would be refused, had not `acceptRisks` said that it is meant. */
  ACCEPTED_RISK = 'accepted-risk',
}

/**
 * Warnings about settings that are legal but dangerous. They go to standard error at synth,
 * once for each construct.
 */
export class Warnings {
  /**
   * The warnings of a construct and of everything below it.
   *
   * @param scope an engine, a chart, or the whole app
   */
  public static of(scope: IConstruct): Warnings {
    return new Warnings(scope);
  }

  private constructor(private readonly scope: IConstruct) {}

  /**
   * Silences one warning in this scope.
   *
   * @param warning which one
   * @param reason why it is fine here; for the readers of the program
   * @throws if the reason is empty
   */
  public acknowledge(warning: EngineWarning, reason: string): void {
    if (reason.trim() === '') {
      throw new Error(
        `[${this.scope.node.path}] acknowledging the warning "${warning}" needs a reason; got ${JSON.stringify(reason)}; fix: say why it is fine here`,
      );
    }
    setOf(this.scope, ACKNOWLEDGED).add(warning);
  }
}

const ACKNOWLEDGED = Symbol.for('cdk8s-dagger.acknowledged');

const PRINTED = Symbol.for('cdk8s-dagger.printed');

/** A set of texts that a construct carries. */
function setOf(construct: IConstruct, which: symbol): Set<string> {
  const holder = construct as unknown as Record<symbol, Set<string> | undefined>;
  return (holder[which] ??= new Set());
}

/**
 * Prints the warnings of a construct that are not acknowledged. To be called at synth, so that an acknowledgement made
 * after its construction still counts. cdk8s runs validations once for every chart: each is printed once.
 *
 * @internal
 */
export function printWarnings(construct: IConstruct, cautions: readonly Caution[]): void {
  const printed = setOf(construct, PRINTED);
  for (const { name, property, severity = 'warning', text } of cautions) {
    const line = `[${construct.node.path}] ${severity} ${name}: ${property}: ${text}`;
    if (!printed.has(line) && !construct.node.scopes.some((scope) => setOf(scope, ACKNOWLEDGED).has(name))) {
      printed.add(line);
      console.warn(line);
    }
  }
}
