import { EngineServiceType, TrafficPolicy } from './service-options';

/** The engines behind a Service, and the fields that select among them. */
export interface Balancing {
  /** Whether there can be several engines. */
  readonly several: boolean;
  /** Whether each node runs one engine. */
  readonly perNode: boolean;
  /** The type of the Service, by default 'ClusterIP'. */
  readonly type?: string;
  readonly internalTrafficPolicy?: string;
}

export function isExternal({ type }: Pick<Balancing, 'type'>): boolean {
  return type !== undefined && type !== (EngineServiceType.CLUSTER_IP as string);
}

/** Whether a client can reach only one engine. The client's connections then don't need affinity. */
export function reachesOneEngine(balancing: Balancing): boolean {
  return (
    !balancing.several ||
    (balancing.perNode && balancing.internalTrafficPolicy === TrafficPolicy.LOCAL && !isExternal(balancing))
  );
}

/**
 * Returns the properties of a Service that let the connections of one session reach different engines, with the
 * reasons and fixes.
 */
export function sessionSplits(
  balancing: Balancing,
  hasAffinity: boolean,
): Array<{ readonly property: 'sessionAffinity' | 'type'; readonly why: string; readonly fix: string }> {
  return [
    ...(hasAffinity || reachesOneEngine(balancing)
      ? []
      : [
          {
            property: 'sessionAffinity',
            why: 'without affinity, the connections of a session reach different engines, and the session fails (dagger/dagger #10128)',
            fix: 'keep each client on one engine with ClientIP',
          } as const,
        ]),
    ...(balancing.several && isExternal(balancing)
      ? [
          {
            property: 'type',
            why: 'a load balancer in front of several nodes can send the connections of one session to different nodes, and the session fails (dagger/dagger #10128)',
            fix: 'configure it to keep each client on one node, or create one Service for each engine',
          } as const,
        ]
      : []),
  ];
}
