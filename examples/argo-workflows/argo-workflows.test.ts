import { Testing, Yaml } from 'cdk8s';
import { ArgoWorkflowsChart } from './chart';

test('manifests', () => {
  const chart = new ArgoWorkflowsChart(Testing.app(), 'argo-workflows', { namespace: 'dagger' });
  expect(Yaml.stringify(...Testing.synth(chart))).toMatchSnapshot();
});
