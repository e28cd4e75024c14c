import { isIP } from 'node:net';
import type { NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import { containsCidr, parseCidr } from '../kubernetes/cidr';
import type { Problems } from '../reporting/problems';
import { EngineRisk } from '../reporting/engine-risk';
import type { INetworkPeer } from './network-peer';
import type { EngineEgressOptions } from './network-policy-options';
import { dnsServers } from './egress-rules';
import { METADATA_NETWORKS, PRIVATE_NETWORKS } from './private-networks';

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
  const allowed = (egress.allowTo ?? []).map(configOf);
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

/** The settings of a pod that choose its DNS servers. */
export interface NameServers {
  readonly dnsPolicy?: string;
  readonly dnsConfig?: { readonly nameservers?: readonly string[] };
}

/** Warns about DNS servers of the pod that the network policy is certain to block. */
export function warnAboutBlockedDns(
  { dnsConfig, dnsPolicy }: NameServers,
  egress: EngineEgressOptions | undefined,
  problems: Problems,
): void {
  const servers = egress && dnsServers(egress);
  if (servers === undefined) {
    return;
  }
  const fix = 'add their addresses to networkPolicy.egress.dnsServers';
  if (dnsPolicy === 'Default' && egress?.dnsServers === undefined) {
    problems.warn(
      EngineRisk.BLOCKED_DESTINATION,
      'dnsPolicy',
      "networkPolicy.egress allows only the cluster's DNS, but the pods use the DNS servers of their nodes",
      fix,
    );
  }
  const allowed = [...servers, ...(egress?.allowTo ?? [])].map(configOf);
  for (const [index, address] of (dnsConfig?.nameservers ?? []).entries()) {
    if (isIP(address) !== 0 && !isInAllowedNetwork(address, egress!) && !isServer(address, allowed)) {
      problems.warn(
        EngineRisk.BLOCKED_DESTINATION,
        `dnsConfig.nameservers[${index}]`,
        `networkPolicy.egress blocks the DNS server ${address}`,
        'add it to networkPolicy.egress.dnsServers',
      );
    }
  }
}

/** Whether the policy allows the whole network of an address: the public internet or others. */
function isInAllowedNetwork(
  address: string,
  { cloudMetadata = false, privateNetworks = false, publicInternet = true }: EngineEgressOptions,
): boolean {
  const isMetadata = [...METADATA_NETWORKS.ipv4, ...METADATA_NETWORKS.ipv6].some((one) => containsHost(one, address));
  return publicInternet && (isMetadata ? cloudMetadata : !isPrivate(address) || privateNetworks);
}

/** Whether a DNS server may be one of the peers. Pods and Services never have a link-local or public address. */
function isServer(address: string, peers: readonly PeerConfig[]): boolean {
  return peers.some(({ ipBlock }) =>
    ipBlock === undefined ? isPrivate(address) : containsHost(ipBlock.cidr, address),
  );
}

interface PeerConfig {
  readonly ipBlock?: NetworkPolicyPeer['ipBlock'];
}

function configOf(peer: INetworkPeer): PeerConfig {
  return peer.toNetworkPolicyPeerConfig() as PeerConfig;
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

function isAllowed(host: string, peers: readonly PeerConfig[]): boolean {
  // The addresses of pods and namespaces are unknown, so they may include the host.
  return peers.some(({ ipBlock }) => ipBlock === undefined || containsHost(ipBlock.cidr, host));
}

function containsHost(network: string, host: string): boolean {
  const outer = parseCidr(network);
  const inner = parseCidr(`${host}/${isIP(host) === 4 ? 32 : 128}`);
  return outer !== undefined && inner !== undefined && (containsCidr(outer, inner) || network === `${host}/32`);
}
