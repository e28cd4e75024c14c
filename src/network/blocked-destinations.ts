import { isIP } from 'node:net';
import type { NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import { containsCidr, parseCidr } from '../kubernetes/cidr';
import type { Problems } from '../reporting/problems';
import { EngineRisk } from '../reporting/engine-risk';
import type { EngineEgressOptions } from './network-policy-options';
import { PRIVATE_NETWORKS } from './private-networks';

/** A host that the engine connects to, and the property that names the host. */
export interface Destination {
  readonly property: string;
  /** The address as HOST, HOST:PORT or a URL. */
  readonly address: string;
}

/**
 * Warns about destinations that the network policy is certain to block: private addresses and Services in the cluster.
 */
export function warnAboutBlockedDestinations(
  destinations: readonly Destination[],
  egress: EngineEgressOptions | undefined,
  problems: Problems,
): void {
  if (egress === undefined || egress.privateNetworks === true) {
    return;
  }
  const allowed = (egress.allowTo ?? []).map(
    (peer) => peer.toNetworkPolicyPeerConfig() as { readonly ipBlock?: NetworkPolicyPeer['ipBlock'] },
  );
  for (const { address, property } of destinations) {
    const host = hostOf(address);
    const isBlocked =
      isIP(host) === 0 ? allowed.length === 0 && isService(host) : isPrivate(host) && !isAllowed(host, allowed);
    if (isBlocked) {
      problems.warn(
        EngineRisk.BLOCKED_DESTINATION,
        property,
        `networkPolicy.egress blocks ${host}, which is in a private network`,
        'add it to networkPolicy.egress.allowTo',
      );
    }
  }
}

function hostOf(address: string): string {
  const hostAndPort = address.replace(/^[a-z]+:\/\//i, '').split('/')[0]!;
  return hostAndPort.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}

/** Whether the host is the DNS name of a Service in the cluster. Services have private addresses. */
function isService(host: string): boolean {
  return /\.svc(\.cluster\.local)?$/.test(host);
}

function isPrivate(host: string): boolean {
  return [...PRIVATE_NETWORKS.ipv4, ...PRIVATE_NETWORKS.ipv6].some((network) => containsHost(network, host));
}

function isAllowed(host: string, peers: ReadonlyArray<{ readonly ipBlock?: NetworkPolicyPeer['ipBlock'] }>): boolean {
  // The addresses of pods and namespaces are unknown, so they may include the host.
  return peers.some(({ ipBlock }) => ipBlock === undefined || containsHost(ipBlock.cidr, host));
}

function containsHost(network: string, host: string): boolean {
  const outer = parseCidr(network);
  const inner = parseCidr(`${host}/${isIP(host) === 4 ? 32 : 128}`);
  return outer !== undefined && inner !== undefined && (containsCidr(outer, inner) || network === `${host}/32`);
}
