import type { Client } from './client';

/** The time of a change. */
export interface Moment {
  /** The time in seconds. */
  readonly at: number;
  /** The revision of etcd, which orders the changes of all objects. */
  readonly revision: number;
}

export interface PodHistory {
  readonly name: string;
  node?: string;
  /** The time at which the pod began to stop. */
  stopping?: Moment;
  /** The grace period in seconds with which it began to stop. */
  grace?: number;
  gone?: Moment;
}

export interface NodeHistory {
  readonly name: string;
  readonly appeared: Moment;
  /** The node when it was last seen. */
  object: any;
  /** The time at which Karpenter began to remove the node. */
  disrupted?: Moment;
  gone?: Moment;
}

/** Records the nodes of a NodePool, and the pods of a namespace. */
export class History {
  public readonly nodes = new Map<string, NodeHistory>();
  public readonly pods = new Map<string, PodHistory>();

  /** Starts to record. The returned function ends this. */
  public async record(client: Client, nodePool: string, namespace: string): Promise<() => void> {
    const selection = { labelSelector: `karpenter.sh/nodepool=${nodePool}` };
    const stopNodes = await client.watch('v1', 'Node', selection, ({ type, object }) => {
      const { name } = object.metadata;
      const node: NodeHistory = this.nodes.get(name) ?? { name, appeared: momentOf(object), object };
      this.nodes.set(name, node);
      node.object = object;
      const isDisrupted = object.spec.taints?.some(({ key }: any) => key === 'karpenter.sh/disrupted');
      node.disrupted ??= isDisrupted ? momentOf(object) : undefined;
      node.gone ??= type === 'DELETED' ? momentOf(object) : undefined;
    });
    const stopPods = await client.watch('v1', 'Pod', { namespace }, ({ type, object }) => {
      const { deletionGracePeriodSeconds, deletionTimestamp, name } = object.metadata;
      const pod: PodHistory = this.pods.get(name) ?? { name };
      this.pods.set(name, pod);
      pod.node = object.spec.nodeName;
      if (type === 'DELETED') {
        pod.gone = momentOf(object);
      } else if (deletionTimestamp !== undefined && pod.stopping === undefined) {
        pod.stopping = momentOf(object);
        pod.grace = deletionGracePeriodSeconds;
      }
    });
    return () => {
      stopNodes();
      stopPods();
    };
  }
}

function momentOf({ metadata }: any): Moment {
  return { at: Date.now() / 1000, revision: Number(metadata.resourceVersion) };
}
