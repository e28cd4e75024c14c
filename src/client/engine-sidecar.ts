import { Chart, Lazy, type ApiObject } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import { Construct, type IConstruct } from 'constructs';
import type { Container, PodSpec } from 'kubernetes-types/core/v1';
import type { KeySelector } from '../config/key-selector';
import { rejectDuplicateObjects } from '../kubernetes/duplicate-objects';
import { toShape } from '../kubernetes/l1-shape';
import { emit } from '../kubernetes/manifest';
import { checkServiceName } from '../kubernetes/names';
import { AddedItems } from '../pod/added-items';
import { CONTAINER_NAME } from '../pod/engine-container';
import { engineLabels } from '../kubernetes/engine-labels';
import type { EnvVar } from '../pod/env-var';
import { ACCEPTED_RISKS } from '../reporting/accepted-risk';
import { acceptedRisksOf, takeAcceptedRisks } from '../reporting/acceptances';
import { stateOf } from '../reporting/construct-state';
import { Problems, type Caution } from '../reporting/problems';
import { EngineRisk } from '../reporting/engine-risk';
import { acceptRisks } from '../reporting/risks';
import { printWarnings, reportAtSynth } from '../reporting/synth-report';
import { EngineVersion } from '../version/engine-version';
import { addToPodSpec } from './add-to-pod';
import { place } from './client';
import type { ConnectedPodOptions } from './client-options';
import { connectPod, type RenderedObject } from './connected-pod';
import type { EngineSidecarProps } from './engine-sidecar-props';
import { findPod } from './find-pod';
import type { PodAdditions } from './pod-additions';
import { planSidecar, type PlannedSidecar } from './planned-sidecar';
import { checkPodSecurity } from './pod-security';
import { reportInvalidSpec } from './pod-validation';
import { sidecarHost } from './sidecar-additions';
import { SIDECAR_CACHE, SIDECAR_CONTAINER, type SidecarCache, type SidecarContainer } from './sidecar-cache-state';
import { checkCalls, checkConstructor } from '../reporting/check-arguments';

/**
 * Runs an engine in the pod of the job that uses it. The job reaches the engine through a unix socket in a shared
 * volume, so the engine opens no port. By default, the cache is deleted with the pod.
 *
 * Add volumes and other containers to the job.
 *
 * The namespace must allow privileged pods. If the engine needs a ConfigMap, the jobs must be in the namespace of the
 * sidecar's chart.
 */
export class EngineSidecar extends Construct {
  /** The version of the engine. */
  public readonly version: EngineVersion;

  /** Whether the engine is a native sidecar. */
  public readonly native: boolean;

  /** The value of `_EXPERIMENTAL_DAGGER_RUNNER_HOST` in the job's containers: `unix:///run/dagger/engine.sock`. */
  public readonly runnerHost: string;

  /** The ConfigMap with `engine.json` and `engine.toml`, or undefined if there is nothing to configure. */
  public readonly configMap?: ApiObject;

  /**
   * The minimum `terminationGracePeriodSeconds` of the pod. The engine needs this time to write a cache that outlives
   * the pod. Undefined if the cache is deleted with the pod.
   */
  public readonly terminationGracePeriodSeconds?: number;

  private readonly problems: Problems;
  private readonly original: PlannedSidecar;
  private readonly added = new AddedItems();
  private readonly planAgain: () => CurrentSidecar;
  /** Whether the program has read the container. Items added later can't change this copy. */
  private isCopied = false;

