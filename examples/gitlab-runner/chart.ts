import { Chart, type ChartProps } from 'cdk8s';
import { EngineAccess, EngineDaemonSet, GitLabOperatorRunner, GitLabRunnerConfig } from 'cdk8s-dagger';
import type { Construct } from 'constructs';

/** A GitLab Runner whose jobs use their node's engine. */
export class GitLabRunnerChart extends Chart {
  /** The runner's configuration for the operator or the Helm chart. */
  public readonly config: GitLabRunnerConfig;

  public constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);
    const engine = new EngineDaemonSet(this, 'gitlab-engine', {
      version: 'v0.21.8',
      resources: { requests: { cpu: '4', memory: '16Gi' } },
      nodeSelector: { 'example.com/ci': 'true' },
      tolerations: [{ key: 'example.com/ci', operator: 'Exists', effect: 'NoSchedule' }],
    });
    this.config = new GitLabRunnerConfig({
      engine: EngineAccess.fromConnection(engine.addClient({ name: 'gitlab-jobs' })),
      image: 'registry.example.com/ci/dagger:v0.21.8',
      environment: { HOME: '/tmp' },
    });
    new GitLabOperatorRunner(this, 'gitlab-runner', {
      config: this.config,
      gitlabUrl: 'https://gitlab.example.com',
      tokenSecret: 'gitlab-runner',
      spec: { tags: 'dagger', concurrent: 20 },
    });
  }
}
