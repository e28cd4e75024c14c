import { Testing, Yaml } from 'cdk8s';
import { Transport } from 'cdk8s-dagger';
import { EnginePoolChart } from './chart';

const namespace = 'dagger';

test('manifests', () => {
  const chart = new EnginePoolChart(Testing.app(), 'engine-pool', { namespace });
  expect(Yaml.stringify(...Testing.synth(chart))).toMatchSnapshot();
});

test('the addresses that the README names', () => {
  const { engine } = new EnginePoolChart(Testing.app(), 'engine-pool', { namespace });
  expect(engine.runnerHost(Transport.tcp())).toBe('tcp://engine-pool.dagger.svc:1234');
  expect(engine.runnerHost(Transport.tcp({ ordinal: 2 }))).toBe(
    'tcp://engine-pool-2.engine-pool-headless.dagger.svc:1234',
  );
});
