import { Construct, type IConstruct } from 'constructs';
import type { PodSpec } from 'kubernetes-types/core/v1';
import { rejectClients } from '../client/closed-engine';
import type { AddClientOptions, ConnectOptions } from '../client/client-options';
import type { Connection } from '../client/connection';
import { NodeArchitecture } from '../nodes/karpenter-options';
import { checkDnsLabel, checkNotOwned, checkServiceName } from '../kubernetes/names';
import { checkChart } from '../reporting/chart-scope';
import { checkCalls, checkConstructor } from '../reporting/check-arguments';
import { Problems } from '../reporting/problems';
import { reportAtSynth } from '../reporting/synth-report';
import { EngineVersion } from '../version/engine-version';
import type { Engine } from '../workload/engine';
import { checkFleet } from './fleet-rules';
import { FleetMember, keyOfRelease, type BoundMember, type FleetMemberOptions } from './fleet-member';
import type { FleetTopology } from './fleet-topology';
import { ARCHITECTURE, FLEET_LABEL, memberProps } from './member-props';
import { Members } from './members';
import { planOf } from './member-plan';
import { nodeDirectories } from './node-resources';
import { beginRetirement } from './retire';
import { checkPatches } from './untrusted-patches';
import { checkDestinations, checkUntrusted } from './untrusted-rules';

/** The maximum length of the name of a StatefulSet with headless Service (`EnginePlan.checkName`). */
const NAME_MAX = 52;

/** Properties for a fleet. */
export interface EngineFleetProps {
  /** The kind and the common properties of the engines. */
  readonly topology: FleetTopology;

  /**
   * The name of the fleet, and the prefix of the names of its engines.
   *
   * @default - the construct's id
   */
  readonly name?: string;

  /**
   * The members. `addMember(...)` adds more.
   *
   * @default - none
   */
  readonly members?: FleetMemberOptions[];
}

/** Options for `fleet.connect(...)`. */
export interface FleetConnectOptions extends ConnectOptions {
  /**
   * The key of the member.
   *
   * @default - the trusted member whose key is the release in `clientVersion`, or else the only one with that release,
   * or else the only one that accepts it
   */
  readonly key?: string;

  /**
   * The architecture of the member's nodes. It selects the only trusted member with this architecture, or together with
   * `clientVersion` one of several.
   *
   * @default - any architecture
   */
  readonly architecture?: NodeArchitecture;
}

/** Options for `fleet.addClient(...)`. */
export interface FleetAddClientOptions extends AddClientOptions {
  /**
   * The key of the member.
   *
   * @default - the trusted member whose key is the release in `clientVersion`, or else the only one with that release,
   * or else the only one that accepts it
   */
  readonly key?: string;

  /**
   * The architecture of the member's nodes. It selects the only trusted member with this architecture, or together with
   * `clientVersion` one of several.
   *
   * @default - any architecture
   */
  readonly architecture?: NodeArchitecture;
}

/** Options for `fleet.connectArchitectures(...)`. */
export interface FleetArchitecturesOptions extends ConnectOptions {
  /**
   * The architectures that the client builds for.
   *
   * @default - all architectures of the trusted members that are not being retired
   */
  readonly architectures?: NodeArchitecture[];
}

/**
 * Several engines from one description, for example one for each release, team or architecture, and one for untrusted
 * builds.
 *
 * Each member is a separate engine with a separate cache, port, network policy and certificate authority. Its objects
 * depend only on the fleet's properties and its own, so adding or removing a member changes no other member.
 *
 * @example
 *
 *   const fleet = new EngineFleet(chart, 'dagger', {
 *     topology: FleetTopology.statefulSet({
 *       version: 'v0.21.11',
 *       cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200) }),
 *       listener: Listener.tls({ certificates: Certificates.privateCa() }),
 *     }),
 *     members: [
 *       { version: 'v0.21.11' },
 *       { version: 'v0.21.8', retirement: Retirement.noNewClients('v0-21-11') },
 *       { key: 'forks', trustLevel: TrustLevel.untrusted({ publicInternet: true }) },
 *     ],
 *   });
 *   fleet.connect(deployment, { clientVersion: 'v0.21.11' });
 */
export class EngineFleet extends Construct {
  /** The name of the fleet. */
  public readonly name: string;

  private readonly byKey = new Members();
  /** The keys of the members that use a directory of their nodes. */
  private readonly directories = new Map<string, string>();
  /** The keys of the members that create a Service. */
  private readonly services = new Map<string, string>();

