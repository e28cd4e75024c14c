import { Duration } from 'cdk8s';
import {
  Autoscaling,
  Drain,
  EngineRisk,
  ScaleIn,
  ScaleTrigger,
  type AutoscalerOptions,
  type KedaAutoscalingOptions,
} from '../../src/index';
import { accept, chart, statefulSet } from '../engines';

/** The number of builds that an engine runs without slowing down. */
export const PER_ENGINE = 2;

const LIMITS: AutoscalerOptions = { minReplicas: 1, maxReplicas: 5 };

/** A simulated policy. */
export interface Policy {
  readonly name: string;
  readonly drain: number;
  readonly min?: number;
  readonly max?: number;
  readonly replicas?: number;
  readonly cpu?: number;
  readonly triggers?: readonly object[];
  readonly scaleIn?: object;
  /** The ScaledObject of each engine, if each engine scales to zero. */
  readonly toZero?: readonly object[];
}

/** Returns the spec of the library's ScaledObject. */
function scaledObject(drain: Duration | undefined, options: Partial<KedaAutoscalingOptions>): any {
  const engine = statefulSet(
    {
      name: 'pool',
      metrics: {},
      drain: drain && Drain.untilIdle({ atMost: drain, idleFor: Duration.seconds(0) }),
      autoscaling: Autoscaling.keda({
        ...LIMITS,
        triggers: [ScaleTrigger.sessions({ perEngine: PER_ENGINE })],
        ...options,
      }),
      ...(drain === undefined && { acceptRisks: [accept(EngineRisk.UNSAFE_SCALE_IN)] }),
    },
    chart(),
  );
  return engine.autoscaler!.toJson().spec;
}

/** Returns a policy with the triggers and the behavior of the library's ScaledObject. */
function keda(name: string, drain: Duration | undefined, options: Partial<KedaAutoscalingOptions> = {}): Policy {
  const { advanced, maxReplicaCount, minReplicaCount, triggers } = scaledObject(drain, options);
  return {
    name,
    drain: drain?.toSeconds() ?? 0,
    min: minReplicaCount,
    max: maxReplicaCount,
    triggers,
    scaleIn: advanced.horizontalPodAutoscalerConfig.behavior.scaleDown,
  };
}

const HOUR = Duration.hours(1);

/** Returns a trigger for ARC jobs. The simulation serves the metrics of the ARC listener. */
function jobs(startAbove?: number): ScaleTrigger {
  return ScaleTrigger.arcListener({
    scaleSet: 'dagger-ci',
    perEngine: PER_ENGINE,
    address: 'http://127.87.1.1:8080/metrics',
    startAbove,
  });
}

/** Returns a policy with one StatefulSet for each engine. KEDA starts one more for every `PER_ENGINE` jobs. */
function toZero(name: string, drain: Duration, cooldown?: Duration): Policy {
  const engines = Array.from({ length: LIMITS.maxReplicas }, (_, index) => {
    const triggers = [ScaleTrigger.sessions(), jobs(PER_ENGINE * index)];
    const spec = scaledObject(drain, { minReplicas: 0, maxReplicas: 1, triggers, cooldown });
    // KEDA's defaults (apis/keda/v1alpha1/scaledobject_types.go@v2.21.0).
    return { pollingInterval: 30, cooldownPeriod: 300, ...spec };
  });
  return { name, drain: drain.toSeconds(), toZero: engines };
}

/** The policies in the table of docs/how-to/scale-engines.md. */
export const POLICIES: readonly Policy[] = [
  { name: 'always 1 engine', replicas: 1, drain: 0 },
  { name: 'always 5 engines', replicas: 5, drain: 0 },
  { ...keda('CPU at 35 %, no drain', undefined), triggers: [], cpu: 35 },
  keda('sessions, no drain', undefined),
  keda('sessions, drain of 3 minutes', Duration.minutes(3)),
  keda('sessions, drain of 1 hour', HOUR),
  keda('sessions, drain of 1 hour, window of 0', HOUR, { scaleIn: ScaleIn.gradual({ window: Duration.seconds(0) }) }),
  keda('sessions, drain of 1 hour, window of 30 minutes', HOUR, {
    scaleIn: ScaleIn.gradual({ window: Duration.minutes(30) }),
  }),
  keda('sessions, drain of 1 hour, at least 2 engines', HOUR, { minReplicas: 2 }),
  keda('sessions, never stops engines', HOUR, { scaleIn: ScaleIn.disabled() }),
  keda('jobs of ARC, drain of 1 hour', HOUR, { triggers: [jobs()] }),
  toZero('jobs of ARC, drain of 1 hour, scale to zero', HOUR),
  toZero('jobs of ARC, drain of 1 hour, scale to zero after 30 minutes', HOUR, Duration.minutes(30)),
];
