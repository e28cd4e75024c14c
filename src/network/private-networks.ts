/**
 * The networks outside the public internet that routers forward to (RFC 1918, 6598 and 4193), and others that IANA's
 * registries of special-purpose addresses list as not globally reachable. GKE uses 240.0.0.0/4 for pods.
 */
export const PRIVATE_NETWORKS = {
  ipv4: [
    '10.0.0.0/8',
    '100.64.0.0/10',
    '172.16.0.0/12',
    '192.0.0.0/24',
    '192.168.0.0/16',
    '198.18.0.0/15',
    '240.0.0.0/4',
  ],
  ipv6: ['64:ff9b:1::/48', 'fc00::/7', 'fe80::/10'],
};

/**
 * Returns the IPv6 network that a NAT64 gateway translates to an IPv4 network (RFC 6052). The whole of 64:ff9b::/96
 * can't be blocked, because clusters without IPv4 use it to reach public servers.
 */
export function translated(network: string): string {
  const [address = '', length] = network.split('/');
  const [a, b, c, d] = address.split('.').map(Number) as [number, number, number, number];
  return `64:ff9b::${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}/${96 + Number(length)}`;
}

/**
 * The networks with the metadata services of cloud providers: link-local addresses, Azure's wire server, and the IPv6
 * addresses of AWS and Google Cloud.
 */
export const METADATA_NETWORKS = {
  ipv4: ['168.63.129.16/32', '169.254.0.0/16'],
  ipv6: ['fd00:ec2::254/128', 'fd20:ce::254/128'],
};
