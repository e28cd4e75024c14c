import type { Container, EnvVar, PodSpec, Volume, VolumeMount } from 'kubernetes-types/core/v1';
import type { Problems } from '../reporting/problems';
import { toWire } from '../kubernetes/wire-form';

/** What a pod gets from an engine that its containers use. */
export interface PodAdditions {
  /** They go before the pod's own. */
  readonly initContainers: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes: readonly Volume[];
  /** Of each container that uses the engine. */
  readonly env: readonly EnvVar[];
  readonly volumeMounts: readonly VolumeMount[];
  readonly supplementalGroups: readonly number[];
  readonly terminationGracePeriodSeconds?: number;
}

/**
 * A copy of a pod with additions. What it has already stays, and what is there in the same words isn't added twice; what
 * stands in the way is reported.
 */
export function addToPodSpec(
  spec: PodSpec,
  additions: PodAdditions,
  users: readonly string[] | undefined,
  problems: Problems,
): PodSpec {
  for (const name of users ?? []) {
    if (![...spec.containers, ...(spec.initContainers ?? [])].some((container) => container.name === name)) {
      problems.add('containers', {
        wrong: 'the pod has no container of that name',
        got: name,
        allowed: spec.containers.map((container) => container.name).join(', '),
        fix: 'name one of them',
      });
    }
  }
  const wire = (container: Container, byDefault: boolean): Container =>
    (users === undefined ? byDefault : users.includes(container.name))
      ? addToContainer(container, additions, problems)
      : container;
  const volumes = merged(
    'volumes',
    spec.volumes,
    additions.volumes,
    byName,
    'the pod has another volume of that name',
    problems,
  );
  const initContainers = [
    ...added(
      'initContainers',
      spec.initContainers,
      additions.initContainers,
      byName,
      'the pod has another container of that name',
      problems,
    ),
    ...(spec.initContainers ?? []).map((container) => wire(container, false)),
  ];
  const supplementalGroups = [
    ...new Set([...(spec.securityContext?.supplementalGroups ?? []), ...additions.supplementalGroups]),
  ];
  const seconds = spec.terminationGracePeriodSeconds ?? additions.terminationGracePeriodSeconds;
  return {
    ...spec,
    ...(seconds !== undefined && { terminationGracePeriodSeconds: seconds }),
    ...(supplementalGroups.length > 0 && { securityContext: { ...spec.securityContext, supplementalGroups } }),
    ...(initContainers.length > 0 && { initContainers }),
    containers: [
      ...spec.containers.map((container) => wire(container, true)),
      ...added(
        'containers',
        spec.containers,
        additions.containers,
        byName,
        'the pod has another container of that name',
        problems,
      ),
    ],
    ...(volumes.length > 0 && { volumes }),
  };
}

/** A copy of a container that uses the engine. */
export function addToContainer(
  container: Container,
  { env, volumeMounts }: PodAdditions,
  problems: Problems,
): Container {
  const at = problems.at(`containers[${JSON.stringify(container.name)}]`);
  return {
    ...container,
    env: merged('env', container.env, env, byName, 'the container sets that variable otherwise', at),
    volumeMounts: merged(
      'volumeMounts',
      container.volumeMounts,
      volumeMounts,
      ({ mountPath }) => mountPath,
      'the container has another mount at that path',
      at,
    ),
  };
}

const byName = ({ name }: { readonly name: string }): string => name;

function merged<T>(
  property: string,
  own: readonly T[] | undefined,
  additions: readonly T[],
  key: (item: T) => string,
  wrong: string,
  problems: Problems,
): T[] {
  return [...(own ?? []), ...added(property, own, additions, key, wrong, problems)];
}

/** What isn't there yet. */
function added<T>(
  property: string,
  own: readonly T[] | undefined,
  additions: readonly T[],
  key: (item: T) => string,
  wrong: string,
  problems: Problems,
): T[] {
  return additions.filter((addition) => {
    const other = own?.find((item) => key(item) === key(addition));
    if (other !== undefined && text(other) !== text(addition)) {
      problems.add(property, {
        wrong,
        got: key(addition),
        allowed: 'names and paths that are not taken',
        fix: 'rename it, or remove it',
      });
    }
    return other === undefined;
  });
}

/** The same for the same content, whatever the order of its keys and the form that it is in. */
function text(value: unknown): string {
  return JSON.stringify(toWire(value), (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
