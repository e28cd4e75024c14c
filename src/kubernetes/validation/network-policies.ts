import type { NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicySpec } from 'kubernetes-types/networking/v1';
import type { Problems } from '../../reporting/problems';
import { checkIpBlock } from '../cidr';
import { PROTOCOLS } from '../ports';
import { checkPortOrName } from './handlers';
import { checkOneOf, checkRange, indexed } from './rules';
import { checkSelector } from './label-selectors';

const POLICY_TYPES = ['Ingress', 'Egress'];

/** Checks a NetworkPolicy (pkg/apis/networking/validation, ValidateNetworkPolicySpec). */
export function checkNetworkPolicy(problems: Problems, spec: NetworkPolicySpec): void {
  const { egress, ingress, podSelector, policyTypes = [] } = spec;
  checkSelector(problems.at('podSelector'), podSelector ?? {});
  for (const [index, { from, ports }] of indexed(ingress)) {
    checkPorts(problems.at(`ingress[${index}].ports`), ports);
    checkPeers(problems.at(`ingress[${index}].from`), from);
  }
  for (const [index, { ports, to }] of indexed(egress)) {
    checkPorts(problems.at(`egress[${index}].ports`), ports);
    checkPeers(problems.at(`egress[${index}].to`), to);
  }
  for (const [index, type] of policyTypes.entries()) {
    checkOneOf(problems, `policyTypes[${index}]`, type, POLICY_TYPES);
  }
  if (policyTypes.length > POLICY_TYPES.length) {
    problems.add('policyTypes', {
      wrong: 'exceeds the number of policy types',
      got: policyTypes,
      allowed: POLICY_TYPES.join(', '),
      fix: 'remove the others',
    });
  }
}

function checkPorts(problems: Problems, ports: readonly NetworkPolicyPort[] | undefined): void {
  for (const [index, { endPort, port, protocol }] of indexed(ports)) {
    const at = problems.at(`[${index}]`);
    checkOneOf(at, 'protocol', protocol, PROTOCOLS);
    if (port !== undefined) {
      checkPortOrName(at, 'port', port);
    }
    if (typeof port === 'number') {
      checkRange(at, 'endPort', endPort, [Math.max(port, 1), 65535]);
    } else if (endPort !== undefined) {
      at.add('endPort', {
        wrong: 'requires a port number that starts the range',
        got: endPort,
        allowed: 'endPort together with a port number',
        fix: 'remove it, or set port to a number',
      });
    }
  }
}

function checkPeers(problems: Problems, peers: readonly NetworkPolicyPeer[] | undefined): void {
  for (const [index, { ipBlock, namespaceSelector, podSelector }] of indexed(peers)) {
    const at = problems.at(`[${index}]`);
    if ((ipBlock === undefined) === (namespaceSelector === undefined && podSelector === undefined)) {
      at.add('', {
        wrong: 'must select either a network or pods',
        got: Object.keys(peers![index]!),
        allowed: 'either ipBlock, or podSelector, namespaceSelector or both',
        fix: ipBlock === undefined ? 'set one of them' : 'split it into two peers',
      });
    }
    checkSelector(at.at('podSelector'), podSelector ?? {});
    checkSelector(at.at('namespaceSelector'), namespaceSelector ?? {});
    if (ipBlock !== undefined) {
      checkIpBlock(at.at('ipBlock'), ipBlock);
    }
  }
}
