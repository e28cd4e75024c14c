import { isIPv4 } from 'node:net';
import { list, literal, object, type Expression } from '../../program/expression';
import { plainListener } from '../../reading/property-expressions';
import { EngineCapability } from '../../version/engine-capability';
import type { OpenAddress } from '../addresses';
import { listening, reportExposure, reportMetricsPort, reportProbePort, type LeadingService } from '../exposure';
import type { Findings } from '../finding';
import { writtenFlags, writtenToml, type DescribedEngine } from './described-engine';
import type { Field } from '../../reading/field';
import type { ManifestObject } from '../../reading/inventory';
import { report } from '../manifest-findings';

/** The ways to an engine, as the constructs take them. */
export interface Ways {
  readonly args?: Expression;
  readonly listener?: Expression;
  readonly networkPolicy?: Expression;
}

/** Reads what an engine listens on, and who leads there and keeps whom away. */
export function ways(engine: DescribedEngine, findings: Findings): Ways {
  const {
    args,
    container,
    inventory,
    labels,
    object: { kind, namespace },
    several,
    spec,
    toml,
    version,
  } = engine;
  const env = container.at('env');
  const { addresses, open, others } = listening({
    args: writtenFlags(args),
    toml: writtenToml(toml),
    env: env.items.map((variable) => variable.map ?? {}),
    beside: beside(engine),
  });
  const services = inventory.servicesOf(namespace, labels).map((service) => leadingService(service, engine));
  const policies = inventory.policiesOf(namespace, labels);
  const ports = container.at('ports');
  reportExposure(
    {
      several,
      hasPolicy: policies.length > 0,
      perNode: kind === 'DaemonSet',
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
      services,
    },
    findings,
  );
  const named = (name: string): number | undefined =>
    ports.items.find((port) => port.at('name').text === name)?.at('containerPort').number;
  // On the node's network others answer too.
  const answering = { open, others: spec.at('hostNetwork').value === true ? undefined : others };
  for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'].map((field) => container.at(field))) {
    reportProbePort(probe.map ?? {}, probe.origin, answering, named, findings);
  }
  reportMetricsPort(
    env.items.map((variable) => variable.map ?? {}),
    (index) => env.items[index]!.origin,
    version,
    addresses,
    findings,
  );
  for (const { port } of open) {
    policies.forEach((policy) => reportOpenPolicy(policy, port, findings));
  }
  return program(engine, { addresses, policy: policies[0]?.root.at('spec') });
}

/** The containers that run beside the engine's. */
function beside({ container, spec }: DescribedEngine): Array<NonNullable<Field['map']>> {
  const running = [
    ...spec.at('containers').items,
    ...spec.at('initContainers').items.filter((one) => one.at('restartPolicy').text === 'Always'),
  ];
  return running.filter(({ path }) => path !== container.path).map((one) => one.map ?? {});
}

function leadingService({ root }: ManifestObject, { spec }: DescribedEngine): LeadingService {
  const service = root.at('spec');
  const declared = [...spec.at('containers').items, ...spec.at('initContainers').items].flatMap(
    (container) => container.at('ports').items,
  );
  return {
    key: service.origin,
    headless: service.at('clusterIP').text === 'None',
    affinity: service.at('sessionAffinity').text === 'ClientIP',
    type: service.at('type').text,
    internalTrafficPolicy: service.at('internalTrafficPolicy').text,
    ports: service
      .at('ports')
      .items.filter((port) => (port.at('protocol').text ?? 'TCP') === 'TCP')
      .map((port) => {
        const target = port.at('targetPort').exists ? port.at('targetPort') : port.at('port');
        return {
          number:
            target.number ?? declared.find((one) => one.at('name').text === target.text)?.at('containerPort').number,
          key: port.origin,
        };
      }),
  };
}

/** A rule without peers admits everyone, and so does one with every address. */
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
      report(
        findings,
        'admits-everyone',
        rule.origin,
        `whoever reaches port ${port} is let in, as if there were no policy`,
        'name the clients in from',
      );
    }
  }
}

interface Seen {
  readonly addresses: readonly OpenAddress[];
  /** What says who reaches the engine. */
  readonly policy: Field | undefined;
}

/**
 * A port that a policy guards is a listener; other flags stay flags, and other addresses in engine.toml
 * stay there. With TLS of the engine itself the constructs have nothing to say of the addresses.
 */
function program({ args, encrypts, toml, version }: DescribedEngine, { addresses, policy }: Seen): Ways {
  const appends = version.supports(EngineCapability.ADDR_FLAG_APPENDS);
  const isInConfig = ({ text }: OpenAddress): boolean => toml.kind === 'text' && toml.text.includes(text);
  const listener =
    encrypts || policy === undefined
      ? undefined
      : addresses.find(
          (address) =>
            hostOf(address) !== undefined && (address.flag === undefined || (appends && !isInConfig(address))),
        );
  const taken = encrypts ? addresses : addresses.filter((address) => address === listener);
  const left = args.filter(
    (_, index) =>
      !taken.some(({ flag: at }) => at !== undefined && (index === at || (index === at + 1 && isSplit(args[at]!)))),
  );
  return {
    ...(left.length > 0 && {
      args: list(
        left.map(({ origin, text = '' }) => literal(text, origin)),
        left[0]!.origin,
      ),
    }),
    ...(listener && {
      listener: plainListener(
        listener.port,
        hostOf(listener),
        object({ create: literal(false), name: literal('engine') }),
        listener.key,
      ),
      networkPolicy: object({}, policy!.origin),
    }),
  };
}

/** Whether the value of a flag is the argument after it. */
function isSplit({ text = '' }: Field): boolean {
  return !text.includes('=');
}

/** The address as a listener takes it; undefined for one that it doesn't. */
function hostOf({ text }: OpenAddress): string | undefined {
  const host = /^tcp:\/\/(.*):\d+$/.exec(text)?.[1] ?? '';
  return isIPv4(host) || host === '[::]' ? host : undefined;
}
