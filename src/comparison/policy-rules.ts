import { selects } from '../kubernetes/label-selector';
import type { Field } from '../reading/field';
import type { Inventory, ManifestObject } from '../reading/inventory';
import { listed } from './english';

/** The direction of traffic that a network policy restricts. */
export type Direction = 'egress' | 'ingress';

const TYPES: { readonly [direction in Direction]: string } = { egress: 'Egress', ingress: 'Ingress' };

/** Returns the network policies that restrict one direction of the traffic of pods with these labels. */
export function policiesOf(
  direction: Direction,
  namespace: string | undefined,
  labels: { readonly [key: string]: string },
  inventory: Inventory,
): ManifestObject[] {
  return inventory.of('networking.k8s.io/NetworkPolicy', namespace).filter(({ root }) => {
    const types = root.at('spec', 'policyTypes').items.map(({ text }) => text);
    // The default types are Ingress, and Egress if the policy has egress rules.
    const applies =
      types.length > 0
        ? types.includes(TYPES[direction])
        : direction === 'ingress' || root.at('spec', 'egress').items.length > 0;
    return applies && selects(root.at('spec', 'podSelector').value, labels);
  });
}

/** Allowed traffic: a peer and a port. */
export interface Traffic {
  readonly peer: string;
  readonly port: string;
}

/** Returns the traffic that policies allow, each combination of a peer and a port once. */
export function allowedTraffic(direction: Direction, policies: readonly ManifestObject[]): Traffic[] {
  return policies.flatMap(({ root }) =>
    root.at('spec', direction).items.flatMap((rule) => {
      const peers = rule.at(direction === 'ingress' ? 'from' : 'to').items;
      const ports = rule.at('ports').items;
      const peerTexts = peers.length === 0 ? [ANYONE[direction]] : peers.map(peerText);
      const portTexts = ports.length === 0 ? ['all ports'] : ports.map(portText);
      return peerTexts.flatMap((peer) => portTexts.map((port) => ({ peer, port })));
    }),
  );
}

/** Returns the traffic in the first list that the second list doesn't contain. */
export function withoutTraffic(all: readonly Traffic[], others: readonly Traffic[]): Traffic[] {
  return all.filter(({ peer, port }) => !others.some((other) => other.peer === peer && other.port === port));
}

/** Describes traffic, one text for each peer. */
export function trafficText(traffic: readonly Traffic[]): string[] {
  const peers = [...new Set(traffic.map(({ peer }) => peer))];
  return peers.map((peer) => {
    const ports = [...new Set(traffic.filter((one) => one.peer === peer).map(({ port }) => port))];
    return `${peer} on ${listed(ports, 8)}`;
  });
}

/** The texts for a rule without peers. */
export const ANYONE: { readonly [direction in Direction]: string } = {
  egress: 'every destination',
  ingress: 'every source',
};

function peerText(peer: Field): string {
  const block = peer.at('ipBlock');
  if (block.exists) {
    const except = block.at('except').items.map(({ text = '' }) => text);
    return `${block.at('cidr').text ?? ''}${except.length === 0 ? '' : ` except ${listed(except)}`}`;
  }
  const [pods, namespaces] = [peer.at('podSelector'), peer.at('namespaceSelector')];
  const name = namespaces.at('matchLabels', 'kubernetes.io/metadata.name').text;
  const where = !namespaces.exists
    ? 'of the same namespace'
    : selectorText(namespaces) === ''
      ? 'of all namespaces'
      : name !== undefined && selectorText(namespaces) === `kubernetes.io/metadata.name=${name}`
        ? `of namespace ${name}`
        : `of namespaces with ${selectorText(namespaces)}`;
  return `${pods.exists && selectorText(pods) !== '' ? `pods with ${selectorText(pods)}` : 'all pods'} ${where}`;
}

/** Describes a label selector. The text of an empty selector is empty. */
function selectorText(selector: Field): string {
  return [
    ...Object.entries(selector.at('matchLabels').texts)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => `${key}=${value}`),
    ...selector.at('matchExpressions').items.map((expression) =>
      [
        expression.at('key').text,
        expression.at('operator').text,
        expression
          .at('values')
          .items.map(({ text }) => text)
          .join(', '),
      ]
        .filter(Boolean)
        .join(' '),
    ),
  ].join(' and ');
}

function portText(port: Field): string {
  const { number, text } = port.at('port');
  const protocol = port.at('protocol').text ?? 'TCP';
  const end = port.at('endPort').number;
  const suffix = protocol === 'TCP' ? '' : ` (${protocol})`;
  return `${number === undefined && text === undefined ? 'all ports' : `port ${number ?? text}${end === undefined ? '' : ` to ${end}`}`}${suffix}`;
}
