import { Chart, Size, type ChartProps } from 'cdk8s';
import {
  ArcRunnerScaleSet,
  CacheVolume,
  Certificates,
  EngineAccess,
  EngineFleet,
  FleetTopology,
  Listener,
  Retirement,
  TrustLevel,
  type EngineStatefulSetProps,
} from 'cdk8s-dagger';
import type { Construct } from 'constructs';

/** One engine for each release, and one for pull requests from forks, with runners for GitHub Actions. */
export class EngineFleetChart extends Chart {
  public readonly fleet: EngineFleet;

  /** Runners for workflows with `runs-on: dagger-v0.21.11`. */
  public readonly runners: ArcRunnerScaleSet;

  /** Runners for workflows of forks, with `runs-on: dagger-forks`. */
  public readonly forkRunners: ArcRunnerScaleSet;

  public constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);
    const common: EngineStatefulSetProps = {
      version: 'v0.21.11',
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200), storageClassName: 'fast-ssd' }),
      listener: Listener.tls({ certificates: Certificates.privateCa() }),
      resources: { requests: { cpu: '4', memory: '16Gi' } },
    };
    this.fleet = new EngineFleet(this, 'dagger', {
      topology: FleetTopology.statefulSet(common),
      members: [{ version: 'v0.21.8', retirement: Retirement.noNewClients('v0-21-11') }, { version: 'v0.21.11' }],
    });

    const forks = new Chart(scope, `${id}-forks`, { namespace: 'dagger-forks' });
    this.fleet.addMember({
      key: 'forks',
      scope: forks,
      trustLevel: TrustLevel.untrusted({ publicInternet: true }),
      topology: FleetTopology.statefulSet({
        ...common,
        nodeSelector: { 'example.com/untrusted': 'true' },
        tolerations: [{ key: 'example.com/untrusted', operator: 'Exists', effect: 'NoSchedule' }],
      }),
    });

    this.runners = this.runnersOf('v0-21-11');
    this.forkRunners = this.runnersOf('forks', 'dagger-forks');
  }

  private runnersOf(key: string, namespace?: string): ArcRunnerScaleSet {
    return new ArcRunnerScaleSet({
      githubConfigUrl: 'https://github.com/example',
      githubConfigSecret: 'github-app',
      runnerScaleSetName: this.fleet.member(key).runnerLabel,
      engine: EngineAccess.fromConnection(this.fleet.addClient({ key, namespace, name: 'arc-runners' })),
    });
  }
}
