import type { Duration, Size } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import type { EngineProps } from '../workload/engine-props';

/**
 * Properties for a CacheSeed. The properties of engines apply to the engine that writes the cache. By default, its
 * `drain` waits up to an hour for its clients, and admits new ones.
 */
export interface CacheSeedProps extends EngineProps {
  /** The size of the engine's volume. Volumes that are copied from the seed can't be smaller. */
  readonly size: Size;

  /**
   * The name of the storage class. Its CSI driver must support snapshots. Volumes that are copied from the seed must use
   * a storage class of the same driver.
   *
   * @default - the default storage class of the cluster
   */
  readonly storageClassName?: string;

  /**
   * The name of the VolumeSnapshotClass, for example of an `EngineSnapshotClass`.
   *
   * @default - the default VolumeSnapshotClass of the CSI driver
   */
  readonly snapshotClassName?: string;

  /**
   * The times of the snapshots, as a cron expression with five fields. The engine doesn't serve clients while it is
   * snapshotted.
   *
   * @default '0 3 * * *'
   */
  readonly schedule?: string;

  /**
   * The time zone of the schedule, such as `Europe/Berlin`.
   *
   * @default 'UTC'
   */
  readonly timeZone?: string;

  /**
   * The number of snapshots to keep, in addition to the one that new volumes are copied from.
   *
   * @default 3
   */
  readonly keep?: number;

  /**
   * The maximum time until a snapshot is ready, in whole seconds. The engine stays stopped during this time. The job
   * takes two snapshots, and tries up to three times to take the second one. The first snapshot of a volume usually takes
   * the longest.
   *
   * @default Duration.hours(2)
   */
  readonly snapshotTimeout?: Duration;

  /**
   * The image of the job that takes the snapshots. It must contain `kubectl`, `sh`, and the usual Unix programs such as
   * `awk`. The version of `kubectl` can differ from that of the cluster.
   *
   * @default 'docker.io/alpine/k8s:1.34.1'
   */
  readonly kubectlImage?: string;

  /**
   * The labels of the nodes that may run the job. `nodeSelector` applies only to the engine.
   *
   * @default - any node
   */
  readonly jobNodeSelector?: { [key: string]: string };

  /**
   * The tolerations of the job. `tolerations` applies only to the engine.
   *
   * @default - none
   */
  readonly jobTolerations?: k8s.Toleration[];

  /**
   * The priority class of the job.
   *
   * @default - the default priority class of the cluster
   */
  readonly jobPriorityClassName?: string;

  /**
   * Labels of the job's pods, for example for policies and cost reports.
   *
   * @default - none
   */
  readonly jobPodLabels?: { [key: string]: string };

  /**
   * Whether the job's pod sets its user. The default image would run as root otherwise, which the pod doesn't allow. Set
   * it to `false` on OpenShift, which chooses the user of a pod in the constraint `restricted-v2` and rejects others.
   *
   * @default true
   */
  readonly jobSetsUser?: boolean;
}

/** The properties of a CacheSeed that another program needs. */
export interface CacheSeedAttributes {
  /** The name of the seed. */
  readonly name: string;

  /** The version of the seed's engine. */
  readonly version: string;

  /** The size of the seed's volume. */
  readonly size: Size;
}
