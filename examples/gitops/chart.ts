import { Chart, Duration, Size, type ChartProps } from 'cdk8s';
import {
  ArgoCdApplication,
  CacheVolume,
  Drain,
  EngineNamespace,
  EngineServiceAccount,
  EngineStatefulSet,
  FluxKustomization,
  GitOps,
} from 'cdk8s-dagger';
import type { Construct } from 'constructs';

/** Engines that a GitOps tool applies, with an order and with protection of their caches. */
export class GitOpsChart extends Chart {
  public constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);
    new EngineNamespace(this, 'namespace');
    new EngineStatefulSet(this, 'pool', {
      version: 'v0.21.8',
      replicas: 3,
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200) }),
      resources: { requests: { cpu: '4', memory: '16Gi' } },
      serviceAccount: EngineServiceAccount.create(),
      drain: Drain.untilIdle({ atMost: Duration.minutes(20) }),
    });
    // Both tools, so that the example fits either. Use the line of your tool.
    GitOps.of(this).prepareForArgoCd();
    GitOps.of(this).prepareForFlux();
  }
}

/** The objects of the tools. Apply those of your tool once. */
export class GitOpsToolsChart extends Chart {
  public constructor(scope: Construct, id: string, engines: Chart) {
    super(scope, id);
    new ArgoCdApplication(this, 'engines', {
      charts: [engines],
      repoUrl: 'https://git.example.com/ci/manifests.git',
      path: 'engines',
    });
    new FluxKustomization(this, 'flux', {
      name: 'engines',
      charts: [engines],
      sourceName: 'manifests',
      path: 'engines',
    });
  }
}
