import { Lazy } from 'cdk8s';
import type {
  NetworkPolicyEgressRule,
  NetworkPolicyIngressRule,
  NetworkPolicyPeer,
  NetworkPolicySpec,
} from 'kubernetes-types/networking/v1';
import { Problems, type Caution } from '../reporting/problems';
import { EngineWarning } from '../reporting/warnings';
import type { BoundListener } from './listener';
import type { BoundMetrics } from './metrics';
import { renderPeer, type INetworkPeer } from './network-peer';
import type { EngineEgressOptions, EngineNetworkPolicyOptions } from './network-policy-options';
import { EngineServiceType, TrafficPolicy } from './service-options';

/** Annotation of a workload that has no network policy, with the reason. */
export const NO_POLICY = 'dagger-engine/no-network-policy';

/** The port of DNS, and that of OpenShift's DNS pods, which a policy sees behind their Service. */
const DNS_PORTS = [53, 5353];

/** What the public internet is not: RFC 1918, 6598 and 4193. */
const PRIVATE = { ipv4: ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16'], ipv6: ['fc00::/7'] };

/**
 * Where clouds hand out the credentials of a node: link-local addresses, the wire server of Azure, and the IPv6 addresses of
 * AWS and Google Cloud.
 */
const METADATA = { ipv4: ['168.63.129.16/32', '169.254.0.0/16'], ipv6: ['fd00:ec2::254/128', 'fd20:ce::254/128'] };

/** The engine that a policy is for. */
export interface PolicyContext {
  /** The engine, in messages. */
  readonly path: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly labels: { readonly [key: string]: string };
  readonly selector: { readonly [key: string]: string };
  readonly several: boolean;
  readonly listener: BoundListener | undefined;
  readonly metrics: BoundMetrics | undefined;
  readonly hostNetwork: boolean;
}

/** A NetworkPolicy whose rules aren't known yet. */
interface PolicyManifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: { [key: string]: string } };
  readonly spec: unknown;
}

/**
 * Who may reach an engine over the network: nobody, until a client is connected or admitted. Clients come until synth, so
 * the policy is written then.
 */
export class EngineNetworkPolicy {
  private readonly clients: NetworkPolicyPeer[] = [];
  private readonly scrapers: NetworkPolicyPeer[] = [];
  private readonly egress: readonly NetworkPolicyEgressRule[] | undefined;
  private readonly cautions: Caution[] = [];

  public constructor(
    private readonly context: PolicyContext,
    private readonly options: EngineNetworkPolicyOptions,
    problems: Problems,
  ) {
    this.egress = options.egress && egressRules(options.egress, context.namespace, problems.at('egress'));
    this.checkOptions(problems);
    for (const range of context.listener?.service.loadBalancerSourceRanges ?? []) {
      this.addClient({ ipBlock: { cidr: range } });
    }
    if (context.hostNetwork && this.exists) {
      problems.warn(
        EngineWarning.POLICY_NOT_ENFORCED,
        '',
        "network policies don't apply to pods on the node's network: whoever reaches the node reaches the engine's ports",
      );
    }
  }

  /** The object; undefined when there is none. */
  public get manifest(): PolicyManifest | undefined {
    const { labels, name } = this.context;
    return this.exists
      ? {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'NetworkPolicy',
          metadata: { name, labels: { ...labels } },
          spec: Lazy.any({ produce: () => this.spec() }),
        }
      : undefined;
  }

  /** What the workload says of a policy that isn't there. */
  public get annotations(): { readonly [key: string]: string } {
    const { enabled, reason } = this.options;
    return enabled === false && reason ? { [NO_POLICY]: reason } : {};
  }

  /** Admits a client to the port. Once more for the same changes nothing. */
  public addClient(peer: NetworkPolicyPeer): void {
    addOnce(this.clients, peer);
  }

  /** Admits whom the user names to the port. */
  public allowFrom(peer: INetworkPeer): void {
    this.admit(
      'allowFrom',
      peer,
      this.context.listener,
      'the engine opens no port for clients',
      'set a listener',
      this.clients,
    );
  }

  /** Admits whom the user names to the metrics. */
  public allowMetricsFrom(peer: INetworkPeer): void {
    this.admit(
      'allowMetricsFrom',
      peer,
      this.context.metrics,
      'the engine has no metrics',
      'set metrics: {}',
      this.scrapers,
    );
  }

  /** What is known only at synth, when everyone who is admitted is known. */
  public cautionsAtSynth(): readonly Caution[] {
    const { listener, metrics } = this.context;
    const problems = new Problems();
    if (!this.exists) {
      return this.cautions;
    }
    if (listener !== undefined && this.clients.length === 0) {
      problems.warn(
        EngineWarning.NOBODY_ADMITTED,
        'listener',
        'nobody is admitted to the port: connect clients, or admit them with allowFrom(...)',
      );
    }
    if (metrics !== undefined && this.scrapers.length === 0) {
      problems.warn(
        EngineWarning.NOBODY_ADMITTED,
        'metrics',
        'nobody is admitted to the metrics: admit the scraper with allowMetricsFrom(...)',
      );
    }
    if (this.hidesAddresses && this.clients.some(({ ipBlock }) => ipBlock !== undefined)) {
      problems.warn(
        EngineWarning.HIDDEN_CLIENT_ADDRESS,
        'listener.service.externalTrafficPolicy',
        'the Service replaces the addresses of clients by those of nodes, so the policy does not know them: set TrafficPolicy.LOCAL',
      );
    }
    return [...this.cautions, ...problems.cautions];
  }

