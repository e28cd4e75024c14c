import type { NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import { KEY_PREFIX } from '../kubernetes/key-prefix';
import { labelOf } from '../kubernetes/names';

/** The engine that a client uses. */
interface NamedEngine {
  readonly name: string;
  readonly namespace: string | undefined;
}

/** Returns the labels of the pods that are clients of an engine. No other engine has clients with the same labels. */
export function clientLabels({ name, namespace }: NamedEngine): { readonly [key: string]: string } {
  return { [`${KEY_PREFIX}${labelOf(`client-of-${name}`)}`]: namespace ?? '' };
}

/** Returns the peer of a network policy for the clients in a namespace. */
export function clientPeer(engine: NamedEngine, clientNamespace: string | undefined): NetworkPolicyPeer {
  return {
    podSelector: { matchLabels: { ...clientLabels(engine) } },
    ...(clientNamespace !== engine.namespace && {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': clientNamespace ?? '' } },
    }),
  };
}
