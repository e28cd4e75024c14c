import type { Duration } from 'cdk8s';
import type { Autoscaling } from '../operations/autoscaling';
import type { Problems } from '../reporting/problems';
import { checkSeconds, isCount, PODS_MAX } from '../kubernetes/quantity';

/** Renders the fields `minReadySeconds` and `revisionHistoryLimit`, which every kind of workload has. */
export function workloadTimes(
  { minReady, revisionHistoryLimit }: { readonly minReady?: Duration; readonly revisionHistoryLimit?: number },
  problems: Problems,
): { minReadySeconds?: number; revisionHistoryLimit?: number } {
  if (revisionHistoryLimit !== undefined && !isCount(revisionHistoryLimit, 0)) {
    problems.add('revisionHistoryLimit', {
      wrong: 'must be a whole number of revisions',
      got: revisionHistoryLimit,
      allowed: 'a whole number of at least 0',
      fix: 'set it to 10',
    });
  }
  return {
    ...(minReady && { minReadySeconds: checkSeconds(problems, 'minReady', minReady, { min: 0 }) }),
    ...(revisionHistoryLimit !== undefined && { revisionHistoryLimit }),
  };
}

/** Whether a number of engines is valid. */
export function isReplicas(replicas: number): boolean {
  return Number.isInteger(replicas) && replicas >= 0 && replicas <= PODS_MAX;
}

/** The properties that determine the number of engines. */
export interface ReplicaProps {
  readonly autoscaling?: Autoscaling;
  readonly replicas?: number;
}

/** Returns the maximum number of engines. */
export function mostReplicas({ autoscaling, replicas = 1 }: ReplicaProps): number {
  return autoscaling?._maxReplicas ?? replicas;
}

/** Returns the instruction to run only one engine, as part of a fix. */
export function oneEngine({ autoscaling }: ReplicaProps): string {
  return autoscaling === undefined ? 'replicas: 1' : 'one engine: remove autoscaling';
}

/** Reports an invalid number of engines. */
export function checkReplicas(problems: Problems, { autoscaling, replicas }: ReplicaProps): void {
  if (replicas !== undefined && !isReplicas(replicas)) {
    problems.add('replicas', {
      wrong: 'must be a number of replicas',
      got: replicas,
      allowed: `a whole number from 0 to ${PODS_MAX}`,
      fix: 'set it to 1',
    });
  }
  if (replicas !== undefined && autoscaling !== undefined) {
    problems.add('replicas', {
      wrong: 'conflicts with autoscaling: each time you apply the manifest, the number of engines would be reset',
      got: replicas,
      allowed: 'only one of replicas and autoscaling',
      fix: 'remove replicas',
    });
  }
}
