import type { Duration } from 'cdk8s';
import type { HorizontalPodAutoscalerBehavior, HPAScalingRules } from 'kubernetes-types/autoscaling/v2';
import { checkSeconds } from '../kubernetes/quantity';
import { checkCalls } from '../reporting/check-arguments';
import type { Problems } from '../reporting/problems';
import { checkEngineCount } from './autoscaling-rules';

/** Options for the pace at which an autoscaler starts or stops engines. */
export interface ScalePace {
  /**
   * The maximum number of engines to start or stop within `period`.
   *
   * @default 1
   */
  readonly replicas?: number;

  /**
   * The period to which `replicas` applies, in whole seconds, at most 30 minutes.
   *
   * @default Duration.minutes(1)
   */
  readonly period?: Duration;

  /**
   * The time that the autoscaler looks back, in whole seconds, at most one hour. To stop engines, it uses the highest
   * number of engines that it calculated within this time. To start engines, it uses the lowest.
   *
   * @default - 10 minutes to stop engines, and none to start them
   */
  readonly window?: Duration;
}

/** The limits of the API server (kubernetes pkg/apis/autoscaling/validation/validation.go:35-38@v1.37.2). */
const PERIOD_MAX = 1800;
const WINDOW_MAX = 3600;

const PERIOD_SECONDS = 60;
const SCALE_IN_WINDOW_SECONDS = 600;

/** The pace at which an autoscaler stops engines, if it stops them at all. */
export class ScaleIn {
  /**
   * Stops engines one after the other. Each engine drains before it exits, so builds that end within `drain.atMost`
   * succeed. A StatefulSet always stops the engine with the highest ordinal, whether it is busy or not.
   *
   * @param pace the limits on the number of engines to stop in a period
   */
  public static gradual(pace: ScalePace = {}): ScaleIn {
    return new ScaleIn(false, (problems) => renderPace(pace, SCALE_IN_WINDOW_SECONDS, problems));
  }

  /**
   * Never stops engines. The autoscaler only starts them. To return to fewer engines, for example at night, use
   * `kubectl scale`.
   */
  public static disabled(): ScaleIn {
    return new ScaleIn(true, () => ({ selectPolicy: 'Disabled' }));
  }

  private constructor(
    /** @internal */
    public readonly _isDisabled: boolean,
    /** @internal */
    public readonly _render: (problems: Problems) => HPAScalingRules,
  ) {}
}

checkCalls('ScaleIn', ScaleIn);

/** The pace at which an autoscaler starts engines. */
export class ScaleOut {
  /**
   * Starts engines at the default pace of the API server: every 15 seconds, up to 4 more engines or twice as many,
   * whichever is more.
   */
  public static fast(): ScaleOut {
    return new ScaleOut(() => undefined);
  }

  /**
   * Starts engines one after the other, or several at a time.
   *
   * @param pace the limits on the number of engines to start in a period
   */
  public static gradual(pace: ScalePace = {}): ScaleOut {
    return new ScaleOut((problems) => renderPace(pace, undefined, problems));
  }

  private constructor(
    /** @internal */
    public readonly _render: (problems: Problems) => HPAScalingRules | undefined,
  ) {}
}

checkCalls('ScaleOut', ScaleOut);

/**
 * Whether an autoscaler with this pace stops engines.
 *
 * @internal
 */
export function stopsEngines(scaleIn: ScaleIn | undefined): boolean {
  return scaleIn?._isDisabled !== true;
}

/**
 * Renders the behavior of a HorizontalPodAutoscaler. KEDA also creates a HorizontalPodAutoscaler, with the same
 * behavior.
 *
 * @internal
 */
export function renderBehavior(
  scaleIn: ScaleIn | undefined,
  scaleOut: ScaleOut | undefined,
  problems: Problems,
): HorizontalPodAutoscalerBehavior {
  const scaleUp = scaleOut?._render(problems.at('scaleOut'));
  return {
    scaleDown: (scaleIn ?? ScaleIn.gradual())._render(problems.at('scaleIn')),
    ...(scaleUp && { scaleUp }),
  };
}

function renderPace(
  { period, replicas = 1, window }: ScalePace,
  usualWindow: number | undefined,
  problems: Problems,
): HPAScalingRules {
  checkEngineCount(replicas, problems);
  const stabilizationWindowSeconds =
    window === undefined ? usualWindow : seconds(window, 'window', { min: 0, max: WINDOW_MAX }, problems);
  const periodSeconds =
    period === undefined ? PERIOD_SECONDS : seconds(period, 'period', { min: 1, max: PERIOD_MAX }, problems);
  return {
    ...(stabilizationWindowSeconds !== undefined && { stabilizationWindowSeconds }),
    policies: [{ type: 'Pods', value: replicas, periodSeconds }],
  };
}

function seconds(
  duration: Duration,
  property: string,
  { max, min }: { readonly min: number; readonly max: number },
  problems: Problems,
): number {
  const result = checkSeconds(problems, property, duration, { min, good: PERIOD_SECONDS });
  if (Number.isInteger(result) && result > max) {
    problems.add(property, {
      wrong: 'is longer than the API server allows',
      got: `${result} s`,
      allowed: `at most ${max} s`,
      fix: `use Duration.seconds(${max})`,
    });
  }
  return result;
}
