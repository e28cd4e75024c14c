import { Testing, Yaml } from 'cdk8s';
import { Transport } from 'cdk8s-dagger';
import { EphemeralRunnerNodesChart } from './chart';

const namespace = 'dagger';

test('manifests', () => {
  const chart = new EphemeralRunnerNodesChart(Testing.app(), 'ephemeral-runner-nodes', { namespace });
  expect(Yaml.stringify(...Testing.synth(chart))).toMatchSnapshot();
});

test('the addresses that the README names', () => {
  const { onNvme, onVolume } = new EphemeralRunnerNodesChart(Testing.app(), 'ephemeral-runner-nodes', { namespace });
  expect([onNvme, onVolume].map((engine) => [engine.hostSocketDirectory, engine.runnerHost(Transport.unix())])).toEqual(
    [
      ['/run/dagger-dagger_runner-engine-nvme', 'unix:///run/dagger/engine.sock'],
      ['/run/dagger-dagger_runner-engine-volume', 'unix:///run/dagger/engine.sock'],
    ],
  );
});
