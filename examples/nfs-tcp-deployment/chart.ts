import { ApiObject, Chart, Duration, Size, type ChartProps } from 'cdk8s';
import { CacheVolume, EngineDeployment, EngineToml, EngineWarning, Listener, Warnings } from 'cdk8s-dagger';
import type { Construct } from 'constructs';

const VERSION = 'v0.21.8';
const PORT = 2555;

/** As written: one engine behind a Service, its cache on an NFS export. */
export class NfsTcpDeploymentChart extends Chart {
  public readonly engine: EngineDeployment;

  public constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);

    this.engine = new EngineDeployment(this, 'nfs-engine', {
      version: VERSION,
      cache: CacheVolume.nfs({ server: 'nfs-volumes.example.com', path: '/var/vcap/data/nfs-volumes/dagger-cache' }),
      listener: Listener.insecureTcp({ port: PORT }),
      engineToml: EngineToml.of({
        grpc: { address: [`tcp://0.0.0.0:${PORT}`] },
        registries: { 'docker.io': { mirrors: ['mirror.gcr.io'] } },
      }),
      // The old engine may take ten minutes to stop before the new one may take ten to start.
      progressDeadline: Duration.minutes(30),
    });
    Warnings.of(this.engine).acknowledge(EngineWarning.NFS_CACHE, 'the design is kept to compare it with the improved one');
    admitRunners(this, this.engine);
  }
}

/** Improved: two engines behind the Service, each with a volume of its own. */
export class TcpDeploymentChart extends Chart {
  public readonly engine: EngineDeployment;

  public constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);

    this.engine = new EngineDeployment(this, 'tcp-engine', {
      version: VERSION,
      replicas: 2,
      cache: CacheVolume.ephemeral({ size: Size.gibibytes(100), storageClassName: 'gp3' }),
      listener: Listener.insecureTcp({ port: PORT }),
      engineToml: EngineToml.of({ registries: { 'docker.io': { mirrors: ['mirror.gcr.io'] } } }),
      pod: {
        topologySpreadConstraints: [{ topologyKey: 'kubernetes.io/hostname', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' }],
      },
    });
    admitRunners(this, this.engine);
  }
}

/** The port has no authentication: only pods with this label may reach it. */
function admitRunners(chart: Chart, engine: EngineDeployment): void {
  new ApiObject(chart, 'network-policy', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: engine.name, labels: engine.selector },
    spec: {
      podSelector: { matchLabels: engine.selector },
      policyTypes: ['Ingress'],
      ingress: [{
        from: [{ podSelector: { matchLabels: { 'example.com/dagger-client': 'true' } } }],
        ports: [{ protocol: 'TCP', port: PORT }],
      }],
    },
  });
}
