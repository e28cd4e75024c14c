import type { Service, ServicePort, ServiceSpec } from 'kubernetes-types/core/v1';
import { parseCidr } from '../kubernetes/ip-addresses';
import { checkChoice } from '../reporting/choices';
import { compact } from '../kubernetes/manifest';
import { checkAnnotations, checkKey, checkLabels, checkServiceName } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';
import { checkSeconds } from '../kubernetes/quantity';
import { EngineWarning } from '../reporting/warnings';
import type { BoundListener } from './listener';
import { isExternal, leadsToOneEngine, sessionSplits } from './session-split';
import { EngineServiceType, SessionAffinity, TrafficPolicy, type EngineServiceOptions } from './service-options';

/** A name by which service meshes know that this is no HTTP they may look into. */
export const ENGINE_PORT_NAME = 'tcp-engine';

/** The same for the metrics, which are HTTP. */
export const METRICS_PORT_NAME = 'http-metrics';

/** Three hours: longer than a session goes without a new connection. */
const AFFINITY_SECONDS = 10800;

/** The engines behind a Service. */
export interface ServiceContext {
  /** The engine's name. */
  readonly name: string;
  readonly labels: { readonly [key: string]: string };
  readonly selector: { readonly [key: string]: string };
  /** Whether there can be more than one engine. */
  readonly several: boolean;
  /** Whether there is one engine a node. */
  readonly perNode: boolean;
}

/** The Service in front of a listener. */
export function listenerService(
  context: ServiceContext,
  listener: BoundListener,
  problems: Problems,
): Service | undefined {
  const { service } = listener;
  const name = service.name ?? context.name;
  if (service.name !== undefined) {
    checkServiceName(problems, 'name', service.name);
  }
  if (service.create === false) {
    checkForeign(service, context, problems);
    return undefined;
  }
  checkLabels(problems, 'labels', service.labels);
  checkAnnotations(problems, 'annotations', service.annotations);
  const annotations = compact(service.annotations ?? {});
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels: { ...labels(context, 'api'), ...service.labels }, ...(annotations && { annotations }) },
    spec: {
      ...(service.type && { type: service.type }),
      selector: { ...context.selector },
      ports: [servicePort(listener, problems)],
      ...loadBalancing(context, service, problems),
      ...loadBalancer(service, problems),
    },
  };
}

/** Reports what a Service that is made elsewhere can't be told from here, and what it is to see to itself. */
function checkForeign(
  { create: _create, name, ...told }: EngineServiceOptions,
  { several }: ServiceContext,
  problems: Problems,
): void {
  if (name === undefined) {
    problems.add('name', {
      wrong: 'the Service is made by others, so its name must be known',
      allowed: 'its name',
      fix: 'set it, or remove create: false',
    });
  }
  if (several) {
    problems.warn(
      EngineWarning.SPLIT_SESSIONS,
      'create',
      'a session opens four or more connections, which fails when they reach different engines (dagger/dagger #10128): whoever makes the Service has to keep those of a client together',
    );
  }
  for (const [property, got] of Object.entries(compact(told) ?? {})) {
    problems.add(property, {
      wrong: 'the Service is made by others, and this changes nothing',
      got,
      allowed: 'name and create',
      fix: 'remove it',
    });
  }
}

/**
 * The Service that gives the pods of a StatefulSet names of their own. It names pods that aren't ready too: who
 * names a pod wants that one, and waits for it.
 */
export function headlessService(context: ServiceContext, name: string, listener: BoundListener | undefined): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels: labels(context, 'pods') },
    spec: {
      clusterIP: 'None',
      selector: { ...context.selector },
      publishNotReadyAddresses: true,
      ...(listener && { ports: [{ name: ENGINE_PORT_NAME, port: listener.port, targetPort: targetPort(listener) }] }),
    },
  };
}

/** The Service that a scraper finds the engines by: headless, since it wants each of them. */
export function metricsService(context: ServiceContext, name: string, port: number): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels: labels(context, 'metrics') },
    spec: {
      clusterIP: 'None',
      selector: { ...context.selector },
      publishNotReadyAddresses: true,
      ports: [{ name: METRICS_PORT_NAME, port, targetPort: METRICS_PORT_NAME }],
    },
  };
}

/** A scraper finds its Service by the component, among those of the engine, unless the user's labels say otherwise. */
function labels(context: ServiceContext, component: 'api' | 'metrics' | 'pods'): { [key: string]: string } {
  return { 'app.kubernetes.io/component': component, ...context.labels };
}

/** By its name where the engine's container has it. Before Kubernetes 1.32 Services don't find those of native sidecars (kubernetes/kubernetes #127958). */
function targetPort({ declaresPort, port }: BoundListener): number | string {
  return declaresPort ? ENGINE_PORT_NAME : port;
}

