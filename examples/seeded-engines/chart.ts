import { Chart, Size, type ChartProps } from 'cdk8s';
import {
  CacheSeed,
  CacheVolume,
  CliInstall,
  EngineDeployment,
  EngineRisk,
  EngineSnapshotClass,
  EngineStorageClass,
  Listener,
} from 'cdk8s-dagger';
import { Deployment, k8s } from 'cdk8s-plus-28';
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
      acceptRisks: [{ risk: EngineRisk.PLAIN_TCP, reason: 'the network policy admits only the clients of this chart' }],
    });

    // The CronJob of cdk8s-plus would set many fields, such as a deadline of 10 s for the start.
    const build = new k8s.KubeCronJob(this, 'fill-seed', {
      metadata: { name: 'fill-seed' },
      spec: {
        schedule: '0 2 * * *',
        timeZone: 'UTC',
        concurrencyPolicy: 'Forbid',
        successfulJobsHistoryLimit: 3,
        failedJobsHistoryLimit: 1,
        jobTemplate: {
          spec: {
            backoffLimit: 1,
            // The build ends before the snapshot.
            activeDeadlineSeconds: 3600,
            template: {
              spec: {
                restartPolicy: 'Never',
                automountServiceAccountToken: false,
                securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
                containers: [
                  {
                    name: 'build',
                    image: 'registry.example.com/ci/runner:1.4.2',
                    args: ['dagger', 'call', '--mod', 'github.com/example/service', 'test'],
                    // The CLI stores its state in the home directory.
                    env: [{ name: 'HOME', value: '/home/runner' }],
                    resources: {
                      requests: { cpu: k8s.Quantity.fromString('100m'), memory: k8s.Quantity.fromString('256Mi') },
                      limits: { memory: k8s.Quantity.fromString('1Gi') },
                    },
                    securityContext: {
                      allowPrivilegeEscalation: false,
                      capabilities: { drop: ['ALL'] },
                      readOnlyRootFilesystem: true,
                    },
                    volumeMounts: [{ name: 'home', mountPath: '/home/runner' }],
                  },
                ],
                volumes: [{ name: 'home', emptyDir: {} }],
              },
            },
          },
        },
      },
    });
    seed.engine.connect(build, { cli: CliInstall.fromEngineImage() });

    this.engine = new EngineDeployment(this, 'seeded-engines', {
      version,
      replicas: 3,
      cache: CacheVolume.ephemeral({ size: Size.gibibytes(200), storageClassName: storage.name, seed }),
      resources: { requests: { cpu: '4', memory: '16Gi' } },
      listener: Listener.insecureTcp(),
      acceptRisks: [{ risk: EngineRisk.PLAIN_TCP, reason: 'the network policy admits only the clients of this chart' }],
    });
    const runners = new Deployment(this, 'seeded-runners', {
      metadata: { name: 'seeded-runners' },
      replicas: 2,
      containers: [{ name: 'runner', image: 'registry.example.com/ci/runner:1.4.2' }],
    });
    this.engine.connect(runners);
  }
}
