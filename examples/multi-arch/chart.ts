import { Chart, Size, type ChartProps } from 'cdk8s';
import {
  ArcRunnerScaleSet,
  CacheVolume,
  Certificates,
  EngineAccess,
  EngineFleet,
  FleetTopology,
  Listener,
  NodeArchitecture,
} from 'cdk8s-dagger';
import { Deployment } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';

/** A pool of engines for each architecture, runners for each pool, and one client that uses both pools. */
export class MultiArchChart extends Chart {
  /** Runners for workflows with `runs-on: dagger-amd64` and `runs-on: dagger-arm64`, keyed by architecture. */
  public readonly runners: { readonly [architecture: string]: ArcRunnerScaleSet };

  public constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);
    const fleet = new EngineFleet(this, 'dagger', {
      topology: FleetTopology.statefulSet({
        version: 'v0.21.11',
        replicas: 2,
        cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200), storageClassName: 'gp3' }),
        listener: Listener.tls({ certificates: Certificates.privateCa() }),
        resources: { requests: { cpu: '4', memory: '16Gi' } },
      }),
      members: [NodeArchitecture.AMD64, NodeArchitecture.ARM64].map((architecture) => ({
        key: architecture,
        architecture,
      })),
    });

    this.runners = Object.fromEntries(
      fleet.members.map(({ key, runnerLabel }) => [
        key,
        new ArcRunnerScaleSet({
          githubConfigUrl: 'https://github.com/example',
          githubConfigSecret: 'github-app',
          runnerScaleSetName: runnerLabel,
          engine: EngineAccess.fromConnection(fleet.addClient({ key, name: 'arc-runners' })),
        }),
      ]),
    );

    const release = new Deployment(this, 'release', {
      metadata: { name: 'release' },
      containers: [{ name: 'release', image: 'registry.example.com/ci/release:1.4.2' }],
    });
    fleet.connectArchitectures(release);
  }
}
