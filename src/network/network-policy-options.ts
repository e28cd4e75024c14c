import type { INetworkPeer } from './network-peer';

/** What builds, and the engine itself, may reach over the network. Names are always resolved: DNS is open to everywhere. */
export interface EngineEgressOptions {
  /**
   * Whether private networks (RFC 1918, 4193 and 6598) are open: the cluster's pods and Services among them, and so are
   * registries and proxies in them that `allowTo` doesn't name.
   *
   * @default false
   */
  readonly privateNetworks?: boolean;

  /**
   * Whether the cloud's metadata services are open, which hand out the credentials of the node: link-local addresses
   * (169.254.169.254), `fd00:ec2::254`, and Azure's 168.63.129.16.
   *
   * @default false
   */
  readonly cloudMetadata?: boolean;

  /**
   * What is open beside the public internet, on every port: a registry or a proxy in a private network, for example.
   *
   * @default - nothing
   */
  readonly allowTo?: INetworkPeer[];
}

/** The network policy of an engine. */
export interface EngineNetworkPolicyOptions {
  /**
   * Whether there is one. Policies add up: one of your own that selects the same pods admits more, and none admits less.
   *
   * @default - true where the engine opens a port, or `egress` is set
   */
  readonly enabled?: boolean;

  /**
   * Why there is none, with `enabled: false`. It becomes an annotation of the workload, for those who read the manifest.
   *
   * @default - none: `enabled: false` is refused, unless `networkPolicy.reason` is in `acceptRisks`
   */
  readonly reason?: string;

  /**
   * What builds may reach; `{}` is the public internet and DNS.
   *
   * @default - everything
   */
  readonly egress?: EngineEgressOptions;
}
