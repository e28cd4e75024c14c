import type { k8s } from 'cdk8s-plus-28';
import type { Affinity, Container, EnvVar, PodSpec, Toleration, Volume, VolumeMount } from 'kubernetes-types/core/v1';
import type { Connection } from '../client/connection';
import type { EngineSidecar } from '../client/engine-sidecar';
import { RUNNER_HOST } from '../client/plan-connection';
import type { PodAdditions } from '../client/pod-additions';
import { compact } from '../kubernetes/manifest';
import { Problems } from '../reporting/problems';
import { toWire } from '../kubernetes/wire-form';

/** What a job's pod needs to use an engine. */
interface JobAdditions extends PodAdditions {
  /** Labels that the engine's network policy knows the job by. */
  readonly labels?: { readonly [key: string]: string };
  readonly serviceAccountName?: string;
  readonly nodeSelector?: { readonly [label: string]: string };
  readonly affinity?: Affinity;
  readonly tolerations: readonly Toleration[];
}

/** Adds what is needed to a pod as the API server reads it. */
type Wiring = (spec: PodSpec, containers: string[] | undefined) => PodSpec;

/** How the jobs of a CI system come to their engine. */
export class EngineAccess {
  /**
   * An engine that is there already.
   *
   * @param connection what `engine.connection(...)` gives
   */
  public static through(connection: Connection): EngineAccess {
    const additions: JobAdditions = {
      initContainers: toWire<Container[]>(connection.initContainers),
      containers: [],
      volumes: toWire<Volume[]>(connection.volumes),
      env: toWire<EnvVar[]>(connection.env),
      volumeMounts: toWire<VolumeMount[]>(connection.volumeMounts),
      supplementalGroups: connection.supplementalGroups,
      labels: compact(connection.podLabels),
      serviceAccountName: connection.serviceAccountName,
      nodeSelector: compact(connection.nodeSelector),
      affinity: connection.affinity && toWire<Affinity>(connection.affinity),
      tolerations: toWire<Toleration[]>(connection.tolerations),
    };
    return new EngineAccess(connection._engine, connection.runnerHost, false, additions, (spec, containers) =>
      toWire(connection.podSpec(spec as k8s.PodSpec, containers)),
    );
  }

  /**
   * An engine in the pod of each job.
   *
   * @param sidecar the engine
   */
  public static inPod(sidecar: EngineSidecar): EngineAccess {
    return new EngineAccess(
      sidecar.node.path,
      sidecar.runnerHost,
      true,
      { ...sidecar._additions, tolerations: [] },
      (spec, containers) => sidecar._addTo(spec, containers, 'wire'),
    );
  }

  private constructor(
    private readonly path: string,
    /** The address of the engine, as the jobs see it: the value of `_EXPERIMENTAL_DAGGER_RUNNER_HOST`. */
    public readonly runnerHost: string,
    /** Whether the engine is in the job's own pod. */
    public readonly isInPod: boolean,
    /** @internal */
    public readonly _additions: JobAdditions,
    /**
     * A copy of a job's pod that uses the engine.
     *
     * @internal
     */
    public readonly _wire: Wiring,
  ) {}

  /** Labels of the jobs' pods, by which the engine's network policy knows them; empty where there is none to pass. A new map every time. */
  public get podLabels(): { [key: string]: string } {
    return { ...this._additions.labels };
  }

  /**
   * A pod that uses the engine, for CI systems that have no class here. It has to have the labels `podLabels` too.
   *
   * @param spec the pod's `spec`, as the API server reads it
   * @param containers names of the containers that use the engine; all but the init containers, if left out
   * @returns a copy
   * @throws when the pod has something else where the engine's has to be
   */
  public pod(spec: { [key: string]: unknown }, containers?: string[]): { [key: string]: unknown } {
    return this._make('EngineAccess', () => this._wire(spec as unknown as PodSpec, containers)) as unknown as {
      [key: string]: unknown;
    };
  }

  /**
   * Makes something of an access, and throws all that was wrong with it.
   *
   * @internal
   */
  public _make<T>(className: string, make: (problems: Problems) => T): T {
    const problems = new Problems();
    if (!this._additions.env.some(({ name }) => name === RUNNER_HOST)) {
      problems.add('engine', {
        wrong: 'the address holds a shell variable, and nothing sets that in a job',
        got: this.runnerHost,
        allowed: 'an address that is known',
        fix: 'use Transport.kubePodOrdinal(...), or another transport',
      });
    }
    const result = make(problems);
    problems.throwIfAny(this.path, className);
    return result;
  }
}
