import { Testing } from 'cdk8s';
import { EnginesChart, TeamChart } from './engines';

const engines = new EnginesChart(Testing.app(), 'engines', { version: 'v0.21.8', teams: ['team-a'] });
const team = new TeamChart(engines.node.root, 'team-a', engines.pool);

/** Returns the only object of a kind in a chart. */
function find(chart: EnginesChart | TeamChart, kind: string): any {
  const [object, ...others] = Testing.synth(chart).filter((one) => one.kind === kind);
  expect(others).toEqual([]);
  return object;
}

test('the pool accepts only the certificates of the teams', () => {
  const [sidecar] = find(engines, 'StatefulSet').spec.template.spec.initContainers;
  expect(sidecar.args.filter((arg: string) => arg.startsWith('--allow'))).toEqual(['--allow-cn=team-a']);
});

test("the runner mounts the certificate of its team, which is in the team's namespace", () => {
  const certificate = find(team, 'Certificate');
  expect(certificate).toMatchObject({ metadata: { namespace: 'team-a' }, spec: { commonName: 'team-a' } });
  const { volumes } = find(team, 'Deployment').spec.template.spec;
  expect(volumes.map((volume: any) => volume.secret?.secretName)).toContain(certificate.spec.secretName);
});

test('a wrong release fails before it reaches the cluster', () => {
  expect(() => new EnginesChart(Testing.app(), 'wrong', { version: 'latest', teams: ['team-a'] })).toThrow(
    'version: must be a release of the engine; got "latest"',
  );
});
