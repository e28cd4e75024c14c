import { isIP } from 'node:net';

/** Whether only the pod itself reaches an address of the form HOST:PORT. */
export function isLoopback(address: string): boolean {
  return /^(127\.[0-9.]+|\[::1\]|localhost):[0-9]+$/.test(address);
}

/** A network. */
export interface Cidr {
  readonly address: string;
  readonly length: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** ADDRESS/LENGTH in parts; undefined for a text that is none. */
export function parseCidr(text: string): Cidr | undefined {
  const [, address = '', digits = ''] = /^([0-9a-fA-F.:]+)\/([0-9]{1,3})$/.exec(text) ?? [];
  const version = isIP(address);
  const length = Number(digits);
  return version === 0 || length > (version === 4 ? 32 : 128)
    ? undefined
    : { address, length, family: version === 4 ? 'ipv4' : 'ipv6' };
}
