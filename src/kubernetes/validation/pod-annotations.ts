import type { Container, PodSpec } from 'kubernetes-types/core/v1';
import type { Problems } from '../../reporting/problems';
import { hasBackstep } from './rules';

const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/';
const SECCOMP = 'container.seccomp.security.alpha.kubernetes.io/';
const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';

/** Checks the annotations that Kubernetes itself reads (pkg/apis/core/validation, ValidatePodSpecificAnnotations). */
export function checkPodAnnotations(
  problems: Problems,
  annotations: { readonly [key: string]: string },
  spec: PodSpec,
): void {
  for (const [key, value] of Object.entries(annotations)) {
    const property = `[${JSON.stringify(key)}]`;
    if (key === DELETION_COST && !isDeletionCost(value)) {
      problems.add(property, {
        wrong: 'must be a deletion cost',
        got: value,
        allowed: "a 32-bit integer without '+' or leading zeros",
        fix: "use a value such as '100'",
      });
    } else if ((key === SECCOMP_POD || key.startsWith(SECCOMP)) && !isSeccomp(value)) {
      problems.add(property, {
        wrong: 'must be a seccomp profile',
        got: value,
        allowed: "'runtime/default', 'unconfined', 'localhost/PATH'",
        fix: 'remove it, and set seccompProfile',
      });
    } else if (key.startsWith(APP_ARMOR)) {
      checkAppArmor(problems, property, { container: key.slice(APP_ARMOR.length), profile: value, spec });
    }
  }
}

function isDeletionCost(value: string): boolean {
  const isNumber = value === '' ? false : /^(0|-?[1-9]\d*)$/.test(value);
  return isNumber && Number(value) >= -(2 ** 31) && Number(value) < 2 ** 31;
}

function isSeccomp(value: string): boolean {
  const path = value.startsWith('localhost/') ? value.slice('localhost/'.length) : undefined;
  return path === undefined
    ? ['runtime/default', 'docker/default', 'unconfined'].includes(value)
    : !path.startsWith('/') && !hasBackstep(path);
}

function checkAppArmor(
  problems: Problems,
  property: string,
  { container, profile, spec }: { readonly container: string; readonly profile: string; readonly spec: PodSpec },
): void {
  const containers: readonly Container[] = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  if (!containers.some(({ name }) => name === container)) {
    problems.add(property, {
      wrong: 'the pod has no container with this name',
      got: container,
      allowed: containers.map(({ name }) => name).join(', '),
      fix: 'remove it, and set appArmorProfile',
    });
  }
  if (!['', 'runtime/default', 'unconfined'].includes(profile) && !profile.startsWith('localhost/')) {
    problems.add(property, {
      wrong: 'must be an AppArmor profile',
      got: profile,
      allowed: "'runtime/default', 'unconfined', 'localhost/NAME'",
      fix: 'remove it, and set appArmorProfile',
    });
  }
}
