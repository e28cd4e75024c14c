import type { PodSpec, PodTemplateSpec } from 'kubernetes-types/core/v1';
import type { Problems } from '../../reporting/problems';
import { checkDnsLabel, checkDnsSubdomain, checkKey, checkLabels } from '../names';
import { checkContainers } from './containers';
import { checkDns } from './dns';
import { checkTemplateMetadata } from './metadata';
import { checkPodAnnotations } from './pod-annotations';
import { checkPodHost, type NewerPodSpec } from './pod-host';
import { checkPodResources } from './pod-resources';
import { checkResources } from './resource-requirements';
import { checkOneOf, checkRange, checkSingle, checkUnique, indexed, INT32_MAX } from './rules';
import { checkAffinity, checkSpread, checkTolerations } from './scheduling';
import { checkPodSecurityContext } from './security-contexts';
import { checkVolumes } from './volumes';

const RESTART_POLICIES = ['', 'Always', 'Never', 'OnFailure'];

/** Checks a pod template (pkg/apis/core/validation, ValidatePodTemplateSpec). */
export function checkPodTemplate(problems: Problems, { metadata = {}, spec }: PodTemplateSpec): void {
  checkTemplateMetadata(problems.at('metadata'), metadata);
  const pod: PodSpec = spec ?? { containers: [] };
  checkPodAnnotations(problems.at('metadata.annotations'), metadata.annotations ?? {}, pod);
  checkPodSpec(problems.at('spec'), pod);
  if ((pod.ephemeralContainers ?? []).length > 0) {
    problems.add('spec.ephemeralContainers', {
      wrong: 'is supported only on running pods',
      got: pod.ephemeralContainers?.map(({ name }) => name),
      allowed: 'none',
      fix: 'use containers or initContainers',
    });
  }
}

/** Checks a pod (pkg/apis/core/validation, ValidatePodSpec). */
function checkPodSpec(problems: Problems, spec: NewerPodSpec): void {
  checkVolumes(problems.at('volumes'), spec.volumes);
  checkClaims(problems.at('resourceClaims'), spec);
  checkContainers(problems, spec);
  checkPodResources(problems.at('resources'), spec);
  checkScheduling(problems, spec);
  checkDns(problems, spec);
  checkPodHost(problems, spec);
  checkNames(problems, spec);
  checkOneOf(problems, 'restartPolicy', spec.restartPolicy, RESTART_POLICIES);
  checkOneOf(problems, 'preemptionPolicy', spec.preemptionPolicy, ['Never', 'PreemptLowerPriority']);
  checkRange(problems, 'terminationGracePeriodSeconds', spec.terminationGracePeriodSeconds, [0, Infinity]);
  checkRange(problems, 'activeDeadlineSeconds', spec.activeDeadlineSeconds, [1, INT32_MAX]);
  if (spec.securityContext !== undefined) {
    checkPodSecurityContext(problems.at('securityContext'), spec.securityContext, spec);
  }
  if (spec.overhead !== undefined) {
    checkResources(problems.at('overhead'), { limits: spec.overhead });
  }
  const { evictionResponders } = spec as { readonly evictionResponders?: ReadonlyArray<{ readonly name?: string }> };
  checkUnique(
    problems.at('evictionResponders'),
    evictionResponders,
    ({ name = '' }) => ({ key: name, property: 'name' }),
    'another responder has this name',
  );
  for (const [index, { conditionType }] of indexed(spec.readinessGates)) {
    checkKey(problems, `readinessGates[${index}].conditionType`, conditionType ?? '');
  }
}

function checkScheduling(problems: Problems, spec: PodSpec): void {
  checkLabels(problems, 'nodeSelector', spec.nodeSelector);
  if (spec.affinity !== undefined) {
    checkAffinity(problems.at('affinity'), spec.affinity);
  }
  checkTolerations(problems.at('tolerations'), spec.tolerations);
  checkSpread(problems.at('topologySpreadConstraints'), spec.topologySpreadConstraints);
  for (const [index, { name }] of indexed(spec.schedulingGates)) {
    checkKey(problems, `schedulingGates[${index}].name`, name ?? '');
  }
  checkUnique(
    problems.at('schedulingGates'),
    spec.schedulingGates,
    ({ name }) => ({ key: name, property: 'name' }),
    'the gate is already listed',
  );
}

function checkNames(problems: Problems, spec: PodSpec): void {
  const { nodeName, priorityClassName, runtimeClassName, schedulerName, serviceAccount, serviceAccountName } = spec;
  for (const [property, name] of Object.entries({ nodeName, priorityClassName, schedulerName, serviceAccountName })) {
    if (name !== undefined && name !== '') {
      checkDnsSubdomain(problems, property, name);
    }
  }
  if (runtimeClassName !== undefined) {
    checkDnsSubdomain(problems, 'runtimeClassName', runtimeClassName);
  }
  if (serviceAccount !== undefined && serviceAccountName === undefined && serviceAccount !== '') {
    checkDnsSubdomain(problems, 'serviceAccount', serviceAccount);
  }
  for (const [index, { name }] of indexed(spec.imagePullSecrets)) {
    checkDnsSubdomain(problems, `imagePullSecrets[${index}].name`, name ?? '');
  }
  checkUnique(
    problems.at('imagePullSecrets'),
    spec.imagePullSecrets,
    ({ name }) => ({ key: name ?? '', property: 'name' }),
    'the Secret is already listed, and server-side apply rejects duplicates',
  );
}

/** Checks the device claims of a pod (pkg/apis/core/validation, validatePodResourceClaim). */
function checkClaims(problems: Problems, { resourceClaims }: PodSpec): void {
  for (const [index, claim] of indexed(
    resourceClaims as ReadonlyArray<{ readonly [field: string]: string }> | undefined,
  )) {
    const at = problems.at(`[${index}]`);
    checkDnsLabel(at, 'name', claim.name ?? '');
    const set = checkSingle(at, claim, ['resourceClaimName', 'resourceClaimTemplateName'], 'source');
    if (set.length === 0) {
      at.add('', {
        wrong: 'must have a source',
        allowed: 'one of resourceClaimName, resourceClaimTemplateName',
        fix: "use a value such as { name: 'gpu', resourceClaimTemplateName: 'gpu' }",
      });
    }
    set.forEach((field) => checkDnsSubdomain(at, field, claim[field]!));
  }
  checkUnique(
    problems,
    resourceClaims,
    ({ name }) => ({ key: name, property: 'name' }),
    'another claim of the pod has this name',
  );
}
