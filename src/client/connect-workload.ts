import { ApiObject, JsonPatch } from 'cdk8s';
import type { AbstractPod, Container, PodScheduling, Volume } from 'cdk8s-plus-28';
import type { Problems } from '../reporting/problems';
import { EngineWarning } from '../reporting/warnings';
import { checkContainerNames, reportLabel, reportMounted, reportNoToken, reportOtherEngine } from './connect-pod-spec';
import type { PlannedConnection } from './plan-connection';
import { plus, plusInitContainer, plusNode, plusTaint, plusVolume } from './plus-objects';

/** What was done to a workload: cdk8s-plus-28 doesn't tell all of it. */
interface Done {
  readonly volumes: Map<string, { readonly volume: Volume; readonly text: string }>;
  readonly supplementalGroups: Set<number>;
  readonly nodeSelector: { [key: string]: string };
  /** The engines whose nodes it runs on. */
  readonly beside: Set<string>;
}

const DONE = new WeakMap<AbstractPod, Done>();

/** Whether something is a pod or workload of cdk8s-plus-28: a program in JavaScript can give anything. */
export function isWorkload(value: unknown): value is AbstractPod {
  const { addInitContainer, addVolume, podMetadata } = (value ?? {}) as Partial<AbstractPod>;
  return typeof addVolume === 'function' && typeof addInitContainer === 'function' && typeof podMetadata === 'object';
}

/** The containers that become clients. */
export function clientContainers(
  workload: AbstractPod,
  names: readonly string[] | undefined,
  problems: Problems,
): Container[] {
  if (names === undefined) {
    if (workload.containers.length === 0) {
      problems.add('containers', {
        wrong: 'the workload has no container yet',
        got: [],
        allowed: 'at least one',
        fix: 'add its containers before connecting',
      });
    }
    return workload.containers;
  }
  const all = [...workload.containers, ...workload.initContainers];
  checkContainerNames(
    names,
    all.map(({ name }) => name),
    problems,
  );
  return all.filter(({ name }) => names.includes(name));
}

/** Reports an account that kubectl in the pod can't, or shouldn't, use. */
export function checkAccount({ automountServiceAccountToken, serviceAccount }: AbstractPod, problems: Problems): void {
  if (!automountServiceAccountToken) {
    reportNoToken(problems);
  }
  if (serviceAccount === undefined) {
    problems.add('serviceAccount', {
      wrong:
        'its pods run under the default account, and with it every pod of the namespace could exec into the engine, which is root on its node',
      got: undefined,
      allowed: 'an account of its own',
      fix: "set serviceAccount: new ServiceAccount(chart, 'runner')",
    });
  }
}

/** Reports what is in the way, and changes nothing. */
export function checkWorkload(
  plan: PlannedConnection,
  workload: AbstractPod,
  containers: readonly Container[],
  problems: Problems,
): void {
  const done = DONE.get(workload);
  for (const container of containers) {
    checkContainer(plan, container, done, problems.at(`containers[${JSON.stringify(container.name)}]`));
  }
  for (const volume of plan.volumes) {
    const ours = done?.volumes.get(volume.name);
    if (
      ours === undefined
        ? workload.volumes.some(({ name }) => name === volume.name)
        : ours.text !== JSON.stringify(volume)
    ) {
      problems.add('volumes', {
        wrong: 'the pod has another one of that name',
        got: volume.name,
        allowed: 'names that are not taken',
        fix: 'rename it',
      });
    }
    if (volume.projected !== undefined) {
      problems.add('certificate', {
        wrong: 'certificate and authority are in two objects, and cdk8s-plus-28 has no volume of both',
        got: volume.name,
        allowed: 'one Secret with both',
        fix: 'put them in one, or use engine.connection(...).podSpec(...)',
      });
    }
  }
  for (const [key, value] of Object.entries(plan.podLabels)) {
    const other = workload.podMetadata.getLabel(key);
    if (other !== undefined && other !== value) {
      reportLabel(problems, 'podMetadata', key, other);
    }
  }
  if (plan.peer !== undefined && workload.hostNetwork === true) {
    problems.warn(
      EngineWarning.CLIENT_NOT_ADMITTED,
      'connect',
      `${workload.node.path} runs on the node's network, where the network policy doesn't know it by its labels: admit the addresses of its nodes with allowFrom(NetworkPeer.cidr(...))`,
    );
  }
  checkPlacement(plan, workload, done, problems);
}

function checkContainer(
  plan: PlannedConnection,
  container: Container,
  done: Done | undefined,
  problems: Problems,
): void {
  for (const { name, value } of plan.env) {
    const other = container.env.variables[name];
    if (other !== undefined && other.value !== value) {
      reportOtherEngine(problems, name, other.value);
    }
  }
  for (const { mountPath, name } of plan.volumeMounts) {
    const other = container.mounts.find(({ path }) => path === mountPath);
    if (other !== undefined && other.volume !== done?.volumes.get(name)?.volume) {
      reportMounted(problems, 'mounts', mountPath, other.volume.name);
    }
  }
}

