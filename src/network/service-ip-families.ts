import type { ServiceSpec } from 'kubernetes-types/core/v1';
import type { Problems } from '../reporting/problems';
import type { BoundListener } from './bound-listener';
import { IpFamily, IpFamilyPolicy } from './service-options';

/** Renders the IP families of a listener's Service, and checks them. */
export function ipFamilies(
  { service, tls, url }: BoundListener,
  problems: Problems,
): Pick<ServiceSpec, 'ipFamilies' | 'ipFamilyPolicy'> {
  const { ipFamilies: families = [], ipFamilyPolicy: policy } = service;
  if (new Set(families).size < families.length) {
    problems.add('ipFamilies', {
      wrong: 'must not contain a family twice, because the API server rejects duplicates',
      got: families,
      allowed: 'each family once',
      fix: 'remove one',
    });
  } else if (families.length > 1 && policy === IpFamilyPolicy.SINGLE_STACK) {
    problems.add('ipFamilyPolicy', {
      wrong: 'conflicts with two ipFamilies, because a single-stack Service has only one',
      got: policy,
      allowed: 'IpFamilyPolicy.PREFER_DUAL_STACK, IpFamilyPolicy.REQUIRE_DUAL_STACK',
      fix: 'remove it',
    });
  }
  const listensOnIpv6 = (tls?.address ?? url ?? '').includes('[');
  const isDualStack = policy !== undefined && policy !== IpFamilyPolicy.SINGLE_STACK;
  if (!listensOnIpv6 && (isDualStack || families.includes(IpFamily.IPV6))) {
    problems.add(isDualStack ? 'ipFamilyPolicy' : 'ipFamilies', {
      wrong: 'the Service has IPv6 addresses, but the engine listens only on IPv4',
      got: isDualStack ? policy : families,
      allowed: 'IPv4, unless the listener has an IPv6 address',
      fix: "set address: '[::]' on the listener to listen on both families",
    });
  }
  return {
    ...(policy !== undefined && { ipFamilyPolicy: policy }),
    ...(families.length > 0 && { ipFamilies: [...families] }),
  };
}
