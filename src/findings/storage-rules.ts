import { pathOf } from '../reading/config-files';
import type { DescribedEngine } from '../reading/described-engine';
import type { Findings } from './finding';
import { report } from './finding-kinds';
import { reportCacheElsewhere, reportOldSocket } from './pod-rules';

/** Reports mounts that the engine doesn't use, and mounts without a volume. */
export function reportStorage(
  { mounts: { cache, socket }, state, version }: DescribedEngine,
  findings: Findings,
): void {
  if (cache?.isElsewhere === true) {
    reportCacheElsewhere(pathOf(cache.mount), state, cache.mount.origin, findings);
  }
  if (cache !== undefined && cache.volume === undefined && cache.template === undefined) {
    const name = cache.mount.at('name');
    report(
      findings,
      'no-volume',
      name.origin,
      `the pod has no volume ${JSON.stringify(name.text)}, which Kubernetes rejects`,
      'add the volume, or a claim template of that name',
    );
  }
  if (socket !== undefined && pathOf(socket.mount).startsWith('/run/buildkit')) {
    reportOldSocket(version, socket.mount.origin, findings);
  }
}
