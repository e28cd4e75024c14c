import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { COMMON_LABELS } from '../kubernetes/engine-labels';
import { emitClusterScoped } from '../kubernetes/manifest';
import { checkDnsSubdomain, LABEL_MAX } from '../kubernetes/names';
import { checkConstructor } from '../reporting/check-arguments';
import { Problems } from '../reporting/problems';

/** The names of CSI drivers (container-storage-interface/spec spec.md, GetPluginInfo). */
const DRIVER = /^[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?$/;

/** The fate of the snapshot on the storage system after its VolumeSnapshot is deleted. */
export enum SnapshotDeletionPolicy {
  /** The snapshot is deleted. */
  DELETE = 'Delete',
  /** The snapshot is kept, and an administrator must delete it. */
  RETAIN = 'Retain',
}

/** Properties for an EngineSnapshotClass. */
export interface EngineSnapshotClassProps {
  /** The name of the CSI driver, for example `ebs.csi.aws.com`. */
  readonly driver: string;

  /**
   * The name of the VolumeSnapshotClass.
   *
   * @default - the construct's id
   */
  readonly name?: string;

  /**
   * The fate of the snapshots on the storage system after their VolumeSnapshots are deleted.
   *
   * @default SnapshotDeletionPolicy.DELETE
   */
  readonly deletionPolicy?: SnapshotDeletionPolicy;

  /**
   * The parameters of the CSI driver.
   *
   * @default - none
   */
  readonly parameters?: { [name: string]: string };
}

/**
 * A VolumeSnapshotClass for the snapshots of a `CacheSeed`. Pass its name to the seed: `snapshotClassName:
 * snapshotClass.name`. Kubernetes rejects changes of its fields.
 */
export class EngineSnapshotClass extends Construct {
  /** The name of the VolumeSnapshotClass. */
  public readonly name: string;

  /** The VolumeSnapshotClass object. */
  public readonly apiObject: ApiObject;

  /**
   * @param scope a chart
   * @param id the construct's id, which is the default name
   * @param props the CSI driver and its parameters
   * @throws one error that lists all problems with the properties
   */
  public constructor(scope: Construct, id: string, props: EngineSnapshotClassProps) {
    checkConstructor('EngineSnapshotClass', new.target !== EngineSnapshotClass, [scope, id, props]);
    super(scope, id);
    const { deletionPolicy = SnapshotDeletionPolicy.DELETE, driver, name = id, parameters } = props;
    const problems = new Problems();
    checkDnsSubdomain(problems, 'name', name);
    if (driver.length > LABEL_MAX || !DRIVER.test(driver)) {
      problems.add('driver', {
        wrong: 'must be the name of a CSI driver',
        got: driver,
        allowed: "letters, digits, '-' and '.', starting and ending with a letter or digit, at most 63 characters",
        fix: "use a name such as 'ebs.csi.aws.com'",
      });
    }
    problems.throwIfAny(this.node.path, 'EngineSnapshotClass');
    this.name = name;
    const manifest = {
      apiVersion: 'snapshot.storage.k8s.io/v1',
      kind: 'VolumeSnapshotClass',
      metadata: { name, labels: COMMON_LABELS },
      driver,
      deletionPolicy,
      ...(parameters && { parameters }),
    };
    this.apiObject = emitClusterScoped(this, 'Resource', manifest);
  }
}