function servicePort(listener: BoundListener, problems: Problems): ServicePort {
  const {
    port,
    service: { nodePort, type },
  } = listener;
  checkChoice(problems, 'type', type, Object.values(EngineServiceType));
  if (nodePort !== undefined && (type ?? EngineServiceType.CLUSTER_IP) === EngineServiceType.CLUSTER_IP) {
    problems.add('nodePort', {
      wrong: 'a ClusterIP Service has no node port, and the API server refuses one',
      got: nodePort,
      allowed: 'a NodePort or LoadBalancer Service',
      fix: 'set type: EngineServiceType.NODE_PORT',
    });
  } else if (nodePort !== undefined && (!Number.isInteger(nodePort) || nodePort < 1 || nodePort > 65535)) {
    problems.add('nodePort', {
      wrong: 'not a port',
      got: nodePort,
      allowed: 'a whole number, 30000 to 32767 unless the cluster says otherwise',
      fix: 'choose another',
    });
  }
  return {
    name: ENGINE_PORT_NAME,
    port,
    targetPort: targetPort(listener),
    ...(nodePort !== undefined && { nodePort }),
  };
}

/** What keeps the connections of a session together, and where they may go. */
function loadBalancing(
  { several, perNode }: ServiceContext,
  service: EngineServiceOptions,
  problems: Problems,
): Partial<ServiceSpec> {
  checkChoice(problems, 'internalTrafficPolicy', service.internalTrafficPolicy, Object.values(TrafficPolicy));
  checkChoice(problems, 'externalTrafficPolicy', service.externalTrafficPolicy, Object.values(TrafficPolicy));
  const external = isExternal(service);
  const internalTrafficPolicy = service.internalTrafficPolicy ?? (perNode ? TrafficPolicy.LOCAL : undefined);
  const externalTrafficPolicy =
    service.externalTrafficPolicy ?? (external && several ? TrafficPolicy.LOCAL : undefined);
  if (service.externalTrafficPolicy !== undefined && !external) {
    problems.add('externalTrafficPolicy', {
      wrong: 'a ClusterIP Service has no traffic from outside, and the API server refuses the field',
      got: service.externalTrafficPolicy,
      allowed: 'a NodePort or LoadBalancer Service',
      fix: 'remove it',
    });
  }
  const balancing = { several, perNode, type: service.type, internalTrafficPolicy };
  const affinity = service.sessionAffinity ?? (leadsToOneEngine(balancing) ? SessionAffinity.none() : undefined);
  const seconds =
    affinity === undefined
      ? AFFINITY_SECONDS
      : affinity._timeout && checkSeconds(problems, 'sessionAffinity', affinity._timeout, 1);
  if (seconds !== undefined && seconds > 86400) {
    problems.add('sessionAffinity', {
      wrong: 'the API server remembers a client for a day at most',
      got: `${seconds} s`,
      allowed: 'at most 86400 s',
      fix: 'use SessionAffinity.clientIp(Duration.hours(24))',
    });
  }
  for (const { property, why } of sessionSplits(balancing, seconds !== undefined)) {
    problems.warn(EngineWarning.SPLIT_SESSIONS, property, why);
  }
  return {
    ...(seconds !== undefined && {
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: seconds } },
    }),
    ...(internalTrafficPolicy && { internalTrafficPolicy }),
    ...(externalTrafficPolicy && external && { externalTrafficPolicy }),
  };
}

function loadBalancer(service: EngineServiceOptions, problems: Problems): Partial<ServiceSpec> {
  const { loadBalancerClass, loadBalancerSourceRanges, type } = service;
  for (const [property, value] of Object.entries({ loadBalancerClass, loadBalancerSourceRanges })) {
    if (value !== undefined && type !== EngineServiceType.LOAD_BALANCER) {
      problems.add(property, {
        wrong: 'only a load balancer has it, and the API server refuses or ignores it elsewhere',
        got: value,
        allowed: 'a LoadBalancer Service',
        fix: 'set type: EngineServiceType.LOAD_BALANCER',
      });
    }
  }
  if (loadBalancerClass !== undefined) {
    checkKey(problems, 'loadBalancerClass', loadBalancerClass);
  }
  for (const [index, range] of (loadBalancerSourceRanges ?? []).entries()) {
    if (parseCidr(range) === undefined) {
      problems.add(`loadBalancerSourceRanges[${index}]`, {
        wrong: 'not a network',
        got: range,
        allowed: 'ADDRESS/LENGTH',
        fix: "for example '10.0.0.0/8'",
      });
    }
  }
  return {
    ...(loadBalancerClass !== undefined && { loadBalancerClass }),
    ...((loadBalancerSourceRanges ?? []).length > 0 && { loadBalancerSourceRanges }),
  };
}
