import { ValidationError } from '../internal/problems';
import type { Transport } from '../network/transport';
import { CONTAINER_NAME } from '../pod/pod-template';
import type { EnginePlan } from './engine-plan';
import { serviceHost } from './service-host';

/** What `kube-pod://` takes as a pod's name (dagger/dagger v0.21.7 internal/buildkit/client/connhelper/kubepod), or a shell variable. */
const POD = /^([-a-z0-9.]+|\$[A-Za-z_][A-Za-z0-9_]*|\$\{[A-Za-z_][A-Za-z0-9_]*\})$/;

/** The address of an engine, as the Dagger CLI and SDKs take it. */
export function runnerHost(path: string, plan: EnginePlan, transport: Transport): string {
  const refuse = (wrong: string, fix: string): never => {
    throw new ValidationError(`[${path}] runnerHost: ${wrong}; fix: ${fix}`);
  };
  switch (transport._kind) {
    case 'unix':
      return plan.hostSocket === undefined
        ? refuse('the engine\'s socket is not on the node, got Transport.unix()', 'use an EngineDaemonSet with a hostSocket, or another transport')
        : `unix://${plan.version.socketPath}`;
    case 'tcp':
      return plan.listener === undefined
        ? refuse('the engine listens on no port, got Transport.tcp()', 'set a listener, or use another transport')
        : `tcp://${serviceHost(plan, plan.listener.service.name ?? plan.name)}:${plan.listener.port}`;
    case 'tcpToPod': {
      const host = plan.podHost(transport._ordinal);
      if (plan.listener === undefined) {
        return refuse(`the engine listens on no port, got Transport.tcpToPod(${transport._ordinal})`, 'set a listener, or use Transport.kubePod(...)');
      }
      return host === undefined
        ? refuse(`no pod of that ordinal has a name of its own, got Transport.tcpToPod(${transport._ordinal})`, 'use an EngineStatefulSet, and an ordinal that it has')
        : `tcp://${host}:${plan.listener.port}`;
    }
    case 'kubePod': {
      if (!POD.test(transport._pod)) {
        return refuse(`not a pod's name, got Transport.kubePod(${JSON.stringify(transport._pod)}), allowed: lower-case letters, digits, '-' and '.', or a shell variable`, 'put the name that findPodCommand prints into a shell variable, and give that');
      }
      const namespace = plan.namespace === undefined ? '' : `namespace=${plan.namespace}&`;
      return `kube-pod://${transport._pod}?${namespace}container=${CONTAINER_NAME}`;
    }
  }
}
