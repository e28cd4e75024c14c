import { isIP } from 'node:net';
import type { HostAlias, PodDNSConfig, PodSpec } from 'kubernetes-types/core/v1';
import { isDnsSubdomain } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';
import { toWire } from '../kubernetes/wire-form';
import type { EnginePodProps } from './engine-pod-props';

const DNS_POLICIES = ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'];
/** As many as the C library reads (kubernetes.io/docs, "Pod's DNS Config"). */
const NAME_SERVERS_MAX = 3;

/** Options for the name resolution of a pod. */
export function nameResolution(pod: EnginePodProps, problems: Problems): Partial<PodSpec> {
  const { dnsPolicy } = pod;
  const dnsConfig = pod.dnsConfig && toWire<PodDNSConfig>(pod.dnsConfig);
  const hostAliases = toWire<HostAlias[]>(pod.hostAliases ?? []);
  if (dnsPolicy !== undefined && !DNS_POLICIES.includes(dnsPolicy)) {
    problems.add('dnsPolicy', {
      wrong: 'not a DNS policy',
      got: dnsPolicy,
      allowed: DNS_POLICIES.join(', '),
      fix: 'choose one of them',
    });
  }
  if (dnsPolicy === 'None' && (dnsConfig?.nameservers ?? []).length === 0) {
    problems.add('dnsConfig', {
      wrong: "the DNS policy 'None' needs a name server, or the API server rejects the pod",
      allowed: 'dnsConfig with nameservers',
      fix: "set dnsConfig: { nameservers: ['10.96.0.10'] }",
    });
  }
  checkDnsConfig(dnsConfig ?? {}, problems.at('dnsConfig'));
  checkHostAliases(hostAliases, problems);
  return {
    ...(hostAliases.length > 0 && { hostAliases }),
    ...(pod.hostNetwork === true && { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' }),
    ...(dnsPolicy && { dnsPolicy }),
    ...(dnsConfig && { dnsConfig }),
  };
}

function checkDnsConfig({ nameservers = [], searches = [] }: PodDNSConfig, problems: Problems): void {
  if (nameservers.length > NAME_SERVERS_MAX) {
    problems.add('nameservers', {
      wrong: 'more name servers than the API server takes',
      got: nameservers,
      allowed: `at most ${NAME_SERVERS_MAX}`,
      fix: 'remove some',
    });
  }
  nameservers.forEach((address, index) => checkAddress(problems, `nameservers[${index}]`, address));
  for (const [index, domain] of searches.entries()) {
    // A name that ends with a dot is complete, and the dot alone is the root.
    if (domain !== '.') {
      checkHost(problems, `searches[${index}]`, domain.replace(/\.$/, ''));
    }
  }
}

function checkHostAliases(hostAliases: readonly HostAlias[], problems: Problems): void {
  const taken = new Set<string>();
  for (const [index, { hostnames = [], ip = '' }] of hostAliases.entries()) {
    const at = problems.at(`hostAliases[${index}]`);
    checkAddress(at, 'ip', ip);
    hostnames.forEach((name, position) => checkHost(at, `hostnames[${position}]`, name));
    if (taken.has(ip)) {
      at.add('ip', {
        wrong: 'another alias has that address, and server-side apply takes each once',
        got: ip,
        allowed: 'addresses that are not taken',
        fix: 'put all its names into one',
      });
    }
    taken.add(ip);
  }
}

function checkHost(problems: Problems, property: string, name: string): void {
  if (!isDnsSubdomain(name)) {
    problems.add(property, {
      wrong: 'not a name that a host can have',
      got: name,
      allowed: "lower-case letters, digits, '-' and '.', at most 253 characters",
      fix: "for example 'registry.example.com'",
    });
  }
}

function checkAddress(problems: Problems, property: string, address: string): void {
  if (isIP(address) === 0) {
    problems.add(property, {
      wrong: 'not an IP address',
      got: address,
      allowed: 'an IPv4 or IPv6 address',
      fix: "for example '10.96.0.10'",
    });
  }
}
