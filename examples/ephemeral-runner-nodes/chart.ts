import { Chart, Duration, Size, type ChartProps } from 'cdk8s';
import { CacheVolume, EngineDaemonSet, NodeStopLimit, type EngineDaemonSetProps } from 'cdk8s-dagger';
import type { Construct } from 'constructs';

/** Engines on nodes that an autoscaler creates for CI runners. */
export class EphemeralRunnerNodesChart extends Chart {
  /** The engine on nodes with a local NVMe disk. Its cache lives as long as the node. */
  public readonly onNvme: EngineDaemonSet;

  /** The engine on other nodes. Its volume is created and deleted with its pod. */
  public readonly onVolume: EngineDaemonSet;

  public constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);
    const version = 'v0.21.8';
    const resources = { requests: { cpu: '2', memory: '8Gi' } };

    this.onNvme = new EngineDaemonSet(this, 'runner-engine-nvme', {
      version,
      cache: CacheVolume.hostPath({ path: '/mnt/k8s-disks/0/dagger' }),
      resources,
      ...onRunnerNodes('nvme'),
    });

    this.onVolume = new EngineDaemonSet(this, 'runner-engine-volume', {
      version,
      cache: CacheVolume.ephemeral({ size: Size.gibibytes(100), storageClassName: 'gp3' }),
      resources,
      ...onRunnerNodes('volume'),
    });
  }
}

function onRunnerNodes(cache: 'nvme' | 'volume'): Partial<EngineDaemonSetProps> {
  return {
    // The `terminationGracePeriod` of the NodePools.
    nodeStopLimits: [NodeStopLimit.karpenter(Duration.hours(1))],
    nodeSelector: { 'example.com/dagger-cache': cache },
    tolerations: [{ key: 'example.com/ci-runner', operator: 'Exists', effect: 'NoSchedule' }],
  };
}
