import { App } from 'cdk8s';
import { EnginePoolChart } from './engine-pool/chart';
import { EphemeralRunnerNodesChart } from './ephemeral-runner-nodes/chart';
import { HelmDefaultDaemonSetChart } from './helm-default-daemonset/chart';
import { KubiyaStatefulSetChart } from './kubiya-statefulset/chart';
import { NfsTcpDeploymentChart, TcpDeploymentChart } from './nfs-tcp-deployment/chart';

const app = new App();
const namespace = 'dagger';

new HelmDefaultDaemonSetChart(app, 'helm-default-daemonset', { namespace });
new EphemeralRunnerNodesChart(app, 'ephemeral-runner-nodes', { namespace });
new NfsTcpDeploymentChart(app, 'nfs-tcp-deployment', { namespace });
new TcpDeploymentChart(app, 'nfs-tcp-deployment-improved', { namespace });
new KubiyaStatefulSetChart(app, 'kubiya-statefulset', { namespace });
new EnginePoolChart(app, 'engine-pool', { namespace });

app.synth();
