import { Testing, Yaml } from 'cdk8s';
import { GitLabRunnerChart } from './chart';

test('manifests', () => {
  const chart = new GitLabRunnerChart(Testing.app(), 'gitlab-runner', { namespace: 'dagger' });
  expect(Yaml.stringify(...Testing.synth(chart))).toMatchSnapshot();
});
