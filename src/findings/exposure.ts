import { sessionSplits, type Balancing } from '../network/session-split';
import { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';
import { listeningToml, openAddresses, type OpenAddress, type Written } from './addresses';
import type { Findings } from './finding';
import { flag, servesTls } from './flags';
import { report } from './finding-kinds';

/** A Service in front of engines. */
export interface LeadingService extends Pick<Balancing, 'type' | 'internalTrafficPolicy'> {
  readonly key: string;
  /** Whether it names pods, and clients choose. */
  readonly headless: boolean;
  readonly affinity: boolean;
  /** The ports of the pods that it leads to; undefined for a name that no port has. */
  readonly ports: ReadonlyArray<{ readonly number: number | undefined; readonly key: string }>;
}

/** What is open of engines, and what leads there. */
export interface Exposure extends Pick<Balancing, 'several' | 'perNode'> {
  /** Where the engine serves clients without TLS. */
  readonly open: readonly OpenAddress[];
  /** What else listens in the pod: metrics, sidecars. Undefined where that can't be known. */
  readonly others: readonly number[] | undefined;
  /** The ports that the engine's container declares, and those of the node that lead there. */
  readonly declared: {
    readonly key: string;
    readonly ports: readonly number[];
    readonly hostPorts?: ReadonlyMap<number, number>;
  };
  readonly services: readonly LeadingService[];
  /** Whether a network policy says who reaches the pods. */
  readonly hasPolicy: boolean;
}

/** The variable that opens the port of the metrics. */
export const METRICS_ADDRESS = '_EXPERIMENTAL_DAGGER_METRICS_ADDR';

/** Something as the API server reads it. */
type Wire = { readonly [field: string]: unknown };

/** What engines are told, as far as it opens ports. */
interface Told {
  readonly args: readonly Written[];
  readonly toml: Written | undefined;
  readonly env: readonly Wire[];
  /** The containers beside the engine's. */
  readonly beside: readonly Wire[];
}

/** What listens in a pod. `addresses` are those of the engine, with TLS or without. */
export function listening({
  args,
  beside,
  env,
  toml,
}: Told): Pick<Exposure, 'open' | 'others'> & { readonly addresses: readonly OpenAddress[] } {
  const addresses = openAddresses(args, toml);
  const encrypts = servesTls(args, toml);
  const debug = flag(args, '--debugaddr')?.text ?? (toml && listeningToml(toml.text).grpc?.debugAddress);
  const others = otherPorts(env, beside);
  return {
    addresses,
    open: encrypts ? [] : addresses,
    others: others && [
      ...others,
      ...(encrypts ? addresses.map(({ port }) => port) : []),
      ...(debug === undefined ? [] : [portOf(debug)]),
    ],
  };
}

/**
 * The ports that are served beside the engine's own: by its metrics and by other containers. Undefined where one doesn't say what
 * it listens on.
 */
function otherPorts(env: readonly Wire[], beside: readonly Wire[]): number[] | undefined {
  const metrics = env.filter(({ name }) => name === METRICS_ADDRESS).map(({ value }) => portOf(value));
  const declared = beside.map(({ ports }) =>
    (Array.isArray(ports) ? ports : []).map((port: { readonly containerPort?: unknown } | null) =>
      Number(port?.containerPort),
    ),
  );
  return declared.some((ports) => ports.length === 0) ? undefined : [...metrics, ...declared.flat()];
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
  // Another host is no part of the pod.
  if (asked === undefined || asked === null || host) {
    return;
  }
  const number = typeof asked === 'string' ? named(asked) : asked;
  const fix = 'use EngineProbe.connect()';
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

function portOf(address: unknown): number {
  return Number(/:(\d+)$/.exec(String(address))?.[1]);
}

/** Types of Services that lead from outside of the cluster. */
const OUTWARD = ['LoadBalancer', 'NodePort'];

/** What is wrong with the ways to engines. */
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
      `whoever reaches port ${port} can run privileged builds, and so is root on the node: it is neither encrypted nor authenticated`,
      "use Listener.tls({ certificates: ... }), or the node's socket",
    );
    if (!hasPolicy) {
      report(
        findings,
        'no-network-policy',
        key,
        `without a policy ${reachedBy(port)}`,
        'let a listener make the policy, and connect clients or admit them with allowFrom(...)',
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
          'set listener, or metrics, whose Services know their port',
        );
      }
    }
    if (!headless && ports.some(({ number }) => open.some(({ port }) => port === number))) {
      for (const { why } of sessionSplits({ several, perNode, type, internalTrafficPolicy }, affinity)) {
        report(
          findings,
          'split-sessions',
          service,
          why,
          "use the node's socket, or let listener.service make the Service",
        );
      }
    }
  }
}
