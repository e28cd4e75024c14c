import type { Problems } from '../../reporting/problems';
import { checkClaimSpec } from './claims';
import { checkConfigMapData } from './config-maps';
import { decode } from './decode';
import { checkCronJob, checkJob } from './jobs';
import { checkMetadata } from './metadata';
import { checkNetworkPolicy } from './network-policies';
import { checkPodTemplate } from './pod-spec';
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
  CronJob: (problems, { spec }) => checkCronJob(problems.at('spec'), spec ?? {}),
  DaemonSet: (problems, { spec }) => checkDaemonSet(problems.at('spec'), spec ?? {}),
  Deployment: (problems, { spec }) => checkDeployment(problems.at('spec'), spec ?? {}),
  Job: (problems, { spec }) => checkJob(problems.at('spec'), spec ?? {}),
  NetworkPolicy: (problems, { spec }) => checkNetworkPolicy(problems.at('spec'), spec ?? {}),
  PersistentVolumeClaim: (problems, { spec }) => checkClaimSpec(problems.at('spec'), spec ?? {}),
  Pod: checkPodTemplate,
  Service: checkService,
  StatefulSet: (problems, { metadata, spec }) =>
    checkStatefulSet(problems.at('spec'), spec ?? {}, metadata?.name ?? ''),
};

/** The API groups of the kinds that have rules. Kinds of other groups can have the same name. */
const GROUPS = ['v1', 'apps/v1', 'batch/v1', 'networking.k8s.io/v1', 'policy/v1', 'rbac.authorization.k8s.io/v1'];

/** Whether the library checks more than the types and the metadata of an object's kind. */
export function hasRules({ apiVersion = '', kind = '' }: WireObject): boolean {
  return GROUPS.includes(apiVersion) && Object.hasOwn(RULES, kind);
}

/**
 * Reports values for which the API server rejects an object, by the path of the field. For kinds without rules, it
 * checks only types and metadata. For custom resources, it checks only the metadata, because their schemas and webhooks
 * check the rest.
 */
export function validateObject(problems: Problems, object: WireObject): void {
  const { apiVersion = '', kind = '' } = object;
  if (!GROUPS.includes(apiVersion) || !isStruct(kind)) {
    const metadata = decode(problems.at('metadata'), object.metadata ?? {}, { kind: 'struct', name: 'ObjectMeta' });
    checkMetadata(problems.at('metadata'), kind, metadata as object);
    return;
  }
  const read = decode(problems, object, { kind: 'struct', name: kind }) as WireObject;
  checkMetadata(problems.at('metadata'), kind, read.metadata);
  if (hasRules(object)) {
    RULES[kind]!(problems, read);
  }
}
