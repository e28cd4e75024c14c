import type { Problems } from '../reporting/problems';
import { EngineRisk } from '../reporting/engine-risk';
import type { BoundCache } from './cache-volume';

/**
 * Warns about an emptyDir without a limit. In the pod of a job, the limit isn't needed, because the emptyDir lives only
 * as long as the job.
 */
export function warnAboutUnboundedCache({ size, volume }: BoundCache, problems: Problems): void {
  if (volume?.emptyDir !== undefined && size === undefined) {
    problems.warn(
      EngineRisk.UNBOUNDED_CACHE,
      '',
      volume.emptyDir.medium === 'Memory'
        ? "without a limit, the cache may take half of the node's memory"
        : "without a limit, the cache may fill the node's disk until the kubelet evicts pods",
      'set sizeLimit, which also determines the garbage collection limits',
    );
  }
}
