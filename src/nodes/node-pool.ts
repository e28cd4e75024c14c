import { Duration } from 'cdk8s';
import type { NodePoolSpec } from '../../imports/karpenter.sh';
import type { Imported } from '../kubernetes/imported';
import { checkQuantity, checkSeconds } from '../kubernetes/quantity';
import { EngineRisk } from '../reporting/engine-risk';
import type { Problems } from '../reporting/problems';
import type { BoundNodeClass } from './karpenter-node-class';
import {
  KarpenterCapacityType,
  KarpenterConsolidation,
  KarpenterDisruptionReason,
  NodeArchitecture,
  type KarpenterDisruptionBudget,
  type KarpenterNodesProps,
} from './karpenter-options';
import { NodeRequirementOperator, type KarpenterRequirement } from './karpenter-requirement';

type Spec = Imported<NodePoolSpec>;

/** The label and the taint of the nodes. */
export interface NodeMark {
  readonly key: string;
  readonly value: string;
}

/** The time that pods have to stop on a node that Karpenter removes. */
export function terminationGracePeriod(props: KarpenterNodesProps): Duration {
  return props.terminationGracePeriod ?? Duration.hours(1);
}

/** Renders the spec of a NodePool. */
export function nodePoolSpec(
  props: KarpenterNodesProps,
  { key, value }: NodeMark,
  nodeClass: BoundNodeClass,
  problems: Problems,
): Spec {
  const {
    consolidateAfter = Duration.minutes(30),
    consolidation = KarpenterConsolidation.WHEN_EMPTY,
    disruptionBudgets,
    expireAfter = Duration.days(7),
    limits,
  } = props;
  const seconds = (property: string, duration: Duration, min: number): string =>
    goDuration(checkSeconds(problems, property, duration, { min }));
  checkConsolidation(consolidation, problems);
  for (const [resource, quantity] of Object.entries(limits ?? {})) {
    checkQuantity(problems, 'limits', resource, quantity);
  }
  return {
    template: {
      metadata: { labels: { [key]: value } },
      spec: {
        nodeClassRef: nodeClass.reference,
        requirements: requirementsOf(props, nodeClass, problems),
        taints: [{ key, value, effect: 'NoSchedule' }],
        expireAfter: seconds('expireAfter', expireAfter, 1),
        // Without this limit, a pod that blocks its eviction keeps an expired node forever.
        terminationGracePeriod: seconds('terminationGracePeriod', terminationGracePeriod(props), 1),
      },
    },
    disruption: {
      consolidationPolicy: consolidation,
      consolidateAfter: seconds('consolidateAfter', consolidateAfter, 0),
      budgets: budgetsOf(disruptionBudgets, problems),
    },
    ...(limits && { limits: limits as unknown as Spec['limits'] }),
  };
}

/** Formats whole seconds as Go does, in the largest unit that Karpenter accepts: `168h`, `90s`. */
function goDuration(seconds: number): string {
  const [unit, length] =
    (
      [
        ['h', 3600],
        ['m', 60],
      ] as const
    ).find(([, size]) => seconds > 0 && seconds % size === 0) ?? (['s', 1] as const);
  return `${seconds / length}${unit}`;
}

function requirementsOf(
  {
    architectures = [NodeArchitecture.AMD64],
    capacityTypes = [KarpenterCapacityType.ON_DEMAND],
    requirements = [],
  }: KarpenterNodesProps,
  nodeClass: BoundNodeClass,
  problems: Problems,
): Spec['template']['spec']['requirements'] {
  const { IN } = NodeRequirementOperator;
  for (const [property, values] of Object.entries({ architectures, capacityTypes })) {
    if (values.length === 0) {
      problems.add(property, {
        wrong: 'must not be empty, because no node would match',
        got: [],
        allowed: 'at least one value',
        fix: 'add a value, or remove the property',
      });
    }
  }
  const set: KarpenterRequirement[] = [
    { key: 'kubernetes.io/os', operator: IN, values: ['linux'] },
    { key: 'kubernetes.io/arch', operator: IN, values: architectures },
    { key: 'karpenter.sh/capacity-type', operator: IN, values: capacityTypes },
    ...nodeClass.requirements,
  ];
  requirements.forEach((requirement, index) => {
    checkRequirement(requirement, set, problems.at(`requirements[${index}]`));
  });
  return [...set, ...requirements].map(({ key, operator, values }) => ({ key, operator, ...(values && { values }) }));
}

