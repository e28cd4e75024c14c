import { Testing, Yaml } from 'cdk8s';
import { BuildkiteChart } from './chart';

const chart = new BuildkiteChart(Testing.app(), 'buildkite', { namespace: 'dagger' });

test('manifests', () => {
  expect(Yaml.stringify(...Testing.synth(chart))).toMatchSnapshot();
});

test('plugin of a step', () => {
  expect(chart.step.toYaml()).toMatchSnapshot();
});
