import { Chart, Duration, Size, type ChartProps } from 'cdk8s';
import {
  Autoscaling,
  CacheVolume,
  Drain,
  EngineDeployment,
  Listener,
  Monitoring,
  NetworkPeer,
  ScaleMetric,
} from 'cdk8s-dagger';
import type { Construct } from 'constructs';

/** Engines that a HorizontalPodAutoscaler scales on their sessions, in a cluster without KEDA and operators. */
export class HorizontalAutoscalingChart extends Chart {
  public readonly engine: EngineDeployment;

  public constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);
    const prometheus = NetworkPeer.namespace('monitoring');

    this.engine = new EngineDeployment(this, 'burst', {
      version: 'v0.21.10',
      cache: CacheVolume.emptyDir({ sizeLimit: Size.gibibytes(100) }),
      resources: { requests: { cpu: '4', memory: '16Gi' } },
      listener: Listener.insecureTcp(),
      // Prometheus finds the engines by annotations. An adapter serves their sessions to the autoscaler.
      monitoring: Monitoring.annotations({ scraper: prometheus }),
      // The CPU and memory of the engine's own process.
      telemetry: { endpoint: 'http://collector.monitoring.svc:4318' },
      // When an engine stops, a build has this time to finish.
      drain: Drain.untilIdle({ atMost: Duration.hours(1) }),
      autoscaling: Autoscaling.horizontal({
        minReplicas: 1,
        maxReplicas: 6,
        metrics: [ScaleMetric.pods({ perEngine: 2 })],
      }),
    });
    this.engine.allowFrom(NetworkPeer.namespace('ci-runners'));
  }
}
