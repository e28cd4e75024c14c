import type { Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import type { DeploymentSpec } from 'kubernetes-types/apps/v1';
import type { Problems } from '../internal/problems';
import { checkSeconds } from '../internal/quantity';
import type { BoundCache, CacheVolume } from '../storage/cache-volume';
import { VolumeSharing } from '../storage/cache-volume-options';
import { Engine } from './engine';
import type { EnginePlan } from './engine-plan';
import type { EngineProps } from './engine-props';
import { EngineDeploymentUpdateStrategy } from './update-strategy';
import { checkReplicas, workloadTimes } from './workload-times';

/** What engines without names of their own can be told. */
export interface EngineDeploymentProps extends EngineProps {
  /**
   * Where the cache lives. A volume that several engines would share is refused for more than one replica; a claim
   * template is refused, since Deployments have none.
   */
  readonly cache: CacheVolume;

  /**
   * How many engines.
   *
   * @default 1
   */
  readonly replicas?: number;

  /**
   * How engines are replaced.
   *
   * @default - the old engine before the new one where the volume can't be held by two; else the API server's,
   * a rolling update
   */
  readonly updateStrategy?: EngineDeploymentUpdateStrategy;

  /**
   * How long a new engine must be ready to count as available.
   *
   * @default - the API server's, none
   */
  readonly minReady?: Duration;

  /**
   * How many old revisions are kept to go back to.
   *
   * @default - the API server's, 10
   */
  readonly revisionHistoryLimit?: number;

  /**
   * How long a rollout may make no progress before it counts as failed.
   *
   * @default - the API server's, ten minutes
   */
  readonly progressDeadline?: Duration;
}

/**
 * Engines without names of their own: one on an existing volume, or several with a volume that comes and goes with each pod.
 */
export class EngineDeployment extends Engine {
  /**
   * @param scope a chart
   * @param id the construct's id, and the name unless `props.name` says otherwise
   * @param props at least the version and the cache volume
   * @throws with every violation of the properties at once
   */
  public constructor(scope: Construct, id: string, props: EngineDeploymentProps) {
    super(scope, id);
    const replicas = props.replicas ?? 1;
    this._assemble(props, {
      className: 'EngineDeployment',
      kind: 'Deployment',
      nameMax: 55, // `-metrics` is appended
      several: replicas > 1,
      perNode: false,
      cache: props.cache,
      hostSocket: () => undefined,
      checkCache: (cache, problems) => checkCache(cache, replicas, problems),
    }, (plan) => {
      checkReplicas(plan.problems, replicas);
      return {
        replicas,
        selector: { matchLabels: { ...plan.selector } },
        ...strategy(props.updateStrategy, plan),
        ...workloadTimes(props, plan.problems),
        ...(props.progressDeadline && { progressDeadlineSeconds: progressDeadline(props, plan.problems) }),
        template: plan.podTemplate,
      };
    });
  }
}

function strategy(given: EngineDeploymentUpdateStrategy | undefined, { cache, problems }: EnginePlan): Pick<DeploymentSpec, 'strategy'> {
  const shared = cache !== undefined && cache.sharing !== VolumeSharing.POD;
  if (given?._stopsFirst === false && shared) {
    problems.add('updateStrategy', {
      wrong: 'the new engine would start beside the old one and fail to lock its volume', got: `a rolling update on ${cache.title}`, allowed: 'EngineDeploymentUpdateStrategy.recreate()', fix: 'remove updateStrategy',
    });
  }
  const chosen = given ?? (shared ? EngineDeploymentUpdateStrategy.recreate() : undefined);
  return chosen === undefined ? {} : { strategy: chosen._render(problems.at('updateStrategy')) };
}

/** The API server wants it longer than the time to become available. */
function progressDeadline({ progressDeadline: deadline, minReady }: EngineDeploymentProps, problems: Problems): number | undefined {
  return deadline && checkSeconds(problems, 'progressDeadline', deadline, 1 + (minReady?.toSeconds({ integral: false }) ?? 0));
}

function checkCache(cache: BoundCache, replicas: number, problems: Problems): void {
  if (cache.claimTemplate !== undefined) {
    problems.add('', { wrong: 'a Deployment has no claim templates', got: cache.title, allowed: 'ephemeral, emptyDir, or one replica on an existing claim', fix: 'use CacheVolume.ephemeral(...), or an EngineStatefulSet' });
  } else if (replicas > 1 && cache.sharing !== VolumeSharing.POD) {
    problems.add('', {
      wrong: `${replicas} engines would share one volume, and all but the first fail to lock it`, got: cache.title, allowed: 'a volume for each pod: ephemeral, emptyDir', fix: 'use CacheVolume.ephemeral(...), an EngineStatefulSet with a claim template, or replicas: 1',
    });
  }
}
