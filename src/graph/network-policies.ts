import { selects } from '../kubernetes/label-selector';
import type { DescribedEngine } from '../reading/described-engine';
import { podOf } from '../reading/engine-pods';
import type { Field } from '../reading/field';
import type { ManifestObject } from '../reading/manifest-object';
import { describePeer, NAMESPACE_NAME, type DescribedPeer } from '../reading/network-peers';
import { NodeKind, type Graph } from './graph';
import { keyOf } from './objects';
import { servedPorts } from './services';

/** The effect of an engine's network policies on a client. */
export interface PolicyEffect {
  readonly isBlocked: boolean;
  /** The text for the edge between them. */
  readonly text: string;
}

/** Returns the effect of network policies on a workload that connects to ports of an engine. */
export function policyOf(client: ManifestObject, engine: DescribedEngine, ports: readonly number[]): PolicyEffect {
  const { policies } = engine;
  if (policies.length === 0) {
    return { isBlocked: false, text: 'no network policy' };
  }
  const admitting = policies.find(({ root }) =>
    root
      .at('spec', 'ingress')
      .items.some((rule) => ports.some((port) => hasPort(rule, port, engine)) && admits(rule, client, engine)),
  );
  return admitting === undefined
    ? { isBlocked: true, text: `blocked by NetworkPolicy ${policies.map(({ name }) => name).join(', ')}` }
    : { isBlocked: false, text: `NetworkPolicy ${admitting.name}` };
}

/**
 * Draws the peers that network policies admit, except for these clients, which are in the graph. Without a policy,
 * every client is admitted.
 */
export function drawAdmittedPeers(engine: DescribedEngine, clients: readonly ManifestObject[], graph: Graph): void {
  const { listening, object, policies, services } = engine;
  const to = keyOf(object);
  for (const { name, root } of policies) {
    for (const rule of root.at('spec', 'ingress').items) {
      const ports = rule.at('ports').items.map((port) => String(port.at('port').value ?? 'all'));
      const lines = [ports.length === 0 ? 'all ports' : `port ${ports.join(', ')}`, `NetworkPolicy ${name}`];
      const peers = rule.at('from').items;
      for (const peer of peers.length === 0 ? [undefined] : peers) {
        if (peer !== undefined && clients.some((client) => admitsFrom(peer, client, engine))) {
          continue;
        }
        graph.edge({ from: peerNode(peer, object, graph), to, lines });
      }
    }
  }
  const open = [
    ...new Set([
      ...listening.addresses.map(({ port }) => port),
      ...services.flatMap((service) => servedPorts(service, engine)),
    ]),
  ];
  if (policies.length === 0 && open.length > 0) {
    const from = peerNode(undefined, object, graph);
    graph.edge({ from, to, lines: [`port ${open.join(', ')}`, 'no network policy'] });
  }
}

/** Adds the node for a peer of a network policy, and returns its key. Without a peer, every client is admitted. */
function peerNode(peer: Field | undefined, { namespace }: ManifestObject, graph: Graph): string {
  const { isLocal, where, who }: DescribedPeer =
    peer === undefined ? { who: 'every client', isLocal: false } : describePeer(peer);
  const lines = [who, where].filter((line) => line !== undefined);
  return graph.node({
    key: `${isLocal ? `${namespace ?? ''}/` : ''}peer ${lines.join(' ')}`,
    kind: NodeKind.PEER,
    lines,
    ...(isLocal && { namespace }),
  });
}

/** Whether a rule applies to a port of an engine's pods. */
function hasPort(rule: Field, port: number, { spec }: DescribedEngine): boolean {
  const ports = rule.at('ports').items;
  const named = [...spec.at('containers').items, ...spec.at('initContainers').items]
    .flatMap((container) => container.at('ports').items)
    .filter((declared) => declared.at('containerPort').number === port)
    .map((declared) => declared.at('name').text);
  return (
    ports.length === 0 ||
    ports.some((one) => {
      const { number = port, text } = one.at('port');
      const end = one.at('endPort').number ?? number;
      return text === undefined ? number <= port && port <= end : named.includes(text);
    })
  );
}

/** Whether a rule admits the pods of a workload. */
function admits(rule: Field, client: ManifestObject, engine: DescribedEngine): boolean {
  const peers = rule.at('from').items;
  return peers.length === 0 || peers.some((peer) => admitsFrom(peer, client, engine));
}

/** Whether the pods of a workload are a peer of a network policy. */
function admitsFrom(peer: Field, client: ManifestObject, engine: DescribedEngine): boolean {
  const labels = podOf(client)!.at('metadata', 'labels').texts;
  const namespace = client.namespace ?? engine.object.namespace;
  const namespaces = peer.at('namespaceSelector');
  return (
    !peer.at('ipBlock').exists &&
    selects(peer.at('podSelector').value, labels) &&
    (namespaces.exists
      ? selects(namespaces.value, namespaceLabels(namespace, engine))
      : namespace === engine.object.namespace)
  );
}

/** Returns the labels of a namespace: the one that Kubernetes sets, and those in the manifests. */
function namespaceLabels(name: string | undefined, { inventory }: DescribedEngine): { readonly [key: string]: string } {
  const found = inventory.objects.find((object) => object.type === '/Namespace' && object.name === name);
  return {
    ...found?.root.at('metadata', 'labels').texts,
    ...(name !== undefined && { [NAMESPACE_NAME]: name }),
  };
}
