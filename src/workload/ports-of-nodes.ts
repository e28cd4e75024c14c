import type { PodSpec } from 'kubernetes-types/core/v1';
import { EngineRisk } from '../reporting/engine-risk';
import type { Problems } from '../reporting/problems';
import { hostPorts } from './rollout-rules';

/**
 * Maps ports to the programs that use them on most nodes (kubernetes.io/docs/reference/networking/ports-and-protocols).
 */
const PORTS: { readonly [port: number]: string } = {
  22: 'sshd',
  53: "the node's DNS cache",
  2379: 'etcd',
  2380: 'etcd',
  6443: 'the API server',
  10248: 'the kubelet',
  10249: 'kube-proxy',
  10250: 'the kubelet',
  10255: 'the kubelet',
  10256: 'kube-proxy',
  10257: 'the controller manager',
  10259: 'the scheduler',
};

export interface EnginePorts {
  readonly listener?: { readonly port: number; readonly hostPort?: number };
  readonly metrics?: { readonly port: number };
}

/** Warns about ports that the engine needs on the node, but that another program uses on most nodes. */
export function checkPortsOfNode(spec: PodSpec, { listener, metrics }: EnginePorts, problems: Problems): void {
  const own = spec.hostNetwork === true ? [listener?.port, metrics?.port] : [];
  for (const port of new Set([...hostPorts(spec), ...own])) {
    const program = port === undefined ? undefined : PORTS[port];
    if (program !== undefined) {
      problems.warn(
        EngineRisk.PORT_OF_NODE,
        port === metrics?.port ? 'metrics.port' : isOf(listener, port) ? 'listener' : 'extraPorts',
        `${program} uses port ${port} on most nodes, so the engine or ${program} can't listen there`,
        'choose another port',
      );
    }
  }
}

function isOf(listener: EnginePorts['listener'], port: number | undefined): boolean {
  return listener !== undefined && [listener.port, listener.hostPort].includes(port);
}
