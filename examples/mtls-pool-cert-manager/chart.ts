import { Chart, Duration, Size, type ChartProps } from 'cdk8s';
import { CacheVolume, Certificates, EngineStatefulSet, Listener } from 'cdk8s-dagger';
import { Deployment } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';

/** Three engines, and a fleet of runners with client certificates. */
export class MtlsPoolChart extends Chart {
  public readonly engine: EngineStatefulSet;

  public constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);

    this.engine = new EngineStatefulSet(this, 'mtls-pool', {
      version: 'v0.21.8',
      replicas: 3,
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200), storageClassName: 'gp3' }),
      resources: { requests: { cpu: '4', memory: '16Gi' } },
      listener: Listener.tls({
        // With a private CA, the pool rejects all other certificates in the cluster.
        certificates: Certificates.privateCa({ duration: Duration.days(7), clients: { duration: Duration.days(1) } }),
        allowedClients: ['ci-runners'],
      }),
    });

    const runners = new Deployment(this, 'runners', {
      replicas: 2,
      containers: [{ name: 'runner', image: 'registry.example.com/ci/runner:1.4.2' }],
    });
    this.engine.connect(runners, { certificate: this.engine.issueClient('ci-runners') });
  }
}
