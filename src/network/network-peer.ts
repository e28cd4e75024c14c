import { BlockList } from 'node:net';
import type { LabelSelector } from 'kubernetes-types/meta/v1';
import type { NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import { parseCidr, type Cidr } from '../kubernetes/ip-addresses';
import { checkDnsLabel, checkLabels } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';
import { EngineWarning } from '../reporting/warnings';

/** The label that the API server puts on every namespace. */
const NAMESPACE_NAME = 'kubernetes.io/metadata.name';

/**
 * Whom a network policy can admit: a `NetworkPeer`, or any `INetworkPolicyPeer` of cdk8s-plus-28, such as a Deployment, a Pod,
 * a Namespace, `Pods.select(...)` and `NetworkPolicyIpBlock`.
 */
export interface INetworkPeer {
  /** The peer, in the shape of cdk8s-plus-28's `NetworkPolicyPeerConfig`. */
  toNetworkPolicyPeerConfig(): any; // eslint-disable-line @typescript-eslint/no-explicit-any
}

/** Pods that a network policy admits. */
export interface PeerPodsOptions {
  /** Labels that the pods have: at least one. */
  readonly labels: { [key: string]: string };

  /**
   * The namespace of the pods.
   *
   * @default - the engine's, unless `namespaceLabels` choose others
   */
  readonly namespace?: string;

  /**
   * Labels of the namespaces of the pods; the empty map is every namespace.
   *
   * @default - none
   */
  readonly namespaceLabels?: { [key: string]: string };
}

/** Whom a network policy admits, by labels, namespace or network. */
export class NetworkPeer implements INetworkPeer {
  /**
   * Pods by their labels.
   *
   * @param options the labels, and in which namespaces
   */
  public static pods(options: PeerPodsOptions): NetworkPeer {
    const { labels, namespace, namespaceLabels } = options;
    return new NetworkPeer({
      podSelector: {
        labelSelector: { matchLabels: labels },
        namespaces: {
          ...(namespace !== undefined && { names: [namespace] }),
          ...(namespaceLabels && { labelSelector: selectorOf(namespaceLabels) }),
        },
      },
    });
  }

  /**
   * Every pod of a namespace.
   *
   * @param name the namespace
   */
  public static namespace(name: string): NetworkPeer {
    return new NetworkPeer({ podSelector: { namespaces: { names: [name] } } });
  }

  /**
   * A network. Whether a policy sees a client's own address depends on what is on the way: a Service hides it from engines
   * on other nodes unless its external traffic policy is Local.
   *
   * @param network for example `10.1.0.0/16` or `fd00:1::/64`
   * @param except networks in it that are left out
   */
  public static cidr(network: string, except: string[] = []): NetworkPeer {
    return new NetworkPeer({ ipBlock: { cidr: network, except } });
  }

  private constructor(private readonly config: PeerConfig) {}

  /** The peer, in the shape of cdk8s-plus-28's `NetworkPolicyPeerConfig`. */
  // cdk8s-plus declares an interface that this class meets without importing it.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  public toNetworkPolicyPeerConfig(): any {
    return this.config;
  }
}

/** What `toNetworkPolicyPeerConfig` gives, of the classes of cdk8s-plus-28 as far as they are read here. */
interface PeerConfig {
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
  readonly podSelector?: {
    readonly labelSelector?: Selector;
    readonly namespaces?: { readonly labelSelector?: Selector; readonly names?: readonly string[] };
  };
}

/** A selector in wire form, or the class of cdk8s-plus-28, which gives it. */
type Selector = LabelSelector | { _toKube(): LabelSelector };

/**
 * The peers as the API server reads them: one for each namespace that is named.
 *
 * @param namespace that of the policy, whose pods need no selector for their namespace
 * @param everyone what it means when the peer is everyone
 *
 * @internal
 */
export function renderPeer(
  peer: INetworkPeer,
  namespace: string | undefined,
  everyone: string,
  problems: Problems,
): NetworkPolicyPeer[] {
  const { ipBlock, podSelector } = peer.toNetworkPolicyPeerConfig() as PeerConfig;
  const peers = ipBlock === undefined ? podPeers(podSelector ?? {}, namespace, problems) : [ipPeer(ipBlock, problems)];
  if (peers.some(isEveryone)) {
    problems.warn(EngineWarning.ADMITS_EVERYONE, '', `a peer that stands for everyone: ${everyone}`);
  }
  return peers;
}

