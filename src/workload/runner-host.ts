import { ValidationError } from '../internal/problems';
import type { Transport } from '../network/transport';
import { CONTAINER_NAME } from '../pod/pod-template';
import { EngineCapability } from '../version/engine-capability';
import type { EnginePlan } from './engine-plan';
import { serviceHost } from './service-host';

/** What `kube-pod://` takes as a pod's name (dagger/dagger v0.21.7 internal/buildkit/client/connhelper/kubepod), or a shell variable. */
const POD = /^([-a-z0-9.]+|\$[A-Za-z_][A-Za-z0-9_]*|\$\{[A-Za-z_][A-Za-z0-9_]*\})$/;

/** Ends in an error that says why the engine can't be reached that way, and how it can. */
type Refuse = (wrong: string, fix: string) => never;

/** The address of an engine, as the Dagger CLI and SDKs take it. */
export function runnerHost(path: string, plan: EnginePlan, transport: Transport): string {
  const refuse: Refuse = (wrong, fix) => {
    throw new ValidationError(`[${path}] runnerHost: ${wrong}; fix: ${fix}`);
  };
  switch (transport._kind) {
    case 'unix': return unix(plan, refuse);
    case 'tcp': return tcp(plan, (service) => serviceHost(plan, service), 'Transport.tcp()', refuse);
    case 'tcpToPod': {
      const call = `Transport.tcpToPod(${transport._ordinal})`;
      return tcp(plan, () => `${podName(plan, transport._ordinal, call, refuse)}.${serviceHost(plan, plan.headlessServiceName)}`, call, refuse);
    }
    case 'kubePod': return kubePod(plan, transport._pod, refuse);
    case 'kubePodOrdinal': return kubePod(plan, podName(plan, transport._ordinal, `Transport.kubePodOrdinal(${transport._ordinal})`, refuse), refuse);
  }
}

function unix({ hostSocket, version }: EnginePlan, refuse: Refuse): string {
  return hostSocket === undefined
    ? refuse('the engine\'s socket is not on the node, got Transport.unix()', 'use an EngineDaemonSet with a hostSocket, or another transport')
    : `unix://${version.socketPath}`;
}

function tcp({ config, listener, name }: EnginePlan, host: (service: string) => string, call: string, refuse: Refuse): string {
  if (listener === undefined) {
    return refuse(`the engine listens on no port, got ${call}`, 'set a listener, or use another transport');
  }
  const address = `${host(listener.service.name ?? name)}:${listener.port}`;
  return config.servesTls
    ? refuse(
      `the engine serves TLS at its port, which a tcp:// address doesn't speak, got ${call}`,
      // engine/client/drivers/tls.go:66-110@v0.21.7
      `give clients (${EngineCapability.TLS_CLIENT.availability}) tls://${address}?ca_path=FILE, and &cert_path=FILE&key_path=FILE where it asks for certificates of clients, or another transport`,
    )
    : `tcp://${address}`;
}

function podName(plan: EnginePlan, ordinal: number, call: string, refuse: Refuse): string {
  return plan.podName(ordinal) ?? refuse(`no pod has a name with that ordinal, got ${call}`, 'use an EngineStatefulSet, and an ordinal that it has');
}

function kubePod({ namespace }: EnginePlan, pod: string, refuse: Refuse): string {
  if (!POD.test(pod)) {
    return refuse(
      `not a pod's name, got Transport.kubePod(${JSON.stringify(pod)}), allowed: lower-case letters, digits, '-' and '.', or a shell variable`,
      'put the name that findPodCommand prints into a shell variable, and give that',
    );
  }
  return `kube-pod://${pod}?${namespace === undefined ? '' : `namespace=${namespace}&`}container=${CONTAINER_NAME}`;
}
