import type { k8s } from 'cdk8s-plus-28';
import type { NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import type { EngineEndpoint } from '../client/engine-endpoint';
import { compact, nonEmpty } from '../kubernetes/manifest';
import type { EngineAttributes, EngineHostSocketAttributes, EngineListenerAttributes } from './engine-attributes';

/** Returns the attributes of an engine in this program. */
export function attributesOf(
  engine: EngineEndpoint,
  clientPeers: readonly NetworkPolicyPeer[] | undefined,
): EngineAttributes {
  const attributes: EngineAttributes = {
    name: engine.name,
    version: engine.version.tag,
    namespace: engine.namespace,
    labels: { ...engine.labels },
    podSelector: { ...engine.podSelector },
    podNames: nonEmpty(engine.podNames),
    ...(engine.alwaysRunningPods.length < engine.podNames.length && {
      alwaysRunningPods: [...engine.alwaysRunningPods],
    }),
    headlessServiceName: engine.headlessServiceName,
    perNode: engine.perNode,
    listener: listener(engine),
    hostSocket: hostSocket(engine),
    image: engine.image,
    imagePullPolicy: engine.imagePullPolicy,
    serviceAccountName: engine.serviceAccountName,
    clientNamespaces: engine.listener && clientPeers && namespacesOf(clientPeers, engine.namespace),
  };
  return structuredClone(compact(attributes)!);
}

function listener({ listener: open }: EngineEndpoint): EngineListenerAttributes | undefined {
  if (open === undefined) {
    return undefined;
  }
  const { port, serviceName, servicePort, tls } = open;
  return {
    port,
    serviceName,
    ...(servicePort !== port && { servicePort }),
    ...(tls && {
      tls: compact({
        mutual: tls.mutual,
        publicCa: tls.publicCa,
        clientIssuer: tls.clientIssuer && compact(tls.clientIssuer),
        allowedClients: tls.allowedClients && [...tls.allowedClients],
      }),
    }),
  };
}

function hostSocket({ hostSocket: socket }: EngineEndpoint): EngineHostSocketAttributes | undefined {
  return (
    socket && {
      directory: socket.directory,
      ...compact({
        group: socket.socketGroup,
        nodeSelector: compact(socket.placement.nodeSelector),
        affinity: socket.placement.affinity as k8s.Affinity | undefined,
        tolerations: nonEmpty(socket.placement.tolerations) as k8s.Toleration[] | undefined,
      }),
    }
  );
}

/** Returns the namespaces of the peers that are clients. Other peers, such as networks, don't select pods by label. */
function namespacesOf(peers: readonly NetworkPolicyPeer[], own: string | undefined): string[] | undefined {
  const clients = peers.filter(({ podSelector }) => podSelector?.matchLabels !== undefined);
  const namespaces = clients.map(({ namespaceSelector }) =>
    namespaceSelector === undefined ? own : namespaceSelector.matchLabels?.['kubernetes.io/metadata.name'],
  );
  return namespaces.filter((namespace) => namespace !== undefined);
}
