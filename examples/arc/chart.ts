import { Chart, type ChartProps } from 'cdk8s';
import { ArcRunnerScaleSet, EngineAccess, EngineDaemonSet, EngineSidecar } from 'cdk8s-dagger';
import type { Construct } from 'constructs';

/** GitHub Actions runners and their engines. */
export class ArcChart extends Chart {
  /** Runners that use their node's engine. */
  public readonly onNode: ArcRunnerScaleSet;

  /** Runners with an engine in each pod, without a shared cache. */
  public readonly inPod: ArcRunnerScaleSet;

  public constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);
    const version = 'v0.21.8';
    const github = { githubConfigUrl: 'https://github.com/example', githubConfigSecret: 'github-app', maxRunners: 20 };

    const engine = new EngineDaemonSet(this, 'arc-engine', {
      version,
      resources: { requests: { cpu: '4', memory: '16Gi' } },
      nodeSelector: { 'example.com/ci': 'true' },
      tolerations: [{ key: 'example.com/ci', operator: 'Exists', effect: 'NoSchedule' }],
    });
    this.onNode = new ArcRunnerScaleSet({
      ...github,
      runnerScaleSetName: 'dagger',
      engine: EngineAccess.fromConnection(engine.addClient({ name: 'arc-runners', namespace: 'arc-runners' })),
    });

    this.inPod = new ArcRunnerScaleSet({
      ...github,
      runnerScaleSetName: 'dagger-isolated',
      engine: EngineAccess.fromSidecar(
        new EngineSidecar(this, 'arc-sidecar', { version, resources: { requests: { cpu: '2', memory: '8Gi' } } }),
      ),
    });
  }
}
