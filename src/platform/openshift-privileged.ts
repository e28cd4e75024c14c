import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { RoleBinding } from 'kubernetes-types/rbac/v1';
import { emit } from '../kubernetes/manifest';
import { Problems } from '../reporting/problems';
import type { Engine } from '../workload/engine';

/** Who may run privileged on OpenShift. */
export interface OpenShiftPrivilegedProps {
  /** The engine. It has a service account of its own, in a chart with a namespace. */
  readonly engine: Engine;
}

/** OpenShift makes a ClusterRole for each of its security context constraints, which grants their use. */
const PRIVILEGED_ROLE = 'system:openshift:scc:privileged';

/**
 * Lets an engine's service account use OpenShift's security context constraint `privileged`, without which OpenShift refuses the
 * engine's pods. It is what `oc adm policy add-scc-to-user privileged -z ACCOUNT` does, for that account alone: not for the
 * namespace's default account, under which every pod runs that names no other.
 */
export class OpenShiftPrivileged extends Construct {
  /** The RoleBinding. */
  public readonly roleBinding: ApiObject;

  /**
   * @param scope a chart in the engine's namespace
   * @param id the construct's id
   * @param props the engine
   * @throws when the engine has no account of its own, or no namespace
   */
  public constructor(scope: Construct, id: string, props: OpenShiftPrivilegedProps) {
    super(scope, id);
    const { labels, name, namespace, serviceAccountName } = props.engine;
    const problems = new Problems();
    if (serviceAccountName === undefined || serviceAccountName === 'default') {
      problems.add('engine', {
        wrong:
          "the engine runs under the namespace's default account, and so does every other pod there that names none: all of them could run privileged",
        got: serviceAccountName,
        allowed: 'an engine with an account of its own',
        fix: 'set serviceAccount: EngineServiceAccount.create() on the engine',
      });
    }
    if (namespace === undefined) {
      problems.add('engine', {
        wrong: 'a RoleBinding names its service accounts with their namespace, and that of the engine is not known',
        got: undefined,
        allowed: 'an engine in a chart with a namespace',
        fix: "for example new Chart(app, 'ci', { namespace: 'dagger' })",
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
