import { isCount, PODS_MAX } from '../kubernetes/quantity';
import { EngineRisk } from '../reporting/engine-risk';
import type { Problems } from '../reporting/problems';
import type { ScaledEngine } from './scaled-engine';

interface Limits {
  readonly minReplicas: number;
  readonly maxReplicas: number;
}

/** Reports limits that aren't valid numbers of engines. */
export function checkCounts({ maxReplicas, minReplicas }: Limits, problems: Problems): void {
  const limits = { minReplicas: { value: minReplicas, least: 0 }, maxReplicas: { value: maxReplicas, least: 1 } };
  for (const [property, { least, value }] of Object.entries(limits)) {
    if (!isCount(value, least) || value > PODS_MAX) {
      problems.add(property, {
        wrong: 'must be a number of engines',
        got: value,
        allowed: `a whole number from ${least} to ${PODS_MAX}`,
        fix: 'set it to 1',
      });
    }
  }
}

/** Reports a value of `replicas` that isn't a whole number above zero. */
export function checkEngineCount(replicas: number, problems: Problems): void {
  if (!isCount(replicas, 1)) {
    problems.add('replicas', {
      wrong: 'must be a number of engines',
      got: replicas,
      allowed: 'a whole number of at least 1',
      fix: 'set it to 1',
    });
  }
}

/** Reports limits that leave the autoscaler nothing to change. */
export function checkRange({ maxReplicas, minReplicas }: Limits, problems: Problems): void {
  if (minReplicas >= maxReplicas) {
    problems.add('maxReplicas', {
      wrong: 'must be above minReplicas, otherwise the autoscaler has nothing to change',
      got: maxReplicas,
      allowed: `more than ${minReplicas}`,
      fix: 'raise it, or set replicas instead of autoscaling',
    });
  }
}

/**
 * Reports an engine that an autoscaler can't stop without interrupting builds. `alternative` is the option that keeps
 * the autoscaler from stopping engines, if there is one.
 */
export function checkDrain({ drainHasLimit, problems }: ScaledEngine, alternative: string | undefined): void {
  if (!drainHasLimit) {
    problems.add('drain', {
      wrong:
        'must have a limit, because an autoscaler stops engines that run builds, and they have this time to finish',
      allowed: 'Drain.untilIdle({ atMost: ... }) with the duration of your longest builds',
      fix: `set drain: Drain.untilIdle({ atMost: Duration.hours(1) })${alternative === undefined ? '' : `, or ${alternative}`}`,
      risk: EngineRisk.UNSAFE_SCALE_IN,
    });
  }
}

/**
 * Reports a StatefulSet that starts and stops its pods one after the other. While an engine drains, the StatefulSet's
 * controller doesn't start other engines (kubernetes pkg/controller/statefulset/stateful_set_control.go@v1.37.2).
 */
export function checkOrder({ problems, startsInOrder }: ScaledEngine): void {
  if (startsInOrder) {
    problems.add('podManagementPolicy', {
      wrong: 'with OrderedReady, no engine starts while another one starts or drains',
      got: 'OrderedReady',
      allowed: 'PodManagementPolicy.PARALLEL',
      fix: 'remove it. If the StatefulSet exists, delete it with kubectl delete --cascade=orphan, and apply again',
      risk: EngineRisk.BLOCKED_SCALE_OUT,
    });
  }
}

/**
 * Warns about probes that open sessions, because the autoscaler counts these sessions. `perEngine` has the number of
 * sessions per engine for each trigger or metric on sessions.
 */
export function warnAboutProbes(
  perEngine: ReadonlyArray<number | undefined>,
  { maxReplicas, minReplicas }: Limits,
  { problems, sessionProbe }: ScaledEngine,
): void {
  const counts = perEngine.filter((count) => count !== undefined);
  const needed = Math.max(0, ...counts.map((count) => Math.ceil(maxReplicas / count)));
  if (sessionProbe === undefined || needed <= minReplicas) {
    return;
  }
  const { kind, periodSeconds } = sessionProbe;
  const consequence =
    minReplicas === 0
      ? 'so an idle engine can look busy, and stops late or never'
      : `so ${maxReplicas} idle engines can have ${maxReplicas} sessions, and up to ${Math.min(needed, maxReplicas)} engines keep running`;
  problems.warn(
    EngineRisk.PROBE_COUNTS_AS_SESSION,
    'autoscaling',
    `the ${kind} probe opens a session every ${periodSeconds} s on each engine, which the autoscaler counts, ${consequence}`,
    `use EngineProbe.connect() as the ${kind} probe`,
  );
}

/** The options of an autoscaler that scales to zero. */
interface ZeroOptions {
  readonly maxReplicas: number;
  /** The kinds of the triggers. */
  readonly kinds: readonly string[];
  readonly hasFallback: boolean;
  /** Whether the pace of stopping engines is `ScaleIn.disabled()`. */
  readonly hasNoScaleIn: boolean;
}

/** Reports options that prevent an autoscaler from safely stopping its only engine and starting it again. */
export function checkScaleToZero(
  { hasFallback, hasNoScaleIn, kinds, maxReplicas }: ZeroOptions,
  { keepsCache, problems: engineProblems }: ScaledEngine,
  problems: Problems,
): void {
  if (maxReplicas !== 1) {
    problems.add('minReplicas', {
      wrong:
        'requires maxReplicas: 1, because Kubernetes stops the engine with the highest ordinal first, and it may be busy',
      got: 0,
      allowed: 'at least 1, or 0 with maxReplicas: 1',
      fix: 'set maxReplicas: 1 and create several engines, or set minReplicas: 1',
    });
  }
  if (hasNoScaleIn) {
    problems.add('scaleIn', {
      wrong: 'ScaleIn.disabled() conflicts with minReplicas: 0, because KEDA always stops an idle engine',
      got: 'disabled',
      allowed: 'no value',
      fix: 'remove it, or set minReplicas: 1 and a higher maxReplicas',
    });
  }
  if (!kinds.includes('sessions')) {
    problems.add('triggers', {
      wrong: 'without a trigger on sessions, KEDA would stop the engine during builds',
      allowed: 'ScaleTrigger.sessions() and another trigger',
      fix: 'add ScaleTrigger.sessions()',
      risk: EngineRisk.UNSAFE_SCALE_IN,
    });
  }
  if (!kinds.includes('demand')) {
    problems.add('triggers', {
      wrong: 'nothing would start the engine, because a stopped engine reports no sessions, CPU or memory',
      allowed: 'an additional trigger: ScaleTrigger.arcListener, arcPrometheus, prometheus or schedule',
      fix: "add a trigger that doesn't depend on the engine, such as ScaleTrigger.arcListener(...)",
    });
  }
  if (!keepsCache) {
    engineProblems.add('cache', {
      wrong: 'the cache would be lost each time the engine stops',
      allowed: 'a volume that outlives the pod, without whenScaled: ClaimRetention.DELETE',
      fix: 'use an EngineStatefulSet with CacheVolume.claimTemplate(...)',
      risk: EngineRisk.UNSAFE_SCALE_IN,
    });
  }
  if (hasFallback) {
    problems.add('fallback', {
      wrong: 'has no effect on a single engine, which KEDA neither starts nor stops if a trigger fails',
      allowed: 'a fallback with maxReplicas of at least 2',
      fix: 'remove it',
    });
  }
}
