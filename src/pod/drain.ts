import type { Duration } from 'cdk8s';
import { checkSeconds } from '../kubernetes/quantity';
import { checkCalls } from '../reporting/check-arguments';
import type { Problems } from '../reporting/problems';

/** Options for draining an engine. */
export interface DrainOptions {
  /**
   * The maximum time to wait for clients, in whole seconds. It is part of the grace period. When it ends, the remaining
   * connections are cut.
   *
   * @default Duration.minutes(3), or less in a grace period below 255 seconds
   */
  readonly atMost?: Duration;

  /**
   * The time without a client after which the engine is idle, in whole seconds. A CI job that runs the CLI several
   * times disconnects between the runs. The job finishes on the same engine if the pauses are shorter than this time.
   * An engine without clients also waits this long before it stops.
   *
   * @default Duration.seconds(10), or 5 seconds with the readiness probe `EngineProbe.session()`, which is a client
   */
  readonly idleFor?: Duration;

  /**
   * Whether clients that weren't connected before can connect during the drain. By default, the hook rejects their TCP
   * connections, so they can't make the drain longer, and aren't cut when it ends. The CLI retries for ten minutes, and
   * reaches another engine, or the same one after its restart. Set it to true for a long drain of a single engine, if
   * clients can't wait for the restart.
   *
   * The hook can't distinguish new clients on unix sockets, of `kube-pod://`, or behind a proxy that hides their
   * addresses. These can always connect.
   *
   * @default false
   */
  readonly admitNewClients?: boolean;
}

/** The options of a drain, with times in seconds. An undefined option has a default. */
export interface DrainTimes {
  readonly atMost?: number;
  readonly idleFor?: number;
  readonly admitNewClients?: boolean;
}

/**
 * The behavior of an engine that must stop while clients are connected.
 *
 * In v0.21.4 and later, and in v1.0.0-beta.3 and later, the engine and its clients wait for each other after SIGTERM.
 * Kubernetes kills the engine when the grace period ends, and the engine deletes its cache at the next start.
 */
export class Drain {
  /**
   * Waits until no client is connected, and cuts the remaining connections when the time is up. The engine then stops
   * and keeps its cache. A `preStop` hook does this with programs in the engine's image. The hook writes its progress
   * to the log of the engine's container.
   *
   * The hook rejects TCP connections of new clients while the engine waits. It can't cut a session on the node's socket
   * while the session isn't running a build step.
   *
   * @param options the times to wait
   */
  public static untilIdle(options: DrainOptions = {}): Drain {
    return new Drain(false, options);
  }

  /** Stops the engine at once, without a hook. */
  public static none(): Drain {
    return new Drain(true, {});
  }

  private constructor(
    /** @internal */
    public readonly _isNone: boolean,
    private readonly options: DrainOptions,
  ) {}

  /**
   * Whether the program states how long the engine waits for its clients.
   *
   * @internal
   */
  public get _hasLimit(): boolean {
    return (this.options.atMost?.toMilliseconds() ?? 0) > 0;
  }

  /** @internal */
  public _times(problems: Problems): DrainTimes {
    const { admitNewClients, atMost, idleFor } = this.options;
    return {
      atMost: atMost && checkSeconds(problems, 'atMost', atMost, { min: 0, good: 180 }),
      idleFor: idleFor && checkSeconds(problems, 'idleFor', idleFor, { min: 0, good: 10 }),
      admitNewClients,
    };
  }
}

checkCalls('Drain', Drain);
