import { Chart, Size, type ChartProps } from 'cdk8s';
import {
  CacheVolume,
  Certificates,
  DedicatedNodes,
  EngineNamespace,
  EngineServiceAccount,
  EngineStatefulSet,
  Listener,
  NetworkPeer,
  OpenShiftPrivileged,
} from 'cdk8s-dagger';
import type { Construct } from 'constructs';

/** Two engines on dedicated OpenShift nodes, for the GitLab runners of one namespace. */
export class OpenShiftChart extends Chart {
  public readonly engine: EngineStatefulSet;

  public constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);
    const runners = 'gitlab-runner';

    new EngineNamespace(this, 'namespace');

    this.engine = new EngineStatefulSet(this, 'openshift-engine', {
      version: 'v0.21.8',
      replicas: 2,
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200), storageClassName: 'ocs-storagecluster-ceph-rbd' }),
      resources: { requests: { cpu: '4', memory: '16Gi' } },
      serviceAccount: EngineServiceAccount.create(),
      nodes: DedicatedNodes.of(),
      listener: Listener.tls({
        certificates: Certificates.issuedBy({ name: 'internal-ca', kind: 'ClusterIssuer' }),
        allowedClients: ['gitlab-runner'],
      }),
      insecureRootCapabilities: false,
      networkPolicy: { egress: { allowTo: [NetworkPeer.cidr('10.20.30.0/24')] } },
    });

    new OpenShiftPrivileged(this, 'privileged', { engine: this.engine });

    this.engine.issueClient('gitlab-runner', { namespace: runners });
    this.engine.allowFrom(NetworkPeer.namespace(runners));
  }
}
