import { Testing, Yaml } from 'cdk8s';
import { DedicatedNodes, Transport } from 'cdk8s-dagger';
import { OpenShiftChart } from './chart';

const namespace = 'dagger';

test('manifests', () => {
  const chart = new OpenShiftChart(Testing.app(), 'openshift', { namespace });
  expect(Yaml.stringify(...Testing.synth(chart))).toMatchSnapshot();
});

test('the address and the commands that the README names', () => {
  const { engine } = new OpenShiftChart(Testing.app(), 'openshift', { namespace });
  expect(engine.runnerHost(Transport.tls()).split('?')[0]).toBe('tls://openshift-engine.dagger.svc:8443');
  expect(DedicatedNodes.of().markNodeCommands('"$NODE"')).toEqual([
    'kubectl label nodes "$NODE" dagger-node=true',
    'kubectl taint nodes "$NODE" dagger-node=true:NoSchedule',
  ]);
});
