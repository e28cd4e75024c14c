import type { k8s } from 'cdk8s-plus-28';
import type { NodeStopLimit } from '../pod/node-stop-limit';

/**
 * The nodes that run engines. Implemented by `EngineNodes`, whose nodes Karpenter creates, and by `DedicatedNodes`,
 * which describes existing nodes.
 */
export interface IEngineNodes {
  /** The labels that select the nodes. */
  readonly nodeSelector: { [key: string]: string };

  /** The tolerations that pods need to run on the nodes. */
  readonly tolerations: k8s.Toleration[];

  /** The limits on the time that the nodes give their pods to stop. */
  readonly stopLimits: NodeStopLimit[];

  /**
   * The directory on each node that contains the caches of engines, on a local disk.
   *
   * @default - `/var/lib`
   */
  readonly cacheDirectory?: string;
}
