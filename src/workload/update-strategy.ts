import type {
  DaemonSetUpdateStrategy as WireDaemonSetStrategy,
  DeploymentStrategy as WireDeploymentStrategy,
  StatefulSetUpdateStrategy as WireStatefulSetStrategy,
} from 'kubernetes-types/apps/v1';
import type { PodCount } from '../kubernetes/pod-count';
import { isCount } from '../kubernetes/quantity';
import { checkCalls } from '../reporting/check-arguments';
import { EngineRisk } from '../reporting/engine-risk';
import type { Problems } from '../reporting/problems';

/** The pace at which a DaemonSet replaces its engines. */
export interface DaemonSetRollingUpdateOptions {
  /**
   * The maximum number of nodes without an available engine during the update.
   *
   * @default - 1, the default of the API server
   */
  readonly maxUnavailable?: PodCount;
}

/**
 * The update strategy of a DaemonSet. A new engine never starts before the old one on its node stops, because it
 * couldn't lock the cache.
 */
export class EngineDaemonSetUpdateStrategy {
  /**
   * Replaces the engines automatically, node by node.
   *
   * @param options the pace of the update
   */
  public static rollingUpdate(options: DaemonSetRollingUpdateOptions = {}): EngineDaemonSetUpdateStrategy {
    return new EngineDaemonSetUpdateStrategy((problems) => {
      const { maxUnavailable } = options;
      if (maxUnavailable?._isZero === true) {
        problems.add('maxUnavailable', {
          wrong: 'must be above 0, because otherwise no engine can be replaced',
          got: 0,
          allowed: 'at least 1',
          fix: 'use PodCount.absolute(1)',
        });
      }
      return {
        type: 'RollingUpdate',
        ...(maxUnavailable && {
          rollingUpdate: { maxUnavailable: maxUnavailable._render(problems, 'maxUnavailable') },
        }),
      };
    });
  }

  /** Replaces a pod only after you delete it, so updates don't interrupt builds. */
  public static onDelete(): EngineDaemonSetUpdateStrategy {
    return new EngineDaemonSetUpdateStrategy(() => ({ type: 'OnDelete' }));
  }

  private constructor(
    /** @internal */
    public readonly _render: (problems: Problems) => WireDaemonSetStrategy,
  ) {}
}

checkCalls('EngineDaemonSetUpdateStrategy', EngineDaemonSetUpdateStrategy);

/** Options for a rolling update of a StatefulSet. */
export interface StatefulSetRollingUpdateOptions {
  /**
   * The lowest ordinal that an update replaces. Above the highest ordinal, updates replace no engine, and the library
   * warns about it.
   *
   * @default 0 - all
   */
  readonly partition?: number;
}

/** Options for an update that starts with a part of the engines. */
export interface CanaryUpdateOptions {
  /** The number of engines to update, from the highest ordinal. The others keep their old version. */
  readonly engines: number;
}

/** The pods of a StatefulSet, on which a partition depends. */
interface Ordinals {
  readonly first: number;
  /** The number of pods, or undefined if an autoscaler changes it. */
  readonly count: number | undefined;
  /** The highest number of pods. */
  readonly most: number;
}

/** The update strategy of a StatefulSet. */
export class EngineStatefulSetUpdateStrategy {
  /**
   * Replaces the engines automatically, one after the other, from the highest ordinal.
   *
   * @param options the engines to replace
   */
  public static rollingUpdate(options: StatefulSetRollingUpdateOptions = {}): EngineStatefulSetUpdateStrategy {
    return new EngineStatefulSetUpdateStrategy((problems, { first, most }) => {
      const { partition } = options;
      const last = first + most - 1;
      if (partition !== undefined && !isCount(partition, 0)) {
        problems.add('partition', {
          wrong: 'must be an ordinal',
          got: partition,
          allowed: 'a whole number of at least 0',
          fix: 'set it to 0',
        });
      } else if (partition !== undefined && most > 0 && partition > last) {
        problems.warn(
          EngineRisk.FROZEN_UPDATES,
          'partition',
          `updates replace no engine, because the highest ordinal, ${last}, is below the partition of ${partition}`,
          most === 1 ? 'remove it' : `set it to ${last} to update one engine, or remove it to update all`,
        );
      }
      return { type: 'RollingUpdate', ...(partition !== undefined && { rollingUpdate: { partition } }) };
    });
  }

