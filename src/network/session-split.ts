import { EngineServiceType, TrafficPolicy } from './service-options';

/** The engines behind a Service, and which of them it leads to. */
export interface Balancing {
  /** Whether there can be more than one engine. */
  readonly several: boolean;
  /** Whether there is one engine a node. */
  readonly perNode: boolean;
  /** As the API server has it; ClusterIP where nothing is said. */
  readonly type?: string;
  readonly internalTrafficPolicy?: string;
}

export function isExternal({ type }: Pick<Balancing, 'type'>): boolean {
  return type !== undefined && type !== (EngineServiceType.CLUSTER_IP as string);
}

/** Whether there is one engine only that a client can reach: then connections need no affinity. */
export function leadsToOneEngine(balancing: Balancing): boolean {
  return (
    !balancing.several ||
    (balancing.perNode && balancing.internalTrafficPolicy === TrafficPolicy.LOCAL && !isExternal(balancing))
  );
}

/** What lets the connections of one session reach different engines, by the property of the Service that does. */
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
            why: 'a session opens four or more connections, and without affinity they reach different engines, which fails (dagger/dagger #10128)',
          } as const,
        ]),
    ...(balancing.several && isExternal(balancing)
      ? [
          {
            property: 'type',
            why: 'a load balancer in front of several nodes can send the connections of one session to different ones, which fails (dagger/dagger #10128): make it keep a client at one node, or give each engine a Service of its own',
          } as const,
        ]
      : []),
  ];
}
