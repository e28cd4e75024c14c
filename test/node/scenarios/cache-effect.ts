import type { Build, ClientPod } from '../client-pod';
import type { ContainerRef } from '../cluster';
import type { EngineSuite } from '../engines';
import { recordFact } from './facts';
import { lastError, seen } from './scenario';

/** An operation on a running engine, and its expected effect on the engine's cache and client. */
export interface CacheEffect {
  readonly name: string;
  /** Whether the cache is kept. `maybe` skips the check. @default true */
  readonly keepsCache?: boolean | 'maybe';
  /** Whether the engine is killed, so that it doesn't stop cleanly. @default false */
  readonly kills?: boolean;
  /** Whether a client that builds is disconnected. @default true */
  readonly disconnects?: boolean;
}

/** A client, and the container of its engine. */
export interface Connection {
  readonly client: ClientPod;
  readonly engine: ContainerRef;
}

/** The time within which a client must notice that its engine has stopped. */
const CLIENT_SECONDS = 60;

/** The input of the next build that must not be cached. */
let unusedInput = 2;

/**
 * Runs an operation, and expects its effect on a cached step and a cache volume. `withClient` runs a build during the
 * operation. Logs a row with the caches, the downtime, and the outcome of that build.
 */
export async function expectCacheEffect(
  suite: Pick<EngineSuite, 'cluster' | 'engine'>,
  { keepsCache = true, kills = false, disconnects = true, name }: CacheEffect,
  { client, engine }: Connection,
  withClient: boolean,
  operation: () => Promise<void>,
): Promise<void> {
  const { archive, version } = suite.engine;
  const isReal = archive !== undefined;
  const [input, nextInput] = [unusedInput, unusedInput + 1];
  unusedInput += 2;
  const before = await client.build(1);
  // Records another run in the cache volume, which distinguishes it from a new volume.
  const { runs } = await client.build(input);
  if (withClient) {
    await client.startLongStep(engine);
  }
  const downtime = await client.watchDowntime();
  await operation();
  const after: Build = await client.build(1);
  const kept = { step: after.id === before.id, volume: (await client.build(nextInput)).runs > runs };
  const word = (isKept: boolean): string => (isKept ? 'kept' : 'lost');
  const ended = withClient ? await endOf(suite, client, disconnects && isReal) : undefined;
  const clientSaw = ended === undefined ? 'nothing' : `exit code ${ended.status}: ${lastError(ended.stderr)}`;
  const columns = [name, word(kept.step), word(kept.volume), `${(await downtime()).toFixed(0)} s`];
  seen(`| ${[...columns, withClient ? clientSaw : '-'].join(' | ')} |`);
  if (kills && isReal) {
    recordFact('wipes-after-unclean-stop', version, !kept.step);
  }
  if (keepsCache !== 'maybe') {
    expect(kept).toEqual({ step: keepsCache, volume: keepsCache });
  }
  if (!disconnects) {
    expect(ended).toBeUndefined();
  }
}

/**
 * Returns the result of the client's build, or undefined if it still runs. With `notices`, expects that the build
 * fails.
 */
async function endOf(
  { cluster }: Pick<EngineSuite, 'cluster'>,
  client: ClientPod,
  notices: boolean,
): ReturnType<ClientPod['ended']> {
  if (!notices) {
    // Over TCP, buildctl may not notice that its engine has stopped.
    return client.ended();
  }
  const ended = await cluster().until(() => client.ended(), 'the client to end', CLIENT_SECONDS);
  expect(ended.status).not.toBe(0);
  return ended;
}
