import { Lazy } from 'cdk8s';
import { Construct, type IConstruct } from 'constructs';
import type {
  NetworkPolicyEgressRule,
  NetworkPolicyIngressRule,
  NetworkPolicyPeer,
  NetworkPolicySpec,
} from 'kubernetes-types/networking/v1';
import { Problems, type Caution } from '../reporting/problems';
import { EngineRisk } from '../reporting/engine-risk';
import type { BoundListener } from './bound-listener';
import { egressRules } from './egress-rules';
import type { BoundMetrics } from './metrics';
import { renderPeer, type INetworkPeer } from './network-peer';
import type { EngineNetworkPolicyOptions } from './network-policy-options';
import { EngineServiceType, TrafficPolicy } from './service-options';

/** The properties of an engine that its network policy needs. */
export interface PolicyContext {
  /** The construct path of the engine. */
  readonly path: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly labels: { readonly [key: string]: string };
  readonly selector: { readonly [key: string]: string };
  readonly several: boolean;
  readonly listener: BoundListener | undefined;
  readonly metrics: BoundMetrics | undefined;
  /** Other ports that serve metrics, which the allowed peers may reach too. */
  readonly morePorts: readonly number[];
  readonly hostNetwork: boolean;
  /** Peers that the engine's properties allow to scrape the metrics. */
  readonly scrapers?: readonly NetworkPolicyPeer[];
  /** The destinations that the engine's properties need. */
  readonly destinations: readonly NetworkPolicyPeer[];
}

/** A NetworkPolicy. Its rules are rendered at synth. */
interface PolicyManifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: { [key: string]: string } };
  readonly spec: unknown;
}

/** The peers that may connect to a port. */
interface Admission {
  /** The name of the method that allows a peer, for messages. */
  readonly method: 'allowFrom' | 'allowMetricsFrom';
  /** The ports. The list is empty if the engine doesn't open them. */
  readonly ports: readonly number[];
  readonly peers: NetworkPolicyPeer[];
  /** The problem to report if the port isn't open. */
  readonly missing: { readonly wrong: string; readonly fix: string };
}

/** A construct whose pods are allowed. */
interface AdmittedConstruct {
  readonly method: Admission['method'];
  readonly construct: IConstruct;
}

/**
 * The NetworkPolicy of an engine. It allows only clients that are connected or explicitly allowed. Clients can be added
 * until synth, so the rules are rendered then.
 */
export class EngineNetworkPolicy {
  private readonly clients: Admission;
  private readonly scrapers: Admission;
  private readonly egress: readonly NetworkPolicyEgressRule[] | undefined;
  private readonly cautions: Caution[] = [];
  private readonly constructs: AdmittedConstruct[] = [];

  public constructor(
    private readonly context: PolicyContext,
    private readonly options: EngineNetworkPolicyOptions,
    problems: Problems,
  ) {
    this.clients = {
      method: 'allowFrom',
      ports: context.listener === undefined ? [] : [context.listener.port],
      peers: [],
      missing: { wrong: 'the engine has no port for clients', fix: 'set listener' },
    };
    this.scrapers = {
      method: 'allowMetricsFrom',
      ports: context.metrics === undefined ? [] : [context.metrics.port, ...context.morePorts],
      peers: [...(context.scrapers ?? [])],
      missing: { wrong: 'the engine has no metrics', fix: 'set metrics: {}' },
    };
    const { destinations } = context;
    this.egress = options.egress && [
      ...egressRules(options.egress, context.namespace, problems.at('egress')),
      ...(destinations.length > 0 ? [{ to: [...destinations] }] : []),
    ];
    this.checkOptions(problems);
    for (const range of context.listener?.service.loadBalancerSourceRanges ?? []) {
      this.addClient({ ipBlock: { cidr: range } });
    }
    if (context.hostNetwork && this.exists) {
      problems.warn(
        EngineRisk.POLICY_NOT_ENFORCED,
        '',
        "network policies don't apply to pods in the node's network, so any client that can reach the node can reach the engine's ports",
        'block the ports with a firewall on the nodes',
      );
    }
  }

  /** The object, or undefined if the engine has no policy. */
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

  /** The peers that may connect to the client port, or undefined if the engine has no policy. */
  public get clientPeers(): readonly NetworkPolicyPeer[] | undefined {
    return this.exists ? this.clients.peers : undefined;
  }

  /** The constructs whose pods are allowed. */
  public get peers(): readonly AdmittedConstruct[] {
    return this.constructs;
  }

  /** Allows a client to connect to the client port. Adding the same peer again has no effect. */
  public addClient(peer: NetworkPolicyPeer): void {
    addOnce(this.clients.peers, peer);
  }

  /** Allows a peer to connect to the client port. */
  public allowFrom(peer: INetworkPeer): void {
    this.admit(this.clients, peer);
  }

  /** Allows a peer to scrape the metrics. */
  public allowMetricsFrom(peer: INetworkPeer): void {
    this.admit(this.scrapers, peer);
  }

  /** Allows the peer of the property `monitoring` to scrape the metrics. Reports an invalid peer. */
  public admitScraper(peer: INetworkPeer, problems: Problems): void {
    this.addPeer(this.scrapers, peer, this.render(this.scrapers, peer, problems));
  }

