import { Duration, Size } from 'cdk8s';
import type { Chart } from 'cdk8s';
import {
  CacheVolume,
  DedicatedNodes,
  EngineNodes,
  EngineStorageClass,
  KarpenterNodeClass,
  NodeRequirementOperator,
  Drain,
  type KarpenterNodesProps,
} from '../../src/index';
import { daemonSet, type WrongProgram } from './program';

/** Creates nodes with the given properties. */
function nodes(chart: Chart, props: Partial<KarpenterNodesProps> = {}): EngineNodes {
  return EngineNodes.karpenter(chart, 'nodes', {
    nodeClass: KarpenterNodeClass.ec2({ clusterName: 'ci', role: 'nodes-of-ci', amiAlias: 'al2023@v20260801' }),
    ...props,
  });
}

export const NODE_PROGRAMS: readonly WrongProgram[] = [
  {
    title: 'a cache on the root disk of nodes with NVMe disks',
    program: (chart) =>
      daemonSet(chart, { nodes: nodes(chart), cache: CacheVolume.hostPath({ path: '/var/lib/dagger' }) }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - cache: is not on the disk that nodes provide for caches, /mnt/k8s-disks/0; got "/var/lib/dagger"; allowed: a directory in /mnt/k8s-disks/0; fix: use CacheVolume.hostPath() without a path',
  },
  {
    title: 'a drain that is longer than Karpenter waits',
    program: (chart) =>
      daemonSet(chart, { nodes: nodes(chart), drain: Drain.untilIdle({ atMost: Duration.hours(2) }) }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - drain.atMost: when Karpenter removes a node, pods have 3600 s, and the engine needs up to 75 s after the drain; got "7200 s"; allowed: at most 3525 s; fix: set Duration.seconds(3525), or raise the limit of the nodes; or accept EngineRisk.STOP_EXCEEDS_NODE_LIMIT',
  },
  {
    title: 'a node selector for other nodes',
    program: (chart) => daemonSet(chart, { nodes: nodes(chart), nodeSelector: { 'dagger-node': 'other' } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - nodeSelector["dagger-node"]: conflicts with nodes, which have the label dagger-node: nodes; got "other"; allowed: other labels; fix: remove it, or remove nodes',
  },
  {
    title: 'an AMI whose local disks are mounted elsewhere',
    program: (chart) =>
      nodes(chart, {
        nodeClass: KarpenterNodeClass.ec2({ clusterName: 'ci', role: 'nodes-of-ci', amiAlias: 'bottlerocket@latest' }),
      }),
    says: '[ci/nodes] EngineNodes has 1 problem:\n  - nodeClass.amiAlias: must be a version of AL2023 or AL2, whose local disks the library knows; got "bottlerocket@latest"; allowed: al2023@VERSION, al2@VERSION; fix: use a value such as \'al2023@v20260801\', or KarpenterNodeClass.fromName(...) with cacheDirectory',
  },
  {
    title: 'a local disk of size 0',
    program: (chart) =>
      nodes(chart, {
        nodeClass: KarpenterNodeClass.ec2({
          clusterName: 'ci',
          role: 'nodes-of-ci',
          amiAlias: 'al2023@v20260801',
          minLocalDisk: Size.gibibytes(0),
        }),
      }),
    says: '[ci/nodes] EngineNodes has 1 problem:\n  - nodeClass.minLocalDisk: must be a valid volume size; got "0 KiB"; allowed: a whole number of kibibytes above 0; fix: use a value such as Size.gibibytes(200)',
  },
  {
    title: 'a requirement that a property sets',
    program: (chart) =>
      nodes(chart, {
        requirements: [{ key: 'kubernetes.io/arch', operator: NodeRequirementOperator.IN, values: ['arm64'] }],
      }),
    says: '[ci/nodes] EngineNodes has 1 problem:\n  - requirements[0].key: the property architectures sets this requirement; got "kubernetes.io/arch"; allowed: other labels; fix: remove it, and set architectures',
  },
  {
    title: 'a disruption budget with a schedule but no duration',
    program: (chart) => nodes(chart, { disruptionBudgets: [{ nodes: '0', schedule: '0 8 * * mon-fri' }] }),
    says: '[ci/nodes] EngineNodes has 1 problem:\n  - disruptionBudgets[0].schedule: schedule and duration must be set together; got "0 8 * * mon-fri"; allowed: both or neither; fix: set duration too, or remove it',
  },
  {
    title: 'nodes with a relative directory for caches',
    program: () => DedicatedNodes.of({ cacheDirectory: 'mnt/nvme' }),
    says: "[DedicatedNodes.of] options has 1 problem:\n  - cacheDirectory: must be a valid path for the cache; got \"mnt/nvme\"; allowed: an absolute path other than '/', without '..'; fix: use a value such as '/mnt/nvme/dagger'",
  },
  {
    title: 'gp3 volumes with fewer operations than AWS offers',
    program: (chart) => EngineStorageClass.ebsGp3(chart, 'gp3', { iops: 100 }),
    says: '[ci/gp3] EngineStorageClass has 1 problem:\n  - iops: is below the minimum of gp3, or not a whole number; got 100; allowed: a whole number of at least 3000; fix: remove it, or set it to 3000',
  },
  {
    title: 'a ZFS pool with an invalid name',
    program: (chart) => EngineStorageClass.zfsLocalPv(chart, 'zfs', { pool: '/dev/nvme0n1' }),
    says: "[ci/zfs] EngineStorageClass has 1 problem:\n  - pool: must be the name of a ZFS pool, or of a dataset in it; got \"/dev/nvme0n1\"; allowed: letters, digits, '_', '.', ':' and '-', with '/' between the levels; fix: use a value such as 'nvme' or 'nvme/dagger'",
  },
];
