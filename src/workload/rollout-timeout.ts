import type { DeploymentSpec, StatefulSetSpec } from 'kubernetes-types/apps/v1';
import type { PodTemplateSpec } from 'kubernetes-types/core/v1';

/** The time in seconds to schedule a pod and pull its image. */
export const MARGIN_SECONDS = 300;

/** Returns the longest time in seconds that a healthy pod takes to become available, without the margin. */
export function startSeconds(template: PodTemplateSpec, minReadySeconds = 0): number {
  const { periodSeconds = 0, failureThreshold = 0 } = template.spec?.containers[0]?.startupProbe ?? {};
  return periodSeconds * failureThreshold + minReadySeconds;
}

/**
 * Returns the longest time in seconds that a healthy rolling update takes, or undefined if it is not known.
 *
 * @param replicas the number of engines, if the spec has none
 */
export function rolloutSeconds(
  { kind, spec }: { readonly kind: string; readonly spec: DeploymentSpec & StatefulSetSpec },
  replicas: number | undefined,
): number | undefined {
  const count = spec.replicas ?? replicas;
  const stop = spec.template.spec?.terminationGracePeriodSeconds ?? 30;
  const start = startSeconds(spec.template, spec.minReadySeconds) + MARGIN_SECONDS;
  if (count === undefined || kind === 'DaemonSet' || spec.updateStrategy?.type === 'OnDelete') {
    return undefined;
  }
  if (kind === 'StatefulSet') {
    const partition = spec.updateStrategy?.rollingUpdate?.partition ?? 0;
    return (
      Math.max(0, count + (spec.ordinals?.start ?? 0) - Math.max(partition, spec.ordinals?.start ?? 0)) * (stop + start)
    );
  }
  const { maxSurge = '25%', maxUnavailable = '25%' } = spec.strategy?.rollingUpdate ?? {};
  const atOnce =
    spec.strategy?.type === 'Recreate'
      ? count
      : podsOf(maxSurge, count, Math.ceil) + podsOf(maxUnavailable, count, Math.floor);
  return Math.ceil(count / Math.max(1, atOnce)) * start + stop;
}

function podsOf(value: number | string, total: number, round: (pods: number) => number): number {
  return typeof value === 'number' ? value : round((parseInt(value, 10) * total) / 100);
}
