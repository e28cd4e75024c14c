import type { PodSpec } from 'kubernetes-types/core/v1';
import { addToPodSpec } from '../client/add-to-pod';
import type { Connection } from '../client/connection';
import type { EngineSidecar } from '../client/engine-sidecar';
import { RUNNER_HOST } from '../client/plan-connection';
import type { PodAdditions } from '../client/pod-additions';
import { Problems, type Caution } from '../reporting/problems';

/** The access of CI jobs to an engine. */
export class EngineAccess {
  /**
   * Uses an existing engine.
   *
   * @param connection the result of `engine.addClient(...)`
   */
  public static fromConnection(connection: Connection): EngineAccess {
    const { additions, engine, runnerHost } = connection._plan;
    return new EngineAccess({ path: engine, runnerHost, isInPod: false, additions, warn: () => undefined });
  }

  /**
   * Runs an engine in the pod of each job.
   *
   * @param sidecar the engine
   */
  public static fromSidecar(sidecar: EngineSidecar): EngineAccess {
    return new EngineAccess({
      path: sidecar.node.path,
      runnerHost: sidecar.runnerHost,
      isInPod: true,
      additions: sidecar._additions,
      warn: (cautions) => sidecar._warn(cautions),
    });
  }

  private constructor(private readonly source: AccessSource) {}

  /** The address of the engine: the value of `_EXPERIMENTAL_DAGGER_RUNNER_HOST` in the jobs. */
  public get runnerHost(): string {
    return this.source.runnerHost;
  }

  /** Whether the engine runs in the pod of the job. */
  public get isInPod(): boolean {
    return this.source.isInPod;
  }

  /**
   * The labels of the jobs' pods. The engine's network policy admits pods with these labels. Empty if the engine needs none. A new map every time.
   */
  public get podLabels(): { [key: string]: string } {
    return { ...this._additions.podLabels };
  }

  /**
   * The additions to the pod of a job.
   *
   * @internal
   */
  public get _additions(): PodAdditions {
    return this.source.additions;
  }

  /**
   * Returns a pod that uses the engine, for CI systems without a class in this library. The pod also needs the labels `podLabels`.
   *
   * @param spec the pod's `spec`, in the spelling of the Kubernetes API
   * @param containers names of the containers that use the engine; by default all containers, without init containers
   * @returns a copy
   * @throws if the pod has other values under the names that the engine needs
   */
  public pod(spec: { [key: string]: unknown }, containers?: string[]): { [key: string]: unknown } {
    return this._make('EngineAccess', (problems) =>
      addToPodSpec(spec as unknown as PodSpec, this._additions, containers, problems),
    ) as unknown as { [key: string]: unknown };
  }

  /**
   * Creates the configuration of a CI system. Throws one error with all problems that `make` reports.
   *
   * @internal
   */
  public _make<T>(className: string, make: (problems: Problems) => T): T {
    const problems = new Problems();
    if (!this._additions.env.some(({ name }) => name === RUNNER_HOST)) {
      problems.add('engine', {
        wrong: 'the address contains a shell variable, which nothing sets in a job',
        got: this.runnerHost,
        allowed: 'a known address',
        fix: 'use Transport.kubePod({ ordinal: ... }), or another transport',
      });
    }
    const result = make(problems);
    problems.throwIfAny(this.source.path, className);
    this.source.warn(problems.cautions);
    return result;
  }
}

/** The origin of an access. */
interface AccessSource {
  /** The construct path of the engine, for messages. */
  readonly path: string;
  readonly runnerHost: string;
  readonly isInPod: boolean;
  readonly additions: PodAdditions;
  /** Reports warnings about a job. */
  readonly warn: (cautions: readonly Caution[]) => void;
}
