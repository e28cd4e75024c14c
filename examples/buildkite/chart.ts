import { Chart, Size, type ChartProps } from 'cdk8s';
import { BuildkiteStep, CacheVolume, EngineAccess, EngineSidecar } from 'cdk8s-dagger';
import type { Construct } from 'constructs';

/** A step of a Buildkite pipeline with an engine in its pod. */
export class BuildkiteChart extends Chart {
  /** The step's plugin. */
  public readonly step: BuildkiteStep;

  public constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);
    const engine = new EngineSidecar(this, 'buildkite-engine', {
      version: 'v0.21.8',
      cache: CacheVolume.emptyDir({ sizeLimit: Size.gibibytes(50) }),
      resources: { requests: { cpu: '2', memory: '8Gi' } },
    });
    this.step = new BuildkiteStep({
      engine: EngineAccess.fromSidecar(engine),
      podSpec: { containers: [{ name: 'dagger', image: 'registry.example.com/ci/dagger:v0.21.8' }] },
    });
  }
}
