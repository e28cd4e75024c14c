import { PodCount } from '../kubernetes/pod-count';
import { DisruptionBudget } from '../operations/disruption-budget';
import { data, literal, nonEmptyObject, object, staticCall, type Expression } from '../program/expression';
import type { EngineProgram } from '../program/engine-program';
import { PodManagementPolicy } from '../workload/engine-stateful-set';
import {
  EngineDaemonSetUpdateStrategy,
  EngineDeploymentUpdateStrategy,
  EngineStatefulSetUpdateStrategy,
} from '../workload/update-strategy';
import type { DescribedEngine } from './described-engine';
import type { Field } from './field';
import { choice, duration } from './property-expressions';

const CLASSES: { readonly [kind: string]: EngineProgram['className'] } = {
  DaemonSet: 'EngineDaemonSet',
  StatefulSet: 'EngineStatefulSet',
};

/** Returns the class of the construct for a kind of workload. Other kinds are treated as Deployments. */
export function classOf(kind: string): EngineProgram['className'] {
  return CLASSES[kind] ?? 'EngineDeployment';
}

/** Returns the properties for the fields of a workload outside its pod template. */
export function workloadProperties({ autoscaler, object: { kind, name, root }, several }: DescribedEngine): {
  readonly [property: string]: Expression | undefined;
} {
  const spec = root.at('spec');
  const matchLabels = spec.at('selector', 'matchLabels');
  const count =
    autoscaler === undefined ? { replicas: number(spec.at('replicas')) } : { autoscaling: autoscaler.property };
  const common = {
    name: literal(name, root.at('metadata', 'name').origin),
    takeOver: literal(true),
    podSelector: Object.keys(matchLabels.texts).length === 0 ? undefined : data(matchLabels.texts, matchLabels.origin),
    minReady: seconds(spec.at('minReadySeconds'), 0),
    revisionHistoryLimit: number(spec.at('revisionHistoryLimit'), 10),
  };
  switch (kind) {
    case 'DaemonSet':
      return { ...common, updateStrategy: daemonSetStrategy(spec.at('updateStrategy')) };
    case 'StatefulSet':
      return {
        ...common,
        ...count,
        disruptionBudget: noBudget(several),
        ordinalsStart: number(spec.at('ordinals', 'start'), 0),
        headlessService: literal(false),
        podManagementPolicy: podManagement(spec.at('podManagementPolicy')),
        updateStrategy: statefulSetStrategy(spec.at('updateStrategy')),
      };
    case 'Deployment':
      return {
        ...common,
        ...count,
        disruptionBudget: noBudget(several),
        updateStrategy: deploymentStrategy(spec),
        progressDeadline: seconds(spec.at('progressDeadlineSeconds')),
      };
    default:
      return { replicas: number(spec.at('replicas')) };
  }
}

/**
 * Returns the value that disables the default budget of several engines. If the manifests contain a budget, the
 * refinement `disruptionBudget` replaces this value.
 */
function noBudget(several: boolean): Expression | undefined {
  return several ? staticCall({ DisruptionBudget }, 'none', []) : undefined;
}

/** Returns a number, or undefined if it is `usual`, the default of the API server. */
function number({ number: value, origin }: Field, usual?: number): Expression | undefined {
  return value === undefined || value === usual ? undefined : literal(value, origin);
}

function seconds({ number: value, origin }: Field, usual?: number): Expression | undefined {
  return value === undefined || value === usual ? undefined : duration(value, origin);
}

function podManagement({ origin, text = 'OrderedReady' }: Field): Expression {
  return choice('PodManagementPolicy', PodManagementPolicy, text, origin);
}

/** Returns a number or percentage of pods. */
export function podCount({ origin, value }: Field): Expression | undefined {
  const percent = typeof value === 'string' ? /^(\d+)%$/.exec(value)?.[1] : undefined;
  if (percent !== undefined) {
    return staticCall({ PodCount }, 'percent', [literal(Number(percent))], origin);
  }
  return typeof value === 'number' ? staticCall({ PodCount }, 'absolute', [literal(value)], origin) : undefined;
}

function options(entries: { readonly [key: string]: Expression | undefined }): Array<Expression | undefined> {
  return [nonEmptyObject(object(entries))];
}

/**
 * Returns the update strategy, or undefined for the default of the API server: a rolling update that replaces one
 * engine at a time.
 */
function daemonSetStrategy(strategy: Field): Expression | undefined {
  if (strategy.at('type').text === 'OnDelete') {
    return staticCall({ EngineDaemonSetUpdateStrategy }, 'onDelete', [], strategy.origin);
  }
  const maxUnavailable = strategy.at('rollingUpdate', 'maxUnavailable');
  return maxUnavailable.exists && maxUnavailable.value !== 1
    ? staticCall(
        { EngineDaemonSetUpdateStrategy },
        'rollingUpdate',
        options({ maxUnavailable: podCount(maxUnavailable) }),
        strategy.origin,
      )
    : undefined;
}

function statefulSetStrategy(strategy: Field): Expression | undefined {
  if (strategy.at('type').text === 'OnDelete') {
    return staticCall({ EngineStatefulSetUpdateStrategy }, 'onDelete', [], strategy.origin);
  }
  const partition = number(strategy.at('rollingUpdate', 'partition'), 0);
  return (
    partition &&
    staticCall({ EngineStatefulSetUpdateStrategy }, 'rollingUpdate', options({ partition }), strategy.origin)
  );
}

/** Returns the update strategy. It is always set, because the default of the construct depends on the cache. */
function deploymentStrategy(spec: Field): Expression {
  const strategy = spec.at('strategy');
  const origin = strategy.exists ? strategy.origin : spec.origin;
  if (strategy.at('type').text === 'Recreate') {
    return staticCall({ EngineDeploymentUpdateStrategy }, 'recreate', [], origin);
  }
  const [maxSurge, maxUnavailable] = ['maxSurge', 'maxUnavailable'].map((key) => strategy.at('rollingUpdate', key));
  const isDefault = [maxSurge!, maxUnavailable!].every(({ exists, value }) => !exists || value === '25%');
  return staticCall(
    { EngineDeploymentUpdateStrategy },
    'rollingUpdate',
    isDefault ? [] : options({ maxSurge: podCount(maxSurge!), maxUnavailable: podCount(maxUnavailable!) }),
    origin,
  );
}
