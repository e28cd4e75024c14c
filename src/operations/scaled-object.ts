import type { Duration } from 'cdk8s';
import type { NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import type { ScaledObjectSpec } from '../../imports/keda.sh';
import type { Imported } from '../kubernetes/imported';
import { compact } from '../kubernetes/manifest';
import { checkSeconds, isCount } from '../kubernetes/quantity';
import { NetworkPeer, renderPeer } from '../network/network-peer';
import type { Problems } from '../reporting/problems';
import type { KedaAutoscalingOptions, KedaFallback } from './autoscaling-options';
import { checkRange, checkScaleToZero, warnAboutProbes } from './autoscaling-rules';
import type { BoundAutoscaling, ScaledEngine } from './scaled-engine';
import { renderBehavior, stopsEngines } from './scale-pace';
import { checkUtilizationMetrics, utilizedResources } from './utilization-rules';

type Spec = Imported<ScaledObjectSpec>;

/** Renders the ScaledObject of an engine. */
export function scaledObject(options: KedaAutoscalingOptions, engine: ScaledEngine): BoundAutoscaling {
  const problems = engine.problems.at('autoscaling');
  const { cooldown, fallback, maxReplicas, minReplicas = 1, pollingInterval, scaleIn, triggers } = options;
  const kinds = triggers.map(({ _kind }) => _kind);
  const scalesToZero = minReplicas === 0;
  checkRange({ minReplicas, maxReplicas }, problems);
  if (triggers.length === 0) {
    problems.add('triggers', {
      wrong: 'must not be empty',
      got: [],
      allowed: 'at least one trigger',
      fix: 'add ScaleTrigger.sessions({ perEngine: 2 })',
    });
  }
  if (scalesToZero) {
    const hasNoScaleIn = !stopsEngines(scaleIn);
    checkScaleToZero({ maxReplicas, kinds, hasFallback: fallback !== undefined, hasNoScaleIn }, engine, problems);
  } else {
    checkUtilizationMetrics(kinds, 'triggers', stopsEngines(scaleIn), problems);
  }
  warnAboutProbes(
    triggers.map(({ _facts }) => _facts.sessionsPerEngine),
    { minReplicas, maxReplicas },
    engine,
  );
  checkSchedules(options, problems);
  if (fallback !== undefined && kinds.length > 0 && utilizedResources(kinds).size === new Set(kinds).size) {
    problems.add('fallback', {
      wrong: 'KEDA does not support a fallback for CPU and memory, which Kubernetes reads itself',
      allowed: 'a fallback with another trigger',
      fix: 'remove it',
    });
  }
  const cooldownPeriod = cooldown && checkCooldown(options, problems);
  const config = hpaConfig(options, engine, problems);
  const spec: Spec = {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: engine.kind, name: engine.name },
    ...(pollingInterval && { pollingInterval: checkPollingInterval(pollingInterval, scalesToZero, problems) }),
    ...(cooldownPeriod !== undefined && { cooldownPeriod }),
    minReplicaCount: minReplicas,
    maxReplicaCount: maxReplicas,
    ...(fallback && { fallback: renderFallback(fallback, maxReplicas, problems.at('fallback')) }),
    ...(config && { advanced: { horizontalPodAutoscalerConfig: config } }),
    triggers: triggers.map((trigger, index) =>
      trigger._render({
        name: engine.name,
        namespace: engine.namespace,
        metrics: engine.metrics,
        scalesToZero,
        problems: problems.at(`triggers[${index}]`),
        engineProblems: engine.problems,
      }),
    ),
  };
  return {
    objects: {
      ScaledObject: {
        apiVersion: 'keda.sh/v1alpha1',
        kind: 'ScaledObject',
        metadata: { name: engine.name, labels: { ...engine.labels } },
        spec,
      },
    },
    metricsPeers: kinds.includes('sessions') ? operatorPeers(options, engine, problems.at('operator')) : [],
    utilized: utilizedResources(kinds),
  };
}

type HpaConfig = NonNullable<NonNullable<Spec['advanced']>['horizontalPodAutoscalerConfig']>;

/** The longest name of a HorizontalPodAutoscaler that KEDA's webhook accepts. */
const HPA_NAME_MAX = 63;

