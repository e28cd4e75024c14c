import { ValidationError } from '../reporting/problems';
import { serviceHost } from '../network/service-host';
import { Transport } from '../network/transport';
import { CONTAINER_NAME } from '../pod/engine-container';
import { clientCertificateDirectory } from './client-files';
import type { EngineEndpoint, EngineListener } from './engine-endpoint';

/** The environment variable with the address of the engine. Dagger's clients read it. */
export const RUNNER_HOST = '_EXPERIMENTAL_DAGGER_RUNNER_HOST';

/**
 * Matches a pod name that `kube-pod://` accepts (dagger/dagger v0.21.7 internal/buildkit/client/connhelper/kubepod), or
 * a shell variable.
 */
const POD = /^([-a-z0-9.]+|\$[A-Za-z_][A-Za-z0-9_]*|\$\{[A-Za-z_][A-Za-z0-9_]*\})$/;

/** Throws an error with the reason that a transport doesn't work, and the fix. */
type Reject = (problem: { readonly wrong: string; readonly fix: string }) => never;

/**
 * Returns the address of a connected engine, in the form that the Dagger CLI and SDKs read. `chooseTransport` chooses
 * the transport, and the ordinal for a shard key. `sidecarHost` returns the address of a sidecar engine.
 */
export function runnerHost(engine: EngineEndpoint, transport: Transport): string {
  const reject: Reject = ({ fix, wrong }) => {
    // Not explanation(), which would quote the call.
    throw new ValidationError(
      `[${engine.scope.node.path}] runnerHost: ${wrong}; got ${transport instanceof Transport ? transport._call : typeof transport}; fix: ${fix}`,
    );
  };
  switch (transport._kind) {
    case 'unix':
      return unix(engine, reject);
    case 'tcp':
      return tcp(engine, transport, reject);
    case 'tls':
      return tls(engine, transport, reject);
    case 'kubePod':
      return kubePod(engine, transport, reject);
    default:
      return reject({
        wrong: 'must be a Transport',
        fix: 'use Transport.tls(), or another static method of Transport',
      });
  }
}

function unix({ hostSocket, version }: EngineEndpoint, reject: Reject): string {
  return hostSocket === undefined
    ? reject({
        wrong: "the engine's socket is not on the node",
        fix: 'set hostSocket on the engine, or use another transport',
      })
    : `unix://${version.socketPath}`;
}

function tcp(engine: EngineEndpoint, transport: Transport, reject: Reject): string {
  const { listener } = engine;
  if (listener === undefined) {
    return reject({ wrong: 'the engine has no port', fix: 'set a listener, or use another transport' });
  }
  if (listener.tls !== undefined) {
    return reject({ wrong: "the engine's listener uses TLS", fix: `use ${transport._call.replace('.tcp', '.tls')}` });
  }
  return `tcp://${address(engine, listener, transport, reject)}`;
}

/**
 * Returns the address for TLS. The client reads the files for each connection, so it uses renewed certificates
 * (dagger/dagger v0.21.7 engine/client/drivers/tls.go).
 */
function tls(engine: EngineEndpoint, transport: Transport, reject: Reject): string {
  const { listener, name } = engine;
  if (listener === undefined) {
    return reject({ wrong: 'the engine has no port', fix: 'set listener: Listener.tls(...)' });
  }
  if (listener.tls === undefined) {
    return reject({
      wrong: "the engine's listener uses plain TCP",
      fix: `set listener: Listener.tls(...), or use ${transport._call.replace('.tls', '.tcp')}`,
    });
  }
  const directory = clientCertificateDirectory(name);
  const files = [
    ...(listener.tls.mutual ? [`cert_path=${directory}/tls.crt`, `key_path=${directory}/tls.key`] : []),
    ...(listener.tls.publicCa ? [] : [`ca_path=${directory}/ca.crt`]),
  ];
  return `tls://${address(engine, listener, transport, reject)}${files.length > 0 ? '?' : ''}${files.join('&')}`;
}

/** Returns the host and port of the engine's Service, or of one pod. */
function address(
  engine: EngineEndpoint,
  { port, serviceName, servicePort }: EngineListener,
  { _ordinal: ordinal }: Transport,
  reject: Reject,
): string {
  if (ordinal === undefined) {
    return `${serviceHost(engine, serviceName)}:${servicePort}`;
  }
  const name = podName(engine, ordinal, reject);
  return engine.headlessServiceName === undefined
    ? reject({
        wrong: "the pods have no names in the cluster's DNS",
        fix: 'remove headlessService: false, or use another transport',
      })
    : `${name}.${serviceHost(engine, engine.headlessServiceName)}:${port}`;
}

function podName({ name, podNames }: EngineEndpoint, ordinal: number, reject: Reject): string {
  return (
    podNames.find((pod) => pod === `${name}-${ordinal}`) ??
    reject({ wrong: 'no pod has this ordinal', fix: 'use an EngineStatefulSet, and an ordinal of one of its pods' })
  );
}

function kubePod(engine: EngineEndpoint, { _ordinal: ordinal, _podName: given }: Transport, reject: Reject): string {
  if ((ordinal === undefined) === (given === undefined)) {
    return reject({ wrong: 'the transport needs a pod', fix: 'set either podName or ordinal' });
  }
  const pod = given === undefined ? podName(engine, ordinal!, reject) : given;
  checkPodName(engine, pod, reject);
  const namespace = engine.namespace === undefined ? '' : `namespace=${engine.namespace}&`;
  return `kube-pod://${pod}?${namespace}container=${CONTAINER_NAME}`;
}

function checkPodName({ name, podNames }: EngineEndpoint, pod: string, reject: Reject): void {
  if (typeof pod !== 'string' || !POD.test(pod)) {
    reject({
      wrong: 'must be the name of a pod',
      fix: "use lower-case letters, digits, '-' and '.', or a shell variable with the output of findPodCommand",
    });
  }
  if (pod.startsWith('$')) {
    return;
  }
  if (podNames.length > 0 && !podNames.includes(pod)) {
    reject({
      wrong: `no pod of the engine has this name: the pods are ${podNames.join(', ')}`,
      fix: 'use Transport.kubePod({ ordinal: ... })',
    });
  } else if (!pod.startsWith(`${name}-`)) {
    reject({
      wrong: `the names of the engine's pods start with ${JSON.stringify(`${name}-`)}`,
      fix: 'use a shell variable with the output of findPodCommand',
    });
  }
}
