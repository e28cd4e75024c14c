import { EngineRisk } from '../reporting/engine-risk';
import type { Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import { HostSocket } from '../pod/host-socket';
import { CacheVolume, type BoundCache } from '../storage/cache-volume';
import { VolumeSharing } from '../storage/cache-volume-options';
import type { Problems } from '../reporting/problems';
import { Engine } from './engine';
import type { EngineProps } from './engine-props';
import type { EngineDaemonSetUpdateStrategy } from './update-strategy';
import { workloadTimes } from './workload-times';
import { checkConstructor } from '../reporting/check-arguments';

/** Properties for an EngineDaemonSet. */
export interface EngineDaemonSetProps extends EngineProps {
  /**
   * The cache volume. Claim templates and volumes that all nodes share are rejected.
   *
   * @default CacheVolume.hostPath() - a separate directory on the node for each engine
   */
  readonly cache?: CacheVolume;

  /**
   * The directory of the engine's socket on the node.
   *
   * @default - `/run/dagger-NAMESPACE_NAME`, or `/run/dagger-NAME` in a chart without a namespace
   */
  readonly hostSocket?: HostSocket;

  /**
   * The update strategy.
   *
   * @default EngineDaemonSetUpdateStrategy.rollingUpdate()
   */
  readonly updateStrategy?: EngineDaemonSetUpdateStrategy;

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
}

/**
 * Runs an engine on every node, or on every node that `nodeSelector` and `affinity` select. Clients on a node use its
 * engine through a socket, without network traffic.
 */
export class EngineDaemonSet extends Engine {
  /** @internal */
  protected override get _kind(): 'DaemonSet' {
    return 'DaemonSet';
  }

  /**
   * @param scope a chart
   * @param id the construct's id, which is the default name
   * @param props the properties; the version is required
   * @throws one error that lists all problems with the properties
   */
  public constructor(scope: Construct, id: string, props: EngineDaemonSetProps) {
    checkConstructor('EngineDaemonSet', new.target !== EngineDaemonSet, [scope, id, props]);
    super(scope, id);
    this._assemble(
      props,
      {
        className: 'EngineDaemonSet',
        kind: this._kind,
        several: true,
        perNode: true,
        cache: props.cache ?? CacheVolume.hostPath(),
        hostSocket: (unique, problems) => (props.hostSocket ?? HostSocket.fromPath(unique))._render(problems),
        checkCache,
      },
      ({ podTemplate, problems, selector }) => ({
        selector: { matchLabels: { ...selector } },
        ...(props.updateStrategy && { updateStrategy: props.updateStrategy._render(problems.at('updateStrategy')) }),
        ...workloadTimes(props, problems),
        template: podTemplate,
      }),
    );
  }
}

function checkCache(cache: BoundCache, problems: Problems): void {
  if (cache.claimTemplate !== undefined) {
    problems.add('', {
      wrong: 'claim templates are not supported by a DaemonSet',
      got: cache.title,
      allowed: 'hostPath, ephemeral, emptyDir',
      fix: 'use CacheVolume.ephemeral(...), or an EngineStatefulSet',
    });
  } else if (cache.sharing === VolumeSharing.CLUSTER) {
    problems.add('', {
      wrong: 'the engines on all nodes would share one volume, and all but the first would fail to lock it',
      got: cache.title,
      allowed: 'a volume for each node or pod: hostPath, ephemeral, emptyDir',
      fix: 'use CacheVolume.hostPath()',
      risk: EngineRisk.SHARED_CACHE,
    });
  }
}
