import { STATE_DIRECTORY } from '../config/engine-directories';
import { pathOf } from '../reading/mounted-config';
import type { DescribedEngine } from '../reading/described-engine';
import { EngineCapability } from '../version/engine-capability';
import type { Findings } from './finding';
import { report } from './finding-kinds';

/** Reports volumes at paths that the engine or its clients don't use, and a cache without a volume. */
export function reportStorage(
  { mounts: { cache, socket }, state, version }: DescribedEngine,
  findings: Findings,
): void {
  if (cache?.isElsewhere === true) {
    report(findings, 'cache-not-mounted', {
      key: cache.mount.origin,
      why: `the cache is mounted at ${pathOf(cache.mount)}, which the engine doesn't use, so the cache is lost with the container`,
      fix:
        state === STATE_DIRECTORY
          ? `mount it at ${state}, and give each engine its own volume`
          : `mount it at ${state}, or let the engine use its default directory, ${STATE_DIRECTORY}`,
    });
  }
  if (cache !== undefined && cache.volume === undefined && cache.template === undefined) {
    const name = cache.mount.at('name');
    report(findings, 'no-volume', {
      key: name.origin,
      why: `the pod has no volume ${JSON.stringify(name.text)}, so Kubernetes rejects the pod`,
    });
  }
  if (
    socket !== undefined &&
    pathOf(socket.mount).startsWith('/run/buildkit') &&
    version.supports(EngineCapability.DAGGER_SOCKET)
  ) {
    report(findings, 'socket-not-on-node', {
      key: socket.mount.origin,
      why: "the node's directory is mounted at /run/buildkit, but clients in v0.17.0 and later look for the socket in /run/dagger",
    });
  }
}
