import { Testing, Yaml } from 'cdk8s';
import { Transport } from 'cdk8s-dagger';
import { EngineTlsChart } from './chart';

const namespace = 'dagger';

test('manifests', () => {
  const chart = new EngineTlsChart(Testing.app(), 'engine-tls', { namespace });
  expect(Yaml.stringify(...Testing.synth(chart))).toMatchSnapshot();
});

test('the address that the README names', () => {
  const { engine } = new EngineTlsChart(Testing.app(), 'engine-tls', { namespace });
  expect(engine.runnerHost(Transport.tls()).split('?')[0]).toBe('tls://engine-tls.dagger.svc:8443');
});
