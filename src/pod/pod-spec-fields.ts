import type { Affinity, PodSpec, Toleration, TopologySpreadConstraint } from 'kubernetes-types/core/v1';
import { compact } from '../kubernetes/manifest';
import type { Problems } from '../reporting/problems';
import { toWire } from '../kubernetes/wire-form';
import type { GpuSettings } from './gpu';
import { nameResolution } from './name-resolution';
import type { EnginePodProps } from './engine-pod-props';

/** Renders the pod fields that are passed through, and the fields that a GPU needs. */
export function podSpecFields(
  pod: EnginePodProps,
  gpu: GpuSettings | undefined,
  selector: { readonly [key: string]: string },
  problems: Problems,
): Partial<PodSpec> {
  const tolerations = toWire<Toleration[]>(pod.tolerations ?? []);
  const affinity = pod.affinity && toWire<Affinity>(pod.affinity);
  const constraints = toWire<TopologySpreadConstraint[]>(pod.topologySpreadConstraints ?? []).map((constraint) => ({
    ...constraint,
    labelSelector: constraint.labelSelector ?? { matchLabels: { ...selector } },
  }));
  return {
    ...runtimeClass(pod, gpu?.runtimeClassName, problems),
    ...nodeSelector(pod, gpu?.nodeSelector, problems),
    ...(affinity && { affinity }),
    ...(tolerations.length > 0 && { tolerations }),
    ...(constraints.length > 0 && { topologySpreadConstraints: constraints }),
    ...(pod.priorityClassName && { priorityClassName: pod.priorityClassName }),
    ...(pod.schedulerName && { schedulerName: pod.schedulerName }),
    ...nameResolution(pod),
    ...(pod.shareProcessNamespace === true && { shareProcessNamespace: true }),
    ...((pod.imagePullSecrets ?? []).length > 0 && {
      imagePullSecrets: pod.imagePullSecrets?.map((name) => ({ name })),
    }),
  };
}

function runtimeClass(
  pod: EnginePodProps,
  gpuClass: string | undefined,
  problems: Problems,
): { runtimeClassName?: string } {
  if (pod.runtimeClassName !== undefined && gpuClass !== undefined && pod.runtimeClassName !== gpuClass) {
    problems.add('runtimeClassName', {
      wrong: 'conflicts with the runtime class of gpu',
      got: pod.runtimeClassName,
      allowed: gpuClass,
      fix: 'set gpu.runtimeClassName instead',
    });
  }
  const runtimeClassName = pod.runtimeClassName ?? gpuClass;
  return runtimeClassName === undefined ? {} : { runtimeClassName };
}

function nodeSelector(
  pod: EnginePodProps,
  gpuSelector: { readonly [label: string]: string } | undefined,
  problems: Problems,
): { nodeSelector?: { [label: string]: string } } {
  for (const [label, value] of Object.entries(gpuSelector ?? {})) {
    const given = pod.nodeSelector?.[label];
    if (given !== undefined && given !== value) {
      problems.add(`nodeSelector[${JSON.stringify(label)}]`, {
        wrong: 'GPU images do not run on these nodes',
        got: given,
        allowed: value,
        fix: 'remove it',
      });
    }
  }
  const selector = compact({ ...gpuSelector, ...pod.nodeSelector });
  return selector === undefined ? {} : { nodeSelector: selector };
}
