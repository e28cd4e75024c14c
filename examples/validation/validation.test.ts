import { Testing, Yaml } from 'cdk8s';
import { VendoredEngineChart } from './chart';

test('manifests', () => {
  const chart = new VendoredEngineChart(Testing.app(), 'validation', { namespace: 'dagger' });
  expect(Yaml.stringify(...Testing.synth(chart))).toMatchSnapshot();
});
