import { Lazy, type ApiObject } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { emitClusterScoped } from '../kubernetes/manifest';
import { checkDnsLabel, checkLabels } from '../kubernetes/names';
import { engineLabels } from '../kubernetes/engine-labels';
import { NodeStopLimit } from '../pod/node-stop-limit';
import { ACCEPTED_RISKS } from '../reporting/accepted-risk';
import { acceptedRisksOf, takeAcceptedRisks } from '../reporting/acceptances';
import { checkCalls } from '../reporting/check-arguments';
import { Problems } from '../reporting/problems';
import { acceptRisks } from '../reporting/risks';
import { printWarnings, reportAtSynth } from '../reporting/synth-report';
import type { IEngineNodes } from './engine-nodes-interface';
import { KarpenterCapacityType, type KarpenterNodesProps } from './karpenter-options';
import { nodePoolSpec, terminationGracePeriod } from './node-pool';

/**
 * Nodes that are created for engines and their clients. Pass them to the property `nodes` of an engine, so that the
 * placement, the directory of the cache and the time to stop agree with the nodes.
 */
export class EngineNodes extends Construct implements IEngineNodes {
  /**
   * Creates a NodePool of Karpenter, and its node class. The nodes have a taint and a label with the name of the pool.
   *
   * Karpenter creates a node for pods that wait for one, but not for pods of a DaemonSet. With an `EngineDaemonSet`,
   * clients that use the socket create the nodes, and an idle node without clients is removed.
   *
   * @param scope a chart
   * @param id the construct's id, which is the default name
   * @param props the node class, and the properties of the nodes
   * @throws one error that lists all problems with the properties
   */
  public static karpenter(scope: Construct, id: string, props: KarpenterNodesProps): EngineNodes {
    return new EngineNodes(scope, id, props);
  }

  /** The NodePool. */
  public readonly nodePool: ApiObject;

  /** The EC2NodeClass, or undefined for an existing node class. */
  public readonly nodeClass?: ApiObject;

  /** The limits on the time that the nodes give their pods to stop. */
  public readonly stopLimits: NodeStopLimit[];

  /** The directory on each node that contains the caches of engines, or undefined for `/var/lib`. */
  public readonly cacheDirectory?: string;

  private readonly key: string;
  private readonly name: string;

  private constructor(scope: Construct, id: string, props: KarpenterNodesProps) {
    super(scope, id);
    const problems = new Problems();
    const { capacityTypes = [], key = 'dagger-node', labels, name = id } = props;
    checkDnsLabel(problems, 'name', name);
    checkLabels(problems, 'key', { [key]: 'true' });
    checkLabels(problems, 'labels', labels);
    const nodeClass = props.nodeClass._bind(name, problems.at('nodeClass'));
    const spec = nodePoolSpec(props, { key, value: name }, nodeClass, problems);
    acceptRisks(this, props.acceptRisks, problems);
    takeAcceptedRisks(this, problems);
    problems.throwIfAny(this.node.path, 'EngineNodes');
    reportAtSynth(this, () => {
      printWarnings(this, problems.cautions);
      return [];
    });
    this.name = name;
    this.key = key;
    this.cacheDirectory = nodeClass.cacheDirectory;
    this.stopLimits = [
      NodeStopLimit.karpenter(terminationGracePeriod(props)),
      ...(capacityTypes.includes(KarpenterCapacityType.SPOT) ? [nodeClass.spotLimit] : []),
    ];
    const metadata = { name, labels: { ...engineLabels(name), ...labels } };
    const { group, kind } = nodeClass.reference;
    this.nodeClass =
      nodeClass.spec &&
      emitClusterScoped(this, 'NodeClass', { apiVersion: `${group}/v1`, kind, metadata, spec: nodeClass.spec });
    this.nodePool = emitClusterScoped(this, 'NodePool', {
      apiVersion: 'karpenter.sh/v1',
      kind: 'NodePool',
      metadata: {
        ...metadata,
        annotations: { [ACCEPTED_RISKS]: Lazy.any({ produce: () => acceptedRisksOf(this) }) as string },
      },
      spec,
    });
  }

  /** The labels that select the nodes. Each access returns a new map. */
  public get nodeSelector(): { [key: string]: string } {
    return { [this.key]: this.name };
  }

  /** The tolerations that pods need to run on the nodes. Each access returns a new list. */
  public get tolerations(): k8s.Toleration[] {
    return [{ key: this.key, operator: 'Equal', value: this.name, effect: 'NoSchedule' }];
  }
}

checkCalls('EngineNodes', EngineNodes);
