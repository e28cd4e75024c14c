import { Testing, Yaml } from 'cdk8s';
import { Transport } from 'cdk8s-dagger';
import { HelmDefaultDaemonSetChart } from './chart';

const namespace = 'dagger';

test('manifests', () => {
  const chart = new HelmDefaultDaemonSetChart(Testing.app(), 'helm-default-daemonset', { namespace });
  expect(Yaml.stringify(...Testing.synth(chart))).toMatchSnapshot();
});

test('the address that the README names', () => {
  const { engine } = new HelmDefaultDaemonSetChart(Testing.app(), 'helm-default-daemonset', { namespace });
  expect(engine.runnerHost(Transport.unix())).toBe('unix:///run/dagger/engine.sock');
  expect(engine.hostSocketDirectory).toBe('/run/dagger');
});