  /** Returns the warnings that depend on all allowed peers. */
  public cautionsAtSynth(): readonly Caution[] {
    const { listener, metrics } = this.context;
    const problems = new Problems();
    this.warnAboutFamily(problems);
    if (!this.exists) {
      return [...this.cautions, ...problems.cautions];
    }
    if (listener !== undefined && this.clients.peers.length === 0) {
      problems.warn(
        EngineRisk.NO_CLIENT_ADMITTED,
        'listener',
        'the network policy blocks all clients',
        'connect clients, or allow them with allowFrom(...)',
      );
    }
    if (metrics !== undefined && this.scrapers.peers.length === 0) {
      problems.warn(
        EngineRisk.NO_CLIENT_ADMITTED,
        'metrics',
        'the network policy blocks all scrapers',
        'allow Prometheus with allowMetricsFrom(...)',
      );
    }
    if (this.hidesAddresses && this.clients.peers.some(({ ipBlock }) => ipBlock !== undefined)) {
      problems.warn(
        EngineRisk.HIDDEN_CLIENT_ADDRESS,
        'listener.service.externalTrafficPolicy',
        'the Service replaces client addresses with node addresses, so the policy does not match clients',
        'set TrafficPolicy.LOCAL',
      );
    }
    return [...this.cautions, ...problems.cautions];
  }

  /** Warns about a listener with an IPv4 address if all allowed addresses are IPv6. */
  private warnAboutFamily(problems: Problems): void {
    const { listener } = this.context;
    const address = listener?.tls?.address ?? listener?.url ?? '[';
    const ranges = [...(listener?.service.loadBalancerSourceRanges ?? []), ...this.clients.peers.map(cidrOf)];
    if (!address.includes('[') && ranges.length > 0 && ranges.every((range) => range.includes(':'))) {
      problems.warn(
        EngineRisk.ADDRESS_FAMILY,
        'listener.address',
        'only IPv6 addresses are allowed, but the engine listens only on IPv4',
        "use '[::]', which serves both families",
      );
    }
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
    const { egress, enabled } = this.options;
    if (enabled === false && this.opensPort) {
      problems.add('enabled', {
        wrong: "without a policy, every pod in the cluster can reach the engine's ports",
        got: false,
        allowed: 'true',
        fix: 'remove enabled: false',
        risk: EngineRisk.NO_NETWORK_POLICY,
      });
    }
    if (enabled === false && egress !== undefined) {
      problems.add('egress', {
        wrong: 'the policy is disabled, so its rules have no effect',
        got: 'egress and enabled: false',
        allowed: 'one of them',
        fix: 'remove enabled: false',
      });
    }
  }

  private admit(admission: Admission, peer: INetworkPeer): void {
    const { method } = admission;
    const problems = new Problems();
    const rendered = this.render(admission, peer, problems.at('peer'));
    problems.throwIfAny(this.context.path, method);
    this.addPeer(admission, peer, rendered);
    this.cautions.push(...problems.cautions.map((caution) => ({ ...caution, property: method })));
  }

  /** Renders a peer, and reports an invalid one. */
  private render({ method, missing, ports }: Admission, peer: INetworkPeer, problems: Problems): NetworkPolicyPeer[] {
    if (ports.length === 0) {
      problems.add('', {
        ...missing,
        allowed: `an engine with ${method === 'allowFrom' ? 'a listener' : 'metrics'}`,
      });
    } else if (this.options.enabled === false) {
      problems.add('', {
        wrong: 'the engine has no network policy, so it already accepts all clients',
        allowed: 'an engine with a network policy',
        fix: 'remove networkPolicy: { enabled: false }',
      });
    }
    return renderPeer(
      peer,
      this.context.namespace,
      'the policy no longer restricts clients, and only authentication, if any, protects the engine: list the clients instead',
      problems,
    );
  }

  private addPeer({ method, peers }: Admission, peer: INetworkPeer, rendered: readonly NetworkPolicyPeer[]): void {
    if (Construct.isConstruct(peer) && rendered.some(({ ipBlock }) => ipBlock === undefined)) {
      this.constructs.push({ method, construct: peer });
    }
    for (const one of rendered) {
      addOnce(peers, one);
    }
  }

  private spec(): NetworkPolicySpec {
    const { selector } = this.context;
    const blocksIngress = this.opensPort || this.egress === undefined;
    const ingress = [...rule(this.clients), ...rule(this.scrapers)];
    return {
      podSelector: { matchLabels: { ...selector } },
      policyTypes: [...(blocksIngress ? ['Ingress'] : []), ...(this.egress ? ['Egress'] : [])],
      // Without rules, the policy blocks all peers. A rule without peers would allow every peer.
      ...(ingress.length > 0 && { ingress }),
      ...(this.egress?.length && { egress: [...this.egress] }),
    };
  }
}

function rule({ peers, ports }: Admission): NetworkPolicyIngressRule[] {
  return ports.length === 0 || peers.length === 0
    ? []
    : [{ from: [...peers], ports: ports.map((port) => ({ protocol: 'TCP', port })) }];
}

/** Returns the CIDR of a peer, or an empty string for pods. */
function cidrOf({ ipBlock }: NetworkPolicyPeer): string {
  return ipBlock?.cidr ?? '';
}

function addOnce(peers: NetworkPolicyPeer[], { ipBlock, namespaceSelector, podSelector }: NetworkPolicyPeer): void {
  // The fixed order of the keys makes the JSON of equal peers equal.
  const peer = {
    ...(ipBlock && { ipBlock }),
    ...(namespaceSelector && { namespaceSelector }),
    ...(podSelector && { podSelector }),
  };
  if (!peers.some((other) => JSON.stringify(other) === JSON.stringify(peer))) {
    peers.push(peer);
  }
}