  /**
   * @param scope a chart
   * @param id the construct's id, which is the default name
   * @param props the topology and the members
   * @throws one error that lists all problems with the properties
   */
  public constructor(
    scope: Construct,
    id: string,
    private readonly props: EngineFleetProps,
  ) {
    checkConstructor('EngineFleet', new.target !== EngineFleet, [scope, id, props]);
    super(scope, id);
    this.name = props.name ?? id;
    const problems = new Problems();
    checkServiceName(problems, 'name', this.name, {
      max: NAME_MAX - 2,
      why: props.name === undefined ? ", which is the construct's id" : '',
    });
    checkTopology(props.topology, problems);
    const members = (props.members ?? []).map((member, index) => this.bind(member, problems.at(`members[${index}]`)));
    this.rejectDuplicateKeys(members, problems);
    problems.throwIfAny(this.node.path, 'EngineFleet');
    for (const member of members) {
      this.create(member!);
    }
    reportAtSynth(this, () => checkFleet(this.byKey));
  }

  /** The members, in the order that they were added. */
  public get members(): FleetMember[] {
    return this.byKey.all;
  }

  /**
   * Adds a member.
   *
   * @param member the member
   * @returns the member, with its engine
   * @throws one error that lists all problems with the member
   */
  public addMember(member: FleetMemberOptions): FleetMember {
    const problems = new Problems();
    const bound = this.bind(member, problems);
    if (bound !== undefined && this.byKey.get(bound.key) !== undefined) {
      reportDuplicate(bound.key, '', problems);
    }
    problems.throwIfAny(this.node.path, 'addMember');
    return this.create(bound!);
  }

  /**
   * Returns the member with a key.
   *
   * @param key the key
   * @throws if the fleet has no such member
   */
  public member(key: string): FleetMember {
    return this.found('member', (problems) => this.byKey.withKey(key, problems));
  }

  /**
   * Connects a construct that contains a pod to one member, as `engine.connect(...)` does.
   *
   * @param construct the construct that contains the client's pod
   * @param options the member, and options for the client
   * @returns the connection as data
   * @throws if the options match no member or several members, or if the member accepts no new clients
   */
  public connect(construct: IConstruct, options: FleetConnectOptions): Connection {
    const { architecture, key, ...others } = options;
    return this.select('connect', options).connect(construct, others);
  }

  /**
   * Connects a construct that contains a pod to one member of each architecture.
   *
   * The containers get one variable for each architecture: `RUNNER_HOST_AMD64` and `RUNNER_HOST_ARM64`. Dagger's clients
   * read only `_EXPERIMENTAL_DAGGER_RUNNER_HOST`, so a script sets it for each command:
   * `_EXPERIMENTAL_DAGGER_RUNNER_HOST=$RUNNER_HOST_ARM64 dagger call build`.
   *
   * @param construct the construct that contains the client's pod
   * @param options the architectures, and options for the client
   * @returns a connection for each architecture
   * @throws if the fleet has no member or several members for an architecture
   */
  public connectArchitectures(construct: IConstruct, options: FleetArchitecturesOptions = {}): Connection[] {
    const { addressVariable, architectures = this.byKey.architectures, cli, ...others } = options;
    const problems = new Problems();
    checkArchitectures(options, architectures, problems);
    const { clientVersion } = others;
    const members = architectures.map((architecture) => this.byKey.select({ architecture, clientVersion }, problems));
    problems.throwIfAny(this.node.path, 'connectArchitectures');
    return members.map((member, index) =>
      member!.engine.connect(construct, {
        ...others,
        addressVariable: `RUNNER_HOST_${member!.architecture!.toUpperCase()}`,
        // The pod has one CLI, which all engines must accept.
        ...(cli !== undefined && (index === 0 ? { cli } : { clientVersion: clientVersion ?? members[0]!.version.tag })),
      }),
    );
  }

  /**
   * Adds a client that is not a construct, as `engine.addClient(...)` does.
   *
   * @param options the member, and options for the client
   * @returns the connection as data
   * @throws if the options match no member or several members, or if the member accepts no new clients
   */
  public addClient(options: FleetAddClientOptions): Connection {
    const { architecture, key, ...others } = options;
    return this.select('addClient', options).addClient(others);
  }

