import { BlockList, isIPv4 } from 'node:net';

/** A source or a destination of traffic: an address, or a pod in a namespace. */
export type Peer =
  | { readonly ip: string }
  | { readonly namespace: { readonly [label: string]: string }; readonly pod: { readonly [label: string]: string } };

/** Traffic from or to a pod. */
export interface Traffic {
  readonly direction: 'egress' | 'ingress';
  readonly peer: Peer;
  /** The port, or undefined if any port is meant. */
  readonly port?: number;
}

type Labels = { readonly [label: string]: string };

/**
 * Whether the network policies of a namespace allow traffic of a pod. This is a stand-in for a network plugin. It evaluates
 * objects as the API server stores them, and supports the fields that the changes use.
 */
export function allows(policies: readonly any[], namespace: string, pod: Labels, traffic: Traffic): boolean {
  const [types, rules, peers] =
    traffic.direction === 'ingress' ? ['Ingress', 'ingress', 'from'] : ['Egress', 'egress', 'to'];
  const applying = policies.filter(({ spec }) => spec.policyTypes.includes(types) && selects(spec.podSelector, pod));
  return (
    applying.length === 0 ||
    applying
      .flatMap(({ spec }) => spec[rules!] ?? [])
      .some(
        (rule) =>
          (rule.ports === undefined ||
            traffic.port === undefined ||
            rule.ports.some(({ port }: { port?: number }) => port === undefined || port === traffic.port)) &&
          (rule[peers!] === undefined || rule[peers!].some((peer: any) => matches(peer, namespace, traffic.peer))),
      )
  );
}

function matches({ ipBlock, namespaceSelector, podSelector }: any, own: string, peer: Peer): boolean {
  if ('ip' in peer) {
    const { ip } = peer;
    return (
      ipBlock !== undefined &&
      contains(ipBlock.cidr, ip) &&
      !(ipBlock.except ?? []).some((one: string) => contains(one, ip))
    );
  }
  return (
    ipBlock === undefined &&
    (namespaceSelector === undefined
      ? peer.namespace['kubernetes.io/metadata.name'] === own
      : selects(namespaceSelector, peer.namespace)) &&
    (podSelector === undefined || selects(podSelector, peer.pod))
  );
}

function selects({ matchExpressions, matchLabels = {} }: any, labels: Labels): boolean {
  if (matchExpressions !== undefined) {
    throw new Error('the evaluation of network policies supports no matchExpressions');
  }
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
}

/** Whether a range contains an IPv4 address. */
function contains(cidr: string, ip: string): boolean {
  const [address, bits] = cidr.split('/');
  // A BlockList finds IPv4 addresses in ranges such as ::/0, too.
  if (!isIPv4(address!)) {
    return false;
  }
  const range = new BlockList();
  range.addSubnet(address!, Number(bits));
  return range.check(ip);
}
