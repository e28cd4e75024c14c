import type { Construct } from 'constructs';
import type { NodeArchitecture } from '../nodes/karpenter-options';
import type { EngineVersion } from '../version/engine-version';
import type { Engine } from '../workload/engine';
import type { FleetTopology } from './fleet-topology';
import type { Retirement } from './retirement';
import type { TrustLevel } from './trust-level';

/** A member of a fleet. At least one of `key` and `version` is required. */
export interface FleetMemberOptions {
  /**
   * The key of the member, such as a project, a team, an architecture, or `forks`. It must be a DNS label, and it is
   * part of the names of the member's objects, so it can't be changed later.
   *
   * @default - the release in `version`, with dashes: `v0-21-11`
   */
  readonly key?: string;

  /**
   * The release of the engine.
   *
   * @default - the version in the topology
   */
  readonly version?: string;

  /**
   * The kind and the properties of the engine, if they differ from those of the fleet.
   *
   * @default - the topology of the fleet
   */
  readonly topology?: FleetTopology;

  /**
   * The architecture of the nodes.
   *
   * @default - the architecture in the node selector of the topology, if it has one
   */
  readonly architecture?: NodeArchitecture;

  /**
   * The trust in the builds of the member.
   *
   * @default TrustLevel.trusted()
   */
  readonly trustLevel?: TrustLevel;

  /**
   * The scope of the member's objects. Set it to another chart to use the namespace of that chart.
   *
   * @default - the fleet
   */
  readonly scope?: Construct;

  /**
   * The step of the member's retirement.
   *
   * @default - the member accepts clients
   */
  readonly retirement?: Retirement;
}

/** A member of a fleet, which is one engine workload. `EngineFleet` creates it. */
export class FleetMember {
  /** @internal */
  public static _of(engine: Engine, options: BoundMember): FleetMember {
    return new FleetMember(engine, options);
  }

  private constructor(
    /** The engine. */
    public readonly engine: Engine,
    /** @internal */
    public readonly _options: BoundMember,
  ) {}

  /** The key of the member. */
  public get key(): string {
    return this._options.key;
  }

  /** The name of the engine: the name of the fleet, a dash and the key. Use it as the name of a Buildkite queue. */
  public get name(): string {
    return this.engine.name;
  }

  /** The release of the engine. */
  public get version(): EngineVersion {
    return this.engine.version;
  }

  /** The architecture of the member's nodes, or undefined if no node selector sets it. */
  public get architecture(): NodeArchitecture | undefined {
    return this._options.architecture;
  }

  /** Whether the builds of the member are trusted. */
  public get isTrusted(): boolean {
    return this._options.trustLevel?._egress === undefined;
  }

  /** Whether the member is being retired, so that it accepts no new clients. */
  public get isRetiring(): boolean {
    return this._options.retirement !== undefined;
  }

  /**
   * The label of CI runners that use the member, for `runs-on` in GitHub workflows, tags in GitLab, and labels in Jenkins
   * and Woodpecker. It is the name, but with the tag of the release if the release is the key: `dagger-v0.21.11`.
   */
  public get runnerLabel(): string {
    const { fleet, key } = this._options;
    const { tag } = this.version;
    return key === keyOfRelease(this.version) ? `${fleet}-${tag}` : this.name;
  }
}

/**
 * The options of a member that is part of a fleet.
 *
 * @internal
 */
export interface BoundMember extends FleetMemberOptions {
  readonly key: string;
  /** The name of the fleet. */
  readonly fleet: string;
}

/** Returns the key of a member whose key is its release: `v0-21-11`. */
export function keyOfRelease({ tag }: EngineVersion): string {
  return tag.replaceAll('.', '-');
}
