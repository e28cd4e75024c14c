import type { KeySelector } from '../config/key-selector';
import { EnvVar } from '../pod/env-var';
import { EngineCapability } from '../version/engine-capability';
import type { INetworkPeer } from './network-peer';
import { checkRelease, checkSecret, checkUrl, peersOf, type BoundUplink, type UplinkContext } from './uplink';

/**
 * A remote cache service that engines share their cache with. Known limits:
 *
 * - The service is Dagger's own. There is no server to run yourself.
 * - The engine also sends events of its cache to Dagger Cloud, under the same token.
 * - The engine uploads and downloads the content of the cache at an object store that the service names, so its pods need access
 *   to both.
 * - The engine works while the service can't be reached, with its own cache.
 */
export interface EngineRemoteCache {
  /** The URL of the service, such as `https://cache.example.com`. */
  readonly url: string;

  /** The key of a Secret with an engine token of Dagger Cloud. `oidc` as token turns the remote cache off. */
  readonly token: KeySelector;

  /**
   * The service and its object store, for the network policy. They are needed if `networkPolicy.egress` is set and they are not on
   * the public internet. The policy then allows every port of them, also to builds.
   *
   * @default - the policy is not changed
   */
  readonly destinations?: INetworkPeer[];
}

/**
 * Checks the remote cache of an engine. Variables enable it, because releases without it ignore them.
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
    lacks: 'has no remote cache',
    consequence: 'the engine ignores it otherwise',
  });
  checkUrl(url, 'https://cache.example.com', problems.at('url'));
  checkSecret(token, 'token', problems);
  return {
    env: {
      _EXPERIMENTAL_DAGGER_REMOTE_CACHE_URL: EnvVar.value(url),
      DAGGER_CLOUD_TOKEN: EnvVar.fromKey(token),
    },
    peers: destinations.flatMap((peer, index) => peersOf(peer, namespace, problems.at(`destinations[${index}]`))),
    ...(destinations.length === 0 && { address: url }),
  };
}