  private select(method: string, options: FleetConnectOptions): Engine {
    return this.found(method, (problems) => this.byKey.select(options, problems)).engine;
  }

  private found(method: string, find: (problems: Problems) => FleetMember | undefined): FleetMember {
    const problems = new Problems();
    const member = find(problems);
    problems.throwIfAny(this.node.path, method);
    return member!;
  }

  /** Checks a member that has no engine yet, and returns it with its key. */
  private bind(member: FleetMemberOptions, problems: Problems): BoundMember | undefined {
    const { key, scope, topology, trustLevel, version } = member;
    const release = version === undefined ? undefined : EngineVersion._parse(version, problems, 'version');
    if (topology !== undefined) {
      checkTopology(topology, problems);
      if (trustLevel?._egress !== undefined) {
        checkUntrustedTopology(topology, problems);
      }
    }
    if (scope !== undefined) {
      checkChart(scope, problems);
    }
    if (key === undefined && version === undefined) {
      problems.add('key', {
        wrong: 'is required, unless version is set',
        got: undefined,
        allowed: 'a DNS label',
        fix: "set key, such as 'web', or version",
      });
    }
    const chosen = key ?? (release && keyOfRelease(release));
    if (chosen === undefined) {
      return undefined;
    }
    const max = NAME_MAX - this.name.length - 1;
    checkDnsLabel(problems, 'key', chosen, { max, why: ` after ${JSON.stringify(`${this.name}-`)}` });
    return { ...member, ...this.architectureOf(member, problems), key: chosen, fleet: this.name };
  }

  /** Returns the architecture of a member. Reports one that conflicts with its topology. */
  private architectureOf(
    { architecture, topology = this.props.topology }: FleetMemberOptions,
    problems: Problems,
  ): { readonly architecture?: NodeArchitecture } {
    const selected = { ...topology._props.nodes?.nodeSelector, ...topology._props.nodeSelector }[ARCHITECTURE];
    if (architecture !== undefined && selected !== undefined && selected !== architecture) {
      problems.add('architecture', {
        wrong: `conflicts with the topology, whose nodes have the architecture ${selected}`,
        got: architecture,
        allowed: selected,
        fix: 'give the member its own topology',
      });
    }
    const found = architecture ?? Object.values(NodeArchitecture).find((one) => one === selected);
    return found === undefined ? {} : { architecture: found };
  }

  private rejectDuplicateKeys(members: ReadonlyArray<BoundMember | undefined>, problems: Problems): void {
    const keys = new Set<string>();
    for (const [index, member] of members.entries()) {
      if (member !== undefined && keys.has(member.key)) {
        reportDuplicate(member.key, `members[${index}]`, problems);
      }
      keys.add(member?.key ?? '');
    }
  }

  private create(options: BoundMember): FleetMember {
    const { key, retirement, scope, topology = this.props.topology, trustLevel } = options;
    const engine = topology._create(
      scope ?? this,
      scope === undefined ? key : `${this.name}-${key}`,
      memberProps(options, topology),
    );
    const member = FleetMember._of(engine, options);
    this.checkEngine(member);
    if (trustLevel?._egress !== undefined) {
      reportAtSynth(engine, () => untrustedAtSynth(engine));
    }
    if (retirement !== undefined) {
      rejectClients(engine, {
        wrong: `the member ${JSON.stringify(key)} is being retired and accepts no new clients`,
        got: key,
        allowed: `${JSON.stringify(retirement._successor)}, its successor`,
        fix: `connect the client with key: ${JSON.stringify(retirement._successor)}`,
      });
      beginRetirement(member, retirement);
    }
    this.byKey.add(member);
    return member;
  }

  /** Checks an engine against the other members. */
  private checkEngine({ engine, isTrusted, key }: FleetMember): void {
    const plan = planOf(engine);
    const problems = new Problems();
    if (!isTrusted) {
      checkUntrusted(plan, plan.podTemplate.spec, problems);
      checkDestinations(plan, problems);
    }
    for (const [property, directory] of Object.entries(nodeDirectories(plan))) {
      const other = this.directories.get(directory);
      if (other !== undefined) {
        problems.add(property, {
          wrong: `the member ${JSON.stringify(other)} also uses this directory of its nodes, and each would lock or delete the cache or replace the socket of the other`,
          got: directory,
          allowed: 'a directory for each member',
          fix:
            property === 'cache'
              ? 'use CacheVolume.hostPath() without a path, and set `nodes` to choose the disk'
              : 'remove hostSocket',
        });
      }
      this.directories.set(directory, key);
    }
    this.checkServices(engine, key, problems);
    problems.throwIfAny(engine.node.path, 'EngineFleet');
  }

