import { Chart, Duration, Size, type ChartProps } from 'cdk8s';
import { CacheVolume, EngineDeployment, EngineToml, EngineRisk, Listener, NetworkPeer, Risks } from 'cdk8s-dagger';
import type { Construct } from 'constructs';

const VERSION = 'v0.21.8';
const PORT = 2555;

/** The pods that may reach the port, which has no authentication. */
const RUNNERS = NetworkPeer.pods({ labels: { 'example.com/dagger-client': 'true' } });

/** The original architecture: one engine behind a Service, with its cache on an NFS export. */
export class NfsTcpDeploymentChart extends Chart {
  public readonly engine: EngineDeployment;

  public constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);

    this.engine = new EngineDeployment(this, 'nfs-engine', {
      version: VERSION,
      resources: { requests: { cpu: '4', memory: '16Gi' } },
      cache: CacheVolume.nfs({ server: 'nfs-volumes.example.com', path: '/var/vcap/data/nfs-volumes/dagger-cache' }),
      listener: Listener.insecureTcp({ port: PORT }),
      engineToml: EngineToml.of({
        grpc: { address: [`tcp://0.0.0.0:${PORT}`] },
        registries: { 'docker.io': { mirrors: ['mirror.gcr.io'] } },
      }),
      // The old engine may need ten minutes to stop, and the new one ten to start.
      progressDeadline: Duration.minutes(30),
    });
    Risks.of(this.engine).accept(EngineRisk.NFS_CACHE, 'the design is kept to compare it with the improved one');
    this.engine.allowFrom(RUNNERS);
  }
}

/** The improved architecture: two engines behind the Service, each with its own volume. */
export class TcpDeploymentChart extends Chart {
  public readonly engine: EngineDeployment;

  public constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);

    this.engine = new EngineDeployment(this, 'tcp-engine', {
      version: VERSION,
      resources: { requests: { cpu: '4', memory: '16Gi' } },
      replicas: 2,
      cache: CacheVolume.ephemeral({ size: Size.gibibytes(100), storageClassName: 'gp3' }),
      listener: Listener.insecureTcp({ port: PORT }),
      engineToml: EngineToml.of({ registries: { 'docker.io': { mirrors: ['mirror.gcr.io'] } } }),
      topologySpreadConstraints: [
        { topologyKey: 'kubernetes.io/hostname', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' },
      ],
    });
    this.engine.allowFrom(RUNNERS);
  }
}
