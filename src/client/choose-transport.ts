import { createHash } from 'node:crypto';
import type { Problems } from '../reporting/problems';
import { Transport } from '../network/transport';
import type { EngineEndpoint } from './engine-endpoint';

interface Wish {
  readonly transport?: Transport;
  readonly shardKey?: string;
}

/** The way to an engine that a client takes; undefined, and reported, when there is none. */
export function chooseTransport(
  engine: EngineEndpoint,
  { shardKey, transport }: Wish,
  problems: Problems,
): Transport | undefined {
  return shardKey === undefined
    ? (transport ?? best(engine, problems))
    : toShard(engine, shardKey, transport, problems);
}

function best(
  { firstOrdinal, hostSocket, listener, perNode, podNames }: EngineEndpoint,
  problems: Problems,
): Transport | undefined {
  if (listener?.tls !== undefined) {
    return Transport.tls();
  }
  if (hostSocket !== undefined && perNode) {
    return Transport.unix();
  }
  if (listener !== undefined) {
    return Transport.tcp();
  }
  if (podNames.length === 1) {
    return Transport.kubePodOrdinal(firstOrdinal);
  }
  if (hostSocket !== undefined) {
    return Transport.unix();
  }
  problems.add(
    'transport',
    podNames.length === 0
      ? {
          wrong: 'the engine has no listener and no socket on the node, and its pods have random names',
          got: undefined,
          allowed: 'a transport that the engine offers',
          fix: "set a listener on the engine, or use engine.connection({ transport: Transport.kubePod('$POD') }) in a shell",
        }
      : {
          wrong: `nothing says which of ${podNames.length} engines`,
          got: undefined,
          allowed: 'Transport.kubePodOrdinal(...), or a shardKey',
          fix: 'set shardKey, for example to the name of the repository',
        },
  );
  return undefined;
}

/** The way to the pod that a key leads to. */
function toShard(
  engine: EngineEndpoint,
  key: string,
  transport: Transport | undefined,
  problems: Problems,
): Transport | undefined {
  const { firstOrdinal, listener, podNames, podsHaveHosts } = engine;
  if (podNames.length === 0) {
    problems.add('shardKey', {
      wrong: 'the engine has no pods with names of their own to choose from',
      got: key,
      allowed: 'a key for an EngineStatefulSet with replicas',
      fix: 'remove it',
    });
    return undefined;
  }
  if (key === '') {
    problems.add('shardKey', {
      wrong: 'an empty key leads every client to one engine',
      got: key,
      allowed: 'a stable word about the client',
      fix: 'use the name of the repository',
    });
  }
  const ordinal = firstOrdinal + podNames.indexOf(shardOf(key, podNames));
  const wish =
    transport?._kind ??
    (!podsHaveHosts || listener === undefined ? 'kubePodOrdinal' : listener.tls === undefined ? 'tcp' : 'tls');
  switch (wish) {
    case 'tls':
      return Transport.tlsToPod(ordinal);
    case 'tcp':
      return Transport.tcpToPod(ordinal);
    default:
      if (transport !== undefined) {
        problems.add('shardKey', {
          wrong: 'the transport says which engine already',
          got: key,
          allowed: 'a key with Transport.tls() or Transport.tcp(), or without transport',
          fix: 'remove one of the two',
        });
        return transport;
      }
      return Transport.kubePodOrdinal(ordinal);
  }
}

/**
 * The pod that a key belongs to, by rendezvous hashing: each pod draws a number for the key, and the highest has it. A pod more takes
 * only keys over, a pod less gives only its own away.
 */
export function shardOf(key: string, podNames: readonly string[]): string {
  const [first = ''] = podNames
    .map((name) => ({ name, draw: createHash('sha256').update(`${name}\n${key}`).digest('hex') }))
    .sort((a, b) => (a.draw < b.draw ? 1 : -1))
    .map(({ name }) => name);
  return first;
}
