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
}

/** Returns a policy with the triggers and the behavior of the library's ScaledObject. */
function keda(name: string, drain: Duration | undefined, options: Partial<KedaAutoscalingOptions> = {}): Policy {
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
  const { advanced, maxReplicaCount, minReplicaCount, triggers } = engine.autoscaler!.toJson().spec;
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

/** A trigger for ARC jobs. The simulation serves the metrics of the ARC listener. */
const JOBS = ScaleTrigger.arcListener({
  scaleSet: 'dagger-ci',
  perEngine: PER_ENGINE,
  address: 'http://127.87.1.1:8080/metrics',
});

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
  keda('jobs of ARC, drain of 1 hour', HOUR, { triggers: [JOBS] }),
];
