import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { RoleBinding } from 'kubernetes-types/rbac/v1';
import { emit } from '../kubernetes/manifest';
import { Problems } from '../reporting/problems';
import type { Engine } from '../workload/engine';
import { checkConstructor } from '../reporting/check-arguments';

/** Properties for OpenShiftPrivileged. */
export interface OpenShiftPrivilegedProps {
  /** The engine. It needs its own service account, and its chart needs a namespace. */
  readonly engine: Engine;
}

/** OpenShift's ClusterRole that grants use of the security context constraint `privileged`. */
const PRIVILEGED_ROLE = 'system:openshift:scc:privileged';

/**
 * Permits an engine's service account to use OpenShift's security context constraint `privileged`. Without the
 * permission, OpenShift rejects the engine's pods. The RoleBinding is equivalent to `oc adm policy add-scc-to-user
 * privileged -z ACCOUNT`. The namespace's default account is rejected, because every pod without its own account uses
 * it.
 */
export class OpenShiftPrivileged extends Construct {
  /** The RoleBinding object. */
  public readonly roleBinding: ApiObject;

  /**
   * @param scope a chart in the engine's namespace
   * @param id the construct's id
   * @param props the engine
   * @throws if the engine uses the default service account, or has no namespace
   */
  public constructor(scope: Construct, id: string, props: OpenShiftPrivilegedProps) {
    checkConstructor('OpenShiftPrivileged', new.target !== OpenShiftPrivileged, [scope, id, props]);
    super(scope, id);
    const { labels, name, namespace, serviceAccountName } = props.engine;
    const problems = new Problems();
    if (serviceAccountName === undefined || serviceAccountName === 'default') {
      problems.add('engine', {
        wrong:
          "the engine uses the namespace's default service account, so every pod that sets no account could run privileged",
        got: serviceAccountName,
        allowed: 'an engine with its own service account',
        fix: 'set serviceAccount: EngineServiceAccount.create() on the engine',
      });
    }
    if (namespace === undefined) {
      problems.add('engine', {
        wrong: "the namespace of the engine's service account is unknown",
        got: undefined,
        allowed: 'an engine in a chart with a namespace',
        fix: "set it on the chart: new Chart(app, 'ci', { namespace: 'dagger' })",
      });
    }
    problems.throwIfAny(this.node.path, 'OpenShiftPrivileged');
    const binding: RoleBinding = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: `${name}-privileged-scc`, namespace, labels },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: PRIVILEGED_ROLE },
      subjects: [{ kind: 'ServiceAccount', name: serviceAccountName as string, namespace }],
    };
    this.roleBinding = emit(this, 'Resource', binding);
  }
}
