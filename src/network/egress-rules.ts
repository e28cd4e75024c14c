import type { NetworkPolicyEgressRule, NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import type { Problems } from '../reporting/problems';
import { NetworkPeer, renderPeer, type INetworkPeer } from './network-peer';
import type { EngineEgressOptions } from './network-policy-options';
import { METADATA_NETWORKS, PRIVATE_NETWORKS, translated } from './private-networks';

/** The standard DNS port, and the port of OpenShift's DNS pods. */
const DNS_PORTS = [53, 5353];

/** Returns the DNS servers that the policy allows, or undefined for every address. */
export function dnsServers({
  dnsServers: servers,
  publicInternet = true,
}: EngineEgressOptions): INetworkPeer[] | undefined {
  return servers ?? (publicInternet ? undefined : [NetworkPeer.clusterDns()]);
}

/** Renders the egress rules of an engine's NetworkPolicy. */
export function egressRules(
  options: EngineEgressOptions,
  namespace: string | undefined,
  problems: Problems,
): NetworkPolicyEgressRule[] {
  const { allowTo = [], cloudMetadata = false, privateNetworks = false, publicInternet = true } = options;
  if (cloudMetadata && privateNetworks) {
    problems.add('', {
      wrong: 'the policy would not block anything',
      got: { cloudMetadata, privateNetworks },
      allowed: 'cloudMetadata or privateNetworks, not both',
      fix: 'remove egress',
    });
  }
  if (!publicInternet && (cloudMetadata || privateNetworks)) {
    problems.add('publicInternet', {
      wrong: 'must not be false if the policy allows whole other networks',
      got: { publicInternet, cloudMetadata, privateNetworks },
      allowed: 'publicInternet: false with allowTo only',
      fix: 'list the destinations in allowTo',
    });
  }
  const blocked = (family: 'ipv4' | 'ipv6'): string[] => [
    ...(privateNetworks ? [] : PRIVATE_NETWORKS[family]),
    // The private IPv6 network includes the IPv6 metadata addresses.
    ...(cloudMetadata ? [] : METADATA_NETWORKS[family].filter(() => family === 'ipv4' || privateNetworks)),
  ];
  const rendered = (property: string, peers: readonly INetworkPeer[]): NetworkPolicyPeer[] =>
    peers.flatMap((peer, index) =>
      renderPeer(peer, namespace, 'builds can reach all addresses', problems.at(`${property}[${index}]`)),
    );
  const allowed = rendered('allowTo', allowTo);
  const servers = dnsServers(options);
  const unblocked = cloudMetadata ? METADATA_NETWORKS.ipv6.map((cidr) => ({ ipBlock: { cidr } })) : [];
  return [
    ...dnsRules(servers && rendered('dnsServers', servers)),
    ...(publicInternet
      ? [
          {
            to: [
              { ipBlock: { cidr: '0.0.0.0/0', except: blocked('ipv4').sort() } },
              { ipBlock: { cidr: '::/0', except: [...blocked('ipv4').map(translated), ...blocked('ipv6')].sort() } },
              ...unblocked,
            ],
          },
        ]
      : []),
    ...(allowed.length > 0 ? [{ to: allowed }] : []),
  ];
}

/** Renders the rule for DNS servers. A rule without peers would allow every address. */
function dnsRules(servers: readonly NetworkPolicyPeer[] | undefined): NetworkPolicyEgressRule[] {
  const ports = DNS_PORTS.flatMap((port) => ['TCP', 'UDP'].map((protocol) => ({ protocol, port })));
  return servers?.length === 0 ? [] : [{ ports, ...(servers && { to: [...servers] }) }];
}
