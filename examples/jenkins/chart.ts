import { Chart, Size, type ChartProps } from 'cdk8s';
import { CacheVolume, Certificates, EngineAccess, EngineStatefulSet, JenkinsAgent, Listener } from 'cdk8s-dagger';
import type { Construct } from 'constructs';

/** A pool of engines for Jenkins agents, over mutual TLS. */
export class JenkinsChart extends Chart {
  /** The pod of a Jenkins agent. */
  public readonly agent: JenkinsAgent;

  public constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);
    const pool = new EngineStatefulSet(this, 'jenkins-pool', {
      version: 'v0.21.8',
      resources: { requests: { cpu: '4', memory: '16Gi' } },
      replicas: 2,
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200), storageClassName: 'gp3' }),
      listener: Listener.tls({ certificates: Certificates.privateCa() }),
    });
    this.agent = new JenkinsAgent({
      engine: EngineAccess.fromConnection(pool.addClient({ name: 'jenkins-agent' })),
      podSpec: { containers: [{ name: 'dagger', image: 'registry.example.com/ci/dagger:v0.21.8' }] },
    });
  }
}
