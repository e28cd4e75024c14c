import { KEY_PREFIX } from '../kubernetes/key-prefix';
import { ClaimRetention } from '../storage/cache-volume-options';
import type { BoundMember } from './fleet-member';
import type { ChangedProps, FleetTopology } from './fleet-topology';
import { RETIRED } from './retired-label';

/** The label with the name of the fleet. */
export const FLEET_LABEL = `${KEY_PREFIX}fleet`;

/** The label with the architecture of a node. */
export const ARCHITECTURE = 'kubernetes.io/arch';

/** Returns the properties of a member's engine that differ from its topology. */
export function memberProps(member: BoundMember, { _kind: kind, _props: common }: FleetTopology): ChangedProps {
  const { architecture, fleet, key, retirement, trustLevel, version = common.version } = member;
  const isDrained = retirement?._step === 'drained';
  const nodeSelector = {
    ...common.nodeSelector,
    ...(architecture !== undefined && { [ARCHITECTURE]: architecture }),
    // A DaemonSet has no replicas, so it stops its engines if no node matches.
    ...(isDrained && kind === 'DaemonSet' && { [RETIRED]: 'true' }),
  };
  return {
    version,
    ...(isDrained &&
      kind === 'StatefulSet' &&
      common.cache && { cache: common.cache._withRetention(retirement._claims ?? ClaimRetention.RETAIN) }),
    name: `${fleet}-${key}`,
    labels: { [FLEET_LABEL]: fleet, ...common.labels },
    ...(Object.keys(nodeSelector).length > 0 && { nodeSelector }),
    ...(trustLevel?._egress && {
      insecureRootCapabilities: false,
      networkPolicy: { ...common.networkPolicy, egress: trustLevel._egress },
    }),
    ...(isDrained && common.monitoring !== undefined && { monitoring: common.monitoring._withPlannedStops() }),
    // The certificate contains the names of all engines, so their number stays until a patch sets the replicas to 0.
    ...(isDrained &&
      common.autoscaling !== undefined && { autoscaling: undefined, replicas: common.autoscaling._maxReplicas }),
  };
}
