import type { Problems } from '../reporting/problems';
import { formatAddress, isMapped, parseAddress, unmapped, type IpAddress } from './ip-addresses';

/** A network in CIDR notation. `bits` is the whole address, including the host bits. */
export interface Cidr extends IpAddress {
  readonly length: number;
}

/** Parses ADDRESS/LENGTH. Accepts an address with host bits. */
export function parseCidr(text: string): Cidr | undefined {
  const [, host = '', digits = ''] = /^([0-9a-fA-F.:]+)\/([0-9]{1,3})$/.exec(text) ?? [];
  const address = parseAddress(host);
  const length = Number(digits);
  return address === undefined || length > size(address) ? undefined : { ...address, length };
}

/**
 * Reports a network that the API server rejects. Since Kubernetes 1.36, it also rejects addresses with host bits and
 * IPv4-mapped addresses (k8s.io/apimachinery pkg/util/validation/ip.go, `IsValidCIDR`).
 */
export function checkCidr(problems: Problems, property: string, text: string): Cidr | undefined {
  const cidr = parseCidr(text);
  const report = (wrong: string, fix: string): undefined => {
    problems.add(property, { wrong, got: text, allowed: 'ADDRESS/LENGTH', fix });
    return undefined;
  };
  if (cidr === undefined) {
    return report(
      'must be a network in CIDR notation',
      "use a value such as '10.1.0.0/16', or '10.1.2.3/32' for one address",
    );
  }
  const { bits, family, length } = cidr;
  if (/\/0\d/.test(text)) {
    return report('must not have leading zeros in its length', `write '${text.replace(/\/0+(?=\d)/, '/')}'`);
  }
  if (isMapped(cidr)) {
    return report('must not be an IPv4-mapped IPv6 address', `write '${unmapped(cidr)}/${Math.max(length - 96, 0)}'`);
  }
  const prefix = prefixOf(cidr);
  if (prefix !== bits) {
    const network = formatAddress({ family, bits: prefix });
    return report(
      `the address has host bits (after the first ${length})`,
      `write '${network}/${length}', or '${formatAddress(cidr)}/${size(cidr)}' for one address`,
    );
  }
  return cidr;
}

/** Reports an IP block that the API server rejects (pkg/apis/networking/validation, ValidateIPBlock). */
export function checkIpBlock(
  problems: Problems,
  { cidr = '', except = [] }: { readonly cidr?: string; readonly except?: readonly string[] },
): void {
  const network = checkCidr(problems, 'cidr', cidr);
  for (const [index, part] of except.entries()) {
    const excluded = checkCidr(problems, `except[${index}]`, part);
    if (network !== undefined && excluded !== undefined && !containsCidr(network, excluded)) {
      problems.add(`except[${index}]`, {
        wrong: 'must be inside the network in cidr, and smaller than it',
        got: part,
        allowed: `a smaller network within ${cidr}`,
        fix: 'remove it',
      });
    }
  }
}

/** Whether a network contains another network. */
export function containsCidr(outer: Cidr, inner: Cidr): boolean {
  return (
    outer.family === inner.family &&
    inner.length > outer.length &&
    prefixOf({ ...inner, length: outer.length }) === prefixOf(outer)
  );
}

function size({ family }: IpAddress): number {
  return family === 'ipv4' ? 32 : 128;
}

/** Returns the address with all bits after the prefix set to zero. */
function prefixOf(cidr: Cidr): bigint {
  const rest = BigInt(size(cidr) - cidr.length);
  return (cidr.bits >> rest) << rest;
}
