import type { k8s } from 'cdk8s-plus-28';
import type { Container, PodSpec, PodTemplateSpec } from 'kubernetes-types/core/v1';
import { Problems } from '../reporting/problems';
import { addToContainer, addToPodSpec, addToPodTemplate } from './add-to-pod';
import type { PlannedConnection } from './connection-additions';
import { checkCalls } from '../reporting/check-arguments';

/**
 * The data that a client needs to reach an engine. `podTemplate(...)`, `podSpec(...)` and `container(...)` add it to L1 pods of any cdk8s-plus.
 * For other clients, use the attributes. Each attribute returns a new copy.
 */
export class Connection {
  /** @internal */
  public static _of(plan: PlannedConnection): Connection {
    return new Connection(plan);
  }

  private constructor(
    /** @internal */
    public readonly _plan: PlannedConnection,
  ) {}

  /** The engine's address: the value of `_EXPERIMENTAL_DAGGER_RUNNER_HOST`. */
  public get runnerHost(): string {
    return this._plan.runnerHost;
  }

  /**
   * The variables of the client's containers. Empty if the address contains a shell variable, as with `Transport.kubePod({ podName: '$POD' })`. Use `shellExports`
   * then.
   */
  public get env(): k8s.EnvVar[] {
    return this.copy('env');
  }

  /** The volumes of the client's pod: the certificate, the directory of the node with the socket, or the CLI. */
  public get volumes(): k8s.Volume[] {
    return this.copy('volumes');
  }

  /** The mounts of the client's containers. */
  public get volumeMounts(): k8s.VolumeMount[] {
    return this.copy('volumeMounts');
  }

  /** The init containers of the client's pod. There is one if you set `cli`. */
  public get initContainers(): k8s.Container[] {
    return this.copy('initContainers');
  }

  /** The labels of the client's pods. The engine's network policy admits pods with these labels. */
  public get podLabels(): { [key: string]: string } {
    return { ...this._plan.additions.podLabels };
  }

  /** Supplemental groups of the client's pod: the group that may use the socket on the node. */
  public get supplementalGroups(): number[] {
    return this.copy('supplementalGroups');
  }

  /** Labels of the nodes with an engine, for the socket on the node. Empty if all nodes have one. */
  public get nodeSelector(): { [key: string]: string } {
    return { ...this._plan.additions.nodeSelector };
  }

  /** Affinity to nodes with an engine, for the socket on the node. Undefined if the engine has no node affinity. */
  public get affinity(): k8s.Affinity | undefined {
    return structuredClone(this._plan.additions.affinity) as k8s.Affinity | undefined;
  }

  /** Tolerations of the taints of the engine's nodes, for the socket on the node. */
  public get tolerations(): k8s.Toleration[] {
    return this.copy('tolerations');
  }

  /**
   * The service account of the client's pods that has the permissions. Undefined if the client needs none, or if you
   * didn't set one.
   */
  public get serviceAccountName(): string | undefined {
    return this._plan.additions.serviceAccountName;
  }

  /** The permissions that the client needs in the engine's namespace. Empty unless it uses the Kubernetes API. */
  public get rules(): k8s.PolicyRule[] {
    return structuredClone(this._plan.access?.rules ?? []);
  }

  /**
   * Lines for a POSIX shell that set the variables. They contain no secrets. The client's certificate must be mounted as `volumeMounts` does.
   */
  public get shellExports(): string {
    return this._plan.shellExports;
  }

  /**
   * Returns a container with the variables and mounts of a client. Its pod needs the rest, which `podSpec(...)` adds too.
   *
   * @param container the container
   * @returns a copy
   * @throws if the container has other values under the same names
   */
  public container(container: k8s.Container): k8s.Container {
    return this.added((problems) =>
      addToContainer(container as Container, this._plan.additions, problems),
    ) as k8s.Container;
  }

  /**
   * Returns a pod whose containers are clients. The pod also needs the labels `podLabels`, which `podTemplate(...)` adds.
   *
   * @param spec the pod
   * @param containers names of the containers that become clients; by default all containers except init containers
   * @returns a copy of the pod, untyped so that every version of cdk8s-plus accepts it. A pod that is already connected stays the same.
   * @throws if the pod has other values under the same names
   */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- jsii has no generics, and the PodSpec of one cdk8s-plus isn't that of another
  public podSpec(spec: k8s.PodSpec, containers?: string[]): any {
    return this.added((problems) => addToPodSpec(spec as PodSpec, this._plan.additions, containers, problems));
  }

  /**
   * Returns a pod template whose containers are clients.
   *
   * @param template the template
   * @param containers names of the containers that become clients; by default all containers except init containers
   * @returns a copy of the template, untyped so that every version of cdk8s-plus accepts it. A template that is already connected stays the same.
   * @throws if the template has other values under the same names
   */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- jsii has no generics, and the PodSpec of one cdk8s-plus isn't that of another
  public podTemplate(template: k8s.PodTemplateSpec, containers?: string[]): any {
    return this.added((problems) =>
      addToPodTemplate(template as PodTemplateSpec, this._plan.additions, containers, problems),
    );
  }

  private copy<T>(
    property: 'env' | 'volumes' | 'volumeMounts' | 'initContainers' | 'supplementalGroups' | 'tolerations',
  ): T[] {
    return structuredClone(this._plan.additions[property]) as T[];
  }

  private added<T>(add: (problems: Problems) => T): T {
    const problems = new Problems();
    const result = add(problems);
    problems.throwIfAny(this._plan.engine, 'connection');
    return result;
  }
}

checkCalls('Connection', Connection);
