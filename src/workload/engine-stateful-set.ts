import { EngineRisk } from '../reporting/engine-risk';
import type { Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import type { StatefulSetSpec } from 'kubernetes-types/apps/v1';
import { compact } from '../kubernetes/manifest';
import { checkServiceName } from '../kubernetes/names';
import { checkChoice } from '../reporting/choices';
import type { Problems } from '../reporting/problems';
import { isCount } from '../kubernetes/quantity';
import { serviceHost } from '../network/service-host';
import type { HostSocket } from '../pod/host-socket';
import type { BoundCache, CacheVolume } from '../storage/cache-volume';
import { VolumeSharing } from '../storage/cache-volume-options';
import { Engine } from './engine';
import type { EngineProps } from './engine-props';
import type { EngineStatefulSetUpdateStrategy } from './update-strategy';
import { checkReplicas, workloadTimes } from './workload-times';

/** In which order a StatefulSet starts and stops its pods. */
export enum PodManagementPolicy {
  /** All at once: engines don't wait for each other. */
  PARALLEL = 'Parallel',
  /** One after the other. */
  ORDERED_READY = 'OrderedReady',
}

/** What a pool of engines with names of their own can be told. */
export interface EngineStatefulSetProps extends EngineProps {
  /**
   * Where the cache lives. A volume that several engines would share is refused for more than one replica. A claim template
   * can't be changed later, nor come or go; `whenDeleted` and `whenScaled` can.
   */
  readonly cache: CacheVolume;

  /**
   * Where the engine's socket appears on its node. Engines that share a node take it from each other.
   *
   * @default HostSocket.none()
   */
  readonly hostSocket?: HostSocket;

  /**
   * How many engines.
   *
   * @default 1
   */
  readonly replicas?: number;

  /**
   * Ordinal of the first pod (Kubernetes 1.27).
   *
   * @default 0
   */
  readonly ordinalsStart?: number;

  /**
   * Name of the headless Service that is made with the engine and gives the pods their names. Can't be changed later: to
   * take over a StatefulSet that exists, its `serviceName`.
   *
   * @default - `NAME-headless`
   */
  readonly serviceName?: string;

  /**
   * Whether a headless Service gives the pods names in the cluster's DNS. Can't be changed later: false is to take over a
   * StatefulSet without `serviceName`, as Helm charts make them. Its pods are reached through the Service of a listener, or as
   * `kube-pod://`.
   *
   * @default true
   */
  readonly headlessService?: boolean;

  /**
   * In which order pods start and stop. Can't be changed later.
   *
   * @default PodManagementPolicy.PARALLEL
   */
  readonly podManagementPolicy?: PodManagementPolicy;

  /**
   * How engines are replaced.
   *
   * @default - one after the other, from the highest ordinal
   */
  readonly updateStrategy?: EngineStatefulSetUpdateStrategy;

  /**
   * How long a new engine must be ready to count as available.
   *
   * @default - the API server's, none
   */
  readonly minReady?: Duration;

  /**
   * How many old revisions are kept to go back to. Can't be changed later before Kubernetes 1.33.
   *
   * @default - the API server's, 10
   */
  readonly revisionHistoryLimit?: number;
}

/**
 * A pool of engines, each with a name and a volume of its own that it keeps over restarts and moves.
 */
export class EngineStatefulSet extends Engine {
  /** The names of the pods, in the order of their ordinals. */
  public readonly podNames: string[];

  /** The names of the pods in the cluster's DNS, in the order of their ordinals; none without headless Service. */
  public readonly podHosts: string[];

  /**
   * @param scope a chart
   * @param id the construct's id, and the name unless `props.name` says otherwise
   * @param props at least the version and the cache volume
   * @throws with every violation of the properties at once
   */
  public constructor(scope: Construct, id: string, props: EngineStatefulSetProps) {
    super(scope, id);
    const { headlessService: headless = true, ordinalsStart: first = 0, replicas: count = 1 } = props;
    const { podNames } = this._assemble(
      props,
      {
        className: 'EngineStatefulSet',
        kind: 'StatefulSet',
        several: count > 1,
        perNode: false,
        cache: props.cache,
        hostSocket: (_unique, problems) => props.hostSocket?._render(problems),
        namedPods: { first, count, service: props.serviceName, headless },
        checkCache: (cache, problems) => checkCache(cache, count, problems),
      },
      (plan) => {
        checkReplicas(plan.problems, count);
        if (!isCount(first, 0)) {
          plan.problems.add('ordinalsStart', {
            wrong: 'not an ordinal',
            got: first,
            allowed: 'a whole number of at least 0',
            fix: 'set it to 0',
          });
        }
        if (props.serviceName !== undefined) {
          checkServiceName(plan.problems, 'serviceName', props.serviceName);
          if (!headless) {
            plan.problems.add('serviceName', {
              wrong: 'the name of a Service that is not there',
              got: props.serviceName,
              allowed: 'with a headless Service',
              fix: 'remove it, or headlessService: false',
            });
          }
        }
        checkChoice(
          plan.problems,
          'podManagementPolicy',
          props.podManagementPolicy,
          Object.values(PodManagementPolicy),
        );
        return {
          ...(headless && { serviceName: plan.headlessServiceName }),
          replicas: count,
          ...(first !== 0 && { ordinals: { start: first } }),
          podManagementPolicy: props.podManagementPolicy ?? PodManagementPolicy.PARALLEL,
          selector: { matchLabels: { ...plan.selector } },
          ...(props.updateStrategy && {
            updateStrategy: props.updateStrategy._render(plan.problems.at('updateStrategy')),
          }),
          ...workloadTimes(props, plan.problems),
          ...claims(plan.cache),
          template: plan.podTemplate,
        };
      },
    );
    this.podNames = podNames;
    const domain = this.headlessService && serviceHost(this, this.headlessService.name);
    this.podHosts = domain === undefined ? [] : this.podNames.map((name) => `${name}.${domain}`);
  }
}

function claims(cache: BoundCache | undefined): Partial<StatefulSetSpec> {
  if (cache?.claimTemplate === undefined) {
    return {};
  }
  const retention = compact({ whenDeleted: cache.whenDeleted, whenScaled: cache.whenScaled });
  return {
    ...(retention && { persistentVolumeClaimRetentionPolicy: retention }),
    volumeClaimTemplates: [cache.claimTemplate],
  };
}

function checkCache(cache: BoundCache, replicas: number, problems: Problems): void {
  if (replicas > 1 && cache.sharing !== VolumeSharing.POD) {
    problems.add('', {
      wrong: `${replicas} engines would share one volume, and all but the first fail to lock it`,
      got: cache.title,
      allowed: 'a volume for each pod: claimTemplate, ephemeral, emptyDir',
      fix: 'use CacheVolume.claimTemplate(...), or replicas: 1',
      risk: EngineRisk.SHARED_CACHE,
    });
  }
}
