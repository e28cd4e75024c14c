import type { Service, ServicePort, ServiceSpec } from 'kubernetes-types/core/v1';
import { checkCidr } from '../kubernetes/cidr';
import { compact } from '../kubernetes/manifest';
import { checkAnnotations, checkKey, checkLabels, checkServiceName } from '../kubernetes/names';
import { checkPort } from '../kubernetes/ports';
import { checkSeconds } from '../kubernetes/quantity';
import type { Problems } from '../reporting/problems';
import { EngineRisk } from '../reporting/engine-risk';
import type { BoundListener } from './bound-listener';
import { ENGINE_PORT_NAME, METRICS_PORT_NAME } from './port-names';
import { ipFamilies } from './service-ip-families';
import { isExternal, reachesOneEngine, sessionSplits } from './session-split';
import { EngineServiceType, SessionAffinity, TrafficPolicy, type EngineServiceOptions } from './service-options';

/** The default timeout of session affinity: three hours. A session always opens a new connection within that time. */
const AFFINITY_SECONDS = 10800;

/** The properties of an engine that its Services need. */
export interface ServiceContext {
  readonly name: string;
  readonly labels: { readonly [key: string]: string };
  readonly selector: { readonly [key: string]: string };
  /** Whether there can be several engines. */
  readonly several: boolean;
  /** Whether each node runs one engine. */
  readonly perNode: boolean;
}

/** Renders the Service of a listener, or returns undefined if the Service already exists. */
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
    checkExistingService(service, context, problems);
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
      ...ipFamilies(listener, problems),
      ...sessionAffinity(context, service, problems),
      ...loadBalancer(service, problems),
    },
  };
}

/** Checks the options of an existing Service, which this program doesn't create. */
function checkExistingService(
  { create: _create, name, port, ...others }: EngineServiceOptions,
  { several }: ServiceContext,
  problems: Problems,
): void {
  if (name === undefined) {
    problems.add('name', {
      wrong: 'is required with create: false',
      allowed: 'the name of the existing Service',
      fix: 'set name, or remove create: false',
    });
  }
  if (port !== undefined) {
    checkPort(problems, 'port', port);
  }
  if (several) {
    problems.warn(
      EngineRisk.SPLIT_SESSIONS,
      'create',
      'a session opens four or more connections, and fails if they reach different engines (dagger/dagger #10128)',
      'configure the existing Service to keep the connections of a client together',
    );
  }
  for (const [property, got] of Object.entries(compact(others) ?? {})) {
    problems.add(property, {
      wrong: 'has no effect on an existing Service',
      got,
      allowed: 'create, name and port',
      fix: 'remove it',
    });
  }
}

/**
 * Renders the Service that gives the pods of a StatefulSet DNS names. The Service includes pods that aren't ready,
 * because a client of a specific pod waits for that pod.
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

/** Renders the Service for metrics. The Service is headless, because Prometheus needs the address of each engine. */
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

/**
 * Returns the labels of a Service. The component label lets Prometheus select one of the engine's Services.
 * User-defined labels take precedence.
 */
function labels(context: ServiceContext, component: 'api' | 'metrics' | 'pods'): { [key: string]: string } {
  return { 'app.kubernetes.io/component': component, ...context.labels };
}

/**
 * Returns the name of the port if the engine's container declares it, otherwise its number. Before Kubernetes 1.32,
 * Services don't resolve named ports of native sidecars (kubernetes/kubernetes #127958).
 */
function targetPort({ declaresPort, port }: BoundListener): number | string {
  return declaresPort ? ENGINE_PORT_NAME : port;
}

function servicePort(listener: BoundListener, problems: Problems): ServicePort {
  const {
    service: { appProtocol, nodePort, port = listener.port, type },
  } = listener;
  if (port !== listener.port) {
    checkPort(problems, 'port', port);
  }
  if (appProtocol !== undefined) {
    checkKey(problems, 'appProtocol', appProtocol);
  }
  if (nodePort !== undefined) {
    checkNodePort(nodePort, type, problems);
  }
  return {
    name: ENGINE_PORT_NAME,
    ...(appProtocol !== undefined && { appProtocol }),
    port,
    targetPort: targetPort(listener),
    ...(nodePort !== undefined && { nodePort }),
  };
}

