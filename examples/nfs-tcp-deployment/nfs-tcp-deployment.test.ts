import { Testing, Yaml } from 'cdk8s';
import { Transport } from 'cdk8s-dagger';
import { NfsTcpDeploymentChart, TcpDeploymentChart } from './chart';

const namespace = 'dagger';

test('manifests as written', () => {
  const chart = new NfsTcpDeploymentChart(Testing.app(), 'nfs-tcp-deployment', { namespace });
  expect(Yaml.stringify(...Testing.synth(chart))).toMatchSnapshot();
});

test('manifests improved', () => {
  const chart = new TcpDeploymentChart(Testing.app(), 'nfs-tcp-deployment-improved', { namespace });
  expect(Yaml.stringify(...Testing.synth(chart))).toMatchSnapshot();
});

test('the addresses that the README names', () => {
  const app = Testing.app();
  const charts = [
    new NfsTcpDeploymentChart(app, 'as-written', { namespace }),
    new TcpDeploymentChart(app, 'improved', { namespace }),
  ];
  expect(charts.map(({ engine }) => engine.runnerHost(Transport.tcp()))).toEqual([
    'tcp://nfs-engine.dagger.svc:2555',
    'tcp://tcp-engine.dagger.svc:2555',
  ]);
});
