import { clientCertificateDirectory } from '../client/engine-endpoint';
import { ValidationError } from '../reporting/problems';
import { serviceHost } from '../network/service-host';
import type { Transport } from '../network/transport';
import { CONTAINER_NAME } from '../pod/pod-template';
import type { EnginePlan } from './engine-plan';

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
    case 'unix':
      return unix(plan, refuse);
    case 'tcp':
      return tcp(plan, serviceOf(plan), 'Transport.tcp()', refuse);
    case 'tcpToPod': {
      const call = `Transport.tcpToPod(${transport._ordinal})`;
      return tcp(plan, podHost(plan, transport._ordinal, call, refuse), call, refuse);
    }
    case 'tls':
      return tls(plan, serviceOf(plan), 'Transport.tls()', refuse);
    case 'tlsToPod': {
      const call = `Transport.tlsToPod(${transport._ordinal})`;
      return tls(plan, podHost(plan, transport._ordinal, call, refuse), call, refuse);
    }
    case 'kubePod':
      return kubePod(plan, transport._pod, refuse);
    case 'kubePodOrdinal':
      return kubePod(
        plan,
        podName(plan, transport._ordinal, `Transport.kubePodOrdinal(${transport._ordinal})`, refuse),
        refuse,
      );
  }
}

function unix({ hostSocket, version }: EnginePlan, refuse: Refuse): string {
  return hostSocket === undefined
    ? refuse(
        "the engine's socket is not on the node, got Transport.unix()",
        'set hostSocket on the engine, or use another transport',
      )
    : `unix://${version.socketPath}`;
}

function tcp({ listener }: EnginePlan, host: () => string, call: string, refuse: Refuse): string {
  if (listener === undefined) {
    return refuse(`the engine listens on no port, got ${call}`, 'set a listener, or use another transport');
  }
  if (listener.tls !== undefined) {
    return refuse(`the engine's listener speaks TLS, got ${call}`, `use ${call.replace('.tcp', '.tls')}`);
  }
  return `tcp://${host()}:${listener.port}`;
}

/** The client reads the files anew for each connection, so renewed ones are taken up (dagger/dagger v0.21.7 engine/client/drivers/tls.go). */
function tls({ listener, name }: EnginePlan, host: () => string, call: string, refuse: Refuse): string {
  if (listener?.tls === undefined) {
    return refuse(
      listener === undefined
        ? `the engine listens on no port, got ${call}`
        : `the engine's listener speaks plain TCP, got ${call}`,
      listener === undefined
        ? 'set listener: Listener.tls(...)'
        : `set listener: Listener.tls(...), or use ${call.replace('.tls', '.tcp')}`,
    );
  }
  const directory = clientCertificateDirectory(name);
  const files = [
    ...(listener.tls.mutual ? [`cert_path=${directory}/tls.crt`, `key_path=${directory}/tls.key`] : []),
    ...(listener.tls.publicAuthority ? [] : [`ca_path=${directory}/ca.crt`]),
  ];
  return `tls://${host()}:${listener.port}${files.length > 0 ? '?' : ''}${files.join('&')}`;
}

function serviceOf(plan: EnginePlan): () => string {
  return () => serviceHost(plan, plan.listener?.service.name ?? plan.name);
}

function podHost(plan: EnginePlan, ordinal: number, call: string, refuse: Refuse): () => string {
  return () => {
    const name = podName(plan, ordinal, call, refuse);
    return plan.podsHaveHosts
      ? `${name}.${serviceHost(plan, plan.headlessServiceName)}`
      : refuse(
          `the pods have no names in the cluster's DNS, got ${call}`,
          'remove headlessService: false, or use another transport',
        );
  };
}

function podName(plan: EnginePlan, ordinal: number, call: string, refuse: Refuse): string {
  return (
    plan.podName(ordinal) ??
    refuse(`no pod has a name with that ordinal, got ${call}`, 'use an EngineStatefulSet, and an ordinal that it has')
  );
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
