import { EngineRisk } from '../reporting/engine-risk';
import type { Container } from 'kubernetes-types/core/v1';
import { quantityValue } from '../kubernetes/quantity';
import type { Problems } from '../reporting/problems';
import type { BoundCache } from '../storage/cache-volume';

/**
 * Reports an emptyDir cache that can outgrow a limit of the engine's container. An emptyDir on disk counts as ephemeral
 * storage, and the kubelet evicts the pod at the limit. A tmpfs counts as memory, and the kernel kills the engine.
 */
export function checkCacheLimits(
  cache: BoundCache | undefined,
  { resources }: Pick<Container, 'resources'>,
  problems: Problems,
): void {
  const emptyDir = cache?.volume?.emptyDir;
  if (emptyDir === undefined) {
    return;
  }
  const isMemory = emptyDir.medium === 'Memory';
  const resource = isMemory ? 'memory' : 'ephemeral-storage';
  const limit = resources?.limits?.[resource];
  if (limit === undefined) {
    return;
  }
  const size = emptyDir.sizeLimit;
  if (size === undefined || quantityValue(String(size)) >= quantityValue(String(limit))) {
    problems.add('cache', {
      wrong: isMemory
        ? "a cache in memory counts towards the container's memory limit, and the kernel kills the engine at that limit"
        : "an emptyDir counts towards the container's ephemeral-storage limit, and the kubelet evicts the pod at that limit",
      got: size === undefined ? 'no sizeLimit' : `sizeLimit ${size}`,
      allowed: `less than ${limit}, the ${resource} limit`,
      fix: `set a smaller sizeLimit, or raise resources.limits['${resource}']`,
      risk: EngineRisk.CACHE_OUTGROWS_LIMIT,
    });
  }
}
