import type { ApiObject, Chart } from 'cdk8s';
import { nodeConflicts } from '../../src/fleet/node-resources';
import { EngineFleet, EngineVersion, FleetTopology } from '../../src/index';
import type { EnginePlan } from '../../src/workload/engine-plan';
import { Problems } from '../../src/reporting/problems';
import { checkNodeNetworks } from '../../src/workload/shared-node-networks';
import { checkSharedVolumes } from '../../src/workload/shared-volumes';
import { chart } from '../engines';

/** An engine whose plan counts the reads of its pod template. */
interface Counted {
  readonly path: string;
  readonly cluster: Chart;
  readonly plan: EnginePlan;
  readonly placement: EnginePlan;
  readonly problems: Problems;
  readonly workload: ApiObject;
}

type Compare = (engines: readonly Counted[]) => void;

/** Returns the number of times that a comparison of engines on the host network reads their pod templates. */
function reads(compare: Compare, count: number, nodeSelector: (index: number) => object): number {
  let total = 0;
  const cluster = chart();
  const engines = Array.from({ length: count }, (_, index): Counted => {
    const containers = [{ name: 'dagger-engine', ports: [{ containerPort: 1234 }] }];
    const template = { spec: { hostNetwork: true, containers, nodeSelector: nodeSelector(index) } };
    const plan = {
      get podTemplate() {
        total++;
        return template;
      },
      claimNames: [],
      hostSocket: { path: '/run/dagger' },
    } as unknown as EnginePlan;
    return { path: `${index}`, cluster, plan, placement: plan, problems: new Problems(), workload: undefined as never };
  });
  compare(engines);
  return total;
}

const COMPARISONS: { readonly [title: string]: Compare } = {
  'members of a fleet': nodeConflicts,
  'networks of nodes': checkNodeNetworks,
};

const NODES: ReadonlyArray<[string, (index: number) => object]> = [
  ['the same nodes', () => ({})],
  ['separate nodes', (index) => ({ pool: `pool-${index}` })],
  ['nodes with two labels', (index) => ({ zone: `zone-${index % 3}`, pool: `pool-${index}` })],
];

const LINEAR = Object.entries(COMPARISONS).flatMap(([title, compare]) =>
  NODES.map(([nodes, selector]) => ({ title, nodes, compare, selector })),
);

test.each([
  ...LINEAR,
  // Directories on the same nodes cause a warning for each engine.
  ...NODES.slice(1).map(([nodes, selector]) => ({
    title: 'sockets on nodes',
    nodes,
    compare: (engines: readonly Counted[]) => checkSharedVolumes(engines, []),
    selector,
  })),
])('the work to compare $title on $nodes grows linearly', ({ compare, selector }) => {
  expect(reads(compare, 2000, selector)).toBeLessThanOrEqual(2 * reads(compare, 1000, selector) + 10);
  expect(reads(compare, 1000, selector)).toBeLessThanOrEqual(15 * 1000);
});

test('the work to select a member by release grows with the number of releases, not of members', () => {
  const fleet = new EngineFleet(chart(), 'dagger', { topology: FleetTopology.daemonSet({ version: 'v0.21.11' }) });
  for (let index = 0; index < 50; index++) {
    fleet.addMember({ key: `team-${index}`, version: index % 2 === 0 ? 'v0.21.8' : 'v0.21.11' });
  }
  fleet.addMember({ key: 'old', version: 'v0.18.12' });
  const compared = jest.spyOn(EngineVersion.prototype, '_rejectionOf');
  const [socket] = fleet.addClient({ clientVersion: 'v0.18.14' }).volumes;
  expect(socket!.hostPath!.path).toBe('/run/dagger-ci_dagger-old');
  // Once for each of the three releases, and once by the member that is selected.
  expect(compared).toHaveBeenCalledTimes(4);
});
