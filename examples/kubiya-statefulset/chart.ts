import { ApiObject, Chart, Size, type ChartProps } from 'cdk8s';
import { CacheVolume, ClaimRetention, EngineRisk, EngineServiceAccount, EngineStatefulSet } from 'cdk8s-dagger';
import type { Construct } from 'constructs';

/** One engine with a stable name and volume. Clients use the Kubernetes API. */
export class KubiyaStatefulSetChart extends Chart {
  public readonly engine: EngineStatefulSet;

  public constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);

    this.engine = new EngineStatefulSet(this, 'stateful-engine', {
      version: 'v0.21.8',
      resources: { requests: { cpu: '4', memory: '16Gi' } },
      cache: CacheVolume.claimTemplate({
        size: Size.gibibytes(50),
        storageClassName: 'gp3',
        whenDeleted: ClaimRetention.RETAIN,
        whenScaled: ClaimRetention.DELETE,
      }),
      serviceAccount: EngineServiceAccount.create(),
      security: { runAsGroup: 1001, fsGroup: 1001 },
      acceptRisks: [{ risk: EngineRisk.GROUP_IN_IMAGES, reason: 'the volume of the Helm release has this group' }],
    });
    this.admit('ci-runner');
  }

  /** Creates a service account for runners, with permission to use only this engine through `kube-pod://`. */
  private admit(serviceAccount: string): void {
    const { podNames, podSelector: labels } = this.engine;
    const name = `${this.engine.name}-client`;

    new ApiObject(this, 'runner', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: serviceAccount } });
    new ApiObject(this, 'client-role', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name, labels },
      rules: [
        { apiGroups: [''], resources: ['pods'], resourceNames: podNames, verbs: ['get'] },
        // Older versions of `kubectl exec` use create, and newer versions use get.
        { apiGroups: [''], resources: ['pods/exec'], resourceNames: podNames, verbs: ['create', 'get'] },
        // `kubectl get pods --selector` needs this. RBAC can't restrict a list to names.
        { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
      ],
    });
    new ApiObject(this, 'client-role-binding', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name, labels },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name: serviceAccount, namespace: this.namespace }],
    });
  }
}
