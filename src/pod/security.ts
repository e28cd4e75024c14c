import type { PodSecurityContext, SecurityContext } from 'kubernetes-types/core/v1';
import type { Problems } from '../reporting/problems';
import { isCount } from '../kubernetes/quantity';

/** The little that can be chosen about the rights of an engine: it must be privileged and root. */
export interface EnginePodSecurity {
  /**
   * Group of the engine's process and so of its socket, which is readable and writable by it. A client that is
   * not root needs this group to use the node's socket.
   *
   * @default 1001 - as the official chart has it
   */
  readonly group?: number;

  /**
   * Capabilities to spell out beside `privileged`, which implies all of them. For admission policies that want
   * to see them.
   *
   * @default - none are spelled out
   */
  readonly capabilities?: string[];
}

/** The group of the official chart. */
export const DEFAULT_GROUP = 1001;

/**
 * The pod's security context. The engine exits when it is not root
 * (dagger/dagger v0.21.7 cmd/engine/main.go:327).
 *
 * @internal
 */
export function podSecurityContext(security: EnginePodSecurity, problems: Problems): PodSecurityContext {
  const group = security.group ?? DEFAULT_GROUP;
  if (!isCount(group, 0)) {
    problems.add('group', {
      wrong: 'not a group id',
      got: group,
      allowed: 'a whole number from 0 to 2147483647',
      fix: 'set it to 1001',
    });
  }
  // OnRootMismatch: a walk over every file of a large cache would take longer than the start itself.
  return { runAsUser: 0, runAsGroup: group, fsGroup: group, fsGroupChangePolicy: 'OnRootMismatch' };
}

/**
 * The container's security context: `privileged` and nothing that the API server refuses beside it. The engine
 * mounts file systems, makes network namespaces and firewall rules, writes cgroups and runs runc
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
      wrong: 'not capability names as Kubernetes writes them',
      got: add,
      allowed: "upper-case names without 'CAP_', such as 'SYS_ADMIN', or 'ALL'",
      fix: "use ['ALL']",
    });
  }
  return { privileged: true, ...(add && { capabilities: { add: [...add] } }) };
}
