import type { Service, ServicePort, ServiceSpec } from 'kubernetes-types/core/v1';
import type { Problems } from '../../reporting/problems';
import { checkCidr } from '../cidr';
import { checkIpAddress, parseAddress } from '../ip-addresses';
import { checkDnsLabel, checkDnsSubdomain, checkKey, checkLabels } from '../names';
import { checkPort, PROTOCOLS } from '../ports';
import { checkPortOrName } from './handlers';
import { checkAbsent, checkOneOf, checkPresent, checkRange, checkUnique, indexed } from './rules';

const TYPES = ['', 'ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const FAMILIES = ['IPv4', 'IPv6'];
const FAMILY_POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];
const TRAFFIC_POLICIES = ['Cluster', 'Local'];
const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];
/** The maximum timeout of session affinity in seconds: one day (pkg/apis/core, MaxClientIPServiceAffinitySeconds). */
const AFFINITY_MAX = 86_400;
const SOURCE_RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';

/** A Service with the fields that `kubernetes-types` doesn't have yet. */
interface NewerServiceSpec extends ServiceSpec {
  readonly trafficDistribution?: string;
}

/** Checks a Service (pkg/apis/core/validation, validateService). */
export function checkService(problems: Problems, { metadata = {}, spec = {} }: Service): void {
  const at = problems.at('spec');
  checkOneOf(at, 'type', spec.type, TYPES);
  checkLabels(at, 'selector', spec.selector);
  checkServicePorts(at, spec);
  checkAffinityOfSessions(at, spec);
  checkAddresses(at, spec);
  checkTraffic(at, spec);
  checkBalancer(problems, metadata.annotations ?? {}, spec);
  if (spec.type === 'ExternalName') {
    checkExternalName(at, spec);
  }
}

function checkServicePorts(problems: Problems, { clusterIP, clusterIPs, ports = [], type }: ServiceSpec): void {
  const isHeadless = clusterIP === 'None' || clusterIPs?.[0] === 'None';
  if (ports.length === 0 && !isHeadless && type !== 'ExternalName') {
    problems.add('ports', {
      wrong: 'is required',
      got: ports,
      allowed: "at least one port, unless clusterIP is 'None'",
      fix: 'use a value such as [{ port: 80 }]',
    });
  }
  for (const [index, port] of ports.entries()) {
    checkServicePort(problems.at(`ports[${index}]`), port, ports.length > 1, type);
  }
  const at = problems.at('ports');
  const other = 'another port of the Service has';
  checkUnique(at, ports, ({ name }) => ({ key: name || undefined, property: 'name' }), `${other} this name`);
  checkUnique(
    at,
    ports,
    ({ port, protocol }) => ({ key: `${protocol || 'TCP'} ${port}`, property: 'port', got: port }),
    `${other} this number`,
  );
  checkUnique(
    at,
    ports,
    ({ nodePort, protocol }) => ({
      key: nodePort ? `${protocol || 'TCP'} ${nodePort}` : undefined,
      property: 'nodePort',
      got: nodePort,
    }),
    `${other} this node port`,
  );
}

function checkServicePort(problems: Problems, port: ServicePort, needsName: boolean, type = 'ClusterIP'): void {
  if ((port.name ?? '') !== '') {
    checkDnsLabel(problems, 'name', port.name!);
  } else if (needsName) {
    checkPresent(problems, 'name', port.name, "'metrics'");
  }
  checkPort(problems, 'port', port.port, port.protocol || 'TCP');
  checkOneOf(problems, 'protocol', port.protocol, ['', ...PROTOCOLS]);
  if (port.targetPort !== undefined && port.targetPort !== 0 && port.targetPort !== '') {
    checkPortOrName(problems, 'targetPort', port.targetPort);
  }
  if (port.appProtocol !== undefined) {
    checkKey(problems, 'appProtocol', port.appProtocol);
  }
  const { nodePort = 0 } = port;
  if (nodePort !== 0 && (type === 'ClusterIP' || type === '')) {
    problems.add('nodePort', {
      wrong: "is not supported for the type 'ClusterIP'",
      got: nodePort,
      allowed: "the types 'NodePort' and 'LoadBalancer'",
      fix: 'remove it',
    });
  } else if (nodePort !== 0) {
    checkPort(problems, 'nodePort', nodePort);
  }
}

