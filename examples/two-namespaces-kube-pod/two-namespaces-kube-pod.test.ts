import { Testing, Yaml, type App } from 'cdk8s';
import { Transport } from 'cdk8s-dagger';
import { EnginesChart, RunnersChart } from './chart';

function charts(app: App = Testing.app()): { engines: EnginesChart; runners: RunnersChart } {
  const engines = new EnginesChart(app, 'engines', { namespace: 'guarded-engines' });
  return { engines, runners: new RunnersChart(app, 'runners', engines.engine, { namespace: 'ci-runners' }) };
}

test('manifests of the engines', () => {
  expect(Yaml.stringify(...Testing.synth(charts().engines))).toMatchSnapshot();
});

test('manifests of the runners', () => {
  expect(Yaml.stringify(...Testing.synth(charts().runners))).toMatchSnapshot();
});

test('the addresses that the README names', () => {
  const { engine } = charts().engines;
  expect([0, 1].map((ordinal) => engine.runnerHost(Transport.kubePod({ ordinal })))).toEqual([
    'kube-pod://guarded-engine-0?namespace=guarded-engines&container=dagger-engine',
    'kube-pod://guarded-engine-1?namespace=guarded-engines&container=dagger-engine',
  ]);
});
