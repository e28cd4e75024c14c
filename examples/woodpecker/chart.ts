import { Chart, Duration, Size, type ChartProps } from 'cdk8s';
import { CacheVolume, Certificates, EngineAccess, EngineStatefulSet, Listener, WoodpeckerStep } from 'cdk8s-dagger';
import type { Construct } from 'constructs';

/** An engine for Woodpecker CI steps, over mutual TLS. */
export class WoodpeckerChart extends Chart {
  /** A step of a workflow. */
  public readonly step: WoodpeckerStep;

  public constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);
    const engine = new EngineStatefulSet(this, 'woodpecker-engine', {
      version: 'v0.21.8',
      resources: { requests: { cpu: '4', memory: '16Gi' } },
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200), storageClassName: 'gp3' }),
      listener: Listener.tls({ certificates: Certificates.privateCa() }),
    });
    this.step = new WoodpeckerStep({
      engine: EngineAccess.fromConnection(
        engine.addClient({
          // An administrator copies the certificate to Woodpecker manually, so it is valid for a year.
          certificate: engine.issueClient('woodpecker', {
            duration: Duration.days(365),
            renewBefore: Duration.days(30),
          }),
        }),
      ),
      name: 'check',
      image: 'registry.example.com/ci/dagger:v0.21.8',
      commands: ['dagger check'],
      secretEnvironment: { DAGGER_CLOUD_TOKEN: 'dagger_cloud_token' },
    });
  }
}
