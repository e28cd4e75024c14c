import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { Service, ServicePort, ServiceSpec } from 'kubernetes-types/core/v1';
import { clusterOf } from '../kubernetes/cluster';
import { isEmitted } from '../kubernetes/manifest';
import { sessionSplits } from '../network/session-split';
import { EngineRisk } from '../reporting/engine-risk';
import type { Problems } from '../reporting/problems';
import type { EnginePlan } from './engine-plan';

/** An engine in the app. The check reports to `problems`. */
interface ComparedEngine {
  readonly cluster: IConstruct;
  readonly plan: EnginePlan;
  readonly problems: Problems;
}

/** A Service in the app that the library didn't create. */
interface UserService {
  readonly path: string;
  readonly cluster: IConstruct;
  readonly namespace: string | undefined;
  readonly spec: ServiceSpec;
}

/** Warns about user-defined Services that send the connections of one session to different engines. */
export function checkUserServices(root: IConstruct, engines: readonly ComparedEngine[]): void {
  const services = root.node.findAll().flatMap(userService);
  for (const { path, cluster, namespace, spec } of services) {
    for (const { cluster: own, plan, problems } of engines) {
      if (own === cluster && plan.namespace === namespace && selects(spec, plan) && targetsListener(spec, plan)) {
        const { several, perNode } = plan.serviceContext;
        const { internalTrafficPolicy, sessionAffinity, type } = spec;
        const balancing = { several, perNode, type, internalTrafficPolicy };
        for (const { fix, why } of sessionSplits(balancing, sessionAffinity === 'ClientIP')) {
          problems.warn(EngineRisk.SPLIT_SESSIONS, 'listener', `the Service ${path}: ${why}`, fix);
        }
      }
    }
  }
}

function userService(construct: IConstruct): UserService[] {
  if (!ApiObject.isApiObject(construct) || construct.kind !== 'Service' || construct.apiGroup !== 'core') {
    return [];
  }
  const { spec } = isEmitted(construct) ? {} : (construct.toJson() as Service);
  return spec === undefined || spec.clusterIP === 'None'
    ? []
    : [{ path: construct.node.path, cluster: clusterOf(construct), namespace: construct.metadata.namespace, spec }];
}

function selects({ selector = {} }: ServiceSpec, { podLabels }: EnginePlan): boolean {
  const labels = Object.entries(selector);
  return labels.length > 0 && labels.every(([key, value]) => podLabels[key] === value);
}

function targetsListener({ ports = [] }: ServiceSpec, { listener, podTemplate }: EnginePlan): boolean {
  const declared = podTemplate.spec.containers.flatMap((container) => container.ports ?? []);
  const targetOf = ({ port, targetPort = port }: ServicePort): number | undefined =>
    typeof targetPort === 'number' ? targetPort : declared.find(({ name }) => name === targetPort)?.containerPort;
  return listener !== undefined && ports.some((port) => targetOf(port) === listener.port);
}
