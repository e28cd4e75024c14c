import type { INetworkPeer } from './network-peer';

/** The destinations that builds and the engine may reach. DNS is always allowed. */
export interface EngineEgressOptions {
  /**
   * Whether private networks (RFC 1918, 4193 and 6598) are allowed. They include the pods and Services of the cluster. To
   * allow only a registry or proxy in a private network, use `allowTo`.
   *
   * @default false
   */
  readonly privateNetworks?: boolean;

  /**
   * Whether the metadata services of clouds are allowed, which serve the credentials of the node: link-local addresses
   * (169.254.169.254), `fd00:ec2::254`, and Azure's 168.63.129.16.
   *
   * @default false
   */
  readonly cloudMetadata?: boolean;

  /**
   * Destinations that are allowed in addition to the public internet, on every port. For example, a registry or a proxy in a
   * private network.
   *
   * @default - none
   */
  readonly allowTo?: INetworkPeer[];
}

/** Options for the network policy of an engine. */
export interface EngineNetworkPolicyOptions {
  /**
   * Whether the engine has a network policy. Policies are additive: another policy that selects the same pods can only admit
   * more. Without a policy every pod of the cluster reaches the ports that the engine opens. To accept that, use
   * `EngineRisk.NO_NETWORK_POLICY`.
   *
   * @default - true if the engine opens a port, or `egress` is set
   */
  readonly enabled?: boolean;

  /**
   * The destinations that builds may reach. `{}` allows the public internet and DNS.
   *
   * @default - all destinations
   */
  readonly egress?: EngineEgressOptions;
}
