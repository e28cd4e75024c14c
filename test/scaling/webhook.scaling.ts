import { Duration } from 'cdk8s';
import {
  Autoscaling,
  Drain,
  EngineRisk,
  ScaleIn,
  ScaleTrigger,
  type Engine,
  type EngineStatefulSetProps,
  type KedaAutoscalingOptions,
} from '../../src/index';
import { accept, chart, deployment, problems, statefulSet } from '../engines';
import { describeWithKeda, keda } from './keda';

/** The answer of KEDA's webhook, from conformance/keda/webhook.go. */
interface Verdict {
  readonly error?: unknown;
  readonly warnings?: readonly unknown[];
}

const COMMON = {
  metrics: {},
  drain: Drain.untilIdle({ atMost: Duration.hours(1) }),
  resources: { requests: { cpu: '4', memory: '16Gi' } },
};
const SESSIONS = ScaleTrigger.sessions({ perEngine: 2 });
const SCHEDULE = ScaleTrigger.schedule({ start: '0 7 * * 1-5', end: '0 19 * * 1-5', timeZone: 'Europe/Berlin' });

const scaled = (options: Partial<KedaAutoscalingOptions> = {}, props: Partial<EngineStatefulSetProps> = {}) =>
  statefulSet(
    {
      ...COMMON,
      autoscaling: Autoscaling.keda({ maxReplicas: 5, triggers: [SESSIONS], ...options }),
      ...props,
    },
    chart(),
  );
const onCpu: Partial<KedaAutoscalingOptions> = {
  triggers: [ScaleTrigger.cpu({ utilization: 70 })],
  scaleIn: ScaleIn.disabled(),
};
const toZero = (options: Partial<KedaAutoscalingOptions> = {}) =>
  scaled({ minReplicas: 0, maxReplicas: 1, triggers: [SESSIONS, SCHEDULE], ...options });

/** A Deployment without metrics, whose Service would have a longer name. */
const longNamed = () =>
  deployment(
    {
      ...COMMON,
      name: 'e'.repeat(63),
      metrics: undefined,
      autoscaling: Autoscaling.keda({ maxReplicas: 3, triggers: [SCHEDULE] }),
    },
    chart(),
  );

const verdictOf = (engine: Engine, change: (spec: any) => void = () => undefined): Verdict => {
  const scaledObject = structuredClone(engine.autoscaler!.toJson());
  change(scaledObject.spec);
  return keda<Verdict[]>('validate', [{ scaledObject, workload: engine.workload.toJson() }])[0]!;
};

describeWithKeda()("KEDA's webhook", () => {
  test.each<[string, () => Engine]>([
    ['a pool', () => scaled()],
    ['a fallback', () => scaled({ fallback: { replicas: 2 } })],
    ['the CPU', () => scaled(onCpu)],
    [
      'the CPU, and sidecars',
      () => scaled({ ...onCpu, triggers: [SESSIONS, ScaleTrigger.memory({ utilization: 80 })] }),
    ],
    [
      'an engine that scales to zero',
      () => toZero({ cooldown: Duration.minutes(10), pollingInterval: Duration.seconds(10) }),
    ],
    ['a Deployment with a long name', longNamed],
  ])('accepts %s', (_, engine) => {
    expect(verdictOf(engine())).toEqual({});
  });

  test.each<{
    readonly title: string;
    readonly engine: () => Engine;
    readonly change?: (spec: any) => void;
    readonly verdict: Verdict;
    /** A program with the same mistake, and the property that the library reports. */
    readonly program?: () => unknown;
    readonly property?: string;
  }>([
    {
      title: 'a fallback for the CPU',
      engine: () => scaled(onCpu),
      change: (spec) => (spec.fallback = { failureThreshold: 3, replicas: 2 }),
      verdict: { error: expect.stringContaining('at least one trigger (that is not cpu or memory)') },
      program: () => scaled({ ...onCpu, fallback: { replicas: 2 } }),
      property: 'autoscaling.fallback',
    },
    {
      title: 'the CPU without requests',
      engine: () => scaled(onCpu, { resources: {}, acceptRisks: [accept(EngineRisk.MISSING_REQUESTS)] }),
      verdict: { error: expect.stringContaining("doesn't have the cpu request defined") },
      program: () => scaled(onCpu, { resources: {} }),
      property: 'autoscaling',
    },
    {
      title: 'no triggers',
      engine: () => scaled(),
      change: (spec) => (spec.triggers = []),
      verdict: { error: expect.stringContaining('no triggers defined') },
      program: () => scaled({ triggers: [] }),
      property: 'autoscaling.triggers',
    },
    {
      title: 'a minimum above the maximum',
      engine: () => scaled(),
      change: (spec) => (spec.minReplicaCount = 9),
      verdict: { error: 'MinReplicaCount=9 must be less than MaxReplicaCount=5' },
      program: () => scaled({ minReplicas: 9 }),
      property: 'autoscaling.maxReplicas',
    },
    {
      title: 'a cooldown of an engine that always runs',
      engine: () => scaled(),
      change: (spec) => (spec.cooldownPeriod = 60),
      verdict: { warnings: [expect.stringContaining('CooldownPeriod is configured but is not relevant')] },
      program: () => scaled({ cooldown: Duration.minutes(1) }),
      property: 'autoscaling.cooldown',
    },
    {
      title: 'a polling interval of an engine that always runs',
      engine: () => scaled(),
      change: (spec) => (spec.pollingInterval = 10),
      verdict: { warnings: [expect.stringContaining('PollingInterval is configured but is not relevant')] },
      program: () => scaled({ pollingInterval: Duration.seconds(10) }),
      property: 'autoscaling.pollingInterval',
    },
    {
      title: 'the default name of the HorizontalPodAutoscaler, if it is too long',
      engine: longNamed,
      change: (spec) => delete spec.advanced.horizontalPodAutoscalerConfig.name,
      verdict: { error: expect.stringContaining('is 72 characters long') },
    },
  ])('reports $title, as the library does', ({ change, engine, program, property, verdict }) => {
    expect(verdictOf(engine(), change)).toEqual(verdict);
    if (program !== undefined) {
      expect(problems(program as () => void)).toEqual([expect.stringContaining(`${property}: `)]);
    }
  });
});
