import type { k8s } from 'cdk8s-plus-28';
import { connectContainer, connectPodSpec, connectPodTemplate } from './connect-pod-spec';
import type { PlannedConnection } from './plan-connection';

/**
 * What a client needs to reach an engine, as data: for cdk8s-plus-28's L1 pods through `podTemplate(...)`, `podSpec(...)` and
 * `container(...)`, for everything else piece by piece. Every property is a new copy every time.
 */
export class Connection {
  /** @internal */
  public static _of(plan: PlannedConnection): Connection {
    return new Connection(plan);
  }

  private constructor(private readonly plan: PlannedConnection) {}

  /**
   * The path of the engine, for messages.
   *
   * @internal
   */
  public get _engine(): string {
    return this.plan.engine;
  }

  /** The engine's address, the value of `_EXPERIMENTAL_DAGGER_RUNNER_HOST`. */
  public get runnerHost(): string {
    return this.plan.runnerHost;
  }

  /**
   * Variables of the client's containers. Empty where the address holds a shell variable, as of `Transport.kubePod('$POD')`: then
   * `shellExports` is the way.
   */
  public get env(): k8s.EnvVar[] {
    return structuredClone(this.plan.env);
  }

  /** Volumes of the client's pod: the certificate, the node's directory with the socket, or the CLI. */
  public get volumes(): k8s.Volume[] {
    return structuredClone(this.plan.volumes);
  }

  /** Mounts of the client's containers. */
  public get volumeMounts(): k8s.VolumeMount[] {
    return structuredClone(this.plan.volumeMounts);
  }

  /** Init containers of the client's pod: the one that brings the CLI, when it was asked for. */
  public get initContainers(): k8s.Container[] {
    return structuredClone(this.plan.initContainers);
  }

  /** Labels of the client's pods: the engine's network policy admits pods that have them. */
  public get podLabels(): { [key: string]: string } {
    return { ...this.plan.podLabels };
  }

  /** Groups of the client's pod beside its own: the one that may use the node's socket. */
  public get supplementalGroups(): number[] {
    return [...this.plan.supplementalGroups];
  }

  /** Labels of the nodes that have an engine, for the node's socket; empty where all nodes have one. */
  public get nodeSelector(): { [key: string]: string } {
    return { ...this.plan.nodeSelector };
  }

  /** Affinity to nodes that have an engine, for the node's socket; undefined where the engine has none. */
  public get affinity(): k8s.Affinity | undefined {
    return structuredClone(this.plan.affinity);
  }

  /** Tolerations of the taints of the engine's nodes, for the node's socket. */
  public get tolerations(): k8s.Toleration[] {
    return structuredClone(this.plan.tolerations);
  }

  /** The account of the client's pods that was given the rights; undefined where none was, or none is needed. */
  public get serviceAccountName(): string | undefined {
    return this.plan.access?.account;
  }

  /** The rights that the client needs in the engine's namespace: those for the Kubernetes API, none else. */
  public get rules(): k8s.PolicyRule[] {
    return structuredClone(this.plan.rules);
  }

  /** Lines for a POSIX shell that is to be the client. They hold no secrets; certificates have to be where `volumeMounts` puts them. */
  public get shellExports(): string {
    return this.plan.shellExports;
  }

  /**
   * A container of a pod with the variables and mounts of a client. The pod needs the rest: `podSpec(...)` does all of it.
   *
   * @param container the container
   * @returns a copy
   * @throws when the container has other values under the same names
   */
  public container(container: k8s.Container): k8s.Container {
    return connectContainer(this.plan, container);
  }

  /**
   * A pod whose containers are clients. It has to have the labels `podLabels` too, which `podTemplate(...)` adds.
   *
   * @param spec the pod
   * @param containers names of the containers that become clients; all but the init containers, if left out
   * @returns a copy; of a pod that is connected already, one that is equal
   * @throws when the pod has other values under the same names, or lacks something that it has to say itself
   */
  public podSpec(spec: k8s.PodSpec, containers?: string[]): k8s.PodSpec {
    return connectPodSpec(this.plan, spec, containers);
  }

  /**
   * A pod template whose containers are clients.
   *
   * @param template the template
   * @param containers names of the containers that become clients; all but the init containers, if left out
   * @returns a copy; of a template that is connected already, one that is equal
   * @throws as `podSpec`
   */
  public podTemplate(template: k8s.PodTemplateSpec, containers?: string[]): k8s.PodTemplateSpec {
    return connectPodTemplate(this.plan, template, containers);
  }
}
