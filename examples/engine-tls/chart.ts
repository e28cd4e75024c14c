import { Chart, Size, type ChartProps } from 'cdk8s';
import { CacheVolume, Certificates, EngineStatefulSet, Listener, NetworkPeer, TlsTermination } from 'cdk8s-dagger';
import type { Construct } from 'constructs';

/** An engine with its own TLS. A controller restarts it when its certificate changes. */
export class EngineTlsChart extends Chart {
  public readonly engine: EngineStatefulSet;

  public constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);

    this.engine = new EngineStatefulSet(this, 'engine-tls', {
      version: 'v0.21.3',
      resources: { requests: { cpu: '4', memory: '16Gi' } },
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200), storageClassName: 'gp3' }),
      listener: Listener.tls({
        certificates: Certificates.privateCa(),
        termination: TlsTermination.engine(),
        reloadAnnotations: { 'secret.reloader.stakater.com/reload': 'engine-tls-tls' },
      }),
    });
    this.engine.issueClient('laptops');
    this.engine.allowFrom(NetworkPeer.cidr('10.0.0.0/8'));
  }
}
