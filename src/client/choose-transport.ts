import { createHash } from 'node:crypto';
import type { Problems } from '../reporting/problems';
import { Transport } from '../network/transport';
import type { EngineEndpoint } from './engine-endpoint';

interface Request {
  readonly transport?: Transport;
  readonly shardKey?: string;
}

/** Returns the transport of a client, or reports the reason and returns undefined if none is possible. */
export function chooseTransport(
  engine: EngineEndpoint,
  { shardKey, transport }: Request,
  problems: Problems,
): Transport | undefined {
  return shardKey === undefined
    ? (transport ?? best(engine, problems))
    : toShard(engine, shardKey, transport, problems);
}

function best(engine: EngineEndpoint, problems: Problems): Transport | undefined {
  const { hostSocket, listener, perNode, podNames } = engine;
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
    return Transport.kubePod({ ordinal: ordinalOf(podNames[0]!) });
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
          allowed: 'a transport that the engine supports',
          fix: "set a listener on the engine, or use engine.addClient({ transport: Transport.kubePod({ podName: '$POD' }) }) in a shell",
        }
      : {
          wrong: `the client must select one of ${podNames.length} engines`,
          got: undefined,
          allowed: 'Transport.kubePod({ ordinal: ... }), or a shardKey',
          fix: 'set shardKey, for example to the name of the repository',
        },
  );
  return undefined;
}

/** Returns the transport to the pod that a shard key is assigned to. */
function toShard(
  engine: EngineEndpoint,
  key: string,
  transport: Transport | undefined,
  problems: Problems,
): Transport | undefined {
  const { headlessServiceName, listener, podNames } = engine;
  if (podNames.length === 0) {
    problems.add('shardKey', {
      wrong: 'requires pods with stable names, but the pods of this engine have random names',
      got: key,
      allowed: 'a key for an EngineStatefulSet with replicas',
      fix: 'remove it',
    });
    return undefined;
  }
  if (typeof key !== 'string' || key === '') {
    problems.add('shardKey', {
      wrong: 'every client with an empty key uses the same engine',
      got: key,
      allowed: 'a stable key that identifies the client',
      fix: 'use the name of the repository',
    });
  }
  if (transport !== undefined && (transport._ordinal !== undefined || !['tcp', 'tls'].includes(transport._kind))) {
    problems.add('shardKey', {
      wrong: 'the transport already selects an engine',
      got: key,
      allowed: 'a shardKey without transport, or with Transport.tls() or Transport.tcp()',
      fix: 'remove either shardKey or transport',
    });
    return transport;
  }
  // An autoscaler can stop the other engines at any time.
  const ordinal = ordinalOf(shardOf(key, engine.alwaysRunningPods));
  if (transport === undefined && (headlessServiceName === undefined || listener === undefined)) {
    return Transport.kubePod({ ordinal });
  }
  const kind = transport?._kind ?? (listener?.tls === undefined ? 'tcp' : 'tls');
  return kind === 'tls' ? Transport.tls({ ordinal }) : Transport.tcp({ ordinal });
}

function ordinalOf(podName: string): number {
  return Number(podName.slice(podName.lastIndexOf('-') + 1));
}

/**
 * Returns the pod that a key is assigned to, by rendezvous hashing: the pod whose hash with the key is the highest. An
 * additional pod takes over only the keys that are assigned to it. Removing a pod moves only its keys.
 */
export function shardOf(key: string, podNames: readonly string[]): string {
  const [first = ''] = preferredPods(key, podNames);
  return first;
}

/** Returns the pods in the order of a key's preference. The key is assigned to the first pod that exists. */
export function preferredPods(key: string, podNames: readonly string[]): string[] {
  return podNames
    .map((name) => ({ name, hash: createHash('sha256').update(`${name}\n${key}`).digest('hex') }))
    .sort((a, b) => (a.hash < b.hash ? 1 : -1))
    .map(({ name }) => name);
}
