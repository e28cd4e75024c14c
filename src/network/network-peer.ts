import type { LabelSelector } from 'kubernetes-types/meta/v1';
import type { NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import { checkIpBlock } from '../kubernetes/cidr';
import { checkDnsLabel, checkLabels } from '../kubernetes/names';
import { checkLabelExpressions } from '../kubernetes/validation/label-selectors';
import type { Problems } from '../reporting/problems';
import { EngineRisk } from '../reporting/engine-risk';
import { checkCalls } from '../reporting/check-arguments';

/** The label that the API server sets to the name of a namespace. */
const NAMESPACE_NAME = 'kubernetes.io/metadata.name';

/**
 * A peer of a network policy: a `NetworkPeer`, or any `INetworkPolicyPeer` from cdk8s-plus-28, such as a Deployment, a
 * Pod, a Namespace, `Pods.select(...)` or `NetworkPolicyIpBlock`.
 */
export interface INetworkPeer {
  /** The peer, in the shape of cdk8s-plus-28's `NetworkPolicyPeerConfig`. */
  toNetworkPolicyPeerConfig(): any; // eslint-disable-line @typescript-eslint/no-explicit-any
}

/** The operator of a label condition. */
export enum LabelOperator {
  /** The label has one of the values. */
  IN = 'In',
  /** The label has none of the values, or is missing. */
  NOT_IN = 'NotIn',
  /** The label exists. */
  EXISTS = 'Exists',
  /** The label is missing. */
  DOES_NOT_EXIST = 'DoesNotExist',
}

/** A condition on a label. */
export interface LabelExpression {
  /** The key of the label. */
  readonly key: string;

  /** The operator. */
  readonly operator: LabelOperator;

  /**
   * The values, required for `LabelOperator.IN` and `LabelOperator.NOT_IN`.
   *
   * @default - none
   */
  readonly values?: string[];
}

/** The pods to select as a peer of a network policy. */
export interface PeerPodsOptions {
  /**
   * The labels of the pods. At least one of `labels` and `labelExpressions` is required.
   *
   * @default - none
   */
  readonly labels?: { [key: string]: string };

  /**
   * Conditions on the labels of the pods.
   *
   * @default - none
   */
  readonly labelExpressions?: LabelExpression[];

  /**
   * The namespace of the pods.
   *
   * @default - the engine's namespace, unless `namespaceLabels` or `namespaceLabelExpressions` is set
   */
  readonly namespace?: string;

  /**
   * The labels of the pods' namespaces. An empty map selects every namespace.
   *
   * @default - none
   */
  readonly namespaceLabels?: { [key: string]: string };

  /**
   * Conditions on the labels of the pods' namespaces.
   *
   * @default - none
   */
  readonly namespaceLabelExpressions?: LabelExpression[];
}

/** A peer of a network policy, selected by labels, namespace or network. */
export class NetworkPeer implements INetworkPeer {
  /**
   * Selects pods by their labels.
   *
   * @param options the labels and namespaces of the pods
   */
  public static pods(options: PeerPodsOptions): NetworkPeer {
    const { labels = {}, labelExpressions, namespace, namespaceLabels, namespaceLabelExpressions } = options;
    return new NetworkPeer({
      podSelector: {
        labelSelector: selectorOf(labels, labelExpressions),
        namespaces: {
          ...(namespace !== undefined && { names: [namespace] }),
          ...((namespaceLabels ?? namespaceLabelExpressions) && {
            labelSelector: selectorOf(namespaceLabels, namespaceLabelExpressions),
          }),
        },
      },
    });
  }

  /**
   * Selects every pod in a namespace.
   *
   * @param name the name of the namespace
   */
  public static namespace(name: string): NetworkPeer {
    return new NetworkPeer({ podSelector: { namespaces: { names: [name] } } });
  }

  /**
   * Selects a network by its CIDR. Clients outside the cluster match only if the Service preserves their addresses,
   * which requires `externalTrafficPolicy: TrafficPolicy.LOCAL`.
   *
   * @param network the CIDR of the network, for example `10.1.0.0/16` or `fd00:1::/64`
   * @param except the CIDRs of excluded networks within it
   */
  public static cidr(network: string, except: string[] = []): NetworkPeer {
    return new NetworkPeer({ ipBlock: { cidr: network, except } });
  }

  /**
   * Selects the pods of the cluster's DNS: those with the label `k8s-app: kube-dns` in the namespace `kube-system`.
   * CoreDNS and kube-dns have this label in most clusters, but not in OpenShift.
   */
  public static clusterDns(): NetworkPeer {
    return NetworkPeer.pods({ namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } });
  }

  private constructor(private readonly config: PeerConfig) {}

  /** Returns the peer, in the shape of cdk8s-plus-28's `NetworkPolicyPeerConfig`. */
  // The class satisfies the interface of cdk8s-plus without importing it.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  public toNetworkPolicyPeerConfig(): any {
    return this.config;
  }
}

