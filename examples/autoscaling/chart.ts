import { Chart, Duration, Size, type ChartProps } from 'cdk8s';
import {
  Autoscaling,
  CacheVolume,
  Drain,
  EngineStatefulSet,
  Listener,
  NetworkPeer,
  ScaleTrigger,
  type EngineStatefulSetProps,
} from 'cdk8s-dagger';
import type { Construct } from 'constructs';

const PROMETHEUS = 'http://prometheus.monitoring.svc:9090';

/** The number of jobs that one engine can run at the same time without slowing down. */
const JOBS_PER_ENGINE = 2;

/** A pool that KEDA scales on sessions and on a schedule, and engines that KEDA stops while they are idle. */
export class AutoscalingChart extends Chart {
  public readonly pool: EngineStatefulSet;
  public readonly releaseEngines: EngineStatefulSet[];

  public constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);
    const common: Omit<EngineStatefulSetProps, 'autoscaling'> = {
      version: 'v0.21.8',
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200), storageClassName: 'gp3' }),
      resources: { requests: { cpu: '4', memory: '16Gi' } },
      listener: Listener.insecureTcp(),
      metrics: {},
      // When an engine stops, a build has this time to finish.
      drain: Drain.untilIdle({ atMost: Duration.hours(1) }),
    };

    this.pool = new EngineStatefulSet(this, 'pool', {
      ...common,
      autoscaling: Autoscaling.keda({
        minReplicas: 1,
        maxReplicas: 5,
        triggers: [
          ScaleTrigger.sessions({ perEngine: JOBS_PER_ENGINE }),
          ScaleTrigger.schedule({
            start: '0 7 * * 1-5',
            end: '0 19 * * 1-5',
            timeZone: 'Europe/Berlin',
            replicas: 2,
          }),
        ],
      }),
    });

    // The first engine starts with the first job, and the second engine starts with the third job.
    this.releaseEngines = [0, 1].map(
      (index) =>
        new EngineStatefulSet(this, `release-${index}`, {
          ...common,
          autoscaling: Autoscaling.keda({
            minReplicas: 0,
            maxReplicas: 1,
            triggers: [
              ScaleTrigger.sessions(),
              ScaleTrigger.arcPrometheus({
                scaleSet: 'release',
                perEngine: JOBS_PER_ENGINE,
                address: PROMETHEUS,
                startAbove: index * JOBS_PER_ENGINE,
              }),
            ],
            cooldown: Duration.minutes(10),
          }),
        }),
    );

    for (const engine of [this.pool, ...this.releaseEngines]) {
      engine.allowFrom(NetworkPeer.namespace('arc-runners'));
    }
  }
}