function checkNodePort(nodePort: number, type: EngineServiceType | undefined, problems: Problems): void {
  if ((type ?? EngineServiceType.CLUSTER_IP) === EngineServiceType.CLUSTER_IP) {
    problems.add('nodePort', {
      wrong: 'is not supported by a ClusterIP Service',
      got: nodePort,
      allowed: 'a NodePort or LoadBalancer Service',
      fix: 'set type: EngineServiceType.NODE_PORT',
    });
  } else if (!Number.isInteger(nodePort) || nodePort < 1 || nodePort > 65535) {
    problems.add('nodePort', {
      wrong: 'must be a port number',
      got: nodePort,
      allowed: 'a whole number, 30000 to 32767 unless the cluster is configured otherwise',
      fix: 'choose another port',
    });
  } else if (nodePort < 30000 || nodePort > 32767) {
    problems.warn(
      EngineRisk.UNUSUAL_NODE_PORT,
      'nodePort',
      `the API server rejects node port ${nodePort} unless its --service-node-port-range differs from the default, 30000-32767`,
      'choose a port in that range',
    );
  }
}

/** Renders the fields that send all connections of a session to the same engine. */
function sessionAffinity(
  { several, perNode }: ServiceContext,
  service: EngineServiceOptions,
  problems: Problems,
): Partial<ServiceSpec> {
  const external = isExternal(service);
  const internalTrafficPolicy = service.internalTrafficPolicy ?? (perNode ? TrafficPolicy.LOCAL : undefined);
  const externalTrafficPolicy =
    service.externalTrafficPolicy ?? (external && several ? TrafficPolicy.LOCAL : undefined);
  if (service.externalTrafficPolicy !== undefined && !external) {
    problems.add('externalTrafficPolicy', {
      wrong: 'is not supported by a ClusterIP Service',
      got: service.externalTrafficPolicy,
      allowed: 'a NodePort or LoadBalancer Service',
      fix: 'remove it',
    });
  }
  const balancing = { several, perNode, type: service.type, internalTrafficPolicy };
  const affinity = service.sessionAffinity ?? (reachesOneEngine(balancing) ? SessionAffinity.none() : undefined);
  const seconds =
    affinity === undefined
      ? AFFINITY_SECONDS
      : affinity._timeout && checkSeconds(problems, 'sessionAffinity', affinity._timeout, { min: 1 });
  if (seconds !== undefined && seconds > 86400) {
    problems.add('sessionAffinity', {
      wrong: 'must not exceed one day, the maximum in Kubernetes',
      got: `${seconds} s`,
      allowed: 'at most 86400 s',
      fix: 'use SessionAffinity.clientIp(Duration.hours(24))',
    });
  }
  for (const { fix, property, why } of sessionSplits(balancing, seconds !== undefined)) {
    problems.warn(EngineRisk.SPLIT_SESSIONS, property, why, fix);
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
  const { allocateLoadBalancerNodePorts, loadBalancerClass, loadBalancerSourceRanges = [], type } = service;
  const options = {
    allocateLoadBalancerNodePorts,
    loadBalancerClass,
    loadBalancerSourceRanges: service.loadBalancerSourceRanges,
  };
  for (const [property, value] of Object.entries(options)) {
    if (value !== undefined && type !== EngineServiceType.LOAD_BALANCER) {
      problems.add(property, {
        wrong: 'requires a LoadBalancer Service, because the API server rejects or ignores it for other types',
        got: value,
        allowed: 'a LoadBalancer Service',
        fix: 'set type: EngineServiceType.LOAD_BALANCER',
      });
    }
  }
  if (loadBalancerClass !== undefined) {
    checkKey(problems, 'loadBalancerClass', loadBalancerClass);
  }
  if (allocateLoadBalancerNodePorts === false && service.nodePort !== undefined) {
    problems.add('nodePort', {
      wrong: 'conflicts with allocateLoadBalancerNodePorts: false',
      got: service.nodePort,
      allowed: 'one of them',
      fix: 'remove allocateLoadBalancerNodePorts',
    });
  }
  for (const [index, range] of loadBalancerSourceRanges.entries()) {
    checkCidr(problems, `loadBalancerSourceRanges[${index}]`, range);
  }
  return {
    ...(allocateLoadBalancerNodePorts !== undefined && { allocateLoadBalancerNodePorts }),
    ...(loadBalancerClass !== undefined && { loadBalancerClass }),
    ...(loadBalancerSourceRanges.length > 0 && { loadBalancerSourceRanges }),
  };
}
