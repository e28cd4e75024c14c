import type { DaemonSetSpec, DeploymentSpec, StatefulSetSpec } from 'kubernetes-types/apps/v1';
import type { PodTemplateSpec } from 'kubernetes-types/core/v1';
import type { LabelSelector } from 'kubernetes-types/meta/v1';
import type { Problems } from '../../reporting/problems';
import { selects } from '../label-selector';
import { checkDnsLabel } from '../names';
import { checkClaimTemplates } from './claims';
import { checkPodTemplate } from './pod-spec';
import { checkAbsent, checkOneOf, checkRange, INT32_MAX } from './rules';
import { checkSelector } from './label-selectors';

const COUNT = [0, Infinity] as const;
/** The maximum length of a pod's name, because it is also the host name. */
const POD_NAME_MAX = 63;

interface WorkloadSpec {
  readonly minReadySeconds?: number;
  readonly replicas?: number;
  readonly revisionHistoryLimit?: number;
  readonly selector?: LabelSelector;
  readonly template?: PodTemplateSpec;
}

/** Checks a DaemonSet (pkg/apis/apps/validation, ValidateDaemonSetSpec). */
export function checkDaemonSet(problems: Problems, spec: DaemonSetSpec): void {
  checkWorkload(problems, spec);
  const { rollingUpdate = {}, type } = spec.updateStrategy ?? {};
  checkOneOf(problems, 'updateStrategy.type', type, ['', 'OnDelete', 'RollingUpdate']);
  if (type === 'OnDelete') {
    return;
  }
  const at = problems.at('updateStrategy.rollingUpdate');
  const { maxSurge = 0, maxUnavailable = 1 } = rollingUpdate;
  checkPods(at, { maxSurge, maxUnavailable });
  if (isZero(maxSurge) === isZero(maxUnavailable)) {
    at.add('maxUnavailable', {
      wrong: 'exactly one of maxSurge and maxUnavailable must be above 0',
      got: { maxSurge, maxUnavailable },
      allowed: 'exactly one of maxSurge and maxUnavailable above 0',
      fix: isZero(maxSurge) ? 'set it to 1' : 'set it to 0',
    });
  }
}

/** Checks a Deployment (pkg/apis/apps/validation, ValidateDeploymentSpec). */
export function checkDeployment(problems: Problems, spec: DeploymentSpec): void {
  checkWorkload(problems, spec);
  const { rollingUpdate, type } = spec.strategy ?? {};
  checkOneOf(problems, 'strategy.type', type, ['', 'Recreate', 'RollingUpdate']);
  if (type === 'Recreate') {
    checkAbsent(problems, 'strategy.rollingUpdate', rollingUpdate, onlyRolling('type'));
  } else {
    const at = problems.at('strategy.rollingUpdate');
    const { maxSurge = '25%', maxUnavailable = '25%' } = rollingUpdate ?? {};
    checkPods(at, { maxUnavailable });
    checkPodCount(at, 'maxSurge', maxSurge);
    if (isZero(maxSurge) && isZero(maxUnavailable)) {
      at.add('maxUnavailable', {
        wrong: 'must be above 0 if maxSurge is 0',
        got: maxUnavailable,
        allowed: 'at least one of maxSurge and maxUnavailable above 0',
        fix: 'set it to 1',
      });
    }
  }
  const { minReadySeconds = 0, progressDeadlineSeconds = 600 } = spec;
  checkRange(problems, 'progressDeadlineSeconds', progressDeadlineSeconds, COUNT);
  if (progressDeadlineSeconds <= minReadySeconds) {
    problems.add('progressDeadlineSeconds', {
      wrong: 'must be greater than minReadySeconds',
      got: progressDeadlineSeconds,
      allowed: `more than minReadySeconds, ${minReadySeconds}`,
      fix: `set it to ${minReadySeconds + 600}`,
    });
  }
}

/** Checks a StatefulSet (pkg/apis/apps/validation, ValidateStatefulSetSpec). */
export function checkStatefulSet(problems: Problems, spec: StatefulSetSpec, name: string): void {
  const { ordinals, persistentVolumeClaimRetentionPolicy: retention = {}, volumeClaimTemplates = [] } = spec;
  checkWorkload(problems, withClaims(spec));
  checkOneOf(problems, 'podManagementPolicy', spec.podManagementPolicy, ['', 'OrderedReady', 'Parallel']);
  const { rollingUpdate, type } = spec.updateStrategy ?? {};
  checkOneOf(problems, 'updateStrategy.type', type, ['', 'OnDelete', 'RollingUpdate']);
  if (type === 'OnDelete') {
    checkAbsent(problems, 'updateStrategy.rollingUpdate', rollingUpdate, onlyRolling('type'));
  } else if (rollingUpdate !== undefined) {
    const at = problems.at('updateStrategy.rollingUpdate');
    checkRange(at, 'partition', rollingUpdate.partition, COUNT);
    if (rollingUpdate.maxUnavailable !== undefined) {
      checkPods(at, { maxUnavailable: rollingUpdate.maxUnavailable });
      if (isZero(rollingUpdate.maxUnavailable)) {
        checkRange(at, 'maxUnavailable', 0, [1, INT32_MAX]);
      }
    }
  }
  for (const field of ['whenDeleted', 'whenScaled'] as const) {
    checkOneOf(problems, `persistentVolumeClaimRetentionPolicy.${field}`, retention[field], ['', 'Delete', 'Retain']);
  }
  if ((spec.serviceName ?? '') !== '') {
    checkDnsLabel(problems, 'serviceName', spec.serviceName);
  }
  checkRange(problems, 'ordinals.start', ordinals?.start, COUNT);
  checkClaimTemplates(problems.at('volumeClaimTemplates'), volumeClaimTemplates);
  checkPodNames(problems, spec, name);
}