  /**
   * Replaces only some engines automatically, so that you can try a release or a configuration on them. To update the
   * others, change the strategy to `rollingUpdate()`. To go back, restore the old version.
   *
   * The number of engines must not change in between.
   *
   * @param options the number of engines
   */
  public static canary(options: CanaryUpdateOptions): EngineStatefulSetUpdateStrategy {
    return new EngineStatefulSetUpdateStrategy((problems, { count, first }) => {
      const { engines } = options;
      if (count === undefined) {
        problems.add('engines', {
          wrong: 'needs a fixed number of engines, and an autoscaler changes it',
          got: engines,
          allowed: 'an engine with replicas',
          fix: 'use rollingUpdate({ partition }), or try the release on another engine',
        });
      } else if (!isCount(engines, 1) || engines >= count) {
        problems.add('engines', {
          wrong: 'must be fewer than all engines',
          got: engines,
          allowed: count < 2 ? 'a pool of at least 2 engines' : `1 to ${count - 1}`,
          fix: count < 2 ? 'use rollingUpdate()' : 'set it to 1',
        });
      }
      const partition = first + Math.max(0, (count ?? 0) - engines);
      return { type: 'RollingUpdate', rollingUpdate: { partition } };
    });
  }

  /**
   * Replaces a pod only after you delete it, so updates don't interrupt builds.
   *
   * If the StatefulSet used rolling updates before, the API server rejects this strategy until you remove the defaults
   * of rolling updates:
   * `kubectl patch statefulset NAME --type merge -p '{"spec":{"updateStrategy":{"type":"OnDelete","rollingUpdate":null}}}'`.
   */
  public static onDelete(): EngineStatefulSetUpdateStrategy {
    return new EngineStatefulSetUpdateStrategy(() => ({ type: 'OnDelete' }));
  }

  private constructor(
    /** @internal */
    public readonly _render: (problems: Problems, ordinals: Ordinals) => WireStatefulSetStrategy,
  ) {}
}

checkCalls('EngineStatefulSetUpdateStrategy', EngineStatefulSetUpdateStrategy);

/** The pace at which a Deployment replaces its engines. */
export interface DeploymentRollingUpdateOptions {
  /**
   * The maximum number of unavailable engines during the update.
   *
   * @default - 25 percent rounded down, the default of the API server
   */
  readonly maxUnavailable?: PodCount;

  /**
   * The maximum number of additional engines during the update.
   *
   * @default - 25 percent rounded up, the default of the API server
   */
  readonly maxSurge?: PodCount;
}

/** The update strategy of a Deployment. */
export class EngineDeploymentUpdateStrategy {
  /**
   * Stops the old engine before an update starts the new one. If the pod is deleted or evicted instead, Kubernetes
   * creates the next pod immediately. The new engine fails to lock the volume, and restarts until the old one is gone.
   * With a `ReadWriteOncePod` claim, the new pod waits instead.
   *
   * If the Deployment used rolling updates before, the API server rejects this strategy with server-side apply until
   * you remove the defaults of rolling updates:
   * `kubectl patch deployment NAME --type merge -p '{"spec":{"strategy":{"type":"Recreate","rollingUpdate":null}}}'`.
   */
  public static recreate(): EngineDeploymentUpdateStrategy {
    return new EngineDeploymentUpdateStrategy(true, () => ({ type: 'Recreate' }));
  }

  /**
   * Starts new engines before it stops the old ones. Each pod needs its own volume.
   *
   * @param options the pace of the update
   */
  public static rollingUpdate(options: DeploymentRollingUpdateOptions = {}): EngineDeploymentUpdateStrategy {
    return new EngineDeploymentUpdateStrategy(options.maxSurge?._isZero === true, (problems) => {
      const { maxUnavailable, maxSurge } = options;
      if (maxUnavailable?._isZero === true && maxSurge?._isZero === true) {
        problems.add('maxSurge', {
          wrong: 'maxSurge and maxUnavailable must not both be 0, because no engine could then be replaced',
          got: 0,
          allowed: 'at least 1 for one of the two',
          fix: 'use PodCount.absolute(1)',
        });
      }
      const rollingUpdate = {
        ...(maxUnavailable && { maxUnavailable: maxUnavailable._render(problems, 'maxUnavailable') }),
        ...(maxSurge && { maxSurge: maxSurge._render(problems, 'maxSurge') }),
      };
      return { type: 'RollingUpdate', ...(Object.keys(rollingUpdate).length > 0 && { rollingUpdate }) };
    });
  }

  private constructor(
    /** @internal */
    public readonly _stopsFirst: boolean,
    /** @internal */
    public readonly _render: (problems: Problems) => WireDeploymentStrategy,
  ) {}
}

checkCalls('EngineDeploymentUpdateStrategy', EngineDeploymentUpdateStrategy);
