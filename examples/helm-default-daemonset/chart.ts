import { ApiObject, Chart, JsonPatch, type ChartProps } from 'cdk8s';
import { CacheVolume, EngineDaemonSet, HostSocket } from 'cdk8s-dagger';
import type { Construct } from 'constructs';

/** One engine on every node with a local NVMe disk. Clients on the node use its socket. */
export class HelmDefaultDaemonSetChart extends Chart {
  public readonly engine: EngineDaemonSet;

  public constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);

    this.engine = new EngineDaemonSet(this, 'node-engine', {
      version: 'v0.21.8',
      cache: CacheVolume.hostPath({ path: '/mnt/nvme/dagger' }),
      hostSocket: HostSocket.at('/run/dagger'),
      pod: { nodeSelector: { 'example.com/local-nvme': 'true' } },
    });

    // The node's setup makes this directory after it has mounted the disk. Were the kubelet to make it, an engine
    // on a node whose disk is not mounted would fill the root disk.
    ApiObject.of(this.engine).addJsonPatch(
      JsonPatch.test('/spec/template/spec/volumes/0/hostPath/path', '/mnt/nvme/dagger'),
      JsonPatch.replace('/spec/template/spec/volumes/0/hostPath/type', 'Directory'),
    );
  }
}
