import type { HostAlias, PodDNSConfig, PodSpec } from 'kubernetes-types/core/v1';
import type { Problems } from '../../reporting/problems';
import { checkIpAddress } from '../ip-addresses';
import { isDnsSubdomain } from '../names';
import { checkOneOf, checkPresent, checkUnique, indexed } from './rules';

const POLICIES = ['', 'ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'];
/** The maximum number of name servers that the C library reads (kubernetes.io/docs, "Pod's DNS Config"). */
const NAME_SERVERS_MAX = 3;
const SEARCHES_MAX = 32;
const SEARCH_LENGTH_MAX = 2048;
const SEARCH = /^_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*$/;

/** Checks the DNS settings of a pod (pkg/apis/core/validation, validatePodDNSConfig and ValidateHostAliases). */
export function checkDns(problems: Problems, { dnsConfig, dnsPolicy, hostAliases }: PodSpec): void {
  checkOneOf(problems, 'dnsPolicy', dnsPolicy, POLICIES);
  if (dnsPolicy === 'None' && (dnsConfig?.nameservers ?? []).length === 0) {
    problems.add('dnsConfig', {
      wrong: "must have a name server if the DNS policy is 'None'",
      allowed: 'dnsConfig with nameservers',
      fix: "set dnsConfig: { nameservers: ['10.96.0.10'] }",
    });
  }
  if (dnsConfig !== undefined) {
    checkDnsConfig(problems.at('dnsConfig'), dnsConfig);
  }
  if (hostAliases !== undefined) {
    checkHostAliases(problems.at('hostAliases'), hostAliases);
  }
}

function checkDnsConfig(problems: Problems, { nameservers = [], options, searches = [] }: PodDNSConfig): void {
  if (nameservers.length > NAME_SERVERS_MAX) {
    problems.add('nameservers', {
      wrong: 'exceeds the number of name servers that a pod can use',
      got: nameservers,
      allowed: `at most ${NAME_SERVERS_MAX}`,
      fix: 'remove some',
    });
  }
  nameservers.forEach((address, index) => checkIpAddress(problems, `nameservers[${index}]`, address));
  if (searches.length > SEARCHES_MAX || searches.join(' ').length > SEARCH_LENGTH_MAX) {
    problems.add('searches', {
      wrong: 'exceeds the number of search domains that a pod can use',
      got: searches.length,
      allowed: `at most ${SEARCHES_MAX}, and ${SEARCH_LENGTH_MAX} characters together`,
      fix: 'remove some',
    });
  }
  for (const [index, domain] of searches.entries()) {
    // A trailing dot marks an absolute name, and a single dot is the root.
    const name = domain.replace(/\.$/, '');
    if (domain !== '.' && (name.length > 253 || !SEARCH.test(name))) {
      reportHost(problems, `searches[${index}]`, domain);
    }
  }
  for (const [index, { name }] of indexed(options)) {
    checkPresent(problems, `options[${index}].name`, name, "'ndots'");
  }
}

function checkHostAliases(problems: Problems, hostAliases: readonly HostAlias[] | undefined): void {
  for (const [index, { hostnames = [], ip = '' }] of indexed(hostAliases)) {
    const at = problems.at(`[${index}]`);
    checkIpAddress(at, 'ip', ip);
    for (const [position, name] of hostnames.entries()) {
      if (!isDnsSubdomain(name)) {
        reportHost(at, `hostnames[${position}]`, name);
      }
    }
  }
  checkUnique(
    problems,
    hostAliases,
    ({ ip }) => ({ key: ip, property: 'ip' }),
    'another alias has this address, and server-side apply rejects duplicates',
  );
}

function reportHost(problems: Problems, property: string, name: string): void {
  problems.add(property, {
    wrong: 'must be a valid host name',
    got: name,
    allowed: "lower-case letters, digits, '-' and '.', at most 253 characters",
    fix: "use a value such as 'registry.example.com'",
  });
}
