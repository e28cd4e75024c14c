import { posix } from 'node:path';

/** The address of an engine in a client's environment variable. */
export type Address =
  | { readonly kind: 'socket'; readonly directory: string }
  | { readonly kind: 'network'; readonly scheme: string; readonly host: string; readonly port: number }
  | { readonly kind: 'exec'; readonly pod: string; readonly namespace?: string };

/** Parses an address such as `tls://pool.ci.svc:8443`. Returns undefined for other text. */
export function parseAddress(text: string): Address | undefined {
  const [, scheme, rest] = /^([a-z-]+):\/\/([^?]+)/.exec(text) ?? [];
  switch (scheme) {
    case 'unix':
      return { kind: 'socket', directory: posix.dirname(rest!) };
    case 'tcp':
    case 'tls': {
      const [, host, port] = /^(.+):(\d+)$/.exec(rest!) ?? [];
      return host === undefined ? undefined : { kind: 'network', scheme, host, port: Number(port) };
    }
    case 'kube-pod':
      return { kind: 'exec', pod: rest!, namespace: /[?&]namespace=([^&]+)/.exec(text)?.[1] };
    default:
      return undefined;
  }
}

/** The Service that a DNS name in the cluster refers to, and the pod if the name belongs to a single pod. */
export interface ServiceName {
  readonly service: string;
  readonly namespace: string | undefined;
  readonly pod?: string;
}

/** Splits a DNS name such as `pool-0.pool-headless.ci.svc`. A short name is in the namespace of the client. */
export function serviceOf(host: string, namespace: string | undefined): ServiceName {
  const [labels, afterService] = [host.split('.'), host.split('.').indexOf('svc')];
  if (afterService >= 2) {
    const [own, service, pod] = labels.slice(0, afterService).reverse();
    return { service: service!, namespace: own, ...(pod !== undefined && { pod }) };
  }
  return { service: labels[0]!, namespace: labels[1] ?? namespace };
}
