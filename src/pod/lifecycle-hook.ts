import { EngineRisk } from '../reporting/engine-risk';
import type { Duration } from 'cdk8s';
import type { LifecycleHandler } from 'kubernetes-types/core/v1';
import type { k8s } from 'cdk8s-plus-28';
import type { Problems } from '../reporting/problems';
import { checkSeconds } from '../kubernetes/quantity';
import { toWire } from '../kubernetes/wire-form';
import { checkCalls } from '../reporting/check-arguments';

/** Options of a hook. */
export interface LifecycleHookOptions {
  /**
   * The maximum duration of the hook. The kubelet counts a preStop hook against the grace period, so the library checks
   * that the rest is long enough for the engine to write its cache.
   *
   * @default - the duration of a `sleep`. For other preStop hooks, it is required. A postStart hook needs none.
   */
  readonly maxDuration?: Duration;
}

/** A hook that the kubelet runs in the engine's container. */
export class LifecycleHook {
  /**
   * Runs a command in the engine's container. The image has a shell.
   *
   * @param command the program and its arguments
   * @param options its bound, for a preStop hook
   */
  public static exec(command: string[], options: LifecycleHookOptions = {}): LifecycleHook {
    return new LifecycleHook({ exec: { command: [...command] } }, options.maxDuration);
  }

  /**
   * Uses a handler in the form of Kubernetes.
   *
   * @param handler the handler, for example an HTTP request
   * @param options its bound, for a preStop hook
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
        wrong: 'the command is empty',
        got: [],
        allowed: 'a program and its arguments',
        fix: "for example ['sh', '-c', 'sleep 5']",
      });
    }
    return this.handler;
  }

  /**
   * The part of the grace period that the hook uses, in seconds.
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
        wrong:
          'the kubelet counts a preStop hook against the grace period, so the longest that it can take must be known',
        allowed: 'whole seconds',
        fix: 'for example { maxDuration: Duration.seconds(30) }',
        risk: EngineRisk.UNBOUNDED_PRE_STOP,
      });
      return 0;
    }
    return checkSeconds(problems, 'maxDuration', this.maxDuration, { min: 0 });
  }
}

checkCalls('LifecycleHook', LifecycleHook);
