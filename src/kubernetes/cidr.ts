import { isIP } from 'node:net';
import type { Problems } from '../reporting/problems';

/** A network in CIDR notation. */
export interface Cidr {
  readonly family: 'ipv4' | 'ipv6';
  readonly length: number;
  /** All bits of the address. */
  readonly bits: bigint;
}

/** Parses ADDRESS/LENGTH. The address may have bits after the first LENGTH. */
export function parseCidr(text: string): Cidr | undefined {
  const [, address = '', digits = ''] = /^([0-9a-fA-F.:]+)\/([0-9]{1,3})$/.exec(text) ?? [];
  const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
  const length = Number(digits);
  return isIP(address) === 0 || length > size(family) ? undefined : { family, length, bits: bitsOf(address, family) };
}

/**
 * Reports a network that the API server rejects. Since Kubernetes 1.36 it rejects addresses with bits after the prefix and mapped
 * addresses too (k8s.io/apimachinery pkg/util/validation/ip.go, `IsValidCIDR`).
 */
export function checkCidr(problems: Problems, property: string, text: string): Cidr | undefined {
  const cidr = parseCidr(text);
  const report = (wrong: string, fix: string): undefined => {
    problems.add(property, { wrong, got: text, allowed: 'ADDRESS/LENGTH', fix });
    return undefined;
  };
  if (cidr === undefined) {
    return report('not a network', "for example '10.1.0.0/16', or '10.1.2.3/32' for one address");
  }
  const { bits, family, length } = cidr;
  if (/\/0\d/.test(text)) {
    return report('the length has leading zeros', `write '${text.replace(/\/0+(?=\d)/, '/')}'`);
  }
  if (family === 'ipv6' && bits >> 32n === 0xffffn) {
    const ipv4 = `${addressOf(bits & 0xffffffffn, 'ipv4')}/${Math.max(length - 96, 0)}`;
    return report('an IPv4 address that is mapped to IPv6', `write '${ipv4}'`);
  }
  const prefix = prefixOf(cidr);
  if (prefix !== bits) {
    return report(
      `the address has bits after the first ${length}`,
      `write '${addressOf(prefix, family)}/${length}', or '${addressOf(bits, family)}/${size(family)}' for one address`,
    );
  }
  return cidr;
}

/** Whether a network contains another, smaller one. */
export function containsCidr(outer: Cidr, inner: Cidr): boolean {
  return (
    outer.family === inner.family &&
    inner.length > outer.length &&
    prefixOf({ ...inner, length: outer.length }) === prefixOf(outer)
  );
}

function size(family: Cidr['family']): number {
  return family === 'ipv4' ? 32 : 128;
}

/** The address with all bits after the prefix set to zero. */
function prefixOf({ bits, family, length }: Cidr): bigint {
  const rest = BigInt(size(family) - length);
  return (bits >> rest) << rest;
}

function bitsOf(address: string, family: Cidr['family']): bigint {
  if (family === 'ipv4') {
    return address.split('.').reduce((bits, part) => (bits << 8n) | BigInt(part), 0n);
  }
  // URL writes every IPv6 address in one form: groups of hexadecimal digits, the longest run of zeros as '::'.
  const [head = [], tail = []] = new URL(`http://[${address}]`).hostname
    .slice(1, -1)
    .split('::')
    .map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail].reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n);
}

function addressOf(bits: bigint, family: Cidr['family']): string {
  const parts = (count: number, width: number, radix: number): string[] =>
    Array.from({ length: count }, (_, index) =>
      BigInt.asUintN(width, bits >> BigInt(width * (count - 1 - index))).toString(radix),
    );
  return family === 'ipv4'
    ? parts(4, 8, 10).join('.')
    : new URL(`http://[${parts(8, 16, 16).join(':')}]`).hostname.slice(1, -1);
}
