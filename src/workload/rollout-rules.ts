import type { DeploymentSpec } from 'kubernetes-types/apps/v1';
import type { PodSpec } from 'kubernetes-types/core/v1';
import type { Problems } from '../reporting/problems';
import { EngineRisk } from '../reporting/engine-risk';

/**
 * Warns about a Deployment on a single node that starts a new engine before the old one stops. Both engines would need
 * the same port or socket.
 */
export function checkRollout(
  { strategy, template }: Pick<DeploymentSpec, 'strategy' | 'template'>,
  hasHostSocket: boolean,
  problems: Problems,
): void {
  const surge = strategy?.type === 'Recreate' ? 0 : (strategy?.rollingUpdate?.maxSurge ?? '25%');
  const spec = template.spec;
  const isPinned = spec?.nodeSelector?.['kubernetes.io/hostname'] !== undefined;
  if (spec === undefined || !isPinned || [0, '0', '0%'].includes(surge)) {
    return;
  }
  const fix = 'use EngineDeploymentUpdateStrategy.recreate()';
  const ports = hostPorts(spec);
  if (ports.length > 0) {
    problems.warn(
      EngineRisk.ROLLOUT_DEADLOCK,
      'updateStrategy',
      `an update never finishes, because the new pod waits for port ${ports[0]} on the only node, and the old pod keeps the port until the new one is ready`,
      fix,
    );
  }
  if (hasHostSocket) {
    problems.warn(
      EngineRisk.SOCKET_TAKEOVER,
      'updateStrategy',
      'during an update, the new engine takes over the socket on the node while the old one still runs builds',
      fix,
    );
  }
}

/** Returns the ports of the node that a pod occupies. */
export function hostPorts({ containers, hostNetwork, initContainers = [] }: PodSpec): number[] {
  return [...initContainers, ...containers]
    .flatMap(({ ports = [] }) => ports)
    .map(({ containerPort, hostPort }) => hostPort ?? (hostNetwork === true ? containerPort : undefined))
    .filter((port) => port !== undefined);
}
