import { EngineServiceType, TrafficPolicy } from './service-options';

/** The engines behind a Service, and the fields that select among them. */
export interface Balancing {
  /** Whether several engines are possible. */
  readonly several: boolean;
  /** Whether each node has one engine. */
  readonly perNode: boolean;
  /** The type of the Service in wire form, ClusterIP by default. */
  readonly type?: string;
  readonly internalTrafficPolicy?: string;
}

export function isExternal({ type }: Pick<Balancing, 'type'>): boolean {
  return type !== undefined && type !== (EngineServiceType.CLUSTER_IP as string);
}

/** Whether a client can reach only one engine, so that its connections need no affinity. */
export function leadsToOneEngine(balancing: Balancing): boolean {
  return (
    !balancing.several ||
    (balancing.perNode && balancing.internalTrafficPolicy === TrafficPolicy.LOCAL && !isExternal(balancing))
  );
}

/** The properties of a Service that let the connections of one session reach different engines. */
export function sessionSplits(
  balancing: Balancing,
  hasAffinity: boolean,
): Array<{ readonly property: 'sessionAffinity' | 'type'; readonly why: string }> {
  return [
    ...(hasAffinity || leadsToOneEngine(balancing)
      ? []
      : [
          {
            property: 'sessionAffinity',
            why: 'a session opens four or more connections, and fails if they reach different engines, as they do without affinity (dagger/dagger #10128)',
          } as const,
        ]),
    ...(balancing.several && isExternal(balancing)
      ? [
          {
            property: 'type',
            why: 'a load balancer in front of several nodes can send the connections of one session to different nodes, and the session fails (dagger/dagger #10128): configure it to keep each client on one node, or create one Service for each engine',
          } as const,
        ]
      : []),
  ];
}
