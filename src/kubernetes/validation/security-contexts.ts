import type {
  PodSecurityContext,
  PodSpec,
  SeccompProfile,
  SecurityContext,
  Sysctl,
  WindowsSecurityContextOptions,
} from 'kubernetes-types/core/v1';
import type { Problems } from '../../reporting/problems';
import { checkDnsSubdomain } from '../names';
import {
  checkAbsent,
  checkOneOf,
  checkPathInside,
  checkPresent,
  checkRange,
  checkUnique,
  indexed,
  INT32_MAX,
} from './rules';

const IDS = [0, INT32_MAX] as const;
const PROFILE_TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined'];
const SYSCTL = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/;
/** Matches sysctls in the network namespace (pkg/kubelet/util/sysctl, namespaces.go). */
const NETWORK_SYSCTL = /^net[./]/;
const IPC_SYSCTL = /^(kernel[./](sem$|shm|msg)|fs[./]mqueue[./])/;

/** A seccomp or AppArmor profile. Both have the same fields. */
type Profile = SeccompProfile;

/** Security contexts with the fields that `kubernetes-types` doesn't have yet. */
interface NewerPodSecurity extends PodSecurityContext {
  readonly appArmorProfile?: Profile;
  readonly seLinuxChangePolicy?: string;
  readonly supplementalGroupsPolicy?: string;
}

/** Checks the security context of a pod (pkg/apis/core/validation, validatePodSpecSecurityContext). */
export function checkPodSecurityContext(problems: Problems, context: NewerPodSecurity, spec: PodSpec): void {
  checkIds(problems, context);
  checkRange(problems, 'fsGroup', context.fsGroup, IDS);
  for (const [index, group] of indexed(context.supplementalGroups)) {
    checkRange(problems, `supplementalGroups[${index}]`, group, IDS);
  }
  checkOneOf(problems, 'fsGroupChangePolicy', context.fsGroupChangePolicy, ['Always', 'OnRootMismatch']);
  checkOneOf(problems, 'supplementalGroupsPolicy', context.supplementalGroupsPolicy, ['Merge', 'Strict']);
  checkOneOf(problems, 'seLinuxChangePolicy', context.seLinuxChangePolicy, ['MountOption', 'Recursive']);
  checkSysctls(problems.at('sysctls'), context.sysctls, spec);
  checkProfiles(problems, context);
}

/** Checks the security context of a container (pkg/apis/core/validation, ValidateSecurityContext). */
export function checkContainerSecurity(problems: Problems, context: SecurityContext, { hostUsers }: PodSpec): void {
  checkIds(problems, context);
  checkOneOf(problems, 'procMount', context.procMount, ['Default', 'Unmasked']);
  if (context.procMount === 'Unmasked' && hostUsers !== false) {
    problems.add('procMount', {
      wrong: 'requires a user namespace',
      got: context.procMount,
      allowed: "'Default', or a pod with hostUsers: false",
      fix: 'remove it',
    });
  }
  if (context.allowPrivilegeEscalation === false) {
    checkNoEscalation(problems, context);
  }
  checkProfiles(problems, context);
}

function checkNoEscalation(problems: Problems, { capabilities, privileged }: SecurityContext): void {
  const powers = [
    privileged === true ? 'privileged: true' : '',
    (capabilities?.add ?? []).includes('CAP_SYS_ADMIN') ? 'CAP_SYS_ADMIN' : '',
  ];
  for (const power of powers.filter((one) => one !== '')) {
    problems.add('allowPrivilegeEscalation', {
      wrong: `conflicts with ${power}, which allows privilege escalation`,
      got: false,
      allowed: 'true',
      fix: 'remove one of them',
    });
  }
}

function checkIds(problems: Problems, { runAsGroup, runAsUser }: SecurityContext): void {
  checkRange(problems, 'runAsUser', runAsUser, IDS);
  checkRange(problems, 'runAsGroup', runAsGroup, IDS);
}

function checkProfiles(problems: Problems, context: SecurityContext): void {
  const { appArmorProfile } = context as NewerPodSecurity;
  checkProfile(problems.at('seccompProfile'), context.seccompProfile, (at, profile) =>
    checkPathInside(at, 'localhostProfile', profile),
  );
  checkProfile(problems.at('appArmorProfile'), appArmorProfile, checkAppArmorName);
  if (context.windowsOptions !== undefined) {
    checkWindowsOptions(problems.at('windowsOptions'), context.windowsOptions);
  }
}

