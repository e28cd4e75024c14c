import { Chart, Duration, Size, type ChartProps } from 'cdk8s';
import {
  ArcRunnerScaleSet,
  Drain,
  EngineAccess,
  EngineDaemonSet,
  EngineNodes,
  KarpenterNodeClass,
  NodeRequirementOperator,
} from 'cdk8s-dagger';
import type { Construct } from 'constructs';

/** Nodes with local NVMe disks that Karpenter creates for GitHub runners, and an engine on each of them. */
export class KarpenterNodesChart extends Chart {
  public readonly engine: EngineDaemonSet;

  /** The runners, which create the nodes. */
  public readonly runners: ArcRunnerScaleSet;

  public constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);

    const nodes = EngineNodes.karpenter(this, 'builds', {
      nodeClass: KarpenterNodeClass.ec2({
        clusterName: 'ci',
        role: 'KarpenterNodeRole-ci',
        amiAlias: 'al2023@v20260801',
        minLocalDisk: Size.gibibytes(400),
      }),
      requirements: [{ key: 'karpenter.k8s.aws/instance-cpu', operator: NodeRequirementOperator.GT, values: ['7'] }],
      limits: { cpu: '64' },
    });

    this.engine = new EngineDaemonSet(this, 'karpenter-engine', {
      version: 'v0.21.8',
      nodes,
      resources: { requests: { cpu: '4', memory: '16Gi' } },
      drain: Drain.untilIdle({ atMost: Duration.minutes(20) }),
    });

    this.runners = new ArcRunnerScaleSet({
      githubConfigUrl: 'https://github.com/example',
      githubConfigSecret: 'github-app',
      runnerScaleSetName: 'dagger-nvme',
      maxRunners: 20,
      podAnnotations: { 'karpenter.sh/do-not-disrupt': 'true' },
      engine: EngineAccess.fromConnection(this.engine.addClient({ name: 'nvme-runners', namespace: 'arc-runners' })),
    });
  }
}