function podPeers(
  { labelSelector, namespaces = {} }: NonNullable<PeerConfig['podSelector']>,
  own: string | undefined,
  problems: Problems,
): NetworkPolicyPeer[] {
  const pods = wire(labelSelector);
  const inNamespaces = wire(namespaces.labelSelector);
  checkSelector('labels', labelSelector !== undefined && '_toKube' in labelSelector ? undefined : pods, problems);
  checkLabels(problems, 'namespaceLabels', inNamespaces?.matchLabels);
  for (const name of namespaces.names ?? []) {
    checkDnsLabel(problems, 'namespace', name);
  }
  if (namespaces.names === undefined) {
    return [
      {
        ...(inNamespaces && { namespaceSelector: inNamespaces }),
        ...((!isEmpty(pods) || inNamespaces === undefined) && { podSelector: pods ?? {} }),
      },
    ];
  }
  return namespaces.names.map((name) =>
    name === own && isEmpty(inNamespaces)
      ? { podSelector: pods ?? {} }
      : {
          namespaceSelector: { ...inNamespaces, matchLabels: { ...inNamespaces?.matchLabels, [NAMESPACE_NAME]: name } },
          ...(!isEmpty(pods) && { podSelector: pods as LabelSelector }),
        },
  );
}

/** No label at all is every pod, which `NetworkPeer.namespace` says in words. */
function checkSelector(property: string, selector: LabelSelector | undefined, problems: Problems): void {
  checkLabels(problems, property, selector?.matchLabels);
  if (selector?.matchLabels !== undefined && Object.keys(selector.matchLabels).length === 0) {
    problems.add(property, {
      wrong: 'without labels it would be every pod',
      got: {},
      allowed: 'at least one label',
      fix: 'for a whole namespace use NetworkPeer.namespace(name)',
    });
  }
}

function ipPeer({ cidr, except = [] }: NonNullable<PeerConfig['ipBlock']>, problems: Problems): NetworkPolicyPeer {
  const network = parseCidr(cidr);
  if (network === undefined) {
    problems.add('cidr', {
      wrong: 'not a network',
      got: cidr,
      allowed: 'ADDRESS/LENGTH',
      fix: "for example '10.1.0.0/16', or '10.1.2.3/32' for one address",
    });
  }
  for (const [index, part] of except.entries()) {
    const inner = parseCidr(part);
    if (inner === undefined || (network !== undefined && !contains(network, inner))) {
      problems.add(`except[${index}]`, {
        wrong: 'not a part of the network, which the API server refuses',
        got: part,
        allowed: `a smaller network in ${cidr}`,
        fix: 'remove it',
      });
    }
  }
  return { ipBlock: { cidr, ...(except.length > 0 && { except: [...except] }) } };
}

function contains(outer: Cidr, inner: Cidr): boolean {
  const list = new BlockList();
  list.addSubnet(outer.address, outer.length, outer.family);
  return outer.family === inner.family && inner.length > outer.length && list.check(inner.address, inner.family);
}

/** Whether the policy would let in any pod of the cluster, or any address. */
function isEveryone({ ipBlock, namespaceSelector, podSelector }: NetworkPolicyPeer): boolean {
  return ipBlock === undefined
    ? namespaceSelector !== undefined && isEmpty(namespaceSelector) && isEmpty(podSelector)
    : ipBlock.cidr.endsWith('/0') && (ipBlock.except ?? []).length === 0;
}

function wire(selector: Selector | undefined): LabelSelector | undefined {
  if (selector === undefined) {
    return undefined;
  }
  const { matchExpressions, matchLabels } = '_toKube' in selector ? selector._toKube() : selector;
  return { ...(matchExpressions && { matchExpressions }), ...(matchLabels && { matchLabels: { ...matchLabels } }) };
}

function selectorOf(labels: { readonly [key: string]: string }): LabelSelector {
  return Object.keys(labels).length === 0 ? {} : { matchLabels: { ...labels } };
}

function isEmpty(selector: LabelSelector | undefined): boolean {
  return Object.keys(selector?.matchLabels ?? {}).length === 0 && (selector?.matchExpressions ?? []).length === 0;
}
