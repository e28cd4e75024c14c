// @ts-check
// node bench/many-members.cjs MEMBERS [separate]: synthesizes a fleet with MEMBERS members and a client for each. With
// "separate", synthesizes the same engines without a fleet.
const { App, Chart, Size } = require('cdk8s');
const { CacheVolume, EngineFleet, EngineStatefulSet, FleetTopology, Listener } = require('cdk8s-dagger');

const count = Number(process.argv[2]);
const keys = Array.from({ length: count }, (_, index) => `team-${index}`);
const props = {
  version: 'v0.21.7',
  cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200), storageClassName: 'gp3' }),
  listener: Listener.insecureTcp(),
  resources: { requests: { cpu: '4', memory: '16Gi' } },
};

const app = new App();
const chart = new Chart(app, 'ci', { namespace: 'ci' });
if (process.argv[3] === 'separate') {
  for (const key of keys) {
    new EngineStatefulSet(chart, `dagger-${key}`, props).addClient();
  }
} else {
  const members = keys.map((key) => ({ key }));
  const fleet = new EngineFleet(chart, 'dagger', { topology: FleetTopology.statefulSet(props), members });
  for (const key of keys) {
    fleet.addClient({ key });
  }
}
app.synth();
