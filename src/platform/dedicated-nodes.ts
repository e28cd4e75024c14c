import type { k8s } from 'cdk8s-plus-28';
import { checkLabels } from '../kubernetes/names';
import { Problems } from '../reporting/problems';
import type { EnginePodOptions } from '../pod/pod-options';

/** What a taint does to pods that don't tolerate it. */
export enum TaintEffect {
  /** They are not scheduled there. */
  NO_SCHEDULE = 'NoSchedule',
  /** They are not scheduled there, and those that run there are evicted. */
  NO_EXECUTE = 'NoExecute',
  /** They are scheduled there only if nothing else fits. */
  PREFER_NO_SCHEDULE = 'PreferNoSchedule',
}

/** How the nodes of engines are marked. */
export interface DedicatedNodesOptions {
  /**
   * The key of the label and of the taint.
   *
   * @default 'dagger-node' - as in Dagger's guide for OpenShift
   */
  readonly key?: string;

  /**
   * The value of both.
   *
   * @default 'true'
   */
  readonly value?: string;

  /**
   * What the taint does to other pods.
   *
   * @default TaintEffect.NO_SCHEDULE
   */
  readonly effect?: TaintEffect;
}

/**
 * Nodes that are for engines alone. A taint keeps other pods off, and a label makes engines go there: a node needs both, and
 * a toleration alone lets an engine run on any node (Dagger's guide for OpenShift taints the node, selects it by the label, and
 * never sets that).
 *
 * Builds take what they need of a node whatever the limits of the pod say (dagger/dagger #10813), and whoever breaks out of
 * a build is root there: both are reasons for nodes on which nothing else runs.
 */
export class DedicatedNodes {
  /**
   * Nodes with one key as label and taint.
   *
   * @param options key, value and effect
   * @throws when key or value can't be those of a label
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

  /** What a pod's `nodeSelector` says to run there. A new map every time. */
  public get nodeSelector(): { [key: string]: string } {
    return { [this.key]: this.value };
  }

  /** What a pod's `tolerations` say to run there. A new list every time. */
  public get tolerations(): k8s.Toleration[] {
    return [{ key: this.key, operator: 'Equal', value: this.value, effect: this.effect }];
  }

  /** Both, as an engine's property `pod` takes them. */
  public get podOptions(): EnginePodOptions {
    return { nodeSelector: this.nodeSelector, tolerations: this.tolerations };
  }

  /**
   * The `kubectl` lines that label and taint a node. The label comes first: in between, engines may run there, and others too.
   *
   * @param node the node's name, or a shell variable such as `"$NODE"`
   */
  public markNodeCommands(node: string): string[] {
    const mark = `${this.key}=${this.value}`;
    return [`kubectl label nodes ${node} ${mark}`, `kubectl taint nodes ${node} ${mark}:${this.effect}`];
  }
}
