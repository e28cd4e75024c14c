import { sessionSplits, type Balancing } from '../network/session-split';
import type { DescribedEngine } from '../reading/described-engine';
import type { Field } from '../reading/field';
import type { ManifestObject } from '../reading/inventory';
import { METRICS_ADDRESS, portOf, type Listening, type OpenAddress } from '../reading/listening';
import { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';
import type { Findings } from './finding';
import { report } from './finding-kinds';
import { report as reportInManifest } from './manifest-findings';

/** A Service in front of engines. */
export interface LeadingService extends Pick<Balancing, 'type' | 'internalTrafficPolicy'> {
  readonly key: string;
  readonly headless: boolean;
  readonly affinity: boolean;
  /** The ports of the pods that it leads to; undefined for a name that no port has. */
  readonly ports: ReadonlyArray<{ readonly number: number | undefined; readonly key: string }>;
}

/** The open ports of engines, and the objects that lead to them. */
export interface Exposure extends Pick<Balancing, 'several' | 'perNode'>, Pick<Listening, 'open' | 'others'> {
  /** The ports that the engine's container declares, and the ports of the node that lead to them. */
  readonly declared: {
    readonly key: string;
    readonly ports: readonly number[];
    readonly hostPorts?: ReadonlyMap<number, number>;
  };
  readonly services: readonly LeadingService[];
  /** Whether a network policy restricts access to the pods. */
  readonly hasPolicy: boolean;
}

/** An object as the API server reads it. */
type Wire = { readonly [field: string]: unknown };

/** Reports problems with the ports of an engine, and with the Services and network policies that select it. */
export function reportPorts(engine: DescribedEngine, findings: Findings): void {
  const { container, listening, object, policies, services, several, spec, version } = engine;
  const { addresses, open, others } = listening;
  const env = container.at('env').items;
  const ports = container.at('ports');
  reportExposure(
    {
      several,
      hasPolicy: policies.length > 0,
      perNode: object.kind === 'DaemonSet',
      open,
      others,
      declared: {
        key: ports.origin,
        ports: ports.items.map((port) => port.at('containerPort').number ?? 0),
        hostPorts: new Map(
          ports.items
            .filter((port) => port.at('hostPort').number)
            .map((port) => [port.at('containerPort').number ?? 0, port.at('hostPort').number!]),
        ),
      },
      services: services.map((service) => leadingService(service, engine)),
    },
    findings,
  );
  const named = (name: string): number | undefined => ports.named(name)?.at('containerPort').number;
  // On the node's network, other processes answer too.
  const answering = { open, others: spec.at('hostNetwork').value === true ? undefined : others };
  for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'].map((field) => container.at(field))) {
    reportProbePort(probe.map ?? {}, probe.origin, answering, named, findings);
  }
  reportMetricsPort(
    env.map((variable) => variable.map ?? {}),
    (index) => env[index]!.origin,
    version,
    addresses,
    findings,
  );
  for (const { port } of open) {
    policies.forEach((policy) => reportOpenPolicy(policy, port, findings));
  }
}

function leadingService({ root }: ManifestObject, { spec }: DescribedEngine): LeadingService {
  const service = root.at('spec');
  const declared = [...spec.at('containers').items, ...spec.at('initContainers').items].flatMap(
    (container) => container.at('ports').items,
  );
  const targetOf = (port: Field): number | undefined => {
    const target = port.at('targetPort').exists ? port.at('targetPort') : port.at('port');
    return target.number ?? declared.find((one) => one.at('name').text === target.text)?.at('containerPort').number;
  };
  return {
    key: service.origin,
    headless: service.at('clusterIP').text === 'None',
    affinity: service.at('sessionAffinity').text === 'ClientIP',
    type: service.at('type').text,
    internalTrafficPolicy: service.at('internalTrafficPolicy').text,
    ports: service
      .at('ports')
      .items.filter((port) => (port.at('protocol').text ?? 'TCP') === 'TCP')
      .map((port) => ({ number: targetOf(port), key: port.origin })),
  };
}

/** Reports a rule without peers, or with all addresses: it admits every client. */
function reportOpenPolicy({ root }: ManifestObject, port: number, findings: Findings): void {
  for (const rule of root.at('spec', 'ingress').items) {
    const peers = rule.at('from').items;
    const ports = rule.at('ports').items;
    const covers = ports.length === 0 || ports.some((one) => !one.at('port').exists || one.at('port').value === port);
    if (
      covers &&
      (peers.length === 0 ||
        peers.some((peer) => ['0.0.0.0/0', '::/0'].includes(peer.at('ipBlock', 'cidr').text ?? '')))
    ) {
      reportInManifest(
        findings,
        'admits-everyone',
        rule.origin,
        `the rule admits every client to port ${port}, as if there were no policy`,
        'name the clients in from',
      );
    }
  }
}

