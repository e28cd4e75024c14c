import { Testing, Yaml } from 'cdk8s';
import { ArcChart } from './chart';

const chart = new ArcChart(Testing.app(), 'arc', { namespace: 'dagger' });

test('manifests', () => {
  expect(Yaml.stringify(...Testing.synth(chart))).toMatchSnapshot();
});

test('values of the runners on a node with an engine', () => {
  expect(chart.onNode.toYaml()).toMatchSnapshot();
});

test('values of the runners with an engine in their pod', () => {
  expect(chart.inPod.toYaml()).toMatchSnapshot();
});
