import type { Duration } from 'cdk8s';
import type { AcceptedRisk } from '../reporting/accepted-risk';
import type { KarpenterNodeClass } from './karpenter-node-class';
import type { KarpenterRequirement } from './karpenter-requirement';

/** The CPU architecture of nodes. */
export enum NodeArchitecture {
  /** 64-bit x86. */
  AMD64 = 'amd64',
  /** 64-bit Arm. */
  ARM64 = 'arm64',
}

/** The capacity type of nodes, which determines their price and whether the cloud provider can interrupt them. */
export enum KarpenterCapacityType {
  /** Nodes that the provider doesn't interrupt. */
  ON_DEMAND = 'on-demand',
  /** Cheaper nodes that the provider interrupts at short notice. */
  SPOT = 'spot',
  /** Nodes of a capacity reservation. */
  RESERVED = 'reserved',
}

/** The nodes that Karpenter removes to save costs. */
export enum KarpenterConsolidation {
  /** Only nodes without pods, except for pods of DaemonSets. */
  WHEN_EMPTY = 'WhenEmpty',
  /** Also nodes whose pods fit on other or cheaper nodes. Karpenter evicts these pods. */
  WHEN_EMPTY_OR_UNDERUTILIZED = 'WhenEmptyOrUnderutilized',
}

/** A reason for Karpenter to remove a node voluntarily. */
export enum KarpenterDisruptionReason {
  /** The node no longer matches its NodePool or its node class, for example because of a new AMI. */
  DRIFTED = 'Drifted',
  /** The node has no pods, except for pods of DaemonSets. */
  EMPTY = 'Empty',
  /** The node's pods fit on other or cheaper nodes. */
  UNDERUTILIZED = 'Underutilized',
}

/** A limit on the number of nodes that Karpenter removes at the same time. */
export interface KarpenterDisruptionBudget {
  /** The number or the percentage of nodes, such as `1`, `10%`, or `0` to remove none. */
  readonly nodes: string;

  /**
   * The reasons that the budget applies to.
   *
   * @default - all reasons
   */
  readonly reasons?: KarpenterDisruptionReason[];

  /**
   * The start of the periods in which the budget applies, in cron syntax and UTC, such as `0 8 * * mon-fri`. Requires
   * `duration`.
   *
   * @default - the budget always applies
   */
  readonly schedule?: string;

  /**
   * The length of each period, in whole minutes. Requires `schedule`.
   *
   * @default - the budget always applies
   */
  readonly duration?: Duration;
}

/** Properties for nodes that Karpenter creates. */
export interface KarpenterNodesProps {
  /** The node class, which contains the settings of the cloud provider. */
  readonly nodeClass: KarpenterNodeClass;

  /**
   * The name of the NodePool, of the node class that is created with it, and of the label and taint of the nodes.
   *
   * @default - the construct's id
   */
  readonly name?: string;

  /**
   * The CPU architectures of the nodes. Builds have the architecture of their node by default. For builds on several
   * architectures, create one pool of nodes and one engine for each.
   *
   * @default [NodeArchitecture.AMD64]
   */
  readonly architectures?: NodeArchitecture[];

  /**
   * The types of capacity. With SPOT, the drain of engines must fit into the notice of an interruption.
   *
   * @default [KarpenterCapacityType.ON_DEMAND]
   */
  readonly capacityTypes?: KarpenterCapacityType[];

  /**
   * Additional requirements on the nodes, such as a number of CPUs.
   *
   * @default - none
   */
  readonly requirements?: KarpenterRequirement[];

  /**
   * The maximum resources of all nodes together, such as `{ cpu: '64' }` or `{ nodes: '4' }`.
   *
   * @default - no limits
   */
  readonly limits?: { [resource: string]: string };

  /**
   * The key of the label and of the taint. The value is the name of the pool.
   *
   * @default 'dagger-node'
   */
  readonly key?: string;

  /**
   * The nodes that Karpenter removes to save costs.
   *
   * @default KarpenterConsolidation.WHEN_EMPTY
   */
  readonly consolidation?: KarpenterConsolidation;

  /**
   * The time before Karpenter removes a node that can be removed to save costs, in whole seconds. The next build within
   * this time still has the cache of the node.
   *
   * @default Duration.minutes(30)
   */
  readonly consolidateAfter?: Duration;

  /**
   * The limits on the number of nodes that Karpenter removes at the same time. The most restrictive budget that applies
   * takes effect.
   *
   * @default - one node at a time if it drifted or is underutilized, and any number of empty nodes
   */
  readonly disruptionBudgets?: KarpenterDisruptionBudget[];

  /**
   * The maximum age of a node, in whole seconds. Karpenter then drains the node, even if its budgets don't allow it or
   * its pods have the annotation `karpenter.sh/do-not-disrupt`.
   *
   * @default Duration.days(7)
   */
  readonly expireAfter?: Duration;

  /**
   * The time that pods have to stop after Karpenter starts to remove a node, in whole seconds. The drain and the grace
   * period of engines must fit into it.
   *
   * When only the grace period of an engine is left, Karpenter stops the engine, even if clients with the annotation
   * `karpenter.sh/do-not-disrupt` use it. So these clients have the rest of the time to finish their jobs.
   *
   * @default Duration.hours(1)
   */
  readonly terminationGracePeriod?: Duration;

  /**
   * Additional labels of the NodePool and of the node class.
   *
   * @default - none
   */
  readonly labels?: { [key: string]: string };

  /**
   * Risks to accept, with reasons. The annotation `cdk8s-dagger.github.io/accepted-risks` of the NodePool lists them.
   *
   * @default - none
   */
  readonly acceptRisks?: AcceptedRisk[];
}