/** Reports a requirement that Karpenter rejects, or that conflicts with a property. */
function checkRequirement(
  { key, operator, values = [] }: KarpenterRequirement,
  set: readonly KarpenterRequirement[],
  problems: Problems,
): void {
  const { DOES_NOT_EXIST, EXISTS, GT, LT } = NodeRequirementOperator;
  const properties: { readonly [label: string]: string } = {
    'kubernetes.io/arch': 'architectures',
    'karpenter.sh/capacity-type': 'capacityTypes',
    'karpenter.k8s.aws/instance-local-nvme': 'nodeClass',
  };
  if (properties[key] !== undefined && set.some((one) => one.key === key)) {
    problems.add('key', {
      wrong: `the property ${properties[key]} sets this requirement`,
      got: key,
      allowed: 'other labels',
      fix: `remove it, and set ${properties[key]}`,
    });
  }
  const isNumber = operator === GT || operator === LT;
  const isPresence = operator === EXISTS || operator === DOES_NOT_EXIST;
  const isValid = isNumber
    ? values.length === 1 && /^\d+$/.test(values[0]!)
    : isPresence
      ? values.length === 0
      : values.length > 0;
  if (!isValid) {
    problems.add('values', {
      wrong: `are invalid for the operator ${operator}`,
      got: values,
      allowed: isNumber ? 'one whole number' : isPresence ? 'no values' : 'at least one value',
      fix: isNumber ? "use a value such as ['7']" : isPresence ? 'remove them' : 'add a value',
    });
  }
}

function budgetsOf(
  given: readonly KarpenterDisruptionBudget[] | undefined,
  problems: Problems,
): NonNullable<Spec['disruption']>['budgets'] {
  const { DRIFTED, UNDERUTILIZED } = KarpenterDisruptionReason;
  // Empty nodes run no builds, so they need no limit.
  const budgets = given ?? [{ nodes: '1', reasons: [DRIFTED, UNDERUTILIZED] }];
  return budgets.map(({ duration, nodes, reasons, schedule }, index) => {
    const at = problems.at(`disruptionBudgets[${index}]`);
    if (!/^((100|[0-9]{1,2})%|[0-9]+)$/.test(nodes)) {
      at.add('nodes', {
        wrong: 'must be a number or a percentage of nodes',
        got: nodes,
        allowed: "a whole number, or '0%' to '100%'",
        fix: "use a value such as '1'",
      });
    }
    if ((schedule === undefined) !== (duration === undefined)) {
      at.add(schedule === undefined ? 'duration' : 'schedule', {
        wrong: 'schedule and duration must be set together',
        got: schedule ?? `${duration!.toSeconds({ integral: false })} s`,
        allowed: 'both or neither',
        fix: `set ${schedule === undefined ? 'schedule' : 'duration'} too, or remove it`,
      });
    }
    return {
      nodes,
      ...(reasons && { reasons }),
      ...(schedule !== undefined && { schedule }),
      ...(duration && { duration: minutesOf(duration, at) }),
    };
  });
}

/** Renders the duration of a budget, which Karpenter accepts in hours and minutes only. */
function minutesOf(duration: Duration, problems: Problems): string {
  const minutes = duration.toMinutes({ integral: false });
  if (!Number.isInteger(minutes) || minutes < 1) {
    problems.add('duration', {
      wrong: 'must be a whole number of minutes',
      got: `${minutes} min`,
      allowed: 'at least 1 minute',
      fix: `use Duration.minutes(${Math.max(1, Math.ceil(minutes))})`,
    });
  }
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`;
}

/** The effect of consolidation on nodes in use. */
export const EVICTS_CLIENTS =
  'Karpenter evicts the clients on a node that it can replace with a cheaper one, and their builds fail, unless their pods have the annotation karpenter.sh/do-not-disrupt: "true"';

function checkConsolidation(consolidation: KarpenterConsolidation, problems: Problems): void {
  if (consolidation === KarpenterConsolidation.WHEN_EMPTY_OR_UNDERUTILIZED) {
    problems.warn(EngineRisk.UNSAFE_SCALE_IN, 'consolidation', EVICTS_CLIENTS, 'use KarpenterConsolidation.WHEN_EMPTY');
  }
}
