import type { Chart } from 'cdk8s';
import {
  Deployment,
  EnvValue,
  Job,
  LabelSelector,
  ServiceAccount,
  type DeploymentProps,
  type JobProps,
} from 'cdk8s-plus-28';
import type { Construct } from 'constructs';

/** Creates a runner with cdk8s-plus-28, as a user would. */
export function runner(scope: Construct, props: DeploymentProps = {}, id = 'runner'): Deployment {
  const deployment = new Deployment(scope, id, {
    metadata: { name: id },
    podMetadata: { labels: { app: id } },
    select: false,
    replicas: 1,
    containers: [
      {
        name: 'runner',
        image: 'registry.example.com/runner:1',
        envVariables: { HOME: EnvValue.fromValue('/home/runner') },
        resources: {},
      },
    ],
    ...props,
  });
  deployment.select(LabelSelector.of({ labels: { app: id } }));
  return deployment;
}

/** Creates a runner whose pod can call the Kubernetes API. */
export function runnerWithAccount(chart: Chart, id = 'runner'): Deployment {
  return runner(
    chart,
    {
      serviceAccount: ServiceAccount.fromServiceAccountName(chart, `${id}-account`, id),
      automountServiceAccountToken: true,
    },
    id,
  );
}

export function job(chart: Chart, props: JobProps = {}): Job {
  return new Job(chart, 'job', {
    metadata: { name: 'job' },
    containers: [{ name: 'job', image: 'registry.example.com/job:1', resources: {} }],
    ...props,
  });
}
