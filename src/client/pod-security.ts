import type { IConstruct } from 'constructs';
import { ENFORCE, podSecurityLevel } from '../kubernetes/pod-security-level';
import { reportAtSynth } from '../reporting/synth-report';
import { Problems } from '../reporting/problems';
import type { PodAdditions } from './pod-additions';

type PrivilegedAdditions = Pick<PodAdditions, 'containers' | 'initContainers' | 'volumes'>;

/**
 * Reports at synth the additions that the Pod Security level of a namespace forbids. Every level except `privileged`
 * forbids privileged containers and host directories (kubernetes.io/docs/concepts/security/pod-security-standards).
 */
export function checkPodSecurity(
  construct: IConstruct,
  namespace: string | undefined,
  additions: PrivilegedAdditions,
): void {
  const needs = privilegeOf(additions);
  if (needs === undefined) {
    return;
  }
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

function privilegeOf({ containers, initContainers, volumes }: PrivilegedAdditions): string | undefined {
  if ([...initContainers, ...containers].some(({ securityContext }) => securityContext?.privileged === true)) {
    return 'privileged containers, such as the engine';
  }
  return volumes.some(({ hostPath }) => hostPath !== undefined)
    ? "hostPath volumes, such as the directory with the engine's socket"
    : undefined;
}
