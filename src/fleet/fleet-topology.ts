import type { Construct } from 'constructs';
import { checkCalls } from '../reporting/check-arguments';
import { EngineDaemonSet, type EngineDaemonSetProps } from '../workload/engine-daemon-set';
import { EngineDeployment, type EngineDeploymentProps } from '../workload/engine-deployment';
import { EngineStatefulSet, type EngineStatefulSetProps } from '../workload/engine-stateful-set';
import type { Autoscaling } from '../operations/autoscaling';
import type { CacheVolume } from '../storage/cache-volume';
import type { Engine } from '../workload/engine';
import type { EngineProps } from '../workload/engine-props';

/**
 * The kind and the properties of the engines in a fleet. The fleet sets the names of the engines, so `name` and
 * `takeOver` are rejected.
 */
export class FleetTopology {
  /**
   * Runs each member as an EngineDaemonSet.
   *
   * @param props the common properties; members can replace `version`
   */
  public static daemonSet(props: EngineDaemonSetProps): FleetTopology {
    return new FleetTopology('DaemonSet', props, (scope, id, changes) => {
      return new EngineDaemonSet(scope, id, { ...props, ...changes });
    });
  }

  /**
   * Runs each member as an EngineStatefulSet.
   *
   * @param props the common properties; members can replace `version`
   */
  public static statefulSet(props: EngineStatefulSetProps): FleetTopology {
    return new FleetTopology('StatefulSet', props, (scope, id, changes) => {
      return new EngineStatefulSet(scope, id, { ...props, ...changes });
    });
  }

  /**
   * Runs each member as an EngineDeployment.
   *
   * @param props the common properties; members can replace `version`
   */
  public static deployment(props: EngineDeploymentProps): FleetTopology {
    return new FleetTopology('Deployment', props, (scope, id, changes) => {
      return new EngineDeployment(scope, id, { ...props, ...changes });
    });
  }

  private constructor(
    /** @internal */
    public readonly _kind: 'DaemonSet' | 'Deployment' | 'StatefulSet',
    /** @internal */
    public readonly _props: CommonProps,
    /**
     * Creates an engine with changed properties.
     *
     * @internal
     */
    public readonly _create: (scope: Construct, id: string, changes: ChangedProps) => Engine,
  ) {}
}

checkCalls('FleetTopology', FleetTopology);

/**
 * The properties of a topology.
 *
 * @internal
 */
export interface CommonProps extends EngineProps {
  readonly cache?: CacheVolume;
  readonly autoscaling?: Autoscaling;
}

/**
 * The properties that a fleet changes for a member.
 *
 * @internal
 */
export interface ChangedProps extends Partial<EngineProps> {
  readonly cache?: CacheVolume;
  readonly replicas?: number;
  readonly autoscaling?: undefined;
}