  private get exists(): boolean {
    return this.options.enabled ?? (this.opensPort || this.egress !== undefined);
  }

  private get opensPort(): boolean {
    return this.context.listener !== undefined || this.context.metrics !== undefined;
  }

  private get hidesAddresses(): boolean {
    const { listener, several } = this.context;
    const { externalTrafficPolicy, type = EngineServiceType.CLUSTER_IP } = listener?.service ?? {};
    return (
      type !== EngineServiceType.CLUSTER_IP &&
      (externalTrafficPolicy ?? (several ? TrafficPolicy.LOCAL : undefined)) !== TrafficPolicy.LOCAL
    );
  }

  private checkOptions(problems: Problems): void {
    const { egress, enabled, reason } = this.options;
    if (enabled === false && (reason ?? '').trim() === '') {
      problems.add('reason', {
        wrong: "without a policy every pod of the cluster reaches the engine's ports, and that needs a reason",
        got: reason,
        allowed: 'a text',
        fix: 'say what decides instead, or remove enabled: false',
        risk: 'no-network-policy',
      });
    }
    if (enabled !== false && reason !== undefined) {
      problems.add('reason', {
        wrong: 'a reason for a policy that is not there, but it is',
        got: reason,
        allowed: 'with enabled: false',
        fix: 'remove it',
      });
    }
    if (enabled === false && egress !== undefined) {
      problems.add('egress', {
        wrong: 'rules for a policy that is not there',
        got: 'egress and enabled: false',
        allowed: 'one of them',
        fix: 'remove enabled: false',
      });
    }
  }

  private admit(
    method: string,
    peer: INetworkPeer,
    open: object | undefined,
    closed: string,
    fix: string,
    peers: NetworkPolicyPeer[],
  ): void {
    const { namespace, path } = this.context;
    const problems = new Problems();
    if (open === undefined) {
      problems.add('peer', { wrong: closed, allowed: 'an engine that does', fix });
    } else if (this.options.enabled === false) {
      problems.add('peer', {
        wrong: 'the engine has no network policy, so everyone is admitted already',
        allowed: 'an engine with one',
        fix: 'remove networkPolicy: { enabled: false }',
      });
    }
    const rendered = renderPeer(
      peer,
      namespace,
      "whoever reaches the port is let in by the policy, and only the engine's own authentication, if it has one, is left",
      problems.at('peer'),
    );
    problems.throwIfAny(path, method);
    this.cautions.push(...problems.cautions.map((caution) => ({ ...caution, property: method })));
    for (const one of rendered) {
      addOnce(peers, one);
    }
  }

  private spec(): NetworkPolicySpec {
    const { listener, metrics, selector } = this.context;
    const closesIngress = this.opensPort || this.egress === undefined;
    const ingress = [...rule(this.clients, listener?.port), ...rule(this.scrapers, metrics?.port)];
    return {
      podSelector: { matchLabels: { ...selector } },
      policyTypes: [...(closesIngress ? ['Ingress'] : []), ...(this.egress ? ['Egress'] : [])],
      // A rule without peers would admit everyone; no rule admits nobody.
      ...(ingress.length > 0 && { ingress }),
      ...(this.egress && { egress: [...this.egress] }),
    };
  }
}

function rule(peers: readonly NetworkPolicyPeer[], port: number | undefined): NetworkPolicyIngressRule[] {
  return port === undefined || peers.length === 0 ? [] : [{ from: [...peers], ports: [{ protocol: 'TCP', port }] }];
}

function addOnce(peers: NetworkPolicyPeer[], { ipBlock, namespaceSelector, podSelector }: NetworkPolicyPeer): void {
  // In one order, so that the same peer is the same text.
  const peer = {
    ...(ipBlock && { ipBlock }),
    ...(namespaceSelector && { namespaceSelector }),
    ...(podSelector && { podSelector }),
  };
  if (!peers.some((other) => JSON.stringify(other) === JSON.stringify(peer))) {
    peers.push(peer);
  }
}

function egressRules(
  { allowTo = [], cloudMetadata = false, privateNetworks = false }: EngineEgressOptions,
  namespace: string | undefined,
  problems: Problems,
): NetworkPolicyEgressRule[] {
  if (cloudMetadata && privateNetworks) {
    problems.add('', {
      wrong: 'nothing would be closed',
      got: { cloudMetadata, privateNetworks },
      allowed: 'one of the two',
      fix: 'remove egress',
    });
  }
  const closed = (family: 'ipv4' | 'ipv6'): string[] => [
    ...(privateNetworks ? [] : PRIVATE[family]),
    // A part of a network that is closed already is left out.
    ...(cloudMetadata ? [] : METADATA[family].filter(() => family === 'ipv4' || privateNetworks)),
  ];
  const open = allowTo.flatMap((peer, index) =>
    renderPeer(peer, namespace, 'builds reach all of it, and nothing is closed', problems.at(`allowTo[${index}]`)),
  );
  // Of the private networks that are closed.
  const reopened = cloudMetadata ? METADATA.ipv6.map((cidr) => ({ ipBlock: { cidr } })) : [];
  return [
    { ports: DNS_PORTS.flatMap((port) => ['TCP', 'UDP'].map((protocol) => ({ protocol, port }))) },
    {
      to: [
        { ipBlock: { cidr: '0.0.0.0/0', except: closed('ipv4').sort() } },
        { ipBlock: { cidr: '::/0', except: closed('ipv6') } },
        ...reopened,
      ],
    },
    ...(open.length > 0 ? [{ to: open }] : []),
  ];
}
