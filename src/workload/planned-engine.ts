import { reportInvalid } from '../kubernetes/validation/report-invalid';
import type { MonitoredEngine } from '../operations/monitoring/monitored-engine';
import { CONTAINER_NAME } from '../pod/engine-container';
import { serviceAccountObject } from '../pod/service-account';
import { headlessService, listenerService, metricsService } from '../network/engine-service';
import { metricsServiceName } from '../network/metrics';
import { placeOnNodes } from '../nodes/place-on-nodes';
import { defaultDisruptionBudget } from '../operations/disruption-budget';
import { checkRequests } from '../operations/utilization-rules';
import type { Construct } from 'constructs';
import type { DaemonSet, Deployment, DeploymentSpec, StatefulSet } from 'kubernetes-types/apps/v1';
import type { ObjectMeta } from 'kubernetes-types/meta/v1';
import { configMap } from './config-map';
import { EnginePlan, type Topology } from './engine-plan';
import { namedObjects } from './engine-property-names';
import type { EngineProps } from './engine-props';
import { checkPlan } from './plan-rules';
import { readShapes } from './read-shapes';
import { Problems } from '../reporting/problems';
import { checkRollout } from './rollout-rules';
import { checkBudgetOfNodes } from './stop-rules';

/** The spec of a DaemonSet, Deployment or StatefulSet. */
export type WorkloadSpec = (DaemonSet | Deployment | StatefulSet)['spec'];

/** A kind of workload, and the function that renders its spec. */
export interface WorkloadKind {
  readonly topology: Topology;
  readonly render: (plan: EnginePlan) => WorkloadSpec;
}

/** A planned engine, and its rendered objects. `plan.problems` includes the problems of the objects. */
export interface PlannedEngine {
  readonly plan: EnginePlan;
  readonly workload: {
    readonly metadata: { readonly annotations: { [key: string]: string } } & ObjectMeta;
    spec: WorkloadSpec;
  };
  /** The other objects, by construct id. Objects that the engine doesn't need are undefined. */
  readonly objects: { readonly [id: string]: object | undefined };
}

/** Plans an engine and renders its objects. */
export function planEngine(engine: Construct, given: EngineProps, { render, topology }: WorkloadKind): PlannedEngine {
  const wrongTypes = new Problems();
  const props = readShapes(placeOnNodes(given, wrongTypes), wrongTypes);
  const plan = new EnginePlan(engine, props, topology);
  plan.problems.adopt(wrongTypes, (property) => property);
  checkPlan(plan, props);
  const { problems } = plan;
  const spec = render(plan);
  if (topology.kind === 'Deployment') {
    checkRollout(spec as DeploymentSpec, plan.hostSocket !== undefined, problems);
  }
  const { autoscaling, listener, metrics } = plan;
  if (autoscaling !== undefined) {
    checkRequests(autoscaling.utilized, plan.podTemplate.spec, problems);
  }
  const budget = props.disruptionBudget ?? defaultDisruptionBudget(topology.replicas);
  checkBudgetOfNodes(plan, budget);
  const objects = {
    ServiceAccount: serviceAccountObject(plan),
    ConfigMap: configMap(plan),
    Service: listener && listenerService(plan.serviceContext, listener, problems.at('listener.service')),
    HeadlessService: plan.podsHaveHosts
      ? headlessService(plan.serviceContext, plan.headlessServiceName, listener)
      : undefined,
    MetricsService:
      metrics?.hasService === true
        ? metricsService(plan.serviceContext, metricsServiceName(plan.name), metrics.port)
        : undefined,
    NetworkPolicy: plan.policy.manifest,
    ...autoscaling?.objects,
    PodDisruptionBudget: budget._render({
      name: plan.name,
      labels: plan.labels,
      selector: plan.selector,
      replicas: topology.autoscaling === undefined ? topology.replicas : Math.max(1, topology.autoscaling._minReplicas),
      problems: problems.at('disruptionBudget'),
    }),
    ...listener?.tls?.certificates.objects,
    ...props.monitoring?._objects(monitoredEngine(plan, spec)),
  };
  checkServiceNames(plan, objects);
  const workload = {
    apiVersion: 'apps/v1',
    kind: topology.kind,
    metadata: {
      name: plan.name,
      labels: { ...plan.workloadLabels },
      annotations: { ...listener?.tls?.annotations, ...props.annotations },
    },
    spec,
  };
  reportInvalid(problems, namedObjects({ ...objects, Resource: workload }));
  return { plan, workload, objects };
}

/** Returns the properties of an engine that its monitoring needs. */
function monitoredEngine(plan: EnginePlan, spec: WorkloadSpec): MonitoredEngine {
  const { config, podTemplate } = plan;
  const container = podTemplate.spec.containers.find(({ name }) => name === CONTAINER_NAME);
  return {
    name: plan.name,
    namespace: plan.namespace,
    labels: plan.labels,
    selector: plan.selector,
    version: plan.version,
    kind: plan.kind,
    replicas: (spec as DeploymentSpec).replicas,
    minReplicas: plan.minReplicas,
    listener: plan.listener,
    clientCertificates: plan.clientCertificates,
    cache: plan.cacheInUse,
    gc: config.gc,
    gracePeriodSeconds: plan.gracePeriodSeconds,
    drainSeconds: plan.drain?.atMost,
    cpuRequest: container?.resources?.requests?.cpu,
    problems: plan.problems.at('monitoring'),
  };
}

/** Reports a user-defined Service name that another Service of the engine already has. */
function checkServiceNames(
  { listener, problems }: EnginePlan,
  { Service, HeadlessService, MetricsService }: { readonly [id: string]: { metadata?: { name?: string } } | undefined },
): void {
  const [own, headless, metrics] = [Service, HeadlessService, MetricsService].map((service) => service?.metadata?.name);
  const taken = (property: string, name: string): void => {
    problems.add(property, {
      wrong: 'another Service of the engine has the same name',
      got: name,
      allowed: 'unused names',
      fix: 'choose another name',
    });
  };
  if (listener?.service.name !== undefined && own !== undefined && [headless, metrics].includes(own)) {
    taken('listener.service.name', own);
  } else if (headless !== undefined && [own, metrics].includes(headless)) {
    taken('serviceName', headless);
  }
}
