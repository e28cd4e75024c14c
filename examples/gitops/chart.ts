import { Chart, Duration, Size, type ChartProps } from 'cdk8s';
import { CacheVolume, Drain, EngineNamespace, EngineServiceAccount, EngineStatefulSet } from 'cdk8s-dagger';
import type { Construct } from 'constructs';

/** Engines that a GitOps tool applies. */
export class GitOpsChart extends Chart {
  public readonly pool: EngineStatefulSet;

  public constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);
    new EngineNamespace(this, 'namespace');
    this.pool = new EngineStatefulSet(this, 'pool', {
      version: 'v0.21.8',
      replicas: 3,
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200) }),
      resources: { requests: { cpu: '4', memory: '16Gi' } },
      serviceAccount: EngineServiceAccount.create(),
      drain: Drain.untilIdle({ atMost: Duration.minutes(20) }),
    });
  }
}
