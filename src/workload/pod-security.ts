import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { clusterOf } from '../kubernetes/cluster';
import type { Problems } from '../reporting/problems';

/** The label of a namespace that makes the API server reject pods (kubernetes.io/docs/concepts/security/pod-security-admission). */
const ENFORCE = 'pod-security.kubernetes.io/enforce';

/** An engine, and the list of its problems. */
interface Placed {
  readonly cluster: IConstruct;
  readonly plan: { readonly namespace: string | undefined };
  readonly problems: Problems;
}

/** Reports engines in a namespace of the app whose Pod Security level rejects privileged pods. */
export function checkPodSecurity(root: IConstruct, engines: readonly Placed[]): void {
  const key = (cluster: IConstruct, namespace: string | undefined): string =>
    JSON.stringify([cluster.node.path, namespace]);
  const levels = new Map<string, string | undefined>();
  for (const namespace of root.node
    .findAll()
    .filter(
      (construct): construct is ApiObject => ApiObject.isApiObject(construct) && construct.kind === 'Namespace',
    )) {
    levels.set(key(clusterOf(namespace), namespace.name), namespace.toJson().metadata?.labels?.[ENFORCE]);
  }
  for (const {
    cluster,
    plan: { namespace },
    problems,
  } of engines) {
    const level = levels.get(key(cluster, namespace));
    if (level !== undefined && level !== 'privileged') {
      problems.add('namespace', {
        wrong:
          'engines are privileged, and the API server rejects them because of the Pod Security level of their namespace',
        got: level,
        allowed: 'privileged',
        fix: `use EngineNamespace, or label the namespace ${ENFORCE}: privileged`,
      });
    }
  }
}