/**
 * Returns the settings of the HorizontalPodAutoscaler that KEDA creates. By default, KEDA calls it keda-hpa-NAME, and
 * its webhook rejects names of more than 63 characters (apis/keda/v1alpha1/scaledobject_webhook.go@v2.21.0).
 */
function hpaConfig(
  { maxReplicas, scaleIn, scaleOut }: KedaAutoscalingOptions,
  { name }: ScaledEngine,
  problems: Problems,
): HpaConfig | undefined {
  // KEDA's types use strings where the types of Kubernetes use enums.
  const behavior = renderBehavior(scaleIn, scaleOut, problems) as HpaConfig['behavior'];
  return compact({
    ...(`keda-hpa-${name}`.length > HPA_NAME_MAX && { name }),
    ...(maxReplicas !== 1 && { behavior }),
  });
}

/**
 * Returns the network policy peers for KEDA's operator. The operator reads the engines' metrics. KEDA's metrics API
 * server doesn't read them (kedacore/keda pkg/metricsservice@v2.21.0).
 */
function operatorPeers(
  { operator }: KedaAutoscalingOptions,
  { metrics, namespace }: ScaledEngine,
  problems: Problems,
): readonly NetworkPolicyPeer[] {
  // The pods' labels in KEDA's manifests and its chart (kedacore/keda config/manager/manager.yaml:21@v2.21.0).
  const peer = operator ?? NetworkPeer.pods({ namespace: 'keda', labels: { app: 'keda-operator' } });
  return metrics === undefined
    ? []
    : renderPeer(peer, namespace, 'any pod can read the metrics: select the pods of the operator instead', problems);
}

/** Reports schedules that need more engines than `maxReplicas` allows. */
function checkSchedules({ maxReplicas, triggers }: KedaAutoscalingOptions, problems: Problems): void {
  for (const [index, { _facts }] of triggers.entries()) {
    const { replicas } = _facts;
    if (replicas !== undefined && replicas > maxReplicas) {
      problems.add(`triggers[${index}].replicas`, {
        wrong: 'is above maxReplicas, so fewer engines would run',
        got: replicas,
        allowed: `at most ${maxReplicas}`,
        fix: 'lower it, or raise maxReplicas',
      });
    }
  }
}

function checkPollingInterval(interval: Duration, scalesToZero: boolean, problems: Problems): number {
  if (!scalesToZero) {
    problems.add('pollingInterval', {
      wrong: 'has no effect on the number of engines, because Kubernetes checks it every 15 s',
      got: `${interval.toSeconds({ integral: false })} s`,
      allowed: 'a value with minReplicas: 0',
      fix: 'remove it',
    });
  }
  return checkSeconds(problems, 'pollingInterval', interval, { min: 1, good: 30 });
}

function checkCooldown({ cooldown, minReplicas }: KedaAutoscalingOptions, problems: Problems): number {
  if (minReplicas !== 0) {
    problems.add('cooldown', {
      wrong: 'has no effect, because KEDA uses it only to stop the last engine',
      got: `${cooldown!.toSeconds({ integral: false })} s`,
      allowed: 'a value with minReplicas: 0',
      fix: 'remove it, or use scaleIn: ScaleIn.gradual({ window: ... })',
    });
  }
  return checkSeconds(problems, 'cooldown', cooldown!, { min: 0, good: 300 });
}

/**
 * Renders the fallback. With KEDA's default behavior, `static`, a failed trigger could stop engines (kedacore/keda
 * pkg/fallback/fallback.go@v2.21.0).
 */
function renderFallback(
  { failures = 3, replicas }: KedaFallback,
  maxReplicas: number,
  problems: Problems,
): NonNullable<Spec['fallback']> {
  if (!isCount(replicas, 1) || replicas > maxReplicas) {
    problems.add('replicas', {
      wrong: 'must be a number of engines',
      got: replicas,
      allowed: `a whole number from 1 to maxReplicas, ${maxReplicas}`,
      fix: 'set it to 1',
    });
  }
  if (!isCount(failures, 1)) {
    problems.add('failures', {
      wrong: 'must be a number of failures',
      got: failures,
      allowed: 'a whole number of at least 1',
      fix: 'remove it',
    });
  }
  return { failureThreshold: failures, replicas, behavior: 'currentReplicasIfHigher' };
}
