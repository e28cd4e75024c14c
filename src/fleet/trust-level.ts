import type { INetworkPeer } from '../network/network-peer';
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
   * use. Builds have no root capabilities (`insecureRootCapabilities: false`). They can reach DNS and the destinations
   * in the options, and nothing else. Clients use the member only if they name its key. The library rejects a member
   * that breaks these rules, or that uses the seed, CA or service account of a trusted member.
   *
   * The ports of DNS are open to every address, so a build can send data to a server on these ports. To restrict them,
   * use the policies of your network plugin for DNS.
   *
   * Containers don't isolate untrusted builds completely. Run the member on its own nodes, with `nodeSelector` or
   * `nodes`, and in its own namespace, with `scope`.
   *
   * @param options the destinations that builds may reach
   */
  public static untrusted(options: UntrustedOptions = {}): TrustLevel {
    const { allowTo, publicInternet = false } = options;
    return new TrustLevel({ publicInternet, ...(allowTo && { allowTo }) });
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
