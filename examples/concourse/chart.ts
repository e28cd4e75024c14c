import { Chart, Size, type ChartProps } from 'cdk8s';
import {
  CacheVolume,
  Certificates,
  ConcourseTask,
  EngineAccess,
  EngineStatefulSet,
  Listener,
  NetworkPeer,
} from 'cdk8s-dagger';
import type { Construct } from 'constructs';

/** An engine for Concourse tasks, over mutual TLS. */
export class ConcourseChart extends Chart {
  /** A task of the team `main`. */
  public readonly task: ConcourseTask;

  public constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);
    const engine = new EngineStatefulSet(this, 'concourse-engine', {
      version: 'v0.21.8',
      resources: { requests: { cpu: '4', memory: '16Gi' } },
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200), storageClassName: 'gp3' }),
      listener: Listener.tls({
        certificates: Certificates.issuedBy({ name: 'internal-ca', kind: 'ClusterIssuer' }),
        // The issuer also signs certificates for other namespaces.
        allowedClients: ['concourse-main'],
      }),
    });
    // Tasks run in the workers' containers, so network policies must allow the workers.
    engine.allowFrom(NetworkPeer.pods({ labels: { app: 'concourse-worker' }, namespace: 'concourse' }));
    this.task = new ConcourseTask({
      engine: EngineAccess.fromConnection(engine.addClient({ name: 'concourse-main', namespace: 'concourse-main' })),
      imageRepository: 'registry.example.com/ci/dagger',
      imageTag: 'v0.21.8',
      inputs: ['source'],
      script: 'cd source\ndagger check',
    });
  }
}
