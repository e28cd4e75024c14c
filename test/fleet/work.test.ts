import { nodeConflicts } from '../../src/fleet/node-resources';
import { EngineFleet, EngineVersion, FleetTopology } from '../../src/index';
import type { EnginePlan } from '../../src/workload/engine-plan';
import { chart } from '../engines';

/** Returns the number of times that the comparison of engines on the host network reads an engine's plan. */
function readsOfPlans(count: number, nodeSelector: (index: number) => object): number {
  let reads = 0;
  const engines = Array.from({ length: count }, (_, index) => {
    const containers = [{ name: 'dagger-engine', ports: [{ containerPort: 1234 }] }];
    const plan = { podTemplate: { spec: { hostNetwork: true, containers, nodeSelector: nodeSelector(index) } } };
    return {
      get plan() {
        reads++;
        return plan as unknown as EnginePlan;
      },
    };
  });
  nodeConflicts(engines);
  return reads;
}

test.each<[string, (index: number) => object]>([
  ['the same nodes', () => ({})],
  ['separate nodes', (index) => ({ pool: `pool-${index}` })],
  ['nodes with two labels', (index) => ({ zone: `zone-${index % 3}`, pool: `pool-${index}` })],
])('the work to compare members on %s grows linearly', (_title, nodeSelector) => {
  expect(readsOfPlans(2000, nodeSelector)).toBeLessThanOrEqual(2 * readsOfPlans(1000, nodeSelector) + 10);
  expect(readsOfPlans(1000, nodeSelector)).toBeLessThanOrEqual(10 * 1000);
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
