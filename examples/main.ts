import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { ArcChart } from './arc/chart';
import { ArgoWorkflowsChart } from './argo-workflows/chart';
import { AutoscalingChart } from './autoscaling/chart';
import { BuildkiteChart } from './buildkite/chart';
import { ConcourseChart } from './concourse/chart';
import { EngineFleetChart } from './engine-fleet/chart';
import { EnginePoolChart } from './engine-pool/chart';
import { EngineTlsChart } from './engine-tls/chart';
import { EphemeralRunnerNodesChart } from './ephemeral-runner-nodes/chart';
import { ArgoCdChart } from './gitops/argo-cd';
import { GitOpsChart } from './gitops/chart';
import { FluxChart } from './gitops/flux';
import { ResourceSetChart } from './gitops/resource-set';
import { GitLabRunnerChart } from './gitlab-runner/chart';
import { HelmDefaultDaemonSetChart } from './helm-default-daemonset/chart';
import { HorizontalAutoscalingChart } from './horizontal-autoscaling/chart';
import { JenkinsChart } from './jenkins/chart';
import { KarpenterNodesChart } from './karpenter-nodes/chart';
import { KubiyaStatefulSetChart } from './kubiya-statefulset/chart';
import { LocalStorageChart } from './local-storage/chart';
import { MonitoredPoolChart } from './monitored-pool/chart';
import { MtlsPoolChart } from './mtls-pool-cert-manager/chart';
import { MtlsPoolSecretsChart } from './mtls-pool-secrets/chart';
import { MultiArchChart } from './multi-arch/chart';
import { NfsTcpDeploymentChart, TcpDeploymentChart } from './nfs-tcp-deployment/chart';
import { OpenShiftChart } from './openshift/chart';
import { SeededEnginesChart } from './seeded-engines/chart';
import { TektonChart } from './tekton/chart';
import { EnginesChart, RunnersChart } from './two-namespaces-kube-pod/chart';
import { VendoredEngineChart } from './validation/chart';
import { WoodpeckerChart } from './woodpecker/chart';

const app = new App();
const namespace = 'dagger';

new HelmDefaultDaemonSetChart(app, 'helm-default-daemonset', { namespace });
new EphemeralRunnerNodesChart(app, 'ephemeral-runner-nodes', { namespace });
const karpenter = new KarpenterNodesChart(app, 'karpenter-nodes', { namespace });
new NfsTcpDeploymentChart(app, 'nfs-tcp-deployment', { namespace });
new TcpDeploymentChart(app, 'nfs-tcp-deployment-improved', { namespace });
new KubiyaStatefulSetChart(app, 'kubiya-statefulset', { namespace });
new EnginePoolChart(app, 'engine-pool', { namespace });
const fleet = new EngineFleetChart(app, 'engine-fleet', { namespace });
const multiArch = new MultiArchChart(app, 'multi-arch', { namespace });
new LocalStorageChart(app, 'local-storage', { namespace });
new AutoscalingChart(app, 'autoscaling', { namespace });
new HorizontalAutoscalingChart(app, 'horizontal-autoscaling', { namespace });
new MonitoredPoolChart(app, 'monitored-pool', { namespace });
new SeededEnginesChart(app, 'seeded-engines', { namespace });
new MtlsPoolChart(app, 'mtls-pool-cert-manager', { namespace });
new MtlsPoolSecretsChart(app, 'mtls-pool-secrets', { namespace });
new EngineTlsChart(app, 'engine-tls', { namespace });
const byArgoCd = new GitOpsChart(app, 'gitops-argo-cd', { namespace: 'argo-cd-engines' });
new ArgoCdChart(app, 'gitops-argo-cd-application', byArgoCd);
const byFlux = new GitOpsChart(app, 'gitops-flux', { namespace: 'flux-engines' });
new FluxChart(app, 'gitops-flux-kustomization', byFlux);
new ResourceSetChart(app, 'gitops-flux-resource-set', { ci: byFlux });
new OpenShiftChart(app, 'openshift', { namespace });
new VendoredEngineChart(app, 'validation', { namespace });
const guarded = new EnginesChart(app, 'two-namespaces-kube-pod', { namespace: 'guarded-engines' });
new RunnersChart(app, 'two-namespaces-kube-pod-runners', guarded.engine, { namespace: 'ci-runners' });

const arc = new ArcChart(app, 'arc', { namespace });
new ArgoWorkflowsChart(app, 'argo-workflows', { namespace });
const buildkite = new BuildkiteChart(app, 'buildkite', { namespace });
const concourse = new ConcourseChart(app, 'concourse', { namespace });
new GitLabRunnerChart(app, 'gitlab-runner', { namespace });
const jenkins = new JenkinsChart(app, 'jenkins', { namespace });
new TektonChart(app, 'tekton', { namespace });
const woodpecker = new WoodpeckerChart(app, 'woodpecker', { namespace });

app.synth();

// Files for CI systems that aren't Kubernetes objects.
for (const [name, text] of Object.entries({
  'arc.values.yaml': arc.onNode.toYaml(),
  'arc-isolated.values.yaml': arc.inPod.toYaml(),
  'buildkite.plugins.yaml': buildkite.step.toYaml(),
  'concourse.task.yaml': concourse.task.toYaml(),
  'engine-fleet.values.yaml': fleet.runners.toYaml(),
  'engine-fleet-forks.values.yaml': fleet.forkRunners.toYaml(),
  'jenkins.pod.yaml': jenkins.agent.toYaml(),
  'karpenter-nodes.values.yaml': karpenter.runners.toYaml(),
  'multi-arch-amd64.values.yaml': multiArch.runners.amd64!.toYaml(),
  'multi-arch-arm64.values.yaml': multiArch.runners.arm64!.toYaml(),
  'woodpecker.step.yaml': woodpecker.step.toYaml(),
})) {
  writeFileSync(join(app.outdir, name), text);
}
