import { Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { PodSpec } from 'kubernetes-types/core/v1';
import { addToJobPodSpec } from '../client/pod-validation';
import { place } from '../client/client';
import type { Connection } from '../client/connection';
import type { EngineSidecar } from '../client/engine-sidecar';
import type { PodAdditions } from '../client/pod-additions';
import { checkPodSecurity } from '../client/pod-security';
import { clusterOf } from '../kubernetes/cluster';
import { compact } from '../kubernetes/manifest';
import { ACCEPTED_RISKS } from '../reporting/accepted-risk';
import { acceptedRisksOf } from '../reporting/acceptances';
import { reportAtSynth } from '../reporting/synth-report';
import { explanation, Problems, type Caution } from '../reporting/problems';
import { checkCalls } from '../reporting/check-arguments';

/** The engine that CI jobs use: an existing engine, or a sidecar in each job's pod. */
export class EngineAccess {
  /**
   * Uses an existing engine.
   *
   * @param connection the result of `engine.addClient(...)`
   */
  public static fromConnection(connection: Connection): EngineAccess {
    const { access, additions, addressVariable, engine, namespace, peer, runnerHost, scope, warn } = connection._plan;
    return new EngineAccess({
      path: engine,
      scope,
      runnerHost,
      isInPod: false,
      hasAddress: additions.env.some(({ name }) => name === addressVariable),
      annotations: {},
      additions,
      warn: (cautions) => cautions.forEach(({ fix, name, property, text }) => warn(name, property, text, fix)),
      // The socket on the node is the same for every namespace.
      ...((peer !== undefined || access !== undefined) && { namespace: { name: namespace } }),
    });
  }

  /**
   * Runs an engine in the pod of each job.
   *
   * @param sidecar the engine
   */
  public static fromSidecar(sidecar: EngineSidecar): EngineAccess {
    return new EngineAccess({
      path: sidecar.node.path,
      scope: sidecar,
      runnerHost: sidecar.runnerHost,
      isInPod: true,
      hasAddress: true,
      annotations: sidecar._acceptedRisks,
      additions: sidecar._additions,
      warn: (cautions) => sidecar._warn(cautions),
      ...(sidecar.configMap !== undefined && { namespace: { name: Chart.of(sidecar).namespace } }),
    });
  }

  private constructor(private readonly source: AccessSource) {}

  /** The address of the engine, which the jobs have in `_EXPERIMENTAL_DAGGER_RUNNER_HOST` or in `addressVariable`. */
  public get runnerHost(): string {
    return this.source.runnerHost;
  }

  /** Whether the engine runs in the pod of the job. */
  public get isInPod(): boolean {
    return this.source.isInPod;
  }

  /**
   * The labels that the jobs' pods need, because the engine's network policy allows only pods with these labels. The
   * map is empty if the pods need none. Each access returns a new map.
   */
  public get podLabels(): { [key: string]: string } {
    return { ...this._additions.podLabels };
  }

  /**
   * The additions to each job's pod.
   *
   * @internal
   */
  public get _additions(): PodAdditions {
    return this.source.additions;
  }

  /**
   * The annotations of objects whose jobs run the engine.
   *
   * @internal
   */
  public get _annotations(): { [key: string]: string } {
    return this.source.annotations;
  }

  /**
   * The metadata of a job's pod that isn't an object of the app, or undefined if the pod needs none. The annotations
   * contain the risks that are accepted so far, because cdk8s can't resolve them later.
   *
   * @param annotations the annotations that the program sets
   * @internal
   */
  public _podMetadata(annotations: { readonly [key: string]: string } = {}): object | undefined {
    const { isInPod, scope } = this.source;
    const accepted = isInPod ? acceptedRisksOf(scope) : undefined;
    return compact({
      labels: compact(this.podLabels),
      annotations: compact({ ...annotations, [ACCEPTED_RISKS]: accepted }),
    });
  }

  /**
   * Adds the engine to a pod, for CI systems without a class in this library. The pod also needs the labels
   * `podLabels`.
   *
   * @param spec the pod's `spec`, with the field names of the Kubernetes API
   * @param containers names of the containers that use the engine; by default all containers except init containers
   * @returns a copy of the pod's `spec` that uses the engine
   * @throws if the pod has another variable, volume or mount with a name or path that the engine needs
   */
  public pod(spec: { [key: string]: unknown }, containers?: string[]): { [key: string]: unknown } {
    return this._render('EngineAccess', (problems) =>
      addToJobPodSpec(spec as unknown as PodSpec, this._additions, containers, problems),
    ) as unknown as { [key: string]: unknown };
  }

  /**
   * Reports jobs in a namespace that can't access the engine.
   *
   * @internal
   */
  public _checkNamespace(property: string, namespace: string | undefined, problems: Problems): void {
    const { namespace: expected } = this.source;
    if (expected !== undefined && expected.name !== namespace) {
      problems.add(property, {
        wrong: `the engine is accessible only from ${place(expected.name)}, but the jobs are in ${place(namespace)}`,
        got: namespace,
        allowed: place(expected.name),
        fix: this.isInPod
          ? 'create the EngineSidecar in the chart of the jobs'
          : `use engine.addClient({ namespace: ${JSON.stringify(namespace ?? '...')} })`,
      });
    }
  }

  /**
   * Reports two mistakes at synth: the object is in a different cluster from the engine, or the namespace forbids the
   * jobs' pods.
   *
   * @param namespace the namespace of the jobs
   * @internal
   */
  public _checkAtSynth(construct: IConstruct, namespace: string | undefined): void {
    if (!this.isInPod || Chart.of(this.source.scope).namespace !== namespace) {
      checkPodSecurity(construct, namespace, this._additions);
    }
    reportAtSynth(construct, () => {
      const [cluster, other] = [clusterOf(this.source.scope), clusterOf(construct)];
      return cluster === other
        ? []
        : [
            `engine: ${explanation({
              wrong: `the engine ${this.source.path} and the jobs are in different clusters`,
              got: other.node.path,
              allowed: 'the cluster of the engine',
              fix: 'use an engine in the cluster of the jobs',
            })}`,
          ];
    });
  }

  /**
   * Renders the configuration of a CI system. Throws one error with all problems that `render` reports.
   *
   * @internal
   */
  public _render<T>(className: string, render: (problems: Problems) => T): T {
    const problems = new Problems();
    if (!this.source.hasAddress) {
      problems.add('engine', {
        wrong: "the address contains a shell variable that CI jobs don't set",
        got: this.runnerHost,
        allowed: 'an address without variables',
        fix: 'set the ordinal, as in Transport.kubePod({ ordinal: 0 }), or use another transport',
      });
    }
    const result = render(problems);
    problems.throwIfAny(this.source.path, className);
    this.source.warn(problems.cautions);
    return result;
  }
}

checkCalls('EngineAccess', EngineAccess);

/** The source of an EngineAccess: a connection or a sidecar. */
interface AccessSource {
  /** The construct path of the engine, for messages. */
  readonly path: string;
  readonly scope: IConstruct;
  /** The namespace that jobs must be in, or undefined if any namespace works. */
  readonly namespace?: { readonly name: string | undefined };
  readonly runnerHost: string;
  readonly isInPod: boolean;
  /** Whether the jobs get the address in an environment variable. */
  readonly hasAddress: boolean;
  readonly annotations: { [key: string]: string };
  readonly additions: PodAdditions;
  /** Reports warnings about a job. */
  readonly warn: (cautions: readonly Caution[]) => void;
}
