import type {
  PodSecurityContext,
  SeccompProfile,
  SecurityContext,
  SELinuxOptions,
  Sysctl,
} from 'kubernetes-types/core/v1';
import { setOrigin } from '../kubernetes/origins';
import { toWire } from '../kubernetes/wire-form';
import type { EnginePodProps } from './engine-pod-props';
import type { Problems } from '../reporting/problems';
import { isCount } from '../kubernetes/quantity';

/** Security options of an engine, which is always privileged and runs as root. */
export interface EnginePodSecurity {
  /**
   * The group of the engine process and of its socket. Clients that don't run as root need this group to use the socket on the node.
   *
   * @default 1001 - as in the official chart
   */
  readonly group?: number;

  /**
   * The capabilities to list explicitly, for admission policies that require them. `privileged` implies all capabilities.
   *
   * @default - none
   */
  readonly capabilities?: string[];
}

/** The properties that set the security context of the pod. */
type PodSecurityProps = Pick<EnginePodProps, 'fsGroup' | 'seccompProfile' | 'seLinuxOptions' | 'sysctls'> & {
  readonly security?: EnginePodSecurity;
};

/** The group of the official chart. */
export const DEFAULT_GROUP = 1001;

/**
 * The security context of the pod. The engine exits if it doesn't run as root
 * (dagger/dagger v0.21.7 cmd/engine/main.go:327).
 *
 * @internal
 */
export function podSecurityContext(
  { fsGroup = true, seccompProfile, seLinuxOptions, security = {}, sysctls = [] }: PodSecurityProps,
  problems: Problems,
): PodSecurityContext {
  const group = security.group ?? DEFAULT_GROUP;
  if (!isCount(group, 0)) {
    problems.add('group', {
      wrong: 'not a group id',
      got: group,
      allowed: 'a whole number from 0 to 2147483647',
      fix: 'set it to 1001',
    });
  }
  // OnRootMismatch, because changing every file of a large cache would take longer than the start itself.
  return {
    runAsUser: 0,
    runAsGroup: group,
    ...(fsGroup && { fsGroup: group, fsGroupChangePolicy: 'OnRootMismatch' }),
    ...(sysctls.length > 0 && { sysctls: setOrigin(toWire<Sysctl[]>(sysctls), 'sysctls') }),
    ...(seccompProfile && { seccompProfile: setOrigin(toWire<SeccompProfile>(seccompProfile), 'seccompProfile') }),
    ...(seLinuxOptions && { seLinuxOptions: setOrigin(toWire<SELinuxOptions>(seLinuxOptions), 'seLinuxOptions') }),
  };
}

/**
 * The security context of the container: `privileged`, without settings that the API server would then reject. The
 * engine mounts file systems, creates network namespaces and firewall rules, writes cgroups and runs runc
 * (docs.dagger.io, custom runner).
 *
 * @internal
 */
export function containerSecurityContext(security: EnginePodSecurity, problems: Problems): SecurityContext {
  const add = security.capabilities;
  if (
    add !== undefined &&
    (add.length === 0 || add.some((name) => !/^[A-Z][A-Z0-9_]*$/.test(name) || name.startsWith('CAP_')))
  ) {
    problems.add('capabilities', {
      wrong: 'must be capability names of Kubernetes',
      got: add,
      allowed: "upper-case names without 'CAP_', such as 'SYS_ADMIN', or 'ALL'",
      fix: "use ['ALL']",
    });
  }
  return { privileged: true, ...(add && { capabilities: { add: [...add] } }) };
}