checkCalls('NetworkPeer', NetworkPeer);

/** The part of cdk8s-plus-28's `NetworkPolicyPeerConfig` that the library reads. */
interface PeerConfig {
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
  readonly podSelector?: {
    readonly labelSelector?: Selector;
    readonly namespaces?: { readonly labelSelector?: Selector; readonly names?: readonly string[] };
  };
}

/** A label selector in wire form, or the class of cdk8s-plus-28 that renders one. */
type Selector = LabelSelector | { _toKube(): LabelSelector };

/**
 * Renders a peer in wire form, as one entry per namespace.
 *
 * @param namespace the namespace of the policy, whose pods don't need a namespace selector
 * @param everyone the consequence if the peer matches everything, for the warning
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
  if (peers.some(matchesEverything)) {
    problems.warn(EngineRisk.ADMITS_EVERYONE, '', `the peer matches everything, so ${everyone}`);
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
  checkSelector('label', pods, problems);
  checkSelector('namespaceLabel', inNamespaces, problems);
  if (labelSelector !== undefined && !('_toKube' in labelSelector) && isEmpty(pods)) {
    problems.add('labels', {
      wrong: 'must not be empty, because the peer would match every pod',
      got: {},
      allowed: 'at least one label or label expression',
      fix: 'add a label, or use NetworkPeer.namespace(name) for a whole namespace',
    });
  }
  for (const name of namespaces.names ?? []) {
    checkDnsLabel(problems, 'namespace', name);
    checkNamespaceLabel(name, inNamespaces, problems);
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

function checkSelector(
  property: 'label' | 'namespaceLabel',
  selector: LabelSelector | undefined,
  problems: Problems,
): void {
  checkLabels(problems, `${property}s`, selector?.matchLabels);
  checkLabelExpressions(problems.at(`${property}Expressions`), selector?.matchExpressions);
}

/** Reports a selector that requires two different namespace names, because no namespace matches it. */
function checkNamespaceLabel(name: string, selector: LabelSelector | undefined, problems: Problems): void {
  const labelled = selector?.matchLabels?.[NAMESPACE_NAME];
  if (labelled !== undefined && labelled !== name) {
    problems.add('namespaceLabels', {
      wrong: `no namespace has both names, ${JSON.stringify(name)} and ${JSON.stringify(labelled)}`,
      got: selector?.matchLabels,
      allowed: 'one namespace',
      fix: 'use two peers, one for each namespace',
    });
  }
}

function ipPeer({ cidr, except = [] }: NonNullable<PeerConfig['ipBlock']>, problems: Problems): NetworkPolicyPeer {
  checkIpBlock(problems, { cidr, except });
  return { ipBlock: { cidr, ...(except.length > 0 && { except: [...except] }) } };
}

/** Whether a peer matches every pod in the cluster, or every address. */
function matchesEverything({ ipBlock, namespaceSelector, podSelector }: NetworkPolicyPeer): boolean {
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

function selectorOf(
  labels: { readonly [key: string]: string } = {},
  expressions: readonly LabelExpression[] = [],
): LabelSelector {
  return {
    ...(expressions.length > 0 && { matchExpressions: [...expressions] }),
    ...(Object.keys(labels).length > 0 && { matchLabels: { ...labels } }),
  };
}

function isEmpty(selector: LabelSelector | undefined): boolean {
  return Object.keys(selector?.matchLabels ?? {}).length === 0 && (selector?.matchExpressions ?? []).length === 0;
}
