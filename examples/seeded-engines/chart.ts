import { Chart, Cron, Size, type ChartProps } from 'cdk8s';
import {
  CacheSeed,
  CacheVolume,
  CliInstall,
  EngineDeployment,
  EngineSnapshotClass,
  EngineStorageClass,
  Listener,
} from 'cdk8s-dagger';
import { CronJob, Deployment } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';

/** Engines that start with a warm cache, which a nightly build fills. */
export class SeededEnginesChart extends Chart {
  public readonly engine: EngineDeployment;

  public constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);
    const version = 'v0.21.8';
    const storage = EngineStorageClass.ebsGp3(this, 'dagger-gp3', { throughput: 500 });
    const snapshots = new EngineSnapshotClass(this, 'dagger-snapshots', { driver: 'ebs.csi.aws.com' });

    const seed = new CacheSeed(this, 'seed', {
      version,
      size: Size.gibibytes(100),
      storageClassName: storage.name,
      snapshotClassName: snapshots.name,
      schedule: '0 3 * * *',
      resources: { requests: { cpu: '2', memory: '8Gi' } },
      listener: Listener.insecureTcp(),
    });

    const build = new CronJob(this, 'fill-seed', {
      metadata: { name: 'fill-seed' },
      schedule: Cron.schedule({ hour: '2', minute: '0' }),
      containers: [
        {
          name: 'build',
          image: 'registry.example.com/ci/runner:1.4.2',
          args: ['dagger', 'call', '--mod', 'github.com/example/service', 'test'],
        },
      ],
    });
    seed.engine.connect(build, { cli: CliInstall.fromEngineImage() });

    this.engine = new EngineDeployment(this, 'seeded-engines', {
      version,
      replicas: 3,
      cache: CacheVolume.ephemeral({ size: Size.gibibytes(200), storageClassName: storage.name, seed }),
      resources: { requests: { cpu: '4', memory: '16Gi' } },
      listener: Listener.insecureTcp(),
    });
    const runners = new Deployment(this, 'seeded-runners', {
      metadata: { name: 'seeded-runners' },
      replicas: 2,
      containers: [{ name: 'runner', image: 'registry.example.com/ci/runner:1.4.2' }],
    });
    this.engine.connect(runners);
  }
}
