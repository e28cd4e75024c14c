import { FindingSeverity } from '../findings/finding';
import type { DescribedEngine } from '../reading/described-engine';
import type { Direction } from '../reading/inventory';
import type { ManifestObject } from '../reading/manifest-object';
import type { Changes } from './change';
import type { ComparedEngine, ComparedObject, Comparison } from './comparison';
import { listed } from './english';
import { enginePorts } from './listening-ports';
import { allowedTraffic, ANYONE, trafficText, withoutTraffic } from './policy-rules';
import { difference } from './sets';

/** Reports network policies and Services that change the reachable networks of engines. */
export function reportNetworks(comparison: Comparison, changes: Changes): void {
  for (const { after, before } of comparison.engines) {
    if (before !== undefined && after !== undefined) {
      reportPolicies('ingress', { before, after }, changes);
      reportPolicies('egress', { before, after }, changes);
    }
  }
  const owners = { before: ownersOf(comparison, 'before'), after: ownersOf(comparison, 'after') };
  for (const pair of comparison.objects.filter((one) => (one.after ?? one.before)?.type === '/Service')) {
    reportService(pair, owners, changes);
  }
}

/** The first engine that each Service selects. */
type Owners = ReadonlyMap<ManifestObject | undefined, ComparedEngine>;

function ownersOf({ engines }: Comparison, side: 'after' | 'before'): Owners {
  const owners = new Map<ManifestObject, ComparedEngine>();
  for (const engine of engines) {
    const { object, services = [] } = engine[side] ?? {};
    for (const service of services.filter(({ namespace }) => namespace === object?.namespace)) {
      owners.set(service, owners.get(service) ?? engine);
    }
  }
  return owners;
}

const VERBS: { readonly [direction in Direction]: { readonly subject: string; readonly can: string } } = {
  egress: { subject: 'Builds', can: 'reach' },
  ingress: { subject: 'Clients', can: 'connect from' },
};

function reportPolicies(direction: Direction, { after, before }: Required<ComparedEngine>, changes: Changes): void {
  const [old, current] = [before, after].map(({ inventory, labels, object }) =>
    inventory.policiesOf(direction, object.namespace, labels),
  );
  const [from, to] = [allowedTraffic(direction, old!), allowedTraffic(direction, current!)];
  const { can, subject } = VERBS[direction];
  const names = (policies: readonly ManifestObject[]): string => listed(policies.map(({ name }) => name));
  if (old!.length > 0 && current!.length === 0) {
    if (direction === 'egress' || hasPorts(after)) {
      changes.add('access-gained', ['after', after.object.root], {
        effect:
          direction === 'egress'
            ? 'Builds can reach every destination'
            : 'Every pod in the cluster can connect to the open ports of the engines',
        reasons: [`Network policy ${names(old!)} no longer applies to the pods, and no other policy does.`],
        severity: FindingSeverity.ERROR,
      });
    }
  } else if (old!.length === 0 && current!.length > 0) {
    if (direction === 'egress' || hasPorts(before)) {
      changes.add('access-lost', ['after', current![0]!.root.at('spec', direction)], {
        effect:
          direction === 'egress'
            ? `Network policy ${names(current!)} restricts the destinations of builds`
            : `Network policy ${names(current!)} restricts the clients that can connect`,
        reasons: [
          'Before, no policy restricted this traffic.',
          to.length === 0
            ? `It allows no ${direction === 'egress' ? 'destination' : 'client'}.`
            : `It allows ${trafficText(to).join('; ')}.`,
        ],
      });
    }
  } else if (current!.length > 0) {
    const place = current![0]!.root.at('spec', direction);
    const [gained, lost] = [withoutTraffic(to, from), withoutTraffic(from, to)];
    if (gained.length > 0) {
      changes.add('access-gained', ['after', place], {
        effect: `${subject} can ${can} ${listed(trafficText(gained))}`,
        severity: gained.some(({ peer }) => peer === ANYONE[direction])
          ? FindingSeverity.ERROR
          : FindingSeverity.WARNING,
      });
    }
    if (lost.length > 0) {
      changes.add('access-lost', ['after', place], {
        effect: `${subject} can no longer ${can} ${listed(trafficText(lost))}`,
      });
    }
  }
}

/** Whether the pods of an engine have an open port, as far as the manifest shows. */
function hasPorts(engine: DescribedEngine): boolean {
  const { others } = engine.listening;
  return enginePorts(engine).length > 0 || others === undefined || others.length > 0;
}

