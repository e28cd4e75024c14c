import type { Field } from '../reading/field';
import { labels, serviceAccountName } from './chart-objects';
import { configVolume, engineContainer, type ContainerTraits } from './container-template';
import { from, nonEmpty, list, number } from './template';
import type { Release } from './chart-release';

/** The parts of a workload that differ between the charts. */
export interface WorkloadTraits extends ContainerTraits {
  readonly kind: 'DaemonSet' | 'Deployment' | 'StatefulSet';
  /** The key that determines the kind of workload or the number of pods. */
  readonly key: string;
  /** The fields of the workload's `spec`, except its selector and its pods. */
  readonly spec?: { readonly [field: string]: unknown };
  readonly affinity: Field;
  /** The volumes for the cache and for the socket. */
  readonly volumes: readonly Field[];
}

/** Renders the workload. Values that the chart ignores for this kind of workload are left out. */
export function workload(release: Release, traits: WorkloadTraits): Field {
  const { names, namespace } = release;
  const name = from(names.origin, `${names.fullname}-engine`);
  const podLabels = from('engine.labels', { name, ...labels(release) });
  return from(traits.key, {
    apiVersion: 'apps/v1',
    kind: traits.kind,
    metadata: { name, namespace, labels: labels(release) },
    spec: {
      ...traits.spec,
      selector: from(names.origin, { matchLabels: { name } }),
      template: {
        metadata: { labels: podLabels, annotations: nonEmpty(release, 'engine.annotations') },
        spec: podSpec(release, traits),
      },
    },
  });
}

function podSpec(release: Release, traits: WorkloadTraits): object {
  const account = serviceAccountName(release);
  const sharesProcesses = release.values.flag('engine.shareProcessNamespace') || undefined;
  return {
    runtimeClassName: nonEmpty(release, 'engine.runtimeClassName'),
    nodeSelector: nonEmpty(release, 'engine.nodeSelector'),
    tolerations: nonEmpty(release, 'engine.tolerations'),
    affinity: traits.affinity,
    securityContext: { runAsUser: 0, runAsGroup: 1001, fsGroup: 1001, fsGroupChangePolicy: 'OnRootMismatch' },
    shareProcessNamespace: from('engine.shareProcessNamespace', sharesProcesses),
    serviceAccountName: account,
    // No chart sets this field. Findings about it belong to the service account.
    automountServiceAccountToken: from(account.origin, undefined),
    priorityClassName: nonEmpty(release, 'engine.priorityClassName'),
    imagePullSecrets: nonEmpty(release, 'engine.imagePullSecrets'),
    containers: [engineContainer(release, traits), ...nonEmpty(release, 'engine.sidecars').items],
    terminationGracePeriodSeconds: number(release, 'engine.terminationGracePeriodSeconds'),
    volumes: list('engine.volumes', [
      ...traits.volumes,
      ...configVolume(release, traits.configVolume),
      ...nonEmpty(release, 'engine.volumes').items,
    ]),
  };
}
