import { isIP } from 'node:net';
import type { Problems } from '../reporting/problems';

export interface IpAddress {
  readonly family: 'ipv4' | 'ipv6';
  readonly bits: bigint;
}

/** Whether the host of HOST:PORT is a loopback address, which only the pod itself can reach. */
export function isLoopback(address: string): boolean {
  return /^(127\.[0-9.]+|\[::1\]|localhost):[0-9]+$/.test(address);
}

/** Parses an IP address. Kubernetes allows neither zones nor leading zeros. */
export function parseAddress(text: string): IpAddress | undefined {
  const version = text.includes('%') ? 0 : isIP(text);
  if (version === 4) {
    return { family: 'ipv4', bits: text.split('.').reduce((bits, part) => (bits << 8n) | BigInt(part), 0n) };
  }
  return version === 6 ? { family: 'ipv6', bits: bitsOfIPv6(text) } : undefined;
}

/** Formats an address in its canonical form. */
export function formatAddress({ bits, family }: IpAddress): string {
  const parts = (count: number, width: number, radix: number): string[] =>
    Array.from({ length: count }, (_, index) =>
      BigInt.asUintN(width, bits >> BigInt(width * (count - 1 - index))).toString(radix),
    );
  return family === 'ipv4'
    ? parts(4, 8, 10).join('.')
    : new URL(`http://[${parts(8, 16, 16).join(':')}]`).hostname.slice(1, -1);
}

/** Whether an address is an IPv4-mapped IPv6 address, such as `::ffff:10.0.0.1`. Programs disagree on its meaning. */
export function isMapped({ bits, family }: IpAddress): boolean {
  return family === 'ipv6' && bits >> 32n === 0xffffn;
}

/** Returns the IPv4 address in an IPv4-mapped IPv6 address. */
export function unmapped({ bits }: IpAddress): string {
  return formatAddress({ family: 'ipv4', bits: bits & 0xffff_ffffn });
}

/**
 * Reports a string that the API server rejects as an IP address (k8s.io/apimachinery pkg/util/validation/ip.go,
 * `parseIP`).
 */
export function checkIpAddress(problems: Problems, property: string, text: string): void {
  const address = parseAddress(text);
  if (address === undefined || isMapped(address)) {
    problems.add(property, {
      wrong: 'must be an IP address',
      got: text,
      allowed: 'an IPv4 or IPv6 address',
      fix: address === undefined ? "use a value such as '10.96.0.10'" : `write '${unmapped(address)}'`,
    });
  }
}

function bitsOfIPv6(text: string): bigint {
  // URL normalizes every IPv6 address to groups of hexadecimal digits, with the longest run of zeros as '::'.
  const [head = [], tail = []] = new URL(`http://[${text}]`).hostname
    .slice(1, -1)
    .split('::')
    .map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail].reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n);
}

/** Whether a string has the form HOST:PORT. The host may be empty. An IPv6 address must be in brackets. */
export function isHostAndPort(text: string): boolean {
  const port = /^(?:\[[0-9a-fA-F:.]*\]|[^:[\]\s]*):(\d{1,5})$/.exec(text)?.[1];
  return port !== undefined && Number(port) <= 65535;
}
