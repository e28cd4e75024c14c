import { checkCalls } from '../reporting/check-arguments';
import type {
  AutoscalingLimits,
  ExistingAutoscalingOptions,
  HorizontalAutoscalingOptions,
  KedaAutoscalingOptions,
} from './autoscaling-options';
import { checkCounts, checkDrain, checkOrder } from './autoscaling-rules';
import { horizontalPodAutoscaler } from './horizontal-pod-autoscaler';
import type { BoundAutoscaling, ScaledEngine } from './scaled-engine';
import { stopsEngines } from './scale-pace';
import { scaledObject } from './scaled-object';

const NO_SCALE_IN = 'scaleIn: ScaleIn.disabled()';

/** The scale-in behavior of an autoscaler. */
interface ScaleInFacts {
  readonly stopsEngines: boolean;
  /** The option that keeps it from stopping engines, or undefined if there is none. */
  readonly alternative: string | undefined;
}

/** An autoscaler that changes the number of engines. The manifest of the workload then has no `replicas`. */
export class Autoscaling {
  /**
   * Creates a ScaledObject for [KEDA](https://keda.sh), which must be installed in the cluster.
   *
   * @param options the limits and the triggers
   */
  public static keda(options: KedaAutoscalingOptions): Autoscaling {
    const scaleIn =
      options.minReplicas === 0
        ? { stopsEngines: true, alternative: undefined }
        : { stopsEngines: stopsEngines(options.scaleIn), alternative: NO_SCALE_IN };
    return new Autoscaling(options, scaleIn, (engine) => scaledObject(options, engine));
  }

  /**
   * Creates a HorizontalPodAutoscaler, for clusters without KEDA.
   *
   * @param options the limits and the metrics
   */
  public static horizontal(options: HorizontalAutoscalingOptions): Autoscaling {
    const scaleIn = { stopsEngines: stopsEngines(options.scaleIn), alternative: NO_SCALE_IN };
    return new Autoscaling(options, scaleIn, (engine) => horizontalPodAutoscaler(options, engine));
  }

  /**
   * Uses an autoscaler that another program defines.
   *
   * @param options the limits of the autoscaler
   */
  public static fromExisting(options: ExistingAutoscalingOptions): Autoscaling {
    const scaleIn = {
      stopsEngines: options.stopsEngines ?? true,
      alternative: 'stopsEngines: false if the autoscaler never stops engines',
    };
    return new Autoscaling(options, scaleIn, () => ({ objects: {}, metricsPeers: [], utilized: new Set<string>() }));
  }

  private constructor(
    private readonly limits: AutoscalingLimits,
    private readonly scaleIn: ScaleInFacts,
    private readonly render: (engine: ScaledEngine) => BoundAutoscaling,
  ) {}

  /**
   * The maximum number of engines.
   *
   * @internal
   */
  public get _maxReplicas(): number {
    return this.limits.maxReplicas;
  }

  /**
   * The number of engines that always run.
   *
   * @internal
   */
  public get _minReplicas(): number {
    return this.limits.minReplicas ?? 1;
  }

  /** @internal */
  public _bind(engine: ScaledEngine): BoundAutoscaling {
    checkCounts({ minReplicas: this._minReplicas, maxReplicas: this._maxReplicas }, engine.problems.at('autoscaling'));
    if (this.scaleIn.stopsEngines) {
      checkDrain(engine, this.scaleIn.alternative);
    }
    checkOrder(engine);
    return this.render(engine);
  }
}

checkCalls('Autoscaling', Autoscaling);
