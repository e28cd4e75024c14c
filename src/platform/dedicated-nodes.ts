import type { k8s } from 'cdk8s-plus-28';
import { checkLabels } from '../kubernetes/names';
import { Problems } from '../reporting/problems';
import type { EnginePodProps } from '../pod/engine-pod-props';
import { checkCalls } from '../reporting/check-arguments';

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
}

/**
 * A set of nodes that only engines use. The taint keeps other pods away. The label keeps engines on these nodes,
 * because engines select it. A node needs both. (Dagger's guide for OpenShift selects nodes by the label, but never
 * sets it.)
 *
 * Other workloads shouldn't share these nodes: the pod's limits don't apply to builds (dagger/dagger#10813), and a
 * process that breaks out of a build is root on the node.
 */
export class DedicatedNodes {
  /**
   * Describes nodes that have a label and a taint with the same key and value.
   *
   * @param options the key, value and effect
   * @throws if the key or the value is invalid for a label
   */
  public static of(options: DedicatedNodesOptions = {}): DedicatedNodes {
    const { effect = TaintEffect.NO_SCHEDULE, key = 'dagger-node', value = 'true' } = options;
    const problems = new Problems();
    checkLabels(problems, 'label', { [key]: value });
    problems.throwIfAny('DedicatedNodes.of', 'options');
    return new DedicatedNodes(key, value, effect);
  }

  private constructor(
    private readonly key: string,
    private readonly value: string,
    private readonly effect: TaintEffect,
  ) {}

  /** The `nodeSelector` of pods for these nodes. Each access returns a new map. */
  public get nodeSelector(): { [key: string]: string } {
    return { [this.key]: this.value };
  }

  /** The `tolerations` of pods for these nodes. Each access returns a new list. */
  public get tolerations(): k8s.Toleration[] {
    return [{ key: this.key, operator: 'Equal', value: this.value, effect: this.effect }];
  }

  /** The node selector and the tolerations, to spread into the properties of an engine: `...nodes.podProps`. */
  public get podProps(): EnginePodProps {
    return { nodeSelector: this.nodeSelector, tolerations: this.tolerations };
  }

  /**
   * Returns the `kubectl` commands that label a node and then taint it.
   *
   * @param node the name of the node, or a shell variable such as `"$NODE"`
   */
  public markNodeCommands(node: string): string[] {
    const mark = `${this.key}=${this.value}`;
    return [`kubectl label nodes ${node} ${mark}`, `kubectl taint nodes ${node} ${mark}:${this.effect}`];
  }
}

checkCalls('DedicatedNodes', DedicatedNodes);
