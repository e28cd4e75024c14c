import type { IConstruct } from 'constructs';
import { ENFORCE, podSecurityLevels } from '../kubernetes/pod-security-level';
import type { Problems } from '../reporting/problems';

/** An engine in the app. The check reports to `problems`. */
interface Placed {
  readonly cluster: IConstruct;
  readonly plan: { readonly namespace: string | undefined };
  readonly problems: Problems;
}

/**
 * Rejects engines in a namespace that the app creates, if its Pod Security level forbids privileged pods. All engines
 * are privileged.
 */
export function checkNamespacesOfEngines(root: IConstruct, engines: readonly Placed[]): void {
  const levelOf = podSecurityLevels(root);
  for (const {
    cluster,
    plan: { namespace },
    problems,
  } of engines) {
    const level = levelOf(cluster, namespace);
    if (level !== undefined && level !== 'privileged') {
      problems.add('namespace', {
        wrong: 'engines are privileged, and the Pod Security level of this namespace forbids privileged pods',
        got: level,
        allowed: 'privileged',
        fix: `use EngineNamespace, or label the namespace ${ENFORCE}: privileged`,
      });
    }
  }
}
