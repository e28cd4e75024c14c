import { Testing, Yaml } from 'cdk8s';
import { Transport } from 'cdk8s-dagger';
import { KubiyaStatefulSetChart } from './chart';

const namespace = 'dagger';

test('manifests', () => {
  const chart = new KubiyaStatefulSetChart(Testing.app(), 'kubiya-statefulset', { namespace });
  expect(Yaml.stringify(...Testing.synth(chart))).toMatchSnapshot();
});

test('the address that the README names', () => {
  const { engine } = new KubiyaStatefulSetChart(Testing.app(), 'kubiya-statefulset', { namespace });
  expect(engine.runnerHost(Transport.kubePod({ podName: engine.podNames[0] }))).toBe(
    'kube-pod://stateful-engine-0?namespace=dagger&container=dagger-engine',
  );
});
