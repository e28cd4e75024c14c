import { Testing, Yaml } from 'cdk8s';
import { WoodpeckerChart } from './chart';

const chart = new WoodpeckerChart(Testing.app(), 'woodpecker', { namespace: 'dagger' });

test('manifests', () => {
  expect(Yaml.stringify(...Testing.synth(chart))).toMatchSnapshot();
});

test('step', () => {
  expect(chart.step.toYaml()).toMatchSnapshot();
});
