import { EngineRisk } from '../reporting/engine-risk';
import type { Duration } from 'cdk8s';
import type { LifecycleHandler } from 'kubernetes-types/core/v1';
import type { k8s } from 'cdk8s-plus-28';
import type { Problems } from '../reporting/problems';
import { checkSeconds } from '../kubernetes/quantity';
import { toWire } from '../kubernetes/wire-form';
import { checkCalls } from '../reporting/check-arguments';

/** Options for a lifecycle hook. */
export interface LifecycleHookOptions {
  /**
   * The maximum duration of the hook, in whole seconds. The time of a preStop hook is part of the grace period. The
   * library checks that the rest is long enough for the engine to write its cache.
   *
   * @default - the duration of a `sleep` handler; required for other preStop hooks, unused for postStart hooks
   */
  readonly maxDuration?: Duration;
}

/** A hook that the kubelet runs in the engine's container. */
export class LifecycleHook {
  /**
   * Runs a command in the engine's container. The image has a shell.
   *
   * @param command the program and its arguments
   * @param options the maximum duration, for a preStop hook
   */
  public static exec(command: string[], options: LifecycleHookOptions = {}): LifecycleHook {
    return new LifecycleHook({ exec: { command: [...command] } }, options.maxDuration);
  }

  /**
   * Uses a Kubernetes `LifecycleHandler`.
   *
   * @param handler the handler, for example an HTTP request
   * @param options the maximum duration, for a preStop hook
   */
  public static fromHandler(handler: k8s.LifecycleHandler, options: LifecycleHookOptions = {}): LifecycleHook {
    return new LifecycleHook(toWire(handler), options.maxDuration);
  }

  private constructor(
    private readonly handler: LifecycleHandler,
    private readonly maxDuration: Duration | undefined,
  ) {}

  /** @internal */
  public _render(problems: Problems): LifecycleHandler {
    if (this.handler.exec !== undefined && (this.handler.exec.command ?? []).length === 0) {
      problems.add('', {
        wrong: 'must not be empty',
        got: [],
        allowed: 'a program and its arguments',
        fix: "use a value such as ['sh', '-c', 'sleep 5']",
      });
    }
    return this.handler;
  }

  /**
   * Returns the part of the grace period that the hook can use, in seconds.
   *
   * @internal
   */
  public _maxSeconds(problems: Problems): number {
    const { sleep } = this.handler as { readonly sleep?: { readonly seconds?: unknown } };
    if (this.maxDuration === undefined && typeof sleep?.seconds === 'number') {
      return sleep.seconds;
    }
    if (this.maxDuration === undefined) {
      problems.add('maxDuration', {
        wrong: 'is required, because the time of a preStop hook is part of the grace period',
        allowed: 'a whole number of seconds',
        fix: 'use a value such as { maxDuration: Duration.seconds(30) }',
        risk: EngineRisk.UNBOUNDED_PRE_STOP,
      });
      return 0;
    }
    return checkSeconds(problems, 'maxDuration', this.maxDuration, { min: 0 });
  }
}

checkCalls('LifecycleHook', LifecycleHook);
