import { Testing, Yaml } from 'cdk8s';
import { TektonChart } from './chart';

test('manifests', () => {
  const chart = new TektonChart(Testing.app(), 'tekton', { namespace: 'dagger' });
  expect(Yaml.stringify(...Testing.synth(chart))).toMatchSnapshot();
});