/**
 * A probe that asks the engine's port for HTTP or gRPC, or a port that nobody listens on. `named` is the port that the pod has by
 * a name.
 */
export function reportProbePort(
  { grpc, httpGet, tcpSocket }: Wire,
  key: string,
  { open, others }: Pick<Exposure, 'open' | 'others'>,
  named: (port: string) => number | undefined,
  findings: Findings,
): void {
  const { host, port: asked } = (httpGet ?? grpc ?? tcpSocket ?? {}) as {
    readonly host?: string;
    readonly port?: number | string;
  };
  // Another host isn't part of the pod.
  if (asked === undefined || asked === null || host) {
    return;
  }
  const number = typeof asked === 'string' ? named(asked) : asked;
  const fix = 'use exec with the command [buildctl, debug, workers]';
  if (!tcpSocket && open.some(({ port }) => port === number)) {
    report(
      findings,
      'probe-cannot-work',
      key,
      `the engine answers no HTTP or gRPC probe on its port ${number}: a request without a client's metadata gets status 500`,
      fix,
    );
  } else if (others !== undefined && ![...open.map(({ port }) => port), ...others].includes(number!)) {
    report(
      findings,
      'probe-cannot-work',
      key,
      number === undefined
        ? `the container has no port ${JSON.stringify(asked)}`
        : `nothing in the pod listens on port ${number}`,
      fix,
    );
  }
}

/** A port that the engine is to bind for its metrics too. */
export function reportMetricsPort(
  env: readonly Wire[],
  keyOf: (index: number) => string,
  version: EngineVersion,
  addresses: readonly OpenAddress[],
  findings: Findings,
): void {
  for (const [index, { name, value }] of env.entries()) {
    const port = portOf(value);
    if (
      name === METRICS_ADDRESS &&
      version.supports(EngineCapability.METRICS) &&
      addresses.some((address) => address.port === port)
    ) {
      report(
        findings,
        'port-bound-twice',
        keyOf(index),
        `the engine listens on port ${port} for clients, and only one of the two can have it`,
        'choose another port for the metrics',
      );
    }
  }
}

/** Types of Services that lead from outside of the cluster. */
const OUTWARD = ['LoadBalancer', 'NodePort'];

/** The findings about access to engines. */
export function reportExposure(
  { declared, hasPolicy, open, others, perNode, services, several }: Exposure,
  findings: Findings,
): void {
  const led = services.flatMap(({ ports }) => ports.map(({ number }) => number));
  const reachedBy = (port: number): string => {
    const outward = services.find(
      ({ ports, type }) => OUTWARD.includes(type ?? '') && ports.some(({ number }) => number === port),
    );
    const hostPort = declared.hostPorts?.get(port);
    const way =
      hostPort !== undefined ? `port ${hostPort} of the node` : outward && `the Service of type ${outward.type}`;
    return `every pod of the cluster reaches port ${port}${way === undefined ? '' : `, and by ${way} the network around it`}`;
  };
  for (const { key, port } of open) {
    report(
      findings,
      'plain-tcp',
      key,
      `any client that reaches port ${port} can run privileged builds, and so is root on the node: the port is neither encrypted nor authenticated`,
      "close the port and use the node's socket, or put a proxy with mutual TLS in front of it",
    );
    if (!hasPolicy) {
      report(
        findings,
        'no-network-policy',
        key,
        `without a policy ${reachedBy(port)}`,
        'add a NetworkPolicy that selects the pods and names the clients in ingress',
      );
    }
    const beside = declared.ports.length > 0 ? declared.key : services.find(({ headless }) => !headless)?.key;
    if (beside !== undefined && !declared.ports.includes(port) && !led.includes(port)) {
      report(
        findings,
        'hidden-engine-port',
        beside,
        `the engine's port ${port} is not among these, and no Service leads there`,
        `add { name: dagger, containerPort: ${port} }`,
      );
    }
  }
  const answered = [...open.map(({ port }) => port), ...(others ?? [])];
  for (const { affinity, headless, internalTrafficPolicy, key: service, ports, type } of services) {
    for (const { key, number } of others === undefined ? [] : ports) {
      if (number === undefined || !answered.includes(number)) {
        report(
          findings,
          'port-nobody-listens-on',
          key,
          number === undefined
            ? "the Service leads to a port by a name that none of the pods' has"
            : `the Service leads to port ${number}, which the engine doesn't listen on`,
          'set targetPort to a port on which the engine listens',
        );
      }
    }
    if (!headless && ports.some(({ number }) => open.some(({ port }) => port === number))) {
      for (const { why } of sessionSplits({ several, perNode, type, internalTrafficPolicy }, affinity)) {
        report(findings, 'split-sessions', service, why, "set sessionAffinity: ClientIP, or use the node's socket");
      }
    }
  }
}
