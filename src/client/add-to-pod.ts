import type { Container, PodSpec, PodTemplateSpec, Volume } from 'kubernetes-types/core/v1';
import type { Problems } from '../reporting/problems';
import { EngineRisk } from '../reporting/engine-risk';
import { isSame } from './equality';
import { checkNestedMounts, normalPath } from './nested-mounts';
import { joinAffinities } from './placement';
import type { PodAdditions } from './pod-additions';
import { RUNNER_HOST } from './runner-host';

/*
 * The only code that merges additions into a pod. It accepts wire form and the shapes of generated classes, because the
 * fields that it reads have the same names in both. The pod keeps its own fields. An addition that the pod already has
 * isn't added again, and an addition that conflicts with the pod is a problem.
 */

/**
 * Returns a copy of a pod template with additions.
 *
 * @param users the names of the containers that use the engine, or undefined for all containers except init containers
 */
export function addToPodTemplate(
  template: PodTemplateSpec,
  additions: PodAdditions,
  users: readonly string[] | undefined,
  problems: Problems,
): PodTemplateSpec {
  const { metadata, spec } = template;
  const labels = addToMap(metadata?.labels, additions.podLabels, (key, other) =>
    problems.add('metadata.labels', {
      wrong: `the label ${key} already belongs to an engine with the same name in another namespace`,
      got: other,
      allowed: 'one of the two engines for each client',
      fix: 'rename one of the engines',
    }),
  );
  return {
    ...template,
    ...(labels && { metadata: { ...metadata, labels } }),
    spec: addToPodSpec(spec, additions, users, problems.at('spec')),
  };
}

/** Returns a copy of a pod's `spec` with additions, except the labels. */
export function addToPodSpec(
  spec: PodSpec | undefined,
  additions: PodAdditions,
  users: readonly string[] | undefined,
  problems: Problems,
): PodSpec {
  if (!hasContainers(spec, problems)) {
    return { containers: [] };
  }
  const { containers, initContainers = [], securityContext } = spec;
  const all = [...containers, ...initContainers];
  checkContainerNames(
    all.map(({ name }) => name),
    users,
    problems,
  );
  const volumes = addVolumes(spec.volumes, additions.volumes, problems);
  const connect = (container: Container, byDefault: boolean): Container => {
    const isAdded = additions.containers.some(({ name }) => name === container.name);
    if (users === undefined ? !byDefault || isAdded : !users.includes(container.name)) {
      return container;
    }
    checkNestedMounts(container, additions.volumeMounts, volumes ?? [], at(container, problems));
    return addToContainer(container, additions, problems);
  };
  const add = (property: string, added: readonly Container[]): Container[] =>
    missing(
      all,
      added,
      ({ name }) => name,
      ({ name }) =>
        problems.add(property, {
          wrong: 'the pod already has another container with this name',
          got: name,
          allowed: 'unused names',
          fix: "rename the pod's container",
        }),
    );
  // The additions come before the pod's own init containers, which may use the engine too.
  const inits = [
    ...add('initContainers', additions.initContainers),
    ...initContainers.map((container) => connect(container, false)),
  ];
  const groups = [...new Set([...(securityContext?.supplementalGroups ?? []), ...additions.supplementalGroups])];
  return {
    ...spec,
    ...account(spec, additions, problems),
    ...gracePeriod(spec, additions, problems),
    ...placement(spec, additions, problems),
    ...(groups.length > 0 && { securityContext: { ...securityContext, supplementalGroups: groups } }),
    ...(inits.length > 0 && { initContainers: inits }),
    containers: [
      ...containers.map((container) => connect(container, true)),
      ...add('containers', additions.containers),
    ],
    ...(volumes && { volumes }),
  };
}

/** Returns a copy of a container with the additions for containers. */
export function addToContainer(
  container: Container,
  additions: Pick<PodAdditions, 'env' | 'volumeMounts'>,
  problems: Problems,
): Container {
  const problemsOfContainer = at(container, problems);
  const env = addToList(
    container.env,
    additions.env,
    ({ name }) => name,
    ({ name, value: added }, { value }) =>
      problemsOfContainer.add('env', {
        wrong: `${name} is already set to a different value`,
        got: value ?? 'a reference',
        allowed: name === RUNNER_HOST ? 'one engine for each container' : 'the same value',
        fix:
          name === RUNNER_HOST && added?.startsWith('unix:') === false
            ? 'remove the variable, connect another container, or set addressVariable'
            : 'remove the variable, or connect another container',
      }),
  );
  const volumeMounts = addToList(
    container.volumeMounts,
    additions.volumeMounts,
    ({ mountPath }) => normalPath(mountPath),
    ({ mountPath }, { name }) =>
      problemsOfContainer.add('volumeMounts', {
        wrong: `another volume is mounted at ${mountPath}`,
        got: name,
        allowed: 'another path',
        fix: 'mount the volume at another path',
      }),
  );
  return { ...container, ...(env && { env }), ...(volumeMounts && { volumeMounts }) };
}

/**
 * Returns the problems of a container. Messages identify the container by name, because an index means little to a
 * reader.
 */
function at({ name }: Container, problems: Problems): Problems {
  return problems.at(`containers[${JSON.stringify(name)}]`);
}

/**
 * Whether a pod has a list of containers. If not, the function reports the value, because JavaScript programs can pass
 * anything.
 */