function checkPlacement(
  { affinity, engine, nodeSelector }: PlannedConnection,
  workload: AbstractPod,
  done: Done | undefined,
  problems: Problems,
): void {
  for (const [key, value] of Object.entries(nodeSelector)) {
    const other = done?.nodeSelector[key];
    if (other !== undefined && other !== value) {
      problems.add('nodeSelector', {
        wrong: `an engine that the workload is connected to runs on nodes whose label ${key} is ${JSON.stringify(other)}`,
        got: value,
        allowed: other,
        fix: 'use another transport for one of them',
      });
    }
  }
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const cant = (wrong: string): void => {
    problems.add('scheduling', {
      wrong,
      got: engine,
      allowed: 'an engine whose nodes are chosen by pod.nodeSelector',
      fix: 'choose them so, or use engine.connection(...).podSpec(...)',
    });
  };
  if (terms.some(({ matchFields }) => matchFields !== undefined)) {
    cant("the engine's node affinity matches fields, which cdk8s-plus-28 can't say");
  } else if (
    terms.length > 0 &&
    done?.beside.has(engine) !== true &&
    JSON.stringify(ApiObject.of(workload).toJson()).includes('"nodeAffinity"')
  ) {
    cant("both the engine and the workload have a node affinity, and cdk8s-plus-28 can't say that both hold");
  }
}

/** Makes the containers clients. */
export function connectWorkload(
  plan: PlannedConnection,
  workload: AbstractPod,
  containers: readonly Container[],
): void {
  const done = DONE.get(workload) ?? {
    volumes: new Map(),
    supplementalGroups: new Set(),
    nodeSelector: {},
    beside: new Set(),
  };
  DONE.set(workload, done);
  for (const volume of plan.volumes.filter(({ name }) => !done.volumes.has(name))) {
    const made = plusVolume(workload, volume);
    done.volumes.set(volume.name, { volume: made, text: JSON.stringify(volume) });
    workload.addVolume(made);
  }
  for (const init of plan.initContainers.filter(
    ({ name }) => !workload.initContainers.some((other) => other.name === name),
  )) {
    addMounts(workload.addInitContainer(plusInitContainer(init)), init.volumeMounts ?? [], done);
  }
  for (const container of containers) {
    for (const { name, value } of plan.env) {
      container.env.addVariable(name, plus().EnvValue.fromValue(value ?? ''));
    }
    addMounts(container, plan.volumeMounts, done);
  }
  for (const [key, value] of Object.entries(plan.podLabels)) {
    workload.podMetadata.addLabel(key, value);
  }
  addGroups(plan, workload, done);
  placeBeside(plan, workload, done);
}

function addMounts(container: Container, mounts: PlannedConnection['volumeMounts'], done: Done): void {
  for (const { mountPath, name, readOnly, subPath } of mounts) {
    const volume = done.volumes.get(name)?.volume;
    if (volume !== undefined && !container.mounts.some(({ path }) => path === mountPath)) {
      container.mount(mountPath, volume, { ...(readOnly && { readOnly }), ...(subPath && { subPath }) });
    }
  }
}

/** cdk8s-plus-28 has no supplemental groups. */
function addGroups({ supplementalGroups }: PlannedConnection, workload: AbstractPod, done: Done): void {
  if (supplementalGroups.some((group) => !done.supplementalGroups.has(group))) {
    supplementalGroups.forEach((group) => done.supplementalGroups.add(group));
    ApiObject.of(workload).addJsonPatch(
      JsonPatch.add(`${podPath(workload)}/securityContext/supplementalGroups`, [...done.supplementalGroups]),
    );
  }
}

function placeBeside(
  { affinity, engine, nodeSelector, tolerations }: PlannedConnection,
  workload: AbstractPod,
  done: Done,
): void {
  if (done.beside.has(engine)) {
    return;
  }
  done.beside.add(engine);
  if (Object.keys(nodeSelector).length > 0) {
    Object.assign(done.nodeSelector, nodeSelector);
    // cdk8s-plus-28 has no node selector; its `attract` adds alternatives to the user's own choice of nodes, not a condition beside it.
    ApiObject.of(workload).addJsonPatch(JsonPatch.add(`${podPath(workload)}/nodeSelector`, { ...done.nodeSelector }));
  }
  const { scheduling } = workload as AbstractPod & { readonly scheduling: PodScheduling };
  tolerations.forEach((toleration) => scheduling.tolerate(plusTaint(toleration)));
  affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms.forEach((term) =>
    scheduling.attract(plusNode(term)),
  );
}

/** Where a workload has its pod. */
function podPath({ kind }: AbstractPod): string {
  switch (kind) {
    case 'Pod':
      return '/spec';
    case 'CronJob':
      return '/spec/jobTemplate/spec/template/spec';
    default:
      return '/spec/template/spec';
  }
}