/** Returns the spec with a volume for each claim template. These volumes replace others with the same names. */
function withClaims(spec: StatefulSetSpec): StatefulSetSpec {
  const names = (spec.volumeClaimTemplates ?? []).map(({ metadata }) => metadata?.name ?? '');
  const pod = spec.template?.spec;
  if (names.length === 0 || pod === undefined) {
    return spec;
  }
  // The claims come last, so that the other volumes keep their indexes.
  const volumes = [
    ...(pod.volumes ?? []).filter(({ name }) => !names.includes(name)),
    ...names.map((name) => ({ name, persistentVolumeClaim: { claimName: 'claim' } })),
  ];
  return {
    ...spec,
    template: { ...spec.template, spec: { ...pod, hostname: undefined, subdomain: undefined, volumes } },
  };
}

function checkPodNames(problems: Problems, { ordinals, replicas = 1 }: StatefulSetSpec, name: string): void {
  const last = `${name}-${(ordinals?.start ?? 0) + Math.max(replicas, 1) - 1}`;
  if (last.length > POD_NAME_MAX) {
    problems.add('', {
      wrong: 'is too long for the host names of the pods',
      got: last,
      allowed: `at most ${POD_NAME_MAX} characters`,
      fix: 'shorten the name',
    });
  }
}

function checkWorkload(problems: Problems, spec: WorkloadSpec): void {
  checkRange(problems, 'replicas', spec.replicas, COUNT);
  checkRange(problems, 'minReadySeconds', spec.minReadySeconds, COUNT);
  checkRange(problems, 'revisionHistoryLimit', spec.revisionHistoryLimit, COUNT);
  checkPodSelector(problems, spec);
  const at = problems.at('template');
  checkPodTemplate(at, spec.template ?? {});
  const { activeDeadlineSeconds, restartPolicy } = spec.template?.spec ?? {};
  checkOneOf(at, 'spec.restartPolicy', restartPolicy, ['', 'Always']);
  checkAbsent(at, 'spec.activeDeadlineSeconds', activeDeadlineSeconds, {
    wrong: 'is supported only in Jobs, because the pods of a workload run until they are replaced',
    allowed: 'Jobs',
    fix: 'remove it',
  });
}

function checkPodSelector(problems: Problems, { selector = {}, template }: WorkloadSpec): void {
  const { matchExpressions = [], matchLabels = {} } = selector;
  checkSelector(problems.at('selector'), selector);
  if (matchExpressions.length + Object.keys(matchLabels).length === 0) {
    problems.add('selector', {
      wrong: 'must not be empty, because it would select every pod',
      got: selector,
      allowed: 'at least one label',
      fix: "use a value such as { matchLabels: { app: 'dagger' } }",
    });
  } else if (!selects(selector, template?.metadata?.labels ?? {})) {
    problems.add('selector', {
      wrong: 'must select the pods of the workload',
      got: selector,
      allowed: 'labels in the pod template',
      fix: 'select labels that the pods have',
    });
  }
}

function onlyRolling(field: string): { wrong: string; allowed: string; fix: string } {
  return {
    wrong: `is supported only for the ${field} 'RollingUpdate'`,
    allowed: `the ${field} 'RollingUpdate'`,
    fix: 'remove it',
  };
}

function checkPods(problems: Problems, counts: { readonly [property: string]: number | string }): void {
  for (const [property, count] of Object.entries(counts)) {
    checkPodCount(problems, property, count);
    if (typeof count === 'string' && /^[0-9]+%$/.test(count) && Number.parseInt(count, 10) > 100) {
      problems.add(property, {
        wrong: 'must not exceed 100%',
        got: count,
        allowed: "at most '100%'",
        fix: "write '100%'",
      });
    }
  }
}

function checkPodCount(problems: Problems, property: string, count: number | string): void {
  const fits = typeof count === 'string' ? /^[0-9]+%$/.test(count) : count >= 0;
  if (!fits) {
    problems.add(property, {
      wrong: 'must be a number of pods',
      got: count,
      allowed: "a whole number of at least 0, or a percentage such as '25%'",
      fix: 'use a value such as 1',
    });
  }
}

function isZero(count: number | string): boolean {
  return count === 0 || (typeof count === 'string' && /^0+%$/.test(count));
}
