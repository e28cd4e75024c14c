import type { INetworkPeer } from './network-peer';

/** The destinations that the engine and its builds may reach. */
export interface EngineEgressOptions {
  /**
   * Whether to allow the public internet. Without it, builds can reach only DNS and the destinations in `allowTo`.
   *
   * @default true
   */
  readonly publicInternet?: boolean;

  /**
   * Whether to allow private networks (RFC 1918, 4193 and 6598, and others that aren't globally reachable), which
   * include the pods and Services in the cluster. To allow only a registry or proxy in a private network, use `allowTo`.
   *
   * @default false
   */
  readonly privateNetworks?: boolean;

  /**
   * Whether to allow the metadata services of cloud providers. They serve the node's credentials at link-local
   * addresses such as 169.254.169.254, at `fd00:ec2::254` and `fd20:ce::254`, and at 168.63.129.16 on Azure.
   *
   * @default false
   */
  readonly cloudMetadata?: boolean;

  /**
   * Additional allowed destinations, such as a registry or a proxy in a private network. All of their ports are
   * allowed.
   *
   * @default - none
   */
  readonly allowTo?: INetworkPeer[];

  /**
   * The DNS servers that the engine and its builds may query, on the ports 53 and 5353. An empty list blocks DNS.
   *
   * With a DNS cache on each node, list its address and the address of the DNS Service in addition to
   * `NetworkPeer.clusterDns()`.
   *
   * @default - `[NetworkPeer.clusterDns()]` if `publicInternet` is false; otherwise every address
   */
  readonly dnsServers?: INetworkPeer[];
}

/** Options for the network policy of an engine. */
export interface EngineNetworkPolicyOptions {
  /**
   * Whether the engine has a network policy. Without one, every pod in the cluster can reach the ports that the engine
   * opens. To accept that, use `EngineRisk.NO_NETWORK_POLICY`. Network policies are additive: another policy for the
   * same pods can only allow more.
   *
   * @default - true if the engine opens a port, or `egress` is set
   */
  readonly enabled?: boolean;

  /**
   * The destinations that the engine and its builds may reach. `{}` allows the public internet and DNS.
   *
   * @default - all destinations
   */
  readonly egress?: EngineEgressOptions;
}
