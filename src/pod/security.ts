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
import { EngineRisk } from '../reporting/engine-risk';
import type { Problems } from '../reporting/problems';
import type { BoundCache } from '../storage/cache-volume';
import { isCount } from '../kubernetes/quantity';

/** Security options of an engine. Engines are always privileged and run as root. */
export interface EnginePodSecurity {
  /**
   * The group id of the engine's socket. Clients that don't run as root need this group to use the socket on the node.
   * If it isn't the group of the engine process, the library passes the flag `--group`, which replaces the arguments of
   * a custom image.
   *
   * @default - `runAsGroup`, or 1001 as in the official chart
   */
  readonly group?: number;

  /**
   * The primary group id of the engine process. With a group other than 0, the root directory of every build belongs to
   * this group, and so does the root directory of its images (observed on v0.21.8).
   *
   * @default - the group of the image, 0
   */
  readonly runAsGroup?: number;

  /**
   * The group id that the kubelet sets on the pod's volumes. The kubelet also sets the setgid bit on the root directory
   * of the cache. Every file in a build inherits both, so the same build produces different images than on a host
   * directory (observed on v0.21.8). An existing claim keeps the bit after you remove this property. For a command that
   * removes it, see docs/how-to/migrate-from-helm.md.
   *
   * @default - none
   */
  readonly fsGroup?: number;

  /**
   * The capabilities to list explicitly, for admission policies that require it. A privileged container has all
   * capabilities anyway.
   *
   * @default - none
   */
  readonly capabilities?: string[];
}

/** The properties that set the security context of the pod. */
type PodSecurityProps = Pick<EnginePodProps, 'seccompProfile' | 'seLinuxOptions' | 'sysctls'> & {
  readonly security?: EnginePodSecurity;
};

/** The group id of the socket in the official chart. */
export const DEFAULT_GROUP = 1001;

/**
 * Returns the group id of the engine's socket.
 *
 * @internal
 */
export function socketGroup({ group, runAsGroup }: EnginePodSecurity = {}): number {
  return group ?? runAsGroup ?? DEFAULT_GROUP;
}

/**
 * Renders the security context of the pod. The engine exits if it doesn't run as root (dagger/dagger v0.21.7
 * cmd/engine/main.go:327).
 *
 * @internal
 */
export function podSecurityContext(
  { seccompProfile, seLinuxOptions, security = {}, sysctls = [] }: PodSecurityProps,
  cache: BoundCache | undefined,
  problems: Problems,
): PodSecurityContext {
  checkGroups(security, cache, problems);
  const { fsGroup, runAsGroup } = security;
  // OnRootMismatch skips volumes that already have the group. Changing every file of a large cache would take longer
  // than the start itself.
  return {
    runAsUser: 0,
    ...(runAsGroup !== undefined && { runAsGroup }),
    ...(fsGroup !== undefined && { fsGroup, fsGroupChangePolicy: 'OnRootMismatch' }),
    ...(sysctls.length > 0 && { sysctls: setOrigin(toWire<Sysctl[]>(sysctls), 'sysctls') }),
    ...(seccompProfile && { seccompProfile: setOrigin(toWire<SeccompProfile>(seccompProfile), 'seccompProfile') }),
    ...(seLinuxOptions && { seLinuxOptions: setOrigin(toWire<SELinuxOptions>(seLinuxOptions), 'seLinuxOptions') }),
  };
}

function checkGroups(security: EnginePodSecurity, cache: BoundCache | undefined, problems: Problems): void {
  const { fsGroup, group, runAsGroup } = security;
  for (const [property, id] of Object.entries({ fsGroup, group, runAsGroup })) {
    if (id !== undefined && !isCount(id, 0)) {
      problems.add(property, {
        wrong: 'must be a group id',
        got: id,
        allowed: 'a whole number from 0 to 2147483647',
        fix: property === 'group' ? 'set it to 1001' : 'remove it',
      });
    }
  }
  // The kubelet doesn't change the group of host directories and NFS exports.
  if (fsGroup !== undefined && cache?.volume?.hostPath === undefined && cache?.volume?.nfs === undefined) {
    problems.warn(
      EngineRisk.GROUP_IN_IMAGES,
      'fsGroup',
      `the kubelet sets group ${fsGroup} and the setgid bit on the cache volume, and every file in a build inherits them, so its images ` +
        'differ from the images of other engines',
      'remove it',
    );
  } else if (runAsGroup !== undefined && runAsGroup !== 0) {
    problems.warn(
      EngineRisk.GROUP_IN_IMAGES,
      'runAsGroup',
      `the root directory of every build belongs to group ${runAsGroup}`,
      'remove it, and use group for the group of the socket',
    );
  }
}

/**
 * Renders the security context of the container. The engine must be privileged, because it mounts file systems, creates
 * network namespaces and firewall rules, writes cgroups and runs runc (docs.dagger.io, custom runner).
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
      wrong: 'must contain only Kubernetes capability names',
      got: add,
      allowed: "upper-case names without 'CAP_', such as 'SYS_ADMIN', or 'ALL'",
      fix: "use ['ALL']",
    });
  }
  return { privileged: true, ...(add && { capabilities: { add: [...add] } }) };
}
