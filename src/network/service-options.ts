import type { Duration } from 'cdk8s';

/** How a Service is reached. */
export enum EngineServiceType {
  /** From within the cluster. */
  CLUSTER_IP = 'ClusterIP',
  /** On a port of every node. */
  NODE_PORT = 'NodePort',
  /** Through a load balancer of the cloud. */
  LOAD_BALANCER = 'LoadBalancer',
}

/** Which engines of a Service traffic may reach. */
export enum TrafficPolicy {
  /** All of them. */
  CLUSTER = 'Cluster',
  /** Only those on the node where the traffic arrives. */
  LOCAL = 'Local',
}

/** Whether a Service sends the connections of one client to one engine. */
export class SessionAffinity {
  /**
   * By the client's address. Clients behind one address, such as a NAT, share an engine.
   *
   * @param timeout how long after its last new connection a client is remembered: 1 s to 24 h
   */
  public static clientIp(timeout: Duration): SessionAffinity {
    return new SessionAffinity(timeout);
  }

  /** Every connection for itself. */
  public static none(): SessionAffinity {
    return new SessionAffinity(undefined);
  }

  private constructor(
    /** @internal */
    public readonly _timeout: Duration | undefined,
  ) {}
}

/** The Service in front of an engine's port. */
export interface EngineServiceOptions {
  /**
   * Whether it is made with the engine. One that something else makes is told by its `name` alone, and where there are several
   * engines has to keep the connections of a client together.
   *
   * @default true
   */
  readonly create?: boolean;

  /**
   * How it is reached.
   *
   * @default - the API server's, EngineServiceType.CLUSTER_IP
   */
  readonly type?: EngineServiceType;

  /**
   * Its name.
   *
   * @default - the engine's name
   */
  readonly name?: string;

  /**
   * Its labels. They go before those that the library sets.
   *
   * @default - none
   */
  readonly labels?: { [key: string]: string };

  /**
   * Its annotations, for example those of a cloud's load balancer.
   *
   * @default - none
   */
  readonly annotations?: { [key: string]: string };

  /**
   * Port of the nodes, 30000 to 32767 unless the cluster says otherwise.
   *
   * @default - the cluster chooses, where the type has one
   */
  readonly nodePort?: number;

  /**
   * Implementation of the load balancer. Can't be changed later, except with the type.
   *
   * @default - the cloud's
   */
  readonly loadBalancerClass?: string;

  /**
   * Networks (CIDR) that the load balancer admits.
   *
   * @default - all
   */
  readonly loadBalancerSourceRanges?: string[];

  /**
   * Whether the connections of a client stay together. A session opens four or more, and all must reach one engine
   * (dagger/dagger #10128).
   *
   * @default - by client address for three hours where there can be several engines, none for a single one
   */
  readonly sessionAffinity?: SessionAffinity;

  /**
   * Which engines traffic from within the cluster may reach.
   *
   * @default - TrafficPolicy.LOCAL for a DaemonSet: the engine of the client's node; the API server's, Cluster, else
   */
  readonly internalTrafficPolicy?: TrafficPolicy;

  /**
   * Which engines traffic from outside may reach.
   *
   * @default - TrafficPolicy.LOCAL where there can be several engines, so that the client's address is kept; the API
   * server's, Cluster, for a single one
   */
  readonly externalTrafficPolicy?: TrafficPolicy;
}