  /**
   * @param scope a chart in the namespace of the jobs
   * @param id the construct's id
   * @param props properties of the engine
   * @throws one error that lists all problems with the properties
   */
  public constructor(scope: Construct, id: string, props: EngineSidecarProps) {
    checkConstructor('EngineSidecar', new.target !== EngineSidecar, [scope, id, props]);
    super(scope, id);
    const problems = Problems.of(Chart.of(this).namespace);
    this.problems = problems;
    const version = EngineVersion._parse(props.version, problems, 'version');
    if (version === undefined) {
      problems.throwIfAny(this.node.path, 'EngineSidecar');
      throw new Error('unreachable: throwIfAny did not throw for an invalid version');
    }
    const name = props.name ?? id;
    const why = props.name === undefined ? ", which is the construct's id" : '';
    checkServiceName(problems, 'name', name, { max: 55, why });
    const { namespace } = Chart.of(this);
    const configName = `${name}-config`;
    const plan = (given: EngineSidecarProps, reports: Problems): PlannedSidecar =>
      planSidecar(given, { name, configName, namespace, version, problems: reports });
    const original = plan(props, problems);
    acceptRisks(this, props.acceptRisks, problems);
    takeAcceptedRisks(this, problems);
    problems.throwIfAny(this.node.path, 'EngineSidecar');

    this.version = version;
    this.native = props.native ?? true;
    this.runnerHost = sidecarHost(version);
    this.original = original;
    this.planAgain = () => this.added.planAgain(props, (merged) => plan(merged, Problems.of(namespace)), problems);
    this.terminationGracePeriodSeconds = original.additions.terminationGracePeriodSeconds;
    this.configMap =
      original.data &&
      emit(this, 'ConfigMap', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: {
          name: configName,
          labels: engineLabels(name),
          annotations: this._acceptedRisks,
        },
        data: { ...original.data },
      } as object);
    reportAtSynth(this, () => {
      const { problems: ofItems } = this.current;
      printWarnings(this, [...problems.cautions, ...ofItems.cautions]);
      return ofItems.messages;
    });
    if (original.cache !== undefined) {
      const { cache } = original;
      stateOf<SidecarCache>(this, SIDECAR_CACHE, () => ({ namespace, cache }));
    }
    stateOf<SidecarContainer>(this, SIDECAR_CONTAINER, () => () => this.engineContainer);
    checkPodSecurity(this, namespace, original.additions);
    rejectDuplicateObjects(this);
  }

  /** The engine's container. Add a native sidecar to the init containers of the pod. */
  public get container(): k8s.Container {
    this.isCopied = true;
    return toShape(this.engineContainer);
  }

  /** The volumes that the pod needs. */
  public get volumes(): k8s.Volume[] {
    return toShape(this._additions.volumes);
  }

  /** The environment variables that a container needs to use the engine. */
  public get env(): k8s.EnvVar[] {
    return toShape(this.original.additions.env);
  }

  /** The volume mounts that a container needs to use the engine. */
  public get volumeMounts(): k8s.VolumeMount[] {
    return toShape(this.original.additions.volumeMounts);
  }

  /** The `supplementalGroups` of the pod, for containers that don't run as root. */
  public get supplementalGroups(): number[] {
    return [...this.original.additions.supplementalGroups];
  }

  /**
   * Adds an environment variable to the engine's container.
   *
   * The rules of the property `env` apply. Added variables are sorted by name, so the order of calls doesn't matter.
   * Adding the same variable again has no effect. The library checks added items at synth.
   *
   * @param name the name of the variable
   * @param value the value
   * @throws if the program has already copied the container, with `podSpec`, `EngineAccess` or an attribute
   */
  public addEnv(name: string, value: EnvVar): void {
    this.add('env', name, value);
  }

  /**
   * Adds a CA certificate (PEM) that the engine and all build containers trust. The rules of `addEnv` apply.
   *
   * @param certificate the key of a Secret or ConfigMap, as in `caCertificates`
   */
  public addCaCertificate(certificate: KeySelector): void {
    this.add('caCertificates', `${certificate?.objectName}/${certificate?.key}`, certificate);
  }

  /**
   * Adds the engine to the pod of a construct: a workload of any cdk8s-plus version, an L1 object, an `ApiObject`, or a
   * custom resource with `podTemplatePath`. The library changes the object at synth, after all JSON patches. Connecting
   * a construct again has no effect.
   *
   * @param construct the construct that contains the pod of the job
   * @param options the containers that use the engine
   * @throws if the construct has no pod, or more than one
   */
  public connect(construct: IConstruct, options: ConnectedPodOptions = {}): void {
    const { object, path } = findPod({ scope: this }, construct, options.podTemplatePath);
    if (object.metadata.namespace !== Chart.of(this).namespace) {
      checkPodSecurity(construct, object.metadata.namespace, this.original.additions);
    }
    connectPod(object, construct, {
      warnsFor: this,
      engine: this.node.path,
      method: 'connect',
      podTemplatePath: path,
      containers: options.containers,
      additions: ({ spec }, rendered, problems) => {
        this.checkNamespace(rendered, problems);
        this.checkEnd(spec!, hasDeadline(rendered), problems);
        return this.current.planned.additions;
      },
      acceptedRisks: () => acceptedRisksOf(this),
    });
  }

  /**
   * Returns a copy of a pod spec with the engine. Use it for the values of L1 objects. For constructs, use
   * `connect(...)`.
   *
   * @param spec the spec of the pod, for example of a `k8s.KubeJob`
   * @param containers names of the containers that use the engine; by default all containers except init containers
   * @returns the copy, untyped so that every version of cdk8s-plus accepts it; a pod that already has the engine stays
   * unchanged
   * @throws if the pod has different values with the same names
   */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- jsii has no generics, and each cdk8s-plus version has its own types
  public podSpec(spec: k8s.PodSpec, containers?: string[]): any {
    const problems = new Problems();
    const result = addToPodSpec(spec as PodSpec, toShape<PodAdditions>(this._additions), containers, problems);
    if (problems.found.length === 0) {
      reportInvalidSpec(result, problems);
    }
    problems.throwIfAny(this.node.path, 'EngineSidecar');
    this.checkEnd(spec as PodSpec, false, problems);
    this._warn(problems.cautions);
    return result;
  }

  /**
   * Adds warnings about a pod with the engine. They are printed at synth.
   *
   * @internal
   */
  public _warn(cautions: readonly Caution[]): void {
    for (const { fix, name, property, text } of cautions) {
      this.problems.warn(name, property, text, fix);
    }
  }

  /**
   * The additions to the pod of a job, for copies of the pod. Items can't be added after the first access.
   *
   * @internal
   */
  public get _additions(): PodAdditions {
    this.isCopied = true;
    const { planned, problems } = this.current;
    problems.throwIfAny(this.node.path, 'EngineSidecar');
    return planned.additions;
  }

  /**
   * The annotations of objects with the engine: the accepted risks. They are known at synth.
   *
   * @internal
   */
  public get _acceptedRisks(): { [key: string]: string } {
    return { [ACCEPTED_RISKS]: Lazy.any({ produce: () => acceptedRisksOf(this) }) as string };
  }

  /** The engine with the items that have been added so far. */
  private get current(): CurrentSidecar {
    return this.added.remember(() => {
      const current = this.added.count === 0 ? { planned: this.original, problems: new Problems() } : this.planAgain();
      takeAcceptedRisks(this, current.problems);
      return current;
    });
  }

  private get engineContainer(): Container {
    const { containers, initContainers } = this.current.planned.additions;
    return [...initContainers, ...containers].find(({ name }) => name === CONTAINER_NAME)!;
  }

  private add(property: 'caCertificates' | 'env', name: string, value: unknown): void {
    if (this.isCopied) {
      const problems = new Problems();
      problems.add(property, {
        wrong: 'the program already has a copy of the container, which this call would not change',
        got: name,
        allowed: 'calls before the program uses podSpec, EngineAccess.fromSidecar, container or volumes',
        fix: 'move the call up, or use connect',
      });
      problems.throwIfAny(this.node.path, 'EngineSidecar');
    }
    this.added.add(property, name, value);
  }

  /** Reports a pod that isn't in the namespace of the ConfigMap that it mounts. */
  private checkNamespace({ metadata }: RenderedObject, problems: Problems): void {
    const { namespace } = Chart.of(this);
    if (this.configMap !== undefined && metadata?.namespace !== namespace) {
      problems.add('namespace', {
        wrong: `the engine's ConfigMap ${JSON.stringify(this.configMap.name)} is in ${place(namespace)}, and a pod in ${place(metadata?.namespace)} can't mount it`,
        got: metadata?.namespace,
        allowed: place(namespace),
        fix: 'create the EngineSidecar in the chart of the job',
      });
    }
  }

  /** Warns about an engine that prevents a Job from completing, because it isn't a native sidecar. */
  private checkEnd({ activeDeadlineSeconds, restartPolicy }: PodSpec, ends: boolean, problems: Problems): void {
    const runsForever = (restartPolicy ?? 'Always') === 'Always';
    if (!this.native && !runsForever && !ends && activeDeadlineSeconds === undefined) {
      problems.warn(
        EngineRisk.SIDECAR_NEVER_ENDS,
        'native',
        'a Job completes when all containers of its pod have ended, but a plain engine container never ends',
        'remove native: false, or set activeDeadlineSeconds',
      );
    }
  }
}

/** A sidecar with the items that have been added so far, and the problems that they cause. */
interface CurrentSidecar {
  readonly planned: PlannedSidecar;
  readonly problems: Problems;
}

checkCalls('EngineSidecar', EngineSidecar);

/** Whether a Job or the Jobs of a CronJob have a deadline. */
function hasDeadline({ spec }: RenderedObject): boolean {
  return spec?.activeDeadlineSeconds !== undefined || spec?.jobTemplate?.spec?.activeDeadlineSeconds !== undefined;
}