function checkProfile(
  problems: Problems,
  profile: Profile | undefined,
  checkName: (problems: Problems, name: string) => void,
): void {
  if (profile === undefined) {
    return;
  }
  const { localhostProfile, type } = profile;
  checkOneOf(problems, 'type', type ?? '', PROFILE_TYPES);
  if (type !== 'Localhost') {
    checkAbsent(problems, 'localhostProfile', localhostProfile, {
      wrong: "is supported only for the type 'Localhost'",
      allowed: "the type 'Localhost'",
      fix: "remove it, or set type: 'Localhost'",
    });
  } else if (localhostProfile === undefined) {
    problems.add('localhostProfile', {
      wrong: "is required for the type 'Localhost'",
      allowed: 'the name of a profile on the node',
      fix: "use a value such as 'profiles/engine.json'",
    });
  } else {
    checkName(problems, localhostProfile);
  }
}

function checkAppArmorName(problems: Problems, name: string): void {
  if (name === '' || name.trim() !== name || name.length > 4095) {
    problems.add('localhostProfile', {
      wrong: 'must be an AppArmor profile name',
      got: name,
      allowed: 'at most 4095 characters, without white space at the start or end',
      fix: "use a value such as 'k8s-apparmor-example'",
    });
  }
}

function checkSysctls(
  problems: Problems,
  sysctls: readonly Sysctl[] | undefined,
  { hostIPC, hostNetwork }: PodSpec,
): void {
  for (const [index, { name }] of indexed(sysctls)) {
    const property = `[${index}].name`;
    if (checkPresent(problems, property, name, "'net.core.somaxconn'") && (name.length > 253 || !SYSCTL.test(name))) {
      problems.add(property, {
        wrong: 'must be a sysctl name',
        got: name,
        allowed: "lower-case letters, digits, '-' and '_', separated by '.' or '/'",
        fix: "use a value such as 'net.core.somaxconn'",
      });
    }
    const owner =
      hostNetwork === true && NETWORK_SYSCTL.test(name ?? '')
        ? 'hostNetwork'
        : hostIPC === true && IPC_SYSCTL.test(name ?? '')
          ? 'hostIPC'
          : undefined;
    if (owner !== undefined) {
      problems.add(property, {
        wrong: `conflicts with ${owner}, because it would be set for the whole node`,
        got: name,
        allowed: `pods without ${owner}`,
        fix: 'set it on the node',
      });
    }
  }
  checkUnique(problems, sysctls, ({ name }) => ({ key: name, property: 'name' }), 'the sysctl is already set');
}

/** Checks Windows options (pkg/apis/core/validation, validateWindowsSecurityContextOptions). */
function checkWindowsOptions(problems: Problems, options: WindowsSecurityContextOptions): void {
  const { gmsaCredentialSpec, gmsaCredentialSpecName, runAsUserName } = options;
  if (gmsaCredentialSpecName !== undefined) {
    checkDnsSubdomain(problems, 'gmsaCredentialSpecName', gmsaCredentialSpecName);
  }
  if (gmsaCredentialSpec !== undefined && (gmsaCredentialSpec === '' || gmsaCredentialSpec.length > 64 * 1024)) {
    problems.add('gmsaCredentialSpec', {
      wrong: 'must not be empty or longer than 64 KiB',
      allowed: 'a string of 1 to 65536 bytes',
      fix: 'set gmsaCredentialSpecName instead',
    });
  }
  if (runAsUserName !== undefined && !isWindowsUser(runAsUserName)) {
    problems.add('runAsUserName', {
      wrong: 'must be a Windows user name',
      got: runAsUserName,
      allowed: 'USER or DOMAIN\\USER',
      fix: "use a value such as 'ContainerUser'",
    });
  }
}

function isWindowsUser(name: string): boolean {
  const parts = name.split('\\');
  const user = parts.at(-1)!;
  const domain = parts.length === 2 ? parts[0]! : undefined;
  return (
    parts.length <= 2 &&
    !/[\u0000-\u001f\u007f]/.test(name) &&
    (domain === undefined || isWindowsDomain(domain)) &&
    /^[^"/\\:;|=,+*?<>@[\]]{1,104}$/.test(user) &&
    !/^[. ]+$/.test(user)
  );
}

function isWindowsDomain(domain: string): boolean {
  const label = '[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?';
  return (
    domain.length < 256 &&
    (/^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/.test(domain) || new RegExp(`^${label}(?:\\.${label})*$`).test(domain))
  );
}