const OUTSIDE = ['LoadBalancer', 'NodePort'];

function reportService(
  { after, before }: ComparedObject,
  owners: { readonly [side in 'after' | 'before']: Owners },
  changes: Changes,
): void {
  const [from, to] = [owners.before.get(before), owners.after.get(after)];
  if (from !== undefined && to === undefined) {
    reportLostAddress({ before: before!, after }, from.after, changes);
  } else if (to !== undefined) {
    reportExposure(after!, from && before, changes);
    if (from !== undefined) {
      reportServicePorts({ before: before!, after: after! }, changes);
    }
  }
}

function reportLostAddress(
  { after, before }: ComparedObject,
  owner: DescribedEngine | undefined,
  changes: Changes,
): void {
  const service = before!;
  // If the engine is removed, its statement covers its addresses.
  if (owner === undefined) {
    return;
  }
  changes.add(
    'access-lost',
    after === undefined ? ['before', service.root] : ['after', after.root.at('spec', 'selector')],
    {
      effect: `Clients that use ${addressOf(service)} can no longer connect`,
      reasons: [
        after === undefined
          ? `Service ${service.name} is removed from the manifests. Tools that prune delete it.`
          : `Service ${service.name} no longer selects the pods of an engine.`,
      ],
    },
  );
}

function addressOf({ name, namespace }: ManifestObject): string {
  return `${name}${namespace === undefined ? '' : `.${namespace}`}.svc`;
}

function typeOf(service: ManifestObject | undefined): string {
  return service?.root.at('spec', 'type').text ?? 'ClusterIP';
}

function reportExposure(after: ManifestObject, before: ManifestObject | undefined, changes: Changes): void {
  const [from, to] = [typeOf(before), typeOf(after)];
  const field = after.root.at('spec', 'type');
  if (from !== to && OUTSIDE.includes(to)) {
    const ranges = after.root.at('spec', 'loadBalancerSourceRanges').items.map(({ text = '' }) => text);
    changes.add('access-gained', ['after', field], {
      effect: `Clients outside the cluster can reach the engines through Service ${after.name}`,
      reasons: [
        before === undefined ? `The type is ${to}.` : `The type changes from ${from} to ${to}.`,
        to === 'NodePort'
          ? 'Each node opens a port, unless a firewall blocks it.'
          : ranges.length === 0
            ? 'The load balancer accepts connections from everywhere, unless its own settings say otherwise. It costs money.'
            : `The load balancer accepts connections from ${listed(ranges)}. It costs money.`,
      ],
    });
  } else if (from !== to && OUTSIDE.includes(from)) {
    changes.add('access-lost', ['after', field], {
      effect: `Clients outside the cluster can no longer reach the engines through Service ${after.name}`,
      reasons: [`The type changes from ${from} to ${to}.`],
    });
  }
  if (from === to && before !== undefined) {
    const [old, current] = [before, after].map(({ root }) => {
      const ranges = root.at('spec', 'loadBalancerSourceRanges').items.map(({ text = '' }) => text);
      return to === 'LoadBalancer' && ranges.length === 0 ? ['every address'] : ranges;
    });
    const { gained, lost } = difference(old!, current!);
    const ranges = after.root.at('spec', 'loadBalancerSourceRanges');
    if (gained.length > 0) {
      changes.add('access-gained', ['after', ranges], {
        effect: `Clients from ${listed(gained)} can connect through the load balancer ${after.name}`,
      });
    }
    if (lost.length > 0) {
      changes.add('access-lost', ['after', ranges], {
        effect: `Clients from ${listed(lost)} can no longer connect through the load balancer ${after.name}`,
      });
    }
  }
}

function reportServicePorts({ after, before }: Required<ComparedObject>, changes: Changes): void {
  const [old, current] = [before, after].map(({ root }) =>
    root.at('spec', 'ports').items.map((port) => String(port.at('port').number ?? '')),
  );
  // Clients of a headless Service use the ports of the pods.
  if (after.root.at('spec', 'clusterIP').text === 'None') {
    return;
  }
  const { lost } = difference(old!, current!);
  if (lost.length > 0) {
    changes.add('access-lost', ['after', after.root.at('spec', 'ports')], {
      effect: `Clients that use ${lost.map((port) => `${addressOf(after)}:${port}`).join(' or ')} can no longer connect`,
      reasons: [`The Service now has ${current!.length === 1 ? 'port' : 'ports'} ${listed(current!)}.`],
    });
  }
}
