import { App, Chart, Size } from 'cdk8s';
import { Deployment } from 'cdk8s-plus-28';
import * as fc from 'fast-check';
import {
  CacheVolume,
  Certificates,
  EngineFleet,
  FleetTopology,
  Listener,
  NetworkPeer,
  NodeArchitecture,
  Retirement,
  TrustLevel,
  type FleetMemberOptions,
} from '../../src/index';

/** Topologies that every member of a fleet can have. */
const TOPOLOGIES: { readonly [name: string]: FleetTopology } = {
  'StatefulSet with TLS': FleetTopology.statefulSet({
    version: 'v0.21.11',
    replicas: 2,
    cache: CacheVolume.claimTemplate({ size: Size.gibibytes(100) }),
    listener: Listener.tls({ certificates: Certificates.privateCa() }),
    metrics: {},
  }),
  'StatefulSet with TCP': FleetTopology.statefulSet({
    version: 'v0.21.11',
    cache: CacheVolume.claimTemplate({ size: Size.gibibytes(100) }),
    listener: Listener.insecureTcp(),
  }),
  DaemonSet: FleetTopology.daemonSet({ version: 'v0.21.11', listener: Listener.insecureTcp() }),
  Deployment: FleetTopology.deployment({
    version: 'v0.21.11',
    cache: CacheVolume.emptyDir({ sizeLimit: Size.gibibytes(50) }),
    listener: Listener.insecureTcp(),
  }),
};

/** A generated member. The names stand for options that can't be compared or printed. */
export interface GeneratedMember {
  readonly key: string;
  readonly version: string | undefined;
  readonly topology: string | undefined;
  readonly architecture: NodeArchitecture | undefined;
  readonly isTrusted: boolean;
  readonly hasOwnNamespace: boolean;
  /** The step of its retirement, if any. */
  readonly step: 'drained' | 'noNewClients' | undefined;
}

/** Keys that resemble each other, and the names of objects that belong to an engine. */
const key = fc.oneof(
  fc.constantFrom('a', 'a-0', 'a-config', 'a-ca', 'a-tls', '0', 'v0-21-8', 'v0-21-11', 'web', 'web-app', 'forks'),
  fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?$/),
);

const member: fc.Arbitrary<GeneratedMember> = fc.record({
  key,
  version: fc.constantFrom(undefined, 'v0.18.12', 'v0.21.0', 'v0.21.8', 'v1.0.0-beta.21'),
  topology: fc.constantFrom(undefined, ...Object.keys(TOPOLOGIES)),
  architecture: fc.constantFrom(undefined, NodeArchitecture.AMD64, NodeArchitecture.ARM64),
  isTrusted: fc.boolean(),
  hasOwnNamespace: fc.boolean(),
  step: fc.constantFrom(undefined, undefined, 'noNewClients' as const, 'drained' as const),
});

/** A generated fleet. */
export interface GeneratedFleet {
  readonly topology: string;
  readonly members: readonly GeneratedMember[];
}

export const fleets: fc.Arbitrary<GeneratedFleet> = fc.record({
  topology: fc.constantFrom(...Object.keys(TOPOLOGIES)),
  members: fc.uniqueArray(member, { selector: (one) => one.key, maxLength: 6 }),
});

/** The keys of members that never retire, which are the successors of the others. */
const SUCCESSORS = { true: 'successor-of-trusted', false: 'successor-of-untrusted' };

/** A synthesized fleet. */
export interface Synthesized {
  readonly fleet: EngineFleet;
  /** The objects of all charts. */
  readonly objects: readonly any[];
  /** The clients, by the key of their member. */
  readonly clients: ReadonlyMap<string, string>;
}

/** Synthesizes a fleet, with one client for each member that accepts clients. Warnings are hidden. */
export function synthesize({ members, topology }: GeneratedFleet): Synthesized {
  const { warn } = console;
  console.warn = () => undefined;
  try {
    const app = new App();
    const chart = new Chart(app, 'ci', { namespace: 'ci' });
    const own = new Map<string, Chart>();
    const fleet = new EngineFleet(chart, 'dagger', { topology: TOPOLOGIES[topology]! });
    for (const [isTrusted, successor] of Object.entries(SUCCESSORS)) {
      fleet.addMember({ key: successor, ...(isTrusted === 'false' && { trustLevel: TrustLevel.untrusted() }) });
    }
    for (const one of members) {
      const scope = one.hasOwnNamespace ? new Chart(app, `ns-${one.key}`, { namespace: `ns-${one.key}` }) : undefined;
      if (scope !== undefined) {
        own.set(one.key, scope);
      }
      fleet.addMember(optionsOf(one, scope));
    }
    const clients = new Map<string, string>();
    for (const { engine, isRetiring, key: of } of fleet.members) {
      if (engine.metricsPort !== undefined) {
        engine.allowMetricsFrom(NetworkPeer.namespace('monitoring'));
      }
      if (!isRetiring) {
        const name = `client-of-${of}`;
        const client = new Deployment(own.get(of) ?? chart, name, {
          metadata: { name },
          containers: [{ image: 'runner:1' }],
        });
        fleet.connect(client, { key: of });
        clients.set(of, name);
      }
    }
    return { fleet, clients, objects: [chart, ...own.values()].flatMap((one) => one.toJson() as any[]) };
  } finally {
    console.warn = warn;
  }
}

function optionsOf(
  { architecture, isTrusted, key: of, step, topology, version }: GeneratedMember,
  scope: Chart | undefined,
): FleetMemberOptions {
  const successor = SUCCESSORS[isTrusted ? 'true' : 'false'];
  return {
    key: of,
    ...(version !== undefined && { version }),
    ...(topology !== undefined && { topology: TOPOLOGIES[topology] }),
    ...(architecture !== undefined && { architecture }),
    ...(!isTrusted && { trustLevel: TrustLevel.untrusted() }),
    ...(scope !== undefined && { scope }),
    ...(step !== undefined && { retirement: Retirement[step](successor) }),
  };
}
