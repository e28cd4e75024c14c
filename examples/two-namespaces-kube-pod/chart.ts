import { Chart, Size, type ChartProps } from 'cdk8s';
import { CacheVolume, EngineNamespace, EngineStatefulSet } from 'cdk8s-dagger';
import { Deployment, EnvValue, ServiceAccount } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';

/** Two engines in a dedicated namespace, without an open port. */
export class EnginesChart extends Chart {
  public readonly engine: EngineStatefulSet;

  public constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);

    new EngineNamespace(this, 'namespace');

    this.engine = new EngineStatefulSet(this, 'guarded-engine', {
      version: 'v0.21.8',
      resources: { requests: { cpu: '4', memory: '16Gi' } },
      replicas: 2,
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(100), storageClassName: 'gp3' }),
    });
  }
}

/** A runner in a separate namespace that doesn't admit privileged pods. */
export class RunnersChart extends Chart {
  public constructor(scope: Construct, id: string, engine: EngineStatefulSet, props: ChartProps = {}) {
    super(scope, id, props);

    const runner = new Deployment(this, 'runner', {
      metadata: { name: 'runner' },
      replicas: 1,
      serviceAccount: new ServiceAccount(this, 'runner-account', { metadata: { name: 'runner' } }),
      automountServiceAccountToken: true,
      containers: [
        {
          name: 'runner',
          image: 'registry.example.com/runner-with-kubectl:1',
          envVariables: { REPOSITORY: EnvValue.fromValue('example/web') },
          securityContext: { user: 1000, ensureNonRoot: true, readOnlyRootFilesystem: false },
        },
      ],
    });

    engine.connect(runner, { shardKey: 'example/web' });
  }
}
