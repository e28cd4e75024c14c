import type { k8s } from 'cdk8s-plus-28';
import { Problems } from '../reporting/problems';
import { bothAffinities } from './placement';
import type { PlannedConnection } from './plan-connection';

/** A container with what a client needs. */
export function connectContainer(plan: PlannedConnection, container: k8s.Container): k8s.Container {
  const problems = new Problems();
  const connected = withClient(plan, container, problems);
  problems.throwIfAny(plan.engine, 'connection');
  return connected;
}

/** A pod with what its clients need. */
export function connectPodSpec(plan: PlannedConnection, spec: k8s.PodSpec, names: string[] | undefined): k8s.PodSpec {
  const problems = new Problems();
  const connected = withClients(plan, spec, names, problems);
  problems.throwIfAny(plan.engine, 'connection');
  return connected;
}

/** A pod template with what its clients need. */
export function connectPodTemplate(
  plan: PlannedConnection,
  template: k8s.PodTemplateSpec,
  names: string[] | undefined,
): k8s.PodTemplateSpec {
  const problems = new Problems();
  const { metadata, spec } = template;
  for (const [key, value] of Object.entries(plan.podLabels)) {
    const other = metadata?.labels?.[key];
    if (other !== undefined && other !== value) {
      reportLabel(problems, 'metadata.labels', key, other);
    }
  }
  const labels = { ...metadata?.labels, ...plan.podLabels };
  const connected = {
    ...template,
    ...(Object.keys(labels).length > 0 && { metadata: { ...metadata, labels } }),
    ...(spec && { spec: withClients(plan, spec, names, problems.at('spec')) }),
  };
  problems.throwIfAny(plan.engine, 'connection');
  return connected;
}

function withClients(
  plan: PlannedConnection,
  spec: k8s.PodSpec,
  names: string[] | undefined,
  problems: Problems,
): k8s.PodSpec {
  if (names !== undefined) {
    checkContainerNames(
      names,
      [...spec.containers, ...(spec.initContainers ?? [])].map(({ name }) => name),
      problems,
    );
  }
  const connect = (property: string, containers: k8s.Container[], wanted: (name: string) => boolean): k8s.Container[] =>
    containers.map((container, index) =>
      wanted(container.name) ? withClient(plan, container, problems.at(`${property}[${index}]`)) : container,
    );
  const affinity = bothAffinities(spec.affinity, plan.affinity);
  // Before the pod's own, which may be clients too.
  const initContainers = [
    ...missing('initContainers', plan.initContainers, spec.initContainers ?? [], problems),
    ...connect('initContainers', spec.initContainers ?? [], (name) => names?.includes(name) === true),
  ];
  const volumes = [...(spec.volumes ?? []), ...missing('volumes', plan.volumes, spec.volumes ?? [], problems)];
  const groups = union(spec.securityContext?.supplementalGroups ?? [], plan.supplementalGroups);
  const tolerations = union(spec.tolerations ?? [], plan.tolerations);
  return {
    ...spec,
    ...withAccount(plan, spec, problems),
    ...(Object.keys(plan.nodeSelector).length > 0 && {
      nodeSelector: withKeys('nodeSelector', spec.nodeSelector, plan.nodeSelector, problems),
    }),
    ...(affinity && { affinity }),
    ...(tolerations.length > 0 && { tolerations }),
    ...(groups.length > 0 && { securityContext: { ...spec.securityContext, supplementalGroups: groups } }),
    ...(initContainers.length > 0 && { initContainers }),
    containers: connect('containers', spec.containers, (name) => names === undefined || names.includes(name)),
    ...(volumes.length > 0 && { volumes }),
  };
}

/** Reports names that no container has. */
export function checkContainerNames(names: readonly string[], known: readonly string[], problems: Problems): void {
  for (const name of names.filter((one) => !known.includes(one))) {
    problems.add('containers', {
      wrong: 'the pod has no container of that name',
      got: name,
      allowed: known.length === 0 ? 'none' : known.join(', '),
      fix: 'name one that it has, or add it before connecting',
    });
  }
}

