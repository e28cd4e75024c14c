import type { Field } from '../reading/field';
import type { Direction } from '../reading/inventory';
import type { ManifestObject } from '../reading/manifest-object';
import { describePeer } from '../reading/network-peers';
import { listed } from './english';

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
  const { isLocal, where, who } = describePeer(peer);
  return [who, isLocal ? 'in the same namespace' : where].filter((part) => part !== undefined).join(' ');
}

function portText(port: Field): string {
  const { number, text } = port.at('port');
  const protocol = port.at('protocol').text ?? 'TCP';
  const end = port.at('endPort').number;
  const suffix = protocol === 'TCP' ? '' : ` (${protocol})`;
  return `${number === undefined && text === undefined ? 'all ports' : `port ${number ?? text}${end === undefined ? '' : ` to ${end}`}`}${suffix}`;
}
