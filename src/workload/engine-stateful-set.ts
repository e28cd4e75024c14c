import { EngineRisk } from '../reporting/engine-risk';
import type { Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import type { StatefulSetSpec } from 'kubernetes-types/apps/v1';
import type { k8s } from 'cdk8s-plus-28';
import type { PersistentVolumeClaim } from 'kubernetes-types/core/v1';
import type { EnginePlan } from './engine-plan';
import { setOrigin } from '../kubernetes/origins';
import { compact, nonEmpty } from '../kubernetes/manifest';
import { checkDnsLabel, checkServiceName } from '../kubernetes/names';
import { Problems } from '../reporting/problems';
import { readShapes } from './read-shapes';
import { isCount } from '../kubernetes/quantity';
import { INT32_MAX } from '../kubernetes/validation/rules';
import { serviceHost } from '../network/service-host';
import type { HostSocket } from '../pod/host-socket';
import type { Autoscaling } from '../operations/autoscaling';
import type { BoundCache, CacheVolume } from '../storage/cache-volume';
import { VolumeSharing } from '../storage/cache-volume-options';
import { Engine } from './engine';
import type { EngineProps } from './engine-props';
import type { EngineStatefulSetUpdateStrategy } from './update-strategy';
import { checkReplicas, mostReplicas, oneEngine, workloadTimes, type ReplicaProps } from './workload-times';
import { checkConstructor } from '../reporting/check-arguments';

/** The order in which a StatefulSet starts and stops its pods. */
export enum PodManagementPolicy {
  /** Starts and stops all pods at once. Engines don't depend on each other. */
  PARALLEL = 'Parallel',
  /** Starts and stops the pods one after the other, by ordinal. */
  ORDERED_READY = 'OrderedReady',
}

/** Properties for an EngineStatefulSet. */
export interface EngineStatefulSetProps extends EngineProps {
  /**
   * The cache volume. With more than one replica, volumes that the engines would share are rejected. A claim template
   * can't be changed, added or removed later, except for `whenDeleted` and `whenScaled`.
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
   * Additional claim templates, for example for a sidecar's data. Mount them with `volumeMounts`, by name. They can't
   * be changed later.
   *
   * @default - none
   */
  readonly claimTemplates?: k8s.KubePersistentVolumeClaimProps[];

  /**
   * The ordinal of the first pod. Requires Kubernetes 1.27 or later.
   *
   * @default 0
   */
  readonly ordinalsStart?: number;

  /**
   * The name of the headless Service that gives the pods DNS names. The name can't be changed later. To take over an
   * existing StatefulSet, use its `serviceName`.
   *
   * @default - `NAME-headless`
   */
  readonly serviceName?: string;

  /**
   * Whether a headless Service gives the pods DNS names. This setting can't be changed later. Set it to false to take
   * over a StatefulSet without `serviceName`, such as those of Helm charts. Clients then reach the pods through the
   * Service of a listener, or through `kube-pod://`.
   *
   * @default true
   */
  readonly headlessService?: boolean;

  /**
   * The order in which pods start and stop. It can't be changed later.
   *
   * @default PodManagementPolicy.PARALLEL
   */
  readonly podManagementPolicy?: PodManagementPolicy;

  /**
   * The update strategy.
   *
   * @default EngineStatefulSetUpdateStrategy.rollingUpdate()
   */
  readonly updateStrategy?: EngineStatefulSetUpdateStrategy;

  /**
   * The time that a new engine must be ready before it counts as available, in whole seconds.
   *
   * @default Duration.seconds(0)
   */
  readonly minReady?: Duration;

  /**
   * The number of old revisions to keep for rollbacks. Before Kubernetes 1.33, it can't be changed later.
   *
   * @default 10
   */
  readonly revisionHistoryLimit?: number;
}

/**
 * Runs a pool of engines. Each engine has a stable name and its own volume. An engine keeps both when it restarts or
 * moves to another node.
 */
export class EngineStatefulSet extends Engine {
  /** @internal */
  protected override get _kind(): 'StatefulSet' {
    return 'StatefulSet';
  }

  /** The names of the pods, in the order of their ordinals. */
  public readonly podNames: string[];

  /** The DNS names of the pods, in the order of their ordinals. The list is empty without a headless Service. */
  public readonly podHosts: string[];

  /**
   * @param scope a chart
   * @param id the construct's id, which is the default name
   * @param props the properties; the version and the cache volume are required
   * @throws one error that lists all problems with the properties
   */
  public constructor(scope: Construct, id: string, props: EngineStatefulSetProps) {
    checkConstructor('EngineStatefulSet', new.target !== EngineStatefulSet, [scope, id, props]);
    super(scope, id);
    const { headlessService: headless = true, ordinalsStart: first = 0 } = props;
    const count = mostReplicas(props);
    const { claimTemplates = [] } = readShapes(props, new Problems()) as { claimTemplates?: PersistentVolumeClaim[] };
    const templates = claimTemplates.map((template, index) => setOrigin(template, `claimTemplates[${index}]`));
    const { podNames } = this._assemble(
      props,
      {
        className: 'EngineStatefulSet',
        kind: this._kind,
        replicas: count,
        several: count > 1,
        perNode: false,
        cache: props.cache,
        claimTemplates: Object.fromEntries(
          templates.map(({ metadata }, index) => [metadata?.name ?? '', `claimTemplates[${index}].metadata.name`]),
        ),
        hostSocket: (_unique, problems) => props.hostSocket?._render(problems),
        namedPods: { first, count, service: props.serviceName, headless },
        autoscaling: props.autoscaling,
        startsInOrder: props.podManagementPolicy === PodManagementPolicy.ORDERED_READY,
        checkCache: (cache, problems) => checkCache(cache, count, props, problems),
      },
      (plan) => {
        checkReplicas(plan.problems, props);
        warnAboutUnmountedClaims(templates, plan);
        checkTemplateNames(templates, plan);
        if (!isCount(first, 0)) {
          plan.problems.add('ordinalsStart', {
            wrong: 'must be an ordinal',
            got: first,
            allowed: 'a whole number of at least 0',
            fix: 'set it to 0',
          });
        } else if (first + count - 1 > INT32_MAX) {
          // The controller ignores pods whose ordinal doesn't fit into 32 bits
          // (pkg/controller/statefulset/stateful_set_utils.go:86@v1.37.2).
          plan.problems.add('ordinalsStart', {
            wrong: `the ordinal of the last pod would be ${first + count - 1}, which does not fit into 32 bits`,
            got: first,
            allowed: `at most ${INT32_MAX - count + 1}`,
            fix: 'set it to 0',
          });
        }
        if (props.serviceName !== undefined) {
          checkServiceName(plan.problems, 'serviceName', props.serviceName);
          if (!headless) {
            plan.problems.add('serviceName', {
              wrong: 'conflicts with headlessService: false',
              got: props.serviceName,
              allowed: 'no value if headlessService is false',
              fix: 'remove serviceName, or remove headlessService: false',
            });
          }
        }
        return {
          ...(headless && { serviceName: plan.headlessServiceName }),
          ...(props.autoscaling === undefined && { replicas: count }),
          ...(first !== 0 && { ordinals: { start: first } }),
          podManagementPolicy: props.podManagementPolicy ?? PodManagementPolicy.PARALLEL,
          selector: { matchLabels: { ...plan.selector } },
          ...(props.updateStrategy && {
            updateStrategy: props.updateStrategy._render(plan.problems.at('updateStrategy'), {
              first,
              count: props.autoscaling === undefined ? count : undefined,
              most: count,
            }),
          }),
          ...workloadTimes(props, plan.problems),
          ...claims(plan.cache, templates),
          template: plan.podTemplate,
        };
      },
    );
    this.podNames = podNames;
    const domain = this.headlessService && serviceHost(this, this.headlessService.name);
    this.podHosts = domain === undefined ? [] : this.podNames.map((name) => `${name}.${domain}`);
  }
}

function claims(
  { claimTemplate, whenDeleted, whenScaled }: Partial<BoundCache> = {},
  additional: readonly PersistentVolumeClaim[],
): Partial<StatefulSetSpec> {
  const retention = claimTemplate && compact({ whenDeleted, whenScaled });
  const templates = nonEmpty([...(claimTemplate === undefined ? [] : [claimTemplate]), ...additional]);
  return {
    ...(retention && { persistentVolumeClaimRetentionPolicy: retention }),
    ...(templates && { volumeClaimTemplates: templates }),
  };
}

/** Reports additional claim templates with invalid or duplicate names. */
function checkTemplateNames(templates: readonly PersistentVolumeClaim[], { cache, problems }: EnginePlan): void {
  const names = cache?.claimTemplate === undefined ? [] : [cache.volumeName];
  for (const [index, { metadata }] of templates.entries()) {
    const name = metadata?.name ?? '';
    const property = `claimTemplates[${index}].metadata.name`;
    checkDnsLabel(problems, property, name);
    if (names.includes(name)) {
      problems.add(property, {
        wrong: 'another claim template has the same name',
        got: name,
        allowed: 'unused names',
        fix: 'rename it',
      });
    }
    names.push(name);
  }
}

/** Warns about additional claims that no container mounts. Kubernetes creates a volume for each pod anyway. */
function warnAboutUnmountedClaims(templates: readonly PersistentVolumeClaim[], plan: EnginePlan): void {
  const { containers, initContainers = [] } = plan.podTemplate.spec;
  const used = [...containers, ...initContainers].flatMap(({ volumeDevices = [], volumeMounts = [] }) =>
    [...volumeDevices, ...volumeMounts].map(({ name }) => name),
  );
  for (const [index, { metadata }] of templates.entries()) {
    if (!used.includes(metadata?.name ?? '')) {
      plan.problems.warn(
        EngineRisk.UNMOUNTED_CLAIM,
        `claimTemplates[${index}]`,
        `each pod gets the volume ${JSON.stringify(metadata?.name)}, but no container mounts it`,
        'mount it with volumeMounts, or remove the template',
      );
    }
  }
}

function checkCache(cache: BoundCache, replicas: number, props: ReplicaProps, problems: Problems): void {
  if (replicas > 1 && cache.sharing !== VolumeSharing.POD) {
    problems.add('', {
      wrong: `${replicas} engines would share one volume, and all but the first would fail to lock it`,
      got: cache.title,
      allowed: 'a volume for each pod: claimTemplate, ephemeral, emptyDir',
      fix: `use CacheVolume.claimTemplate(...), or ${oneEngine(props)}`,
      risk: EngineRisk.SHARED_CACHE,
    });
  }
}
