import { Chart, Duration, Size, type ChartProps } from 'cdk8s';
import {
  CacheVolume,
  Certificates,
  EngineAlerts,
  EngineStatefulSet,
  KeySelector,
  Listener,
  Monitoring,
  NetworkPeer,
} from 'cdk8s-dagger';
import { Deployment } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';

/** Two engines with alerts and a dashboard, and a client that sends traces and logs. */
export class MonitoredPoolChart extends Chart {
  public readonly engine: EngineStatefulSet;

  public constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);

    this.engine = new EngineStatefulSet(this, 'monitored-pool', {
      version: 'v0.21.8',
      replicas: 2,
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200), storageClassName: 'gp3' }),
      resources: { requests: { cpu: '4', memory: '16Gi' } },
      listener: Listener.tls({ certificates: Certificates.privateCa() }),
      monitoring: Monitoring.prometheusOperator({
        // The name of the Helm release of kube-prometheus-stack.
        labels: { release: 'kube-prometheus-stack' },
        scraper: NetworkPeer.pods({ labels: { 'app.kubernetes.io/name': 'prometheus' }, namespace: 'monitoring' }),
        alerts: EngineAlerts.prometheusRule({
          labels: { team: 'ci' },
          busy: { sessions: 12, pending: Duration.minutes(30) },
        }),
      }),
    });

    const runners = new Deployment(this, 'monitored-runners', {
      replicas: 2,
      containers: [{ name: 'runner', image: 'registry.example.com/ci/runner:1.4.2' }],
    });
    this.engine.connect(runners, {
      telemetry: {
        endpoint: 'http://collector.monitoring.svc:4318',
        headers: KeySelector.fromSecretName('collector', 'headers'),
      },
    });
  }
}
