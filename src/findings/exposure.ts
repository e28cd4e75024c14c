import { sessionSplits, type Balancing } from '../network/session-split';
import type { OpenAddress } from './addresses';
import type { Findings } from './finding';
import { report } from './kinds';

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
  /** The ports that the engine's container declares. */
  readonly declared: { readonly key: string; readonly ports: readonly number[] };
  readonly services: readonly LeadingService[];
  /** Whether a network policy says who reaches the pods. */
  readonly hasPolicy: boolean;
}

/** The variable that opens the port of the metrics. */
export const METRICS_ADDRESS = '_EXPERIMENTAL_DAGGER_METRICS_ADDR';

/** Something as the API server reads it. */
type Wire = { readonly [field: string]: unknown };

/**
 * The ports that are served beside the engine's own: by its metrics and by sidecars. Undefined where a sidecar doesn't say what it
 * listens on.
 */
export function otherPorts(env: readonly Wire[], sidecars: readonly Wire[]): number[] | undefined {
  const metrics = env.filter(({ name }) => name === METRICS_ADDRESS).map(({ value }) => Number(/:(\d+)$/.exec(String(value))?.[1]));
  const declared = sidecars.map(({ ports }) => (Array.isArray(ports) ? ports : []).map((port: { readonly containerPort?: unknown } | null) => Number(port?.containerPort)));
  return declared.some((ports) => ports.length === 0) ? undefined : [...metrics, ...declared.flat()];
}

/** A probe that asks the engine's port for HTTP or gRPC. `named` is the port that the pod has by a name. */
export function reportProbePort({ grpc, httpGet }: Wire, key: string, open: readonly OpenAddress[], named: (port: string) => number | undefined, findings: Findings): void {
  const asked = ((httpGet ?? grpc) as { readonly port?: number | string } | undefined)?.port;
  const number = typeof asked === 'string' ? named(asked) : asked;
  if (number !== undefined && open.some(({ port }) => port === number)) {
    report(findings, 'probe-cannot-work', key, `the engine answers no HTTP or gRPC probe on its port ${number}: a request without a client's metadata gets status 500`, 'use EngineProbe.connect()');
  }
}

/** What is wrong with the ways to engines. */
export function reportExposure({ declared, hasPolicy, open, others, perNode, services, several }: Exposure, findings: Findings): void {
  const led = services.flatMap(({ ports }) => ports.map(({ number }) => number));
  for (const { key, port } of open) {
    report(findings, 'plain-tcp', key, `whoever reaches port ${port} can run privileged builds, and so is root on the node: it is neither encrypted nor authenticated`,
      'use Listener.tls({ certificates: ... }), or the node\'s socket');
    if (!hasPolicy) {
      report(findings, 'no-network-policy', key, `without a policy every pod of the cluster reaches port ${port}`, 'let a listener make the policy, and connect clients or admit them with allowFrom(...)');
    }
    const beside = declared.ports.length > 0 ? declared.key : services.find(({ headless }) => !headless)?.key;
    if (beside !== undefined && !declared.ports.includes(port) && !led.includes(port)) {
      report(findings, 'hidden-engine-port', beside, `the engine's port ${port} is not among these, and no Service leads there`, `add { name: dagger, containerPort: ${port} }`);
    }
  }
  const answered = [...open.map(({ port }) => port), ...(others ?? [])];
  for (const { affinity, headless, internalTrafficPolicy, key: service, ports, type } of services) {
    for (const { key, number } of others === undefined ? [] : ports) {
      if (number === undefined || !answered.includes(number)) {
        report(findings, 'port-nobody-listens-on', key, number === undefined ? 'the Service leads to a port by a name that none of the pods\' has' : `the Service leads to port ${number}, which the engine doesn't listen on`,
          'set listener, or metrics, whose Services know their port');
      }
    }
    if (!headless && ports.some(({ number }) => open.some(({ port }) => port === number))) {
      for (const { why } of sessionSplits({ several, perNode, type, internalTrafficPolicy }, affinity)) {
        report(findings, 'split-sessions', service, why, 'use the node\'s socket, or let listener.service make the Service');
      }
    }
  }
}