/** Reports the address of another engine. */
export function reportOtherEngine(problems: Problems, variable: string, got: string | undefined): void {
  problems.add('env', {
    wrong: `${variable} is set to something else already`,
    got: got ?? 'a reference',
    allowed: 'one engine for a container',
    fix: 'connect another container, or remove it',
  });
}

/** Reports something that is mounted where the connection mounts. */
export function reportMounted(problems: Problems, property: string, path: string, got: string): void {
  problems.add(property, {
    wrong: `something else is mounted at ${path}`,
    got,
    allowed: 'a path that is free',
    fix: 'mount it elsewhere',
  });
}

/** Reports the label of a client of another engine. */
export function reportLabel(problems: Problems, property: string, key: string, got: string): void {
  problems.add(property, {
    wrong: `the label ${key} is there already, for an engine of that name in another namespace`,
    got,
    allowed: 'one of the two engines',
    fix: 'give one of them another name',
  });
}

function withClient(plan: PlannedConnection, container: k8s.Container, problems: Problems): k8s.Container {
  const env = [...(container.env ?? [])];
  for (const variable of plan.env) {
    const other = env.find(({ name }) => name === variable.name);
    if (other === undefined) {
      env.push(variable);
    } else if (!same(other, variable)) {
      reportOtherEngine(problems, variable.name, other.value);
    }
  }
  const mounts = [...(container.volumeMounts ?? [])];
  for (const mount of plan.volumeMounts) {
    const other = mounts.find(({ mountPath }) => mountPath === mount.mountPath);
    if (other === undefined) {
      mounts.push(mount);
    } else if (!same(other, mount)) {
      reportMounted(problems, 'volumeMounts', mount.mountPath, other.name);
    }
  }
  return { ...container, ...(env.length > 0 && { env }), ...(mounts.length > 0 && { volumeMounts: mounts }) };
}

function withAccount({ access }: PlannedConnection, spec: k8s.PodSpec, problems: Problems): Partial<k8s.PodSpec> {
  if (access?.account === undefined) {
    return {};
  }
  if (spec.serviceAccountName !== undefined && spec.serviceAccountName !== access.account) {
    problems.add('serviceAccountName', {
      wrong: 'another account has the rights',
      got: spec.serviceAccountName,
      allowed: access.account,
      fix: 'connect with the account of the pod',
    });
  }
  if (spec.automountServiceAccountToken === false) {
    reportNoToken(problems);
  }
  return { serviceAccountName: access.account, automountServiceAccountToken: true };
}

/** `kubectl` in the pod is who its token says. */
export function reportNoToken(problems: Problems): void {
  problems.add('automountServiceAccountToken', {
    wrong: 'kubectl in the pod needs the token of its account to exec into the engine',
    got: false,
    allowed: 'true',
    fix: 'set it to true, or use another transport',
  });
}

/** What is not there yet, of things with names. */
function missing<T extends { readonly name: string }>(
  property: string,
  wanted: readonly T[],
  own: readonly T[],
  problems: Problems,
): T[] {
  return wanted.filter((one) => {
    const other = own.find(({ name }) => name === one.name);
    if (other !== undefined && !same(other, one)) {
      problems.add(property, {
        wrong: 'the pod has another one of that name',
        got: one.name,
        allowed: 'names that are not taken',
        fix: 'rename it',
      });
    }
    return other === undefined;
  });
}

function withKeys(
  property: string,
  own: { readonly [key: string]: string } | undefined,
  wanted: { readonly [key: string]: string },
  problems: Problems,
): { [key: string]: string } {
  for (const [key, value] of Object.entries(wanted)) {
    if (own?.[key] !== undefined && own[key] !== value) {
      problems.add(property, {
        wrong: `the engine runs on nodes whose label ${key} is ${JSON.stringify(value)}`,
        got: own[key],
        allowed: value,
        fix: 'remove it, or use another transport',
      });
    }
  }
  return { ...own, ...wanted };
}

function union<T>(own: readonly T[], wanted: readonly T[]): T[] {
  return [...own, ...wanted.filter((one) => !own.some((other) => same(other, one)))];
}

function same(left: unknown, right: unknown): boolean {
  return JSON.stringify(sorted(left)) === JSON.stringify(sorted(right));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, item]) => [key, sorted(item)]),
    );
  }
  return value;
}