function checkAffinityOfSessions(problems: Problems, { sessionAffinity, sessionAffinityConfig }: ServiceSpec): void {
  checkOneOf(problems, 'sessionAffinity', sessionAffinity, ['', 'ClientIP', 'None']);
  if (sessionAffinity === 'ClientIP') {
    const { timeoutSeconds } = sessionAffinityConfig?.clientIP ?? {};
    checkRange(problems, 'sessionAffinityConfig.clientIP.timeoutSeconds', timeoutSeconds, [1, AFFINITY_MAX]);
  }
}

function checkAddresses(problems: Problems, spec: ServiceSpec): void {
  const { clusterIP = '', clusterIPs = [], externalIPs, ipFamilies = [], ipFamilyPolicy, type } = spec;
  if (clusterIPs.length > 0 && clusterIPs[0] !== clusterIP && type !== 'ExternalName') {
    problems.add('clusterIPs', {
      wrong: 'must start with the address in clusterIP',
      got: clusterIPs,
      allowed: `a list that starts with ${JSON.stringify(clusterIP)}`,
      fix: 'remove clusterIPs',
    });
  }
  const addresses = clusterIPs.length > 0 ? clusterIPs : clusterIP === '' ? [] : [clusterIP];
  const isHeadless = addresses[0] === 'None';
  if (isHeadless && (addresses.length > 1 || type === 'LoadBalancer' || type === 'NodePort')) {
    problems.add('clusterIP', {
      wrong: "'None' is supported only for the type 'ClusterIP', and without other addresses",
      got: addresses,
      allowed: "'None' by itself, with the type 'ClusterIP'",
      fix: 'remove it',
    });
  }
  for (const [index, family] of ipFamilies.entries()) {
    checkOneOf(problems, `ipFamilies[${index}]`, family, FAMILIES);
  }
  checkUnique(
    problems.at('ipFamilies'),
    ipFamilies,
    (family) => ({ key: family, property: '' }),
    'the family is already listed',
  );
  checkOneOf(problems, 'ipFamilyPolicy', ipFamilyPolicy, FAMILY_POLICIES);
  if (!isHeadless) {
    checkClusterAddresses(problems, addresses, ipFamilies);
  }
  for (const [index, address] of indexed(externalIPs)) {
    checkExternalAddress(problems, `externalIPs[${index}]`, address);
  }
}

function checkClusterAddresses(problems: Problems, addresses: readonly string[], ipFamilies: readonly string[]): void {
  for (const [index, address] of addresses.entries()) {
    const property = index === 0 ? 'clusterIP' : `clusterIPs[${index}]`;
    const family = parseAddress(address)?.family === 'ipv4' ? 'IPv4' : 'IPv6';
    checkIpAddress(problems, property, address);
    if (ipFamilies[index] !== undefined && ipFamilies[index] !== family) {
      problems.add(property, {
        wrong: 'must have the address family at the same position in ipFamilies',
        got: address,
        allowed: `an ${ipFamilies[index]} address`,
        fix: 'remove it, or change ipFamilies',
      });
    }
  }
  const families = addresses.map((address) => parseAddress(address)?.family);
  if (addresses.length > 2 || (addresses.length === 2 && families[0] === families[1])) {
    problems.add('clusterIPs', {
      wrong: 'must contain at most one address of each family',
      got: addresses,
      allowed: 'one IPv4 address and one IPv6 address',
      fix: 'remove the others',
    });
  }
}

/**
 * Reports an address that is invalid as an endpoint, or that refers to the node itself (pkg/apis/core/validation,
 * ValidateEndpointIP).
 */
function checkExternalAddress(problems: Problems, property: string, text: string): void {
  checkIpAddress(problems, property, text);
  const address = parseAddress(text);
  if (address === undefined) {
    return;
  }
  const local =
    address.family === 'ipv4'
      ? address.bits === 0n ||
        address.bits >> 24n === 127n ||
        address.bits >> 16n === 0xa9fen ||
        address.bits >> 8n === 0xe00000n
      : address.bits <= 1n || address.bits >> 118n === 0x3fan || address.bits >> 112n === 0xff02n;
  if (local) {
    problems.add(property, {
      wrong: 'must be an address that other machines can reach',
      got: text,
      allowed: 'any address except unspecified, loopback and link-local addresses',
      fix: 'write the address of a node or load balancer',
    });
  }
}

