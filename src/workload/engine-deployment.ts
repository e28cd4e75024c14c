import type { Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Problems } from '../reporting/problems';
import { checkSeconds } from '../kubernetes/quantity';
import type { HostSocket } from '../pod/host-socket';
import type { Autoscaling } from '../operations/autoscaling';
import type { BoundCache, CacheVolume } from '../storage/cache-volume';
import { VolumeSharing } from '../storage/cache-volume-options';
import { Engine } from './engine';
import type { EnginePlan } from './engine-plan';
import type { EngineProps } from './engine-props';
import { EngineRisk } from '../reporting/engine-risk';
import { EngineDeploymentUpdateStrategy } from './update-strategy';
import { MARGIN_SECONDS, startSeconds } from './rollout-timeout';
import { checkReplicas, mostReplicas, oneEngine, workloadTimes, type ReplicaProps } from './workload-times';
import { checkConstructor } from '../reporting/check-arguments';

/** Properties for an EngineDeployment. */
export interface EngineDeploymentProps extends EngineProps {
  /**
   * The cache volume. Claim templates are rejected, because Deployments don't support them. With more than one replica,
   * volumes that the engines would share are rejected.
   */
  readonly cache: CacheVolume;

  /**
   * The directory of the engine's socket on its node. If several engines run on a node, the last one to start replaces
   * the socket.
   *
   * @default HostSocket.none()
   */
  readonly hostSocket?: HostSocket;

  /**
   * The number of engines.
   *
   * @default 1
   */
  readonly replicas?: number;

  /**
   * The autoscaler that sets the number of engines. The manifest then has no `replicas`, so applying it again doesn't
   * undo the autoscaler's changes. `replicas` must not be set. Unless the autoscaler never stops engines, `drain` is
   * required, because it can stop engines that run builds.
   *
   * @default - no autoscaler
   */
  readonly autoscaling?: Autoscaling;

  /**
   * The update strategy.
   *
   * @default - `rollingUpdate()` if each pod has its own volume, otherwise `recreate()`
   */
  readonly updateStrategy?: EngineDeploymentUpdateStrategy;

  /**
   * The time that a new engine must be ready before it counts as available, in whole seconds.
   *
   * @default Duration.seconds(0)
   */
  readonly minReady?: Duration;

  /**
   * The number of old revisions to keep for rollbacks.
   *
   * @default 10
   */
  readonly revisionHistoryLimit?: number;

  /**
   * The time without progress after which a rollout counts as failed, in whole seconds.
   *
   * @default - the longest time that a healthy rollout can take: the grace period of the old engine if it stops first,
   * the startup time of the new one, and five minutes
   */
  readonly progressDeadline?: Duration;
}

/**
 * Runs engines without stable names: one engine on an existing volume, or several engines whose volumes are created and
 * deleted with their pods.
 */
export class EngineDeployment extends Engine {
  /** @internal */
  protected override get _kind(): 'Deployment' {
    return 'Deployment';
  }

  /**
   * @param scope a chart
   * @param id the construct's id, which is the default name
   * @param props the properties; the version and the cache volume are required
   * @throws one error that lists all problems with the properties
   */
  public constructor(scope: Construct, id: string, props: EngineDeploymentProps) {
    checkConstructor('EngineDeployment', new.target !== EngineDeployment, [scope, id, props]);
    super(scope, id);
    const replicas = mostReplicas(props);
    this._assemble(
      props,
      {
        className: 'EngineDeployment',
        kind: this._kind,
        replicas,
        several: replicas > 1,
        perNode: false,
        cache: props.cache,
        hostSocket: (_unique, problems) => props.hostSocket?._render(problems),
        autoscaling: props.autoscaling,
        checkCache: (cache, problems) => checkCache(cache, replicas, props, problems),
      },
      (plan) => {
        checkReplicas(plan.problems, props);
        const strategy = chooseStrategy(props.updateStrategy, plan);
        return {
          ...(props.autoscaling === undefined && { replicas }),
          selector: { matchLabels: { ...plan.selector } },
          ...(strategy && { strategy: strategy._render(plan.problems.at('updateStrategy')) }),
          ...workloadTimes(props, plan.problems),
          progressDeadlineSeconds: progressDeadline(props, plan, strategy?._stopsFirst === true),
          template: plan.podTemplate,
        };
      },
    );
  }
}

/** Chooses the update strategy. Returns undefined for a rolling update, which is the API server's default. */
function chooseStrategy(
  given: EngineDeploymentUpdateStrategy | undefined,
  { cache, cacheInUse, problems }: EnginePlan,
): EngineDeploymentUpdateStrategy | undefined {
  const isOwn = cache?.sharing === VolumeSharing.POD;
  if (given?._stopsFirst === false && cacheInUse !== undefined && cacheInUse.sharing !== VolumeSharing.POD) {
    problems.add('updateStrategy', {
      wrong: 'the new engine would start before the old one stops, and would fail to lock the volume',
      got: `a rolling update on ${cacheInUse.title}`,
      allowed: 'EngineDeploymentUpdateStrategy.recreate()',
      fix: 'remove updateStrategy',
      risk: EngineRisk.SHARED_CACHE,
    });
  }
  return given ?? (isOwn ? undefined : EngineDeploymentUpdateStrategy.recreate());
}

/**
 * Returns `progressDeadlineSeconds`. In a healthy rollout, the old engine may use its whole grace period, and the new
 * one its whole startup probe. The API server's default of ten minutes is shorter than that.
 */
function progressDeadline(
  { progressDeadline: deadline, minReady }: EngineDeploymentProps,
  { podTemplate, problems }: EnginePlan,
  stopsFirst: boolean,
): number {
  const stop = stopsFirst ? (podTemplate.spec.terminationGracePeriodSeconds ?? 0) : 0;
  const healthy = stop + startSeconds(podTemplate, minReady?.toSeconds({ integral: false })) + MARGIN_SECONDS;
  if (deadline === undefined) {
    return healthy;
  }
  const seconds = checkSeconds(problems, 'progressDeadline', deadline, {
    min: 1 + (minReady?.toSeconds({ integral: false }) ?? 0),
  });
  if (seconds < healthy) {
    problems.warn(
      EngineRisk.SHORT_PROGRESS_DEADLINE,
      'progressDeadline',
      `a healthy rollout can take ${healthy} s, but counts as failed after ${seconds} s`,
      'raise it',
    );
  }
  return seconds;
}

function checkCache(cache: BoundCache, replicas: number, props: ReplicaProps, problems: Problems): void {
  if (cache.claimTemplate !== undefined) {
    problems.add('', {
      wrong: 'claim templates are not supported by a Deployment',
      got: cache.title,
      allowed: 'ephemeral, emptyDir, or one replica on an existing claim',
      fix: 'use CacheVolume.ephemeral(...), or an EngineStatefulSet',
    });
  } else if (replicas > 1 && cache.sharing !== VolumeSharing.POD) {
    problems.add('', {
      wrong: `${replicas} engines would share one volume, and all but the first would fail to lock it`,
      got: cache.title,
      allowed: 'a volume for each pod: ephemeral, emptyDir',
      fix: `use CacheVolume.ephemeral(...), an EngineStatefulSet with a claim template, or ${oneEngine(props)}`,
      risk: EngineRisk.SHARED_CACHE,
    });
  }
}
