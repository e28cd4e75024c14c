import { Chart, type ChartProps } from 'cdk8s';
import { CacheVolume, EngineDaemonSet, HostSocket } from 'cdk8s-dagger';
import type { Construct } from 'constructs';

/** One engine on every node with a local NVMe disk. Clients on the node use its socket. */
export class HelmDefaultDaemonSetChart extends Chart {
  public readonly engine: EngineDaemonSet;

  public constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);

    this.engine = new EngineDaemonSet(this, 'node-engine', {
      version: 'v0.21.8',
      resources: { requests: { cpu: '4', memory: '16Gi' } },
      // The node's setup creates this directory after it has mounted the disk.
      cache: CacheVolume.hostPath({ path: '/mnt/nvme/dagger', mustExist: true }),
      hostSocket: HostSocket.fromPath('/run/dagger'),
      nodeSelector: { 'example.com/local-nvme': 'true' },
    });
  }
}