function checkTraffic(problems: Problems, spec: NewerServiceSpec): void {
  const { externalTrafficPolicy, healthCheckNodePort = 0, internalTrafficPolicy, trafficDistribution, type } = spec;
  const isExternal =
    type === 'NodePort' || type === 'LoadBalancer' || (type !== 'ExternalName' && (spec.externalIPs ?? []).length > 0);
  checkOneOf(problems, 'externalTrafficPolicy', externalTrafficPolicy, ['', ...TRAFFIC_POLICIES]);
  if (!isExternal) {
    checkAbsent(problems, 'externalTrafficPolicy', externalTrafficPolicy, {
      wrong: 'is not supported for this type of Service, which gets no external traffic',
      allowed: "the types 'NodePort' and 'LoadBalancer'",
      fix: 'remove it',
    });
  }
  checkOneOf(problems, 'internalTrafficPolicy', internalTrafficPolicy, TRAFFIC_POLICIES);
  checkOneOf(problems, 'trafficDistribution', trafficDistribution, DISTRIBUTIONS);
  if (healthCheckNodePort !== 0 && type === 'LoadBalancer' && externalTrafficPolicy === 'Local') {
    checkPort(problems, 'healthCheckNodePort', healthCheckNodePort);
  } else if (healthCheckNodePort !== 0) {
    problems.add('healthCheckNodePort', {
      wrong: 'is not supported for this type of Service',
      got: healthCheckNodePort,
      allowed: "the type 'LoadBalancer' with externalTrafficPolicy 'Local'",
      fix: 'remove it',
    });
  }
}

function checkBalancer(problems: Problems, annotations: { readonly [key: string]: string }, spec: ServiceSpec): void {
  const { allocateLoadBalancerNodePorts, loadBalancerClass, loadBalancerSourceRanges = [], type } = spec;
  if (type === 'LoadBalancer') {
    if (loadBalancerClass !== undefined) {
      checkKey(problems, 'spec.loadBalancerClass', loadBalancerClass);
    }
  } else {
    const only = {
      wrong: "is supported only for the type 'LoadBalancer'",
      allowed: "the type 'LoadBalancer'",
      fix: 'remove it',
    };
    checkAbsent(problems, 'spec.allocateLoadBalancerNodePorts', allocateLoadBalancerNodePorts, only);
    if (loadBalancerClass !== undefined) {
      problems.add('spec.loadBalancerClass', { got: loadBalancerClass, ...only });
    }
    if (loadBalancerSourceRanges.length > 0) {
      problems.add('spec.loadBalancerSourceRanges', { got: loadBalancerSourceRanges, ...only });
    } else if (annotations[SOURCE_RANGES] !== undefined) {
      problems.add(`metadata.annotations[${JSON.stringify(SOURCE_RANGES)}]`, {
        got: annotations[SOURCE_RANGES],
        ...only,
      });
    }
  }
  for (const [index, range] of loadBalancerSourceRanges.entries()) {
    checkCidr(problems, `spec.loadBalancerSourceRanges[${index}]`, range.trim());
  }
  const listed = (loadBalancerSourceRanges.length > 0 ? undefined : annotations[SOURCE_RANGES])?.trim() ?? '';
  for (const range of listed === '' ? [] : listed.split(',')) {
    checkCidr(problems, `metadata.annotations[${JSON.stringify(SOURCE_RANGES)}]`, range.trim());
  }
}

function checkExternalName(problems: Problems, spec: ServiceSpec): void {
  checkDnsSubdomain(problems, 'externalName', (spec.externalName ?? '').replace(/\.$/, ''));
  for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'] as const) {
    const value = spec[field];
    if (value !== undefined && value.length > 0) {
      problems.add(field, {
        wrong: "is not supported for the type 'ExternalName'",
        got: value,
        allowed: 'the other types',
        fix: 'remove it',
      });
    }
  }
}
