import { Testing, Yaml } from 'cdk8s';
import { ConcourseChart } from './chart';

const chart = new ConcourseChart(Testing.app(), 'concourse', { namespace: 'dagger' });

test('manifests', () => {
  expect(Yaml.stringify(...Testing.synth(chart))).toMatchSnapshot();
});

test('task', () => {
  expect(chart.task.toYaml()).toMatchSnapshot();
});
