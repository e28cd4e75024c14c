import type { Duration } from 'cdk8s';
import { checkCalls } from '../reporting/check-arguments';

/** The type of an engine's Service. */
export enum EngineServiceType {
  /** A Service that is reachable within the cluster. */
  CLUSTER_IP = 'ClusterIP',
  /** A Service that is reachable on a port of every node. */
  NODE_PORT = 'NodePort',
  /** A Service that is reachable through the cloud provider's load balancer. */
  LOAD_BALANCER = 'LoadBalancer',
}

/** The engines that a Service sends traffic to. */
export enum TrafficPolicy {
  /** All engines in the cluster. */
  CLUSTER = 'Cluster',
  /** Only engines on the node that receives the traffic. */
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
  /** Both families if the cluster supports them. */
  PREFER_DUAL_STACK = 'PreferDualStack',
  /** Both families. The API server rejects the Service if the cluster supports only one. */
  REQUIRE_DUAL_STACK = 'RequireDualStack',
}

/** The rule that a Service uses to distribute the connections of a client over engines. */
export class SessionAffinity {
  /**
   * Sends all connections from a client address to the same engine. Clients that share an address, for example behind
   * NAT, share an engine.
   *
   * @param timeout the time that the Service remembers a client after the client's last new connection: 1 s to 24 h
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
   * Whether to create the Service. For an existing Service, set only `name` and `port`. A Service with several engines
   * must send all connections of a client to the same engine.
   *
   * @default true
   */
  readonly create?: boolean;

  /**
   * The type of the Service.
   *
   * @default EngineServiceType.CLUSTER_IP
   */
  readonly type?: EngineServiceType;

  /**
   * The name of the Service.
   *
   * @default - the engine's name
   */
  readonly name?: string;

  /**
   * The port of the Service, which forwards to the port of the listener.
   *
   * @default - the port of the listener
   */
  readonly port?: number;

  /**
   * The application protocol of the port, for service meshes and load balancers. An example is `kubernetes.io/h2c`.
   *
   * @default - none
   */
  readonly appProtocol?: string;

  /**
   * The IP families of the Service, starting with the primary one. The primary family can't be changed later.
   *
   * @default - the cluster's primary family
   */
  readonly ipFamilies?: IpFamily[];

  /**
   * The number of IP families of the Service.
   *
   * @default - IpFamilyPolicy.SINGLE_STACK, or REQUIRE_DUAL_STACK for two `ipFamilies`
   */
  readonly ipFamilyPolicy?: IpFamilyPolicy;

  /**
   * Additional labels of the Service. They take precedence over the labels that the library sets.
   *
   * @default - none
   */
  readonly labels?: { [key: string]: string };

  /**
   * Annotations of the Service, for example for a cloud provider's load balancer.
   *
   * @default - none
   */
  readonly annotations?: { [key: string]: string };

  /**
   * The port on the nodes. By default, clusters allow 30000 to 32767.
   *
   * @default - Kubernetes chooses a port if the Service type needs one
   */
  readonly nodePort?: number;

  /**
   * Whether to allocate ports on the nodes for a load balancer. Set this to false if the load balancer reaches pods
   * directly.
   *
   * @default true
   */
  readonly allocateLoadBalancerNodePorts?: boolean;

  /**
   * The implementation of the load balancer. It can only be changed together with `type`.
   *
   * @default - the cloud's default
   */
  readonly loadBalancerClass?: string;

  /**
   * The networks that the load balancer allows, as CIDRs.
   *
   * @default - all networks
   */
  readonly loadBalancerSourceRanges?: string[];

  /**
   * The distribution of connections over engines. A session opens four or more connections, and all of them must reach
   * the same engine (dagger/dagger #10128).
   *
   * @default - SessionAffinity.clientIp(Duration.hours(3)), or SessionAffinity.none() if each client can reach only one
   * engine
   */
  readonly sessionAffinity?: SessionAffinity;

  /**
   * The engines that receive traffic from within the cluster.
   *
   * @default - TrafficPolicy.LOCAL for a DaemonSet, so that clients use the engine on their node; otherwise
   * TrafficPolicy.CLUSTER
   */
  readonly internalTrafficPolicy?: TrafficPolicy;

  /**
   * The engines that receive traffic from outside the cluster.
   *
   * @default - TrafficPolicy.LOCAL with several engines, to preserve the client's address; otherwise
   * TrafficPolicy.CLUSTER
   */
  readonly externalTrafficPolicy?: TrafficPolicy;
}