function hasContainers(spec: PodSpec | undefined, problems: Problems): spec is PodSpec {
  const { containers } = (spec ?? {}) as { readonly containers?: unknown };
  if (Array.isArray(containers) && containers.length > 0) {
    return true;
  }
  problems.add('containers', {
    wrong: 'the pod has no containers',
    got: containers,
    allowed: 'a list of at least one container',
    fix: "use a value such as [{ name: 'build', image: '...' }]",
  });
  return false;
}

function checkContainerNames(known: readonly string[], users: readonly string[] | undefined, problems: Problems): void {
  for (const name of (users ?? []).filter((one) => !known.includes(one))) {
    problems.add('containers', {
      wrong: 'the pod has no container with this name',
      got: name,
      allowed: known.join(', '),
      fix: 'use one of these names',
    });
  }
}

function addVolumes(
  own: readonly Volume[] | undefined,
  additions: readonly Volume[],
  problems: Problems,
): Volume[] | undefined {
  return addToList(
    own,
    additions,
    ({ name }) => name,
    ({ name }) =>
      problems.add('volumes', {
        wrong: 'the pod already has another volume with this name',
        got: name,
        allowed: 'unused names',
        fix: "rename the pod's volume",
      }),
  );
}

/** Returns the service account fields of a pod. `kubectl` in the pod authenticates with the service account's token. */
function account(
  spec: PodSpec,
  { needsToken, serviceAccountName }: PodAdditions,
  problems: Problems,
): Partial<PodSpec> {
  if (!needsToken) {
    return {};
  }
  if (serviceAccountName !== undefined && (spec.serviceAccountName ?? serviceAccountName) !== serviceAccountName) {
    problems.add('serviceAccountName', {
      wrong: 'must be the service account that has the permissions to reach the engine',
      got: spec.serviceAccountName,
      allowed: serviceAccountName,
      fix: `use ${JSON.stringify(serviceAccountName)}, or add a client with the service account of the pod`,
    });
  }
  if (spec.automountServiceAccountToken === false) {
    problems.add('automountServiceAccountToken', {
      wrong: 'kubectl in the pod needs the token of the service account to exec into the engine',
      got: false,
      allowed: 'true',
      fix: 'set it to true, or use another transport',
    });
  }
  return { ...(serviceAccountName !== undefined && { serviceAccountName }), automountServiceAccountToken: true };
}

function gracePeriod(
  { terminationGracePeriodSeconds: own }: PodSpec,
  { terminationGracePeriodSeconds: needed }: PodAdditions,
  problems: Problems,
): Partial<PodSpec> {
  if (own !== undefined && needed !== undefined && own < needed) {
    problems.warn(
      EngineRisk.SHORT_GRACE_PERIOD,
      'terminationGracePeriodSeconds',
      `the pod has ${own} s to stop. In v0.21.0 and later, an engine that is killed before it has written its cache deletes the whole cache at the next start`,
      `use ${needed} s`,
    );
  }
  return needed === undefined ? {} : { terminationGracePeriodSeconds: own ?? needed };
}

function placement(spec: PodSpec, additions: PodAdditions, problems: Problems): Partial<PodSpec> {
  const nodeSelector = addToMap(spec.nodeSelector, additions.nodeSelector, (key, other) =>
    problems.add('nodeSelector', {
      wrong: `the engine runs on nodes whose label ${key} is ${JSON.stringify(additions.nodeSelector[key])}`,
      got: other,
      allowed: additions.nodeSelector[key],
      fix: 'remove it, or use another transport',
    }),
  );
  const affinity = joinAffinities(spec.affinity, additions.affinity);
  const tolerations = [...(spec.tolerations ?? [])];
  tolerations.push(
    ...additions.tolerations.filter((toleration) => !tolerations.some((other) => isSame(other, toleration))),
  );
  return {
    ...(nodeSelector && { nodeSelector }),
    ...(affinity && { affinity }),
    ...(tolerations.length > 0 && { tolerations }),
  };
}

/** Joins two lists. Returns undefined if there are no additions and the pod has no such list. */
function addToList<T>(
  own: readonly T[] | undefined,
  additions: readonly T[],
  key: (item: T) => string,
  onConflict: (addition: T, other: T) => void,
): T[] | undefined {
  const added = missing(own ?? [], additions, key, onConflict);
  return own === undefined && added.length === 0 ? undefined : [...(own ?? []), ...added];
}

/** Returns the additions that a list lacks, and reports conflicts. */
function missing<T>(
  own: readonly T[],
  additions: readonly T[],
  key: (item: T) => string,
  onConflict: (addition: T, other: T) => void,
): T[] {
  return additions.filter((addition) => {
    const other = own.find((item) => key(item) === key(addition));
    if (other !== undefined && !isSame(other, addition)) {
      onConflict(addition, other);
    }
    return other === undefined;
  });
}

/** Joins two maps. Returns undefined if there are no additions and the pod has no such map. */
function addToMap(
  own: { readonly [key: string]: string } | undefined,
  additions: { readonly [key: string]: string },
  onConflict: (key: string, other: string) => void,
): { [key: string]: string } | undefined {
  for (const [key, value] of Object.entries(additions)) {
    const other = own?.[key];
    if (other !== undefined && other !== value) {
      onConflict(key, other);
    }
  }
  return own === undefined && Object.keys(additions).length === 0 ? undefined : { ...own, ...additions };
}
