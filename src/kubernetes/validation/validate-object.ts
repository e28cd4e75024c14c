import { Problems } from '../../reporting/problems';
import { isAtOrBelow } from '../../reporting/property-path';
import { checkClaimSpec } from './claims';
import { checkConfigMapData } from './config-maps';
import { decode } from './decode';
import { checkCronJob, checkJob } from './jobs';
import { checkMetadata } from './metadata';
import { checkNetworkPolicy } from './network-policies';
import { checkRole, checkRoleBinding } from './permissions';
import { checkPodTemplate } from './pod-spec';
import { checkSecretData } from './secret-data';
import { checkService } from './services';
import { isStruct } from './wire-types';
import { checkDaemonSet, checkDeployment, checkStatefulSet } from './workloads';

/** An object in wire form, as it is written to a manifest. */
export interface WireObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: object;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each rule gets an object of its own kind
type KindRule = (problems: Problems, object: any) => void;

const RULES: { readonly [kind: string]: KindRule } = {
  ConfigMap: checkConfigMapData,
  CronJob: checkCronJob,
  DaemonSet: (problems, { spec }) => checkDaemonSet(problems.at('spec'), spec ?? {}),
  Deployment: (problems, { spec }) => checkDeployment(problems.at('spec'), spec ?? {}),
  Job: checkJob,
  NetworkPolicy: (problems, { spec }) => checkNetworkPolicy(problems.at('spec'), spec ?? {}),
  PersistentVolumeClaim: (problems, { spec }) => checkClaimSpec(problems.at('spec'), spec ?? {}),
  Pod: checkPodTemplate,
  Role: checkRole,
  RoleBinding: checkRoleBinding,
  Secret: checkSecretData,
  Service: checkService,
  StatefulSet: (problems, { metadata, spec }) =>
    checkStatefulSet(problems.at('spec'), spec ?? {}, metadata?.name ?? ''),
};

/** The API groups of the kinds that have rules. Other groups may have kinds with the same names. */
const GROUPS = ['v1', 'apps/v1', 'batch/v1', 'networking.k8s.io/v1', 'policy/v1', 'rbac.authorization.k8s.io/v1'];

/** Whether the library checks more than the types and the metadata of an object's kind. */
export function hasRules({ apiVersion = '', kind = '' }: WireObject): boolean {
  return GROUPS.includes(apiVersion) && Object.hasOwn(RULES, kind);
}

/**
 * Reports fields whose values make the API server reject an object. Checks only types and metadata of kinds without
 * rules. Checks only the metadata of custom resources, because their schemas and webhooks check the rest.
 */
export function validateObject(problems: Problems, object: WireObject): void {
  const { apiVersion = '', kind = '' } = object;
  if (!GROUPS.includes(apiVersion) || !isStruct(kind)) {
    checkDecoded(problems.at('metadata'), object.metadata ?? {}, 'ObjectMeta', (rules, metadata) =>
      checkMetadata(rules, kind, metadata),
    );
    return;
  }
  checkDecoded(problems, object, kind, (rules, read: WireObject) => {
    checkMetadata(rules.at('metadata'), kind, read.metadata);
    if (hasRules(object)) {
      RULES[kind]!(rules, read);
    }
  });
}

/**
 * Decodes a value and checks it with rules. A value of the wrong type can break rules about itself and about the fields
 * around it. These problems aren't reported, because they disappear with the first one.
 */
function checkDecoded(problems: Problems, value: object, type: string, check: KindRule): void {
  const types = new Problems();
  const read = decode(types, value, { kind: 'struct', name: type });
  if (types.found.length === 0) {
    check(problems, read);
    return;
  }
  const rules = new Problems();
  check(rules, read);
  const known = types.found.map(({ property }) => property);
  const others = rules.found.filter(
    ({ property }) => !known.some((wrong) => isAtOrBelow(property, wrong) || isAtOrBelow(wrong, property)),
  );
  [...types.found, ...others].forEach(({ problem, property }) => problems.add(property, problem));
}
