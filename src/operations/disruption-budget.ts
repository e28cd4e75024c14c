import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1';
import { PodCount } from '../kubernetes/pod-count';
import { checkCalls } from '../reporting/check-arguments';
import { EngineRisk } from '../reporting/engine-risk';
import type { Problems } from '../reporting/problems';

/** The rule for evictions of pods that aren't ready. */
export enum UnhealthyPodEvictionPolicy {
  /** Such pods can always be evicted, so an engine that can't start doesn't block the drain of its node. */
  ALWAYS_ALLOW = 'AlwaysAllow',
  /** Such pods can be evicted only while enough other engines are ready. */
  IF_HEALTHY_BUDGET = 'IfHealthyBudget',
}

/** Options for a disruption budget. */
export interface DisruptionBudgetOptions {
  /**
   * The rule for evictions of engines that aren't ready.
   *
   * @default UnhealthyPodEvictionPolicy.ALWAYS_ALLOW
   */
  readonly unhealthyPodEvictionPolicy?: UnhealthyPodEvictionPolicy;
}

/** The properties of the engines that a disruption budget needs. */
export interface DisruptionContext {
  readonly name: string;
  readonly labels: { readonly [key: string]: string };
  readonly selector: { readonly [key: string]: string };
  /** The number of engines, or the minimum with an autoscaler. It is undefined for a DaemonSet. */
  readonly replicas?: number;
  readonly problems: Problems;
}

/** The two kinds of limits. */
export type DisruptionLimit = 'maxUnavailable' | 'minAvailable';

/** The limit of a budget, and the number of engines. `replicas` is undefined for a DaemonSet. */
export interface LimitedDisruption {
  readonly limit: DisruptionLimit;
  readonly count: PodCount;
  readonly replicas: number | undefined;
}

/**
 * The number of engines that evictions may stop at the same time. Node drains, node autoscalers and cluster upgrades
 * evict pods. Kubernetes rejects further evictions until enough engines are ready again. An engine that waits for its
 * clients counts as stopped.
 *
 * Rolling updates, scale-ins and `kubectl delete pod` ignore the budget.
 */
export class DisruptionBudget {
  /**
   * Limits the number of engines that are stopped at the same time. DaemonSets don't support this limit.
   *
   * @param count the number or percentage of engines; percentages are rounded up
   * @param options additional options
   */
  public static maxUnavailable(count: PodCount, options: DisruptionBudgetOptions = {}): DisruptionBudget {
    return new DisruptionBudget('maxUnavailable', count, options);
  }

  /**
   * Keeps a number of engines ready. DaemonSets support only absolute numbers.
   *
   * @param count the number or percentage of engines; percentages are rounded up
   * @param options additional options
   */
  public static minAvailable(count: PodCount, options: DisruptionBudgetOptions = {}): DisruptionBudget {
    return new DisruptionBudget('minAvailable', count, options);
  }

  /** Creates no budget. All engines can be evicted at the same time. */
  public static none(): DisruptionBudget {
    return new DisruptionBudget(undefined, PodCount.absolute(1), {});
  }

  private constructor(
    private readonly limit: DisruptionLimit | undefined,
    private readonly count: PodCount,
    private readonly options: DisruptionBudgetOptions,
  ) {}

  /**
   * Returns the number of engines that evictions may stop at the same time, or undefined without a limit.
   *
   * @internal
   */
  public _disruptionsOf(replicas: number): number | undefined {
    const { count, limit } = this;
    return limit === undefined
      ? undefined
      : limit === 'maxUnavailable'
        ? count._of(replicas)
        : replicas - count._of(replicas);
  }

  /** @internal */
  public _render({ labels, name, problems, replicas, selector }: DisruptionContext): PodDisruptionBudget | undefined {
    const { count, limit, options } = this;
    if (limit === undefined) {
      return undefined;
    }
    const rendered = count._render(problems, '');
    const blocked = problems.has('') ? undefined : blockedEvictions({ limit, count, replicas });
    if (blocked !== undefined) {
      problems.add('', {
        wrong: blocked.why,
        got: `${limit} ${count._text}`,
        allowed: blocked.allowed,
        fix:
          replicas === undefined || replicas === 1
            ? 'remove disruptionBudget'
            : 'use DisruptionBudget.maxUnavailable(PodCount.absolute(1))',
        risk: EngineRisk.BLOCKED_EVICTIONS,
      });
    }
    return {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name, labels: { ...labels } },
      spec: {
        [limit]: rendered,
        selector: { matchLabels: { ...selector } },
        unhealthyPodEvictionPolicy: options.unhealthyPodEvictionPolicy ?? UnhealthyPodEvictionPolicy.ALWAYS_ALLOW,
      },
    } as PodDisruptionBudget;
  }
}

checkCalls('DisruptionBudget', DisruptionBudget);

/**
 * Returns the default budget. Several engines are evicted one at a time. A single engine and a DaemonSet have no
 * budget.
 */
export function defaultDisruptionBudget(replicas: number | undefined): DisruptionBudget {
  return (replicas ?? 1) > 1 ? DisruptionBudget.maxUnavailable(PodCount.absolute(1)) : DisruptionBudget.none();
}

/**
 * Returns the reason that a budget rejects every eviction, and the allowed values. Returns undefined if the budget
 * allows some evictions.
 */
export function blockedEvictions({
  count,
  limit,
  replicas,
}: LimitedDisruption): { readonly why: string; readonly allowed: string } | undefined {
  const because = (reason: string, allowed: string): { why: string; allowed: string } => ({
    why: `${reason}, so Kubernetes would reject every eviction, and node drains would never finish`,
    allowed,
  });
  if (replicas === undefined) {
    // The disruption controller needs the scale subresource of the owner, unless the limit is an absolute minAvailable
    // (pkg/controller/disruption/disruption.go:372, 815@v1.37.2).
    return limit === 'maxUnavailable' || count._isPercent
      ? because('a DaemonSet has no number of replicas to compute this limit from', 'an absolute minAvailable')
      : undefined;
  }
  if (limit === 'maxUnavailable') {
    return count._isZero ? because('no engine may be stopped', 'at least 1') : undefined;
  }
  if (replicas === 0 || count._of(replicas) < replicas) {
    return undefined;
  }
  return replicas === 1
    ? because('the only engine may not be stopped', 'no budget for one engine')
    : because(`none of the ${replicas} engines may be stopped`, `less than ${replicas} engines`);
}
