import type { Duration } from 'cdk8s';
import { checkSeconds } from '../kubernetes/quantity';
import { checkCalls } from '../reporting/check-arguments';
import type { Problems } from '../reporting/problems';

/** Options of a drain. */
export interface DrainOptions {
  /**
   * The maximum time to wait for clients, in whole seconds. It is part of the grace period. When it ends, the remaining
   * connections are cut.
   *
   * @default Duration.minutes(1), or less in a grace period below 135 seconds
   */
  readonly atMost?: Duration;
}

/**
 * The behavior of an engine that must stop while clients are connected.
 *
 * From v0.21.4 and v1.0.0-beta.3, the engine and its clients wait for each other after SIGTERM. Kubernetes kills the engine
 * when the grace period ends, and the engine deletes its cache at the next start.
 */
export class Drain {
  /**
   * Waits until no client is connected, and cuts the remaining connections when the time is up. The engine then stops
   * and keeps its cache. A `preStop` hook with programs of the engine's image does this.
   *
   * New clients can connect while the engine waits. The hook can't cut a session that uses the node's socket while the
   * session runs no step of a build.
   *
   * @param options the maximum time to wait
   */
  public static untilIdle(options: DrainOptions = {}): Drain {
    return new Drain(false, options.atMost);
  }

  /** Stops the engine at once, without a hook. */
  public static none(): Drain {
    return new Drain(true, undefined);
  }

  private constructor(
    /** @internal */
    public readonly _isNone: boolean,
    private readonly atMost: Duration | undefined,
  ) {}

  /**
   * Returns the maximum time to wait, in seconds, or undefined for the default.
   *
   * @internal
   */
  public _seconds(problems: Problems): number | undefined {
    return this.atMost && checkSeconds(problems, 'atMost', this.atMost, { min: 0, good: 60 });
  }
}

checkCalls('Drain', Drain);
