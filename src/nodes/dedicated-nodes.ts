import type { k8s } from 'cdk8s-plus-28';
import { checkLabels } from '../kubernetes/names';
import type { NodeStopLimit } from '../pod/node-stop-limit';
import { checkCalls } from '../reporting/check-arguments';
import { Problems } from '../reporting/problems';
import { checkAbsolutePath } from '../storage/node-directories';
import type { IEngineNodes } from './engine-nodes-interface';

/** The effect of a taint on pods that don't tolerate it. */
export enum TaintEffect {
  /** Pods aren't scheduled on the node. */
  NO_SCHEDULE = 'NoSchedule',
  /** Pods aren't scheduled on the node, and running pods are evicted. */
  NO_EXECUTE = 'NoExecute',
  /** Pods are scheduled on the node only if no other node fits. */
  PREFER_NO_SCHEDULE = 'PreferNoSchedule',
}

/** Options for the label and taint of dedicated nodes. */
export interface DedicatedNodesOptions {
  /**
   * The key of the label and of the taint.
   *
   * @default 'dagger-node' - as in Dagger's guide for OpenShift
   */
  readonly key?: string;

  /**
   * The value of the label and of the taint.
   *
   * @default 'true'
   */
  readonly value?: string;

  /**
   * The effect of the taint on other pods.
   *
   * @default TaintEffect.NO_SCHEDULE
   */
  readonly effect?: TaintEffect;

  /**
   * The directory on each node that contains the caches of engines, for example the mount point of a local disk.
   *
   * @default '/var/lib'
   */
  readonly cacheDirectory?: string;

  /**
   * The limits on the time that the nodes give their pods to stop.
   *
   * @default - no limits
   */
  readonly stopLimits?: NodeStopLimit[];
}

/**
 * A set of existing nodes that only engines and their clients use. The taint keeps other pods away. The label keeps
 * engines on these nodes, because engines select it. A node needs both. (Dagger's guide for OpenShift selects nodes by
 * the label, but never sets it.)
 *
 * Other workloads shouldn't share these nodes: with cgroup v2, the pod's limits don't apply to builds
 * (dagger/dagger#10813), and a process that breaks out of a build is root on the node. With cgroup v1, builds run in the
 * cgroup of the engine's container.
 */
export class DedicatedNodes implements IEngineNodes {
  /**
   * Describes nodes that have a label and a taint with the same key and value.
   *
   * @param options the label, the taint, the directory and the limits
   * @throws if the key or the value is invalid for a label, or if the directory is invalid
   */
  public static of(options: DedicatedNodesOptions = {}): DedicatedNodes {
    const {
      cacheDirectory,
      effect = TaintEffect.NO_SCHEDULE,
      key = 'dagger-node',
      stopLimits = [],
      value = 'true',
    } = options;
    const problems = new Problems();
    checkLabels(problems, 'label', { [key]: value });
    if (cacheDirectory !== undefined) {
      checkAbsolutePath(problems, 'cacheDirectory', cacheDirectory);
    }
    problems.throwIfAny('DedicatedNodes.of', 'options');
    return new DedicatedNodes({ key, value, effect }, stopLimits, cacheDirectory);
  }

  private constructor(
    private readonly mark: { readonly key: string; readonly value: string; readonly effect: TaintEffect },
    private readonly limits: readonly NodeStopLimit[],
    /** The directory on each node that contains the caches of engines, or undefined for `/var/lib`. */
    public readonly cacheDirectory?: string,
  ) {}

  /** The limits on the time that the nodes give their pods to stop. Each access returns a new list. */
  public get stopLimits(): NodeStopLimit[] {
    return [...this.limits];
  }

  /** The `nodeSelector` of pods for these nodes. Each access returns a new map. */
  public get nodeSelector(): { [key: string]: string } {
    return { [this.mark.key]: this.mark.value };
  }

  /** The `tolerations` of pods for these nodes. Each access returns a new list. */
  public get tolerations(): k8s.Toleration[] {
    const { effect, key, value } = this.mark;
    return [{ key, operator: 'Equal', value, effect }];
  }

  /**
   * Returns the `kubectl` commands that label a node and then taint it.
   *
   * @param node the name of the node, or a shell variable such as `"$NODE"`
   */
  public markNodeCommands(node: string): string[] {
    const { effect, key, value } = this.mark;
    return [`kubectl label nodes ${node} ${key}=${value}`, `kubectl taint nodes ${node} ${key}=${value}:${effect}`];
  }
}

checkCalls('DedicatedNodes', DedicatedNodes);
