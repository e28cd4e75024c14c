import type { Container, PodSpec, SecurityContext } from 'kubernetes-types/core/v1';
import type { Problems } from '../../reporting/problems';
import { checkDnsLabel, isDnsSubdomain } from '../names';
import { checkAbsent, checkOneOf, checkPresent, indexed } from './rules';

/** A pod with the fields that `kubernetes-types` doesn't have yet. */
export interface NewerPodSpec extends PodSpec {
  readonly hostnameOverride?: string;
}

/** Fields that Kubernetes supports only on Linux (pkg/apis/core/validation, validateWindows). */
const LINUX_POD = ['hostIPC', 'hostPID', 'hostUsers', 'shareProcessNamespace'] as const;
const LINUX_SECURITY = [
  'allowPrivilegeEscalation',
  'appArmorProfile',
  'capabilities',
  'fsGroup',
  'fsGroupChangePolicy',
  'privileged',
  'procMount',
  'readOnlyRootFilesystem',
  'runAsGroup',
  'runAsUser',
  'seLinuxChangePolicy',
  'seLinuxOptions',
  'seccompProfile',
  'supplementalGroups',
  'supplementalGroupsPolicy',
  'sysctls',
];

/** Checks a pod's host name, its operating system, and the namespaces that it shares with the node. */
export function checkPodHost(problems: Problems, spec: NewerPodSpec): void {
  checkHostNames(problems, spec);
  if (spec.shareProcessNamespace === true && spec.hostPID === true) {
    problems.add('shareProcessNamespace', {
      wrong: 'conflicts with hostPID',
      got: true,
      allowed: 'one of them',
      fix: 'remove it',
    });
  }
  if (spec.hostUsers === false) {
    for (const field of ['hostPID', 'hostIPC', 'hostNetwork'] as const) {
      checkAbsent(problems, field, spec[field] || undefined, {
        wrong: "conflicts with hostUsers: false, because a pod in a user namespace can't share the node's namespaces",
        allowed: 'pods without hostUsers: false',
        fix: 'remove one of them',
      });
    }
  }
  if (spec.os !== undefined && checkPresent(problems, 'os.name', spec.os.name, "'linux'")) {
    checkOneOf(problems, 'os.name', spec.os.name, ['linux', 'windows']);
  }
  checkOperatingSystem(problems, spec);
  checkHostProcess(problems, spec);
}

function checkHostNames(problems: Problems, spec: NewerPodSpec): void {
  for (const field of ['hostname', 'subdomain'] as const) {
    if ((spec[field] ?? '') !== '') {
      checkDnsLabel(problems, field, spec[field]!);
    }
  }
  const { hostnameOverride } = spec;
  if (hostnameOverride === undefined) {
    return;
  }
  if (!isDnsSubdomain(hostnameOverride, 64)) {
    problems.add('hostnameOverride', {
      wrong: 'must be a valid host name',
      got: hostnameOverride,
      allowed: "lower-case letters, digits, '-' and '.', at most 64 characters",
      fix: "use a value such as 'engine.example.com'",
    });
  }
  for (const field of ['setHostnameAsFQDN', 'hostNetwork'] as const) {
    checkAbsent(problems, 'hostnameOverride', spec[field] === true ? hostnameOverride : undefined, {
      wrong: `conflicts with ${field}`,
      allowed: 'one of them',
      fix: 'remove it',
    });
  }
}

function checkOperatingSystem(problems: Problems, spec: PodSpec): void {
  const system = spec.os?.name;
  if (system !== 'linux' && system !== 'windows') {
    return;
  }
  const foreign = system === 'linux' ? ['windowsOptions'] : LINUX_SECURITY;
  const check = (at: Problems, context: SecurityContext | undefined): void => {
    for (const field of foreign) {
      const value = (context as { readonly [field: string]: unknown } | undefined)?.[field];
      checkAbsent(at, field, Array.isArray(value) && value.length === 0 ? undefined : value, onlyOther(system));
    }
  };
  check(problems.at('securityContext'), spec.securityContext);
  for (const [container, at] of containersOf(problems, spec)) {
    check(at.at('securityContext'), container.securityContext);
  }
  if (system === 'windows') {
    LINUX_POD.forEach((field) => checkAbsent(problems, field, spec[field] || undefined, onlyOther(system)));
  }
}

function onlyOther(system: string): { wrong: string; allowed: string; fix: string } {
  return {
    wrong: `is not supported on pods with os.name '${system}'`,
    allowed: `os.name '${system === 'linux' ? 'windows' : 'linux'}'`,
    fix: 'remove it',
  };
}

/**
 * Checks Windows containers that run directly on the node. Kubernetes requires this setting for all containers of a
 * pod, or for none (pkg/apis/core/validation, validateWindowsHostProcessPod).
 */
function checkHostProcess(problems: Problems, spec: PodSpec): void {
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess;
  const all = containersOf(problems, spec).map(([{ securityContext }]) => securityContext?.windowsOptions?.hostProcess);
  const onNode = all.filter((own) => own ?? ofPod ?? false);
  const differs = ofPod !== undefined && all.some((own) => own !== undefined && own !== ofPod);
  if (differs || (onNode.length > 0 && (onNode.length < all.length || spec.hostNetwork !== true))) {
    problems.add('securityContext.windowsOptions.hostProcess', {
      wrong: 'must be the same for all containers of the pod',
      got: ofPod,
      allowed: 'the same for all containers, with hostNetwork: true',
      fix: 'remove it',
    });
  }
}

function containersOf(problems: Problems, { containers, initContainers }: PodSpec): Array<[Container, Problems]> {
  return [
    ...[...indexed(containers)].map(([index, one]): [Container, Problems] => [
      one,
      problems.at(`containers[${index}]`),
    ]),
    ...[...indexed(initContainers)].map(([index, one]): [Container, Problems] => [
      one,
      problems.at(`initContainers[${index}]`),
    ]),
  ];
}