  /** Reports a key whose Services have the names of another member's, such as `web-headless`. */
  private checkServices(engine: Engine, key: string, problems: Problems): void {
    const services = [engine.service, engine.headlessService, engine.metricsService];
    for (const name of services.flatMap((service) => (service === undefined ? [] : [service.name]))) {
      const id = JSON.stringify([engine.namespace, name]);
      const other = this.services.get(id);
      // The key isn't the cause if the topology sets the name.
      if (other !== undefined && name.startsWith(engine.name)) {
        problems.add('key', {
          wrong: `the member ${JSON.stringify(other)} also creates the Service ${JSON.stringify(name)}`,
          got: key,
          allowed: 'keys whose objects have other names',
          fix: 'choose another key',
        });
      }
      this.services.set(id, key);
    }
  }
}

checkCalls('EngineFleet', EngineFleet);

/** Reports properties that only one engine can have. */
function checkTopology({ _props: { labels, name, takeOver } }: FleetTopology, problems: Problems): void {
  checkNotOwned(problems, 'topology.labels', labels, [FLEET_LABEL]);
  if (name !== undefined) {
    problems.add('topology.name', {
      wrong: 'would be the name of every member',
      got: name,
      allowed: 'no name: the fleet names its engines',
      fix: 'remove it, and set the name of the fleet',
    });
  }
  if (takeOver === true) {
    problems.add('topology.takeOver', {
      wrong: 'would apply to every member, but a fleet creates its engines',
      got: true,
      allowed: 'false',
      fix: 'create an engine with takeOver outside the fleet',
    });
  }
}

/** Reports properties of an untrusted member's own topology that its trust level replaces. */
function checkUntrustedTopology({ _props: props }: FleetTopology, problems: Problems): void {
  if (props.networkPolicy?.egress !== undefined) {
    problems.add('topology.networkPolicy.egress', {
      wrong: 'would have no effect, because the trust level of the member sets the destinations',
      got: props.networkPolicy.egress,
      allowed: 'the destinations in TrustLevel.untrusted(...)',
      fix: 'remove it, and list destinations in allowTo',
    });
  }
  if (props.insecureRootCapabilities === true) {
    problems.add('topology.insecureRootCapabilities', {
      wrong: 'would have no effect, because builds of an untrusted member have no root capabilities',
      got: true,
      allowed: 'false',
      fix: 'remove it',
    });
  }
}

/** Reports options that can't be the same for several engines, and a fleet without architectures. */
function checkArchitectures(
  { addressVariable }: FleetArchitecturesOptions,
  architectures: readonly NodeArchitecture[],
  problems: Problems,
): void {
  if (addressVariable !== undefined) {
    problems.add('addressVariable', {
      wrong: 'must not be set, because each architecture has a separate variable',
      got: addressVariable,
      allowed: 'RUNNER_HOST_AMD64 and RUNNER_HOST_ARM64',
      fix: 'remove it, or call connect(...) for each architecture',
    });
  }
  if (architectures.length === 0) {
    problems.add('architectures', {
      wrong: 'the fleet has no trusted member whose architecture is known',
      got: architectures,
      allowed: 'members with an architecture',
      fix: "add members such as { key: 'arm64', architecture: NodeArchitecture.ARM64 }",
    });
  }
  if (new Set(architectures).size < architectures.length) {
    problems.add('architectures', {
      wrong: 'must not have duplicates',
      got: architectures,
      allowed: 'each architecture once',
      fix: 'remove the duplicate',
    });
  }
}

function reportDuplicate(key: string, member: string, problems: Problems): void {
  problems.at(member).add('key', {
    wrong: 'another member of the fleet has the same key',
    got: key,
    allowed: 'unused keys',
    fix: 'choose another key',
  });
}

/** Checks the rendered objects of an untrusted member, which methods and JSON patches can change until synth. */
function untrustedAtSynth(engine: Engine): readonly string[] {
  const problems = new Problems();
  const { spec } = engine.workload.toJson() as { spec: { template: { spec: PodSpec } } };
  checkUntrusted(planOf(engine), spec.template.spec, problems);
  checkPatches(engine, problems);
  return problems.messages;
}
