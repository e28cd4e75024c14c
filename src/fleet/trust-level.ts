import { NetworkPeer, type INetworkPeer } from '../network/network-peer';
import type { EngineEgressOptions } from '../network/network-policy-options';
import { checkCalls } from '../reporting/check-arguments';

/** The destinations that builds of an untrusted member may reach. */
export interface UntrustedOptions {
  /**
   * Whether builds may reach the public internet, for example to pull images and packages. Private networks and the
   * metadata services of cloud providers stay blocked.
   *
   * @default false
   */
  readonly publicInternet?: boolean;

  /**
   * Destinations in private networks, such as a registry mirror. All of their ports are allowed.
   *
   * @default - none
   */
  readonly allowTo?: INetworkPeer[];

  /**
   * The DNS servers that builds may query, on the ports 53 and 5353. An empty list blocks DNS.
   *
   * With a DNS cache on each node, list its address and the address of the DNS Service in addition to
   * `NetworkPeer.clusterDns()`, or builds resolve no names.
   *
   * @default - `[NetworkPeer.clusterDns()]`, the DNS pods of most clusters
   */
  readonly dnsServers?: INetworkPeer[];
}

/** The trust in the builds of a fleet's member. */
export class TrustLevel {
  /** Builds of your own code. The common properties of the fleet apply unchanged. */
  public static trusted(): TrustLevel {
    return new TrustLevel(undefined);
  }

  /**
   * Builds of code that you haven't reviewed, such as pull requests from forks.
   *
   * The pods of the member have no secrets except the certificate of the port, and no volumes that other engines could
   * use. Builds have no root capabilities (`insecureRootCapabilities: false`). They can reach the cluster's DNS
   * and the destinations in the options, and nothing else. Clients use the member only if they name its key. The library rejects a member
   * that breaks these rules, or that uses the seed, CA or service account of a trusted member.
   *
   * The cluster's DNS answers every name, so a build can still send small amounts of data in the names that it resolves.
   * To prevent that, restrict the names with your network plugin.
   *
   * Containers don't isolate untrusted builds completely. Run the member on its own nodes, with `nodeSelector` or
   * `nodes`, and in its own namespace, with `scope`.
   *
   * @param options the destinations that builds may reach
   */
  public static untrusted(options: UntrustedOptions = {}): TrustLevel {
    const { allowTo, dnsServers = [NetworkPeer.clusterDns()], publicInternet = false } = options;
    return new TrustLevel({ publicInternet, dnsServers, ...(allowTo && { allowTo }) });
  }

  private constructor(
    /**
     * The destinations of untrusted builds, or undefined for trusted builds.
     *
     * @internal
     */
    public readonly _egress: EngineEgressOptions | undefined,
  ) {}
}

checkCalls('TrustLevel', TrustLevel);
