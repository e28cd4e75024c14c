import type { Duration } from 'cdk8s';
import type { Problems } from '../internal/problems';
import { checkSeconds } from '../internal/quantity';

/** The timing fields that every kind of workload has. */
export function workloadTimes(
  { minReady, revisionHistoryLimit }: { readonly minReady?: Duration; readonly revisionHistoryLimit?: number },
  problems: Problems,
): { minReadySeconds?: number; revisionHistoryLimit?: number } {
  if (revisionHistoryLimit !== undefined && (!Number.isInteger(revisionHistoryLimit) || revisionHistoryLimit < 0)) {
    problems.add('revisionHistoryLimit', { wrong: 'not a number of revisions', got: revisionHistoryLimit, allowed: 'a whole number of at least 0', fix: 'set it to 10' });
  }
  return {
    ...(minReady && { minReadySeconds: checkSeconds(problems, 'minReady', minReady, 0) }),
    ...(revisionHistoryLimit !== undefined && { revisionHistoryLimit }),
  };
}

/** Reports a number of replicas that is none. */
export function checkReplicas(problems: Problems, replicas: number): void {
  if (!Number.isInteger(replicas) || replicas < 0) {
    problems.add('replicas', { wrong: 'not a number of replicas', got: replicas, allowed: 'a whole number of at least 0', fix: 'set it to 1' });
  }
}
