import { Testing, Yaml } from 'cdk8s';
import { JenkinsChart } from './chart';

const chart = new JenkinsChart(Testing.app(), 'jenkins', { namespace: 'dagger' });

test('manifests', () => {
  expect(Yaml.stringify(...Testing.synth(chart))).toMatchSnapshot();
});

test('pod of an agent', () => {
  expect(chart.agent.toYaml()).toMatchSnapshot();
});
