import { ApiObject, Chart, Size } from 'cdk8s';
import { CacheVolume, Certificates, EngineNamespace, EngineStatefulSet, Listener } from 'cdk8s-dagger';
import { Deployment } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';

export interface EnginesChartProps {
  /** The release of the engines. */
  readonly version: string;
  /** The names in the client certificates that the engines accept. */
  readonly teams: string[];
}

/** The pool of the platform team. */
export class EnginesChart extends Chart {
  public readonly pool: EngineStatefulSet;

  public constructor(scope: Construct, id: string, props: EnginesChartProps) {
    super(scope, id, { namespace: 'engines' });
    new EngineNamespace(this, 'namespace');
    this.pool = new EngineStatefulSet(this, 'pool', {
      version: props.version,
      replicas: 2,
      resources: { requests: { cpu: '4', memory: '16Gi' } },
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200) }),
      listener: Listener.tls({
        certificates: Certificates.issuedBy({ name: 'platform-ca', kind: 'ClusterIssuer' }),
        allowedClients: props.teams,
      }),
    });
  }
}

/** The namespace of a team, with a runner that uses the pool. */
export class TeamChart extends Chart {
  public constructor(scope: Construct, team: string, pool: EngineStatefulSet) {
    super(scope, team, { namespace: team });
    new ApiObject(this, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: team } });
    const runner = new Deployment(this, 'runner', {
      metadata: { name: 'runner' },
      containers: [{ name: 'runner', image: 'registry.example.com/runner:1' }],
    });
    pool.connect(runner, { certificate: pool.issueClient(team, { namespace: team, scope: this }) });
  }
}
