/** The networks outside the public internet (RFC 1918, 6598 and 4193). */
export const PRIVATE_NETWORKS = {
  ipv4: ['10.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16'],
  ipv6: ['fc00::/7'],
};

/**
 * The networks with the metadata services of cloud providers: link-local addresses, Azure's wire server, and the IPv6
 * addresses of AWS and Google Cloud.
 */
export const METADATA_NETWORKS = {
  ipv4: ['168.63.129.16/32', '169.254.0.0/16'],
  ipv6: ['fd00:ec2::254/128', 'fd20:ce::254/128'],
};
