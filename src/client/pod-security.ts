import type { IConstruct } from 'constructs';
import { ENFORCE, podSecurityLevel } from '../kubernetes/pod-security-level';
import { reportAtSynth } from '../reporting/synth-report';
import { Problems } from '../reporting/problems';

/**
 * Rejects a pod whose namespace forbids it, at synth. Both Pod Security levels other than `privileged` forbid privileged containers and directories of the
 * node (kubernetes.io/docs/concepts/security/pod-security-standards).
 *
 * @param needs the part of the pod that the level forbids
 */
export function checkPodSecurity(construct: IConstruct, namespace: string | undefined, needs: string): void {
  reportAtSynth(construct, () => {
    const level = podSecurityLevel(construct, namespace);
    const problems = new Problems();
    if (level !== undefined && level !== 'privileged') {
      problems.add('namespace', {
        wrong: `the Pod Security level of the namespace ${JSON.stringify(namespace)} forbids ${needs}`,
        got: level,
        allowed: 'privileged',
        fix: `use another namespace, or label it ${ENFORCE}: privileged`,
      });
    }
    return problems.messages;
  });
}
