import type { KeySelector } from '../config/key-selector';
import { EnvVar } from '../pod/env-var';
import { EngineCapability } from '../version/engine-capability';
import type { INetworkPeer } from './network-peer';
import { checkRelease, checkSecret, checkUrl, peersOf, type BoundUplink, type UplinkContext } from './uplink';

/**
 * A remote cache service that lets engines share their cache. Known limits:
 *
 * - Only Dagger runs the service. You can't host it yourself.
 * - The engine also sends cache events to Dagger Cloud, with the same token.
 * - The content of the cache is in an object store that the service selects, so the engine's pods need access to both.
 * - If the service can't be reached, the engine works with its own cache.
 */
export interface EngineRemoteCache {
  /** The URL of the service, such as `https://cache.example.com`. */
  readonly url: string;

  /** The key of a Secret with a Dagger Cloud engine token. The token `oidc` turns the remote cache off. */
  readonly token: KeySelector;

  /**
   * The service and its object store, for the network policy. Set them if you set `networkPolicy.egress` and they are
   * not on the public internet. The policy then allows the engine and its builds to reach all of their ports.
   *
   * @default - the policy is not changed
   */
  readonly destinations?: INetworkPeer[];
}

/**
 * Checks the remote cache of an engine, and returns the variables that enable it. Variables are safe, because releases
 * without a remote cache ignore them.
 *
 * @internal
 */
export function bindRemoteCache(
  { destinations = [], token, url }: EngineRemoteCache,
  context: UplinkContext,
): BoundUplink {
  const { namespace, problems } = context;
  checkRelease(context, EngineCapability.JSON_REMOTE_CACHE, {
    property: 'remoteCache',
    lacks: 'does not support the remote cache',
    consequence: 'the engine ignores it otherwise',
  });
  checkUrl(url, 'https://cache.example.com', problems.at('url'));
  checkSecret(token, 'token', problems);
  return {
    env: {
      _EXPERIMENTAL_DAGGER_REMOTE_CACHE_URL: EnvVar.fromValue(url),
      DAGGER_CLOUD_TOKEN: EnvVar.fromKey(token),
    },
    peers: destinations.flatMap((peer, index) => peersOf(peer, namespace, problems.at(`destinations[${index}]`))),
    ...(destinations.length === 0 && { address: url }),
  };
}
