import type { Duration } from 'cdk8s';
import { checkCalls } from '../reporting/check-arguments';

/** The type of a Service. */
export enum EngineServiceType {
  /** Reachable from within the cluster. */
  CLUSTER_IP = 'ClusterIP',
  /** Reachable on a port of every node. */
  NODE_PORT = 'NodePort',
  /** Reachable through a load balancer of the cloud. */
  LOAD_BALANCER = 'LoadBalancer',
}

/** The engines of a Service that traffic may reach. */
export enum TrafficPolicy {
  /** All engines. */
  CLUSTER = 'Cluster',
  /** Uses only engines on the node that receives the traffic. */
  LOCAL = 'Local',
}

/** An IP family of a Service. */
export enum IpFamily {
  /** IPv4. */
  IPV4 = 'IPv4',
  /** IPv6. */
  IPV6 = 'IPv6',
}

/** The number of IP families that a Service has. */
export enum IpFamilyPolicy {
  /** One family. */
  SINGLE_STACK = 'SingleStack',
  /** Both families if the cluster has them. */
  PREFER_DUAL_STACK = 'PreferDualStack',
  /** Both families. Fails if the cluster has only one. */
  REQUIRE_DUAL_STACK = 'RequireDualStack',
}

/** Whether a Service sends the connections of one client to one engine. */
export class SessionAffinity {
  /**
   * Sends connections from one client address to one engine. Clients behind one address, such as a NAT, share an engine.
   *
   * @param timeout the time for which a client is remembered after its last new connection: 1 s to 24 h
   */
  public static clientIp(timeout: Duration): SessionAffinity {
    return new SessionAffinity(timeout);
  }

  /** Distributes each connection separately. */
  public static none(): SessionAffinity {
    return new SessionAffinity(undefined);
  }

  private constructor(
    /** @internal */
    public readonly _timeout: Duration | undefined,
  ) {}
}

checkCalls('SessionAffinity', SessionAffinity);

/** Options for the Service in front of an engine's port. */
export interface EngineServiceOptions {
  /**
   * Whether the engine creates the Service. An existing Service is described by `name` and `port` alone. If several engines
   * are behind it, it must keep the connections of a client together.
   *
   * @default true
   */
  readonly create?: boolean;

  /**
   * The type of the Service.
   *
   * @default - EngineServiceType.CLUSTER_IP, by the API server
   */
  readonly type?: EngineServiceType;

  /**
   * The name of the Service.
   *
   * @default - the engine's name
   */
  readonly name?: string;

  /**
   * The port of the Service. The engine's pods listen on the listener's port.
   *
   * @default - the listener's port
   */
  readonly port?: number;

  /**
   * The application protocol of the port, for service meshes and load balancers, for example `kubernetes.io/h2c`.
   *
   * @default - none
   */
  readonly appProtocol?: string;

  /**
   * The IP families of the Service, the primary one first. The first can't be changed later.
   *
   * @default - the cluster's primary family
   */
  readonly ipFamilies?: IpFamily[];

  /**
   * The number of IP families of the Service.
   *
   * @default - IpFamilyPolicy.SINGLE_STACK, or REQUIRE_DUAL_STACK for two `ipFamilies`, by the API server
   */
  readonly ipFamilyPolicy?: IpFamilyPolicy;

  /**
   * The labels of the Service. They take precedence over the library's.
   *
   * @default - none
   */
  readonly labels?: { [key: string]: string };

  /**
   * The annotations of the Service, for example for the load balancer of a cloud.
   *
   * @default - none
   */
  readonly annotations?: { [key: string]: string };

  /**
   * The port on the nodes: 30000 to 32767, unless the cluster is configured otherwise.
   *
   * @default - chosen by the cluster, if the type has one
   */
  readonly nodePort?: number;

  /**
   * Whether a load balancer gets ports on the nodes. Use false if it reaches pods directly.
   *
   * @default - true, by the API server
   */
  readonly allocateLoadBalancerNodePorts?: boolean;

  /**
   * The implementation of the load balancer. It can only be changed together with the type.
   *
   * @default - the cloud's default
   */
  readonly loadBalancerClass?: string;

  /**
   * The networks (CIDR) that the load balancer admits.
   *
   * @default - all networks
   */
  readonly loadBalancerSourceRanges?: string[];

  /**
   * Whether the connections of a client stay together. A session opens four or more connections, and all must reach one
   * engine (dagger/dagger #10128).
   *
   * @default - by client address for three hours if several engines are possible, none for a single engine
   */
  readonly sessionAffinity?: SessionAffinity;

  /**
   * The engines that traffic from within the cluster may reach.
   *
   * @default - TrafficPolicy.LOCAL for a DaemonSet, which selects the engine on the client's node; otherwise
   * TrafficPolicy.CLUSTER, by the API server
   */
  readonly internalTrafficPolicy?: TrafficPolicy;

  /**
   * The engines that traffic from outside the cluster may reach.
   *
   * @default - TrafficPolicy.LOCAL if several engines are possible, which preserves the client's address; otherwise
   * TrafficPolicy.CLUSTER, by the API server
   */
  readonly externalTrafficPolicy?: TrafficPolicy;
}
