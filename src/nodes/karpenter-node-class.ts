import type { Size } from 'cdk8s';
import type { Ec2NodeClassSpec } from '../../imports/karpenter.k8s.aws';
import type { Imported } from '../kubernetes/imported';
import { checkDnsSubdomain } from '../kubernetes/names';
import { checkSize } from '../kubernetes/quantity';
import { NodeStopLimit } from '../pod/node-stop-limit';
import { checkCalls } from '../reporting/check-arguments';
import type { Problems } from '../reporting/problems';
import { checkAbsolutePath } from '../storage/node-directories';
import { NodeRequirementOperator, type KarpenterRequirement } from './karpenter-requirement';

/** Options for nodes on Amazon EC2. */
export interface Ec2NodeClassOptions {
  /**
   * The name of the cluster. Karpenter finds subnets and security groups by their tag `karpenter.sh/discovery: NAME`.
   */
  readonly clusterName: string;

  /** The name of the IAM role of the nodes. Karpenter creates the instance profile. */
  readonly role: string;

  /**
   * The family and version of the AMI, such as `al2023@v20260801`. With `al2023@latest`, Karpenter replaces all nodes
   * and their caches after each release of the AMI. The library supports only the local disks of AL2023 and AL2.
   */
  readonly amiAlias: string;

  /**
   * The minimum total size of a node's local NVMe disks. Karpenter doesn't use instance types with less.
   *
   * @default Size.gibibytes(100)
   */
  readonly minLocalDisk?: Size;

  /**
   * The tags of the instances and their volumes.
   *
   * @default - none
   */
  readonly tags?: { [key: string]: string };
}

/** Options for an existing node class. */
export interface ExistingNodeClassOptions {
  /**
   * The kind of the node class.
   *
   * @default 'EC2NodeClass'
   */
  readonly kind?: string;

  /**
   * The API group of the node class.
   *
   * @default 'karpenter.k8s.aws'
   */
  readonly group?: string;

  /**
   * The directory on each node that contains the caches of engines, for example the mount point of a local disk.
   *
   * @default '/var/lib'
   */
  readonly cacheDirectory?: string;

  /**
   * The limit on the time that pods have to stop when the cloud provider interrupts a spot node.
   *
   * @default NodeStopLimit.awsSpot()
   */
  readonly spotLimit?: NodeStopLimit;
}

/**
 * The properties of a node class that a NodePool needs.
 *
 * @internal
 */
export interface BoundNodeClass {
  readonly reference: { readonly group: string; readonly kind: string; readonly name: string };
  /** The spec of the object to create, or undefined for an existing node class. */
  readonly spec?: Imported<Ec2NodeClassSpec>;
  readonly requirements: readonly KarpenterRequirement[];
  readonly cacheDirectory?: string;
  readonly spotLimit: NodeStopLimit;
}

const EC2_GROUP = 'karpenter.k8s.aws';
const EC2_KIND = 'EC2NodeClass';

/**
 * The mount point of the RAID0 of the instance store on AL2 and AL2023 (aws/karpenter-provider-aws
 * website/content/en/docs/concepts/nodeclasses.md:1218@v1.14.1). Bottlerocket mounts it elsewhere.
 */
const RAID_DIRECTORY = '/mnt/k8s-disks/0';

const MIN_LOCAL_DISK_GIB = 100;

/** The settings of the cloud provider for nodes that Karpenter creates. */
export class KarpenterNodeClass {
  /**
   * Creates an EC2NodeClass. The local NVMe disks of each node become one disk (RAID0), which contains the caches of
   * engines, images, and the files of pods. Karpenter chooses only instance types with such disks.
   *
   * @param options the role, the AMI and the size of the disks
   */
  public static ec2(options: Ec2NodeClassOptions): KarpenterNodeClass {
    return new KarpenterNodeClass((name, problems) => {
      const { amiAlias, clusterName, minLocalDisk, role, tags } = options;
      checkNotEmpty(problems, 'clusterName', clusterName, 'the name of the cluster');
      checkNotEmpty(problems, 'role', role, 'the name of an IAM role');
      if (!/^(al2|al2023)@.+$/.test(amiAlias)) {
        problems.add('amiAlias', {
          wrong: 'must be a version of AL2023 or AL2, whose local disks the library knows',
          got: amiAlias,
          allowed: 'al2023@VERSION, al2@VERSION',
          fix: "use a value such as 'al2023@v20260801', or KarpenterNodeClass.fromName(...) with cacheDirectory",
        });
      }
      const isValid = minLocalDisk === undefined || checkSize(problems, 'minLocalDisk', minLocalDisk);
      const least = isValid && minLocalDisk ? minLocalDisk.toGibibytes({ rounding: 1 }) : MIN_LOCAL_DISK_GIB;
      const discovered = [{ tags: { 'karpenter.sh/discovery': clusterName } }];
      return {
        reference: { group: EC2_GROUP, kind: EC2_KIND, name },
        spec: {
          role,
          amiSelectorTerms: [{ alias: amiAlias }],
          subnetSelectorTerms: discovered,
          securityGroupSelectorTerms: discovered,
          instanceStorePolicy: 'RAID0',
          // Karpenter's defaults, which the API server would add. With one hop, builds can't get the node's credentials.
          metadataOptions: {
            httpEndpoint: 'enabled',
            httpProtocolIPv6: 'disabled',
            httpPutResponseHopLimit: 1,
            httpTokens: 'required',
          },
          ...(tags && { tags }),
        },
        requirements: [
          {
            key: `${EC2_GROUP}/instance-local-nvme`,
            operator: NodeRequirementOperator.GT,
            values: [String(Math.max(0, least - 1))],
          },
        ],
        cacheDirectory: RAID_DIRECTORY,
        spotLimit: NodeStopLimit.awsSpot(),
      };
    });
  }

  /**
   * Uses an existing node class, for example an `AKSNodeClass`, or an `EC2NodeClass` with a custom AMI.
   *
   * @param name the name of the node class
   * @param options the kind, and the directory for caches
   */
  public static fromName(name: string, options: ExistingNodeClassOptions = {}): KarpenterNodeClass {
    return new KarpenterNodeClass((_, problems) => {
      const { cacheDirectory, group = EC2_GROUP, kind = EC2_KIND, spotLimit = NodeStopLimit.awsSpot() } = options;
      checkDnsSubdomain(problems, 'name', name);
      checkDnsSubdomain(problems, 'group', group);
      checkNotEmpty(problems, 'kind', kind, 'a kind such as EC2NodeClass');
      if (cacheDirectory !== undefined) {
        checkAbsolutePath(problems, 'cacheDirectory', cacheDirectory);
      }
      return { reference: { group, kind, name }, requirements: [], cacheDirectory, spotLimit };
    });
  }

  private constructor(
    /**
     * Returns the node class. If the library creates its object, `name` is the object's name.
     *
     * @internal
     */
    public readonly _bind: (name: string, problems: Problems) => BoundNodeClass,
  ) {}
}

checkCalls('KarpenterNodeClass', KarpenterNodeClass);

function checkNotEmpty(problems: Problems, property: string, text: string, what: string): void {
  if (text.trim() === '') {
    problems.add(property, { wrong: 'must not be empty', got: text, allowed: what, fix: `set it to ${what}` });
  }
}
