import type { Field } from './field';

/** The label of a Namespace that Kubernetes sets to its name. */
export const NAMESPACE_NAME = 'kubernetes.io/metadata.name';

/** The description of a peer of a network policy. */
export interface DescribedPeer {
  /** The pods or addresses, such as `pods with app=runner`. */
  readonly who: string;
  /** The namespace, such as `in namespace ci`. It is undefined for addresses, and for the namespace of the policy. */
  readonly where?: string;
  /** Whether the peer is in the namespace of the policy. */
  readonly isLocal: boolean;
}

/** Describes a peer of a network policy. */
export function describePeer(peer: Field): DescribedPeer {
  const block = peer.at('ipBlock');
  if (block.exists) {
    const except = block.at('except').items.map(({ text = '' }) => text);
    const suffix = except.length === 0 ? '' : ` except ${except.join(' and ')}`;
    return { who: `addresses in ${block.at('cidr').text ?? ''}${suffix}`, isLocal: false };
  }
  const pods = selectorText(peer.at('podSelector'));
  const who = pods === '' ? 'all pods' : `pods with ${pods}`;
  const namespaces = peer.at('namespaceSelector');
  if (!namespaces.exists) {
    return { who, isLocal: true };
  }
  const text = selectorText(namespaces);
  const name = namespaces.at('matchLabels', NAMESPACE_NAME).text;
  return {
    who,
    where:
      text === ''
        ? 'in any namespace'
        : text === `${NAMESPACE_NAME}=${name}`
          ? `in namespace ${name}`
          : `in namespaces with ${text}`,
    isLocal: false,
  };
}

/** Describes a label selector. The text of an empty selector is empty. */
function selectorText(selector: Field): string {
  return [
    ...Object.entries(selector.at('matchLabels').texts)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => `${key}=${value}`),
    ...selector.at('matchExpressions').items.map((expression) =>
      [
        expression.at('key').text,
        expression.at('operator').text,
        expression
          .at('values')
          .items.map(({ text }) => text)
          .join(', '),
      ]
        .filter(Boolean)
        .join(' '),
    ),
  ].join(' and ');
}
