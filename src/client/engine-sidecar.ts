import { Chart, type ApiObject } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import { Construct, type IConstruct } from 'constructs';
import type { Container, PodSpec } from 'kubernetes-types/core/v1';
import { rejectDuplicateObjects } from '../kubernetes/duplicate-objects';
import { toShape } from '../kubernetes/l1-shape';
import { emit } from '../kubernetes/manifest';
import { checkServiceName } from '../kubernetes/names';
import { toWire } from '../kubernetes/wire-form';
import { CONTAINER_NAME } from '../pod/engine-container';
import { engineLabels } from '../pod/engine-labels';
import { GRACE_PERIOD_SECONDS } from '../pod/grace-period';
import { socketGroup } from '../pod/security';
import { takeAcceptedRisks } from '../reporting/acceptances';
import { stateOf } from '../reporting/construct-state';
import { Problems, type Caution } from '../reporting/problems';
import { EngineRisk } from '../reporting/engine-risk';
import { acceptRisks } from '../reporting/risks';
import { printWarnings, reportAtSynth } from '../reporting/synth-report';
import { CacheVolume, type BoundCache } from '../storage/cache-volume';
import { VolumeSharing } from '../storage/cache-volume-options';
import { cacheDirectory } from '../storage/node-directories';
import { EngineVersion } from '../version/engine-version';
import { addToPodSpec } from './add-to-pod';
import { place } from './client';
import type { ConnectedPodOptions } from './client-options';
import { connectPod, type RenderedObject } from './connected-pod';
import type { EngineSidecarProps } from './engine-sidecar-props';
import { findPod } from './find-pod';
import type { PodAdditions } from './pod-additions';
import { checkPodSecurity } from './pod-security';
import { reportInvalidPod } from './pod-validation';
import { sidecarAdditions, sidecarHost } from './sidecar-additions';
import { SIDECAR_CACHE, SIDECAR_CONTAINER, type SidecarCache } from './sidecar-cache-state';
import { checkSidecarPod, sidecarContainer, sidecarFiles } from './sidecar-container';
import { checkCalls, checkConstructor } from '../reporting/check-arguments';

/**
 * Runs an engine in the pod of the job that uses it. The job reaches the engine through a unix socket in a shared
 * volume, so the engine opens no port. By default, the cache is deleted with the pod.
 *
 * There are no methods such as `addEnv`, because a program can copy the container into pods as soon as the construct
 * exists. Set the properties instead, and add volumes and other containers to the job.
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
   * the pod. It is undefined if the cache is deleted with the pod.
   */
  public readonly terminationGracePeriodSeconds?: number;

  /** @internal */
  public readonly _additions: PodAdditions;

  private readonly problems: Problems;

  /**
   * @param scope a chart in the namespace of the jobs
   * @param id the construct's id
   * @param props properties of the engine
   * @throws one error with all problems of the properties
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
    const namespace = Chart.of(this).namespace;
    const cache = (props.cache ?? CacheVolume.emptyDir())._bind({
      problems: problems.at('cache'),
      hostPath: cacheDirectory(namespace, name),
    });
    checkCache(cache, problems.at('cache'));
    const config = sidecarFiles(props, version, cache, problems);
    const configName = `${name}-config`;
    const { container, volumes } = sidecarContainer(props, {
      version,
      cache,
      config: { ...config, name: configName },
      problems,
    });
    checkSidecarPod(container, volumes, problems);
    const cli = props.cli?._render(
      { name, version, image: container.image!, imagePullPolicy: container.imagePullPolicy },
      problems.at('cli'),
    );
    acceptRisks(this, props.acceptRisks, problems);
    takeAcceptedRisks(this, problems);
    problems.throwIfAny(this.node.path, 'EngineSidecar');

    this.version = version;
    this.native = props.native ?? true;
    this.runnerHost = sidecarHost(version);
    this.terminationGracePeriodSeconds = cache?.persistent === true ? GRACE_PERIOD_SECONDS : undefined;
    this.configMap =
      config.data &&
      emit(this, 'ConfigMap', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: {
          name: configName,
          labels: engineLabels(name),
        },
        data: { ...config.data },
      } as object);
    this._additions = sidecarAdditions({
      version,
      container,
      volumes,
      cli,
      native: this.native,
      socketGroup: socketGroup(props.security),
      terminationGracePeriodSeconds: this.terminationGracePeriodSeconds,
    });
    reportAtSynth(this, () => {
      printWarnings(this, problems.cautions);
      return [];
    });
    if (cache !== undefined) {
      stateOf<SidecarCache>(this, SIDECAR_CACHE, () => ({ namespace, cache }));
    }
    stateOf<Container>(this, SIDECAR_CONTAINER, () => this._container);
    checkPodSecurity(this, namespace, this._additions);
    rejectDuplicateObjects(this);
  }

  /** The engine's container. Add a native sidecar to the init containers of the pod. */
  public get container(): k8s.Container {
    return toShape(this._container);
  }

  /** The volumes that the pod needs. */
  public get volumes(): k8s.Volume[] {
    return toShape(this._additions.volumes);
  }

  /** The environment variables of a container that uses the engine. */
  public get env(): k8s.EnvVar[] {
    return toShape(this._additions.env);
  }

  /** The mounts of a container that uses the engine. */
  public get volumeMounts(): k8s.VolumeMount[] {
    return toShape(this._additions.volumeMounts);
  }

  /** The `supplementalGroups` of the pod, for containers that don't run as root. */
  public get supplementalGroups(): number[] {
    return [...this._additions.supplementalGroups];
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
      checkPodSecurity(construct, object.metadata.namespace, this._additions);
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
        return this._additions;
      },
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
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: this.node.id }, spec: toWire<PodSpec>(result) };
      reportInvalidPod(pod, problems);
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

  /** @internal */
  public get _container(): Container {
    return [...this._additions.initContainers, ...this._additions.containers].find(
      ({ name }) => name === CONTAINER_NAME,
    )!;
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

checkCalls('EngineSidecar', EngineSidecar);

/** Whether a Job or the Jobs of a CronJob have a deadline. */
function hasDeadline({ spec }: RenderedObject): boolean {
  return spec?.activeDeadlineSeconds !== undefined || spec?.jobTemplate?.spec?.activeDeadlineSeconds !== undefined;
}

function checkCache(cache: BoundCache | undefined, problems: Problems): void {
  if (cache === undefined) {
    return;
  }
  if (cache.claimTemplate !== undefined) {
    problems.add('', {
      wrong: 'claim templates require a StatefulSet',
      got: cache.title,
      allowed: 'emptyDir, ephemeral, fromClaimName',
      fix: 'use CacheVolume.ephemeral(...)',
    });
  } else if (cache.sharing !== VolumeSharing.POD) {
    problems.warn(
      EngineRisk.SHARED_SIDECAR_CACHE,
      '',
      `jobs that run at the same time share ${cache.title}, and only one engine can lock it`,
      'run one job at a time, or use CacheVolume.emptyDir()',
    );
  }
}
