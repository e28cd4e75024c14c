import type { k8s } from 'cdk8s-plus-28';
import type { Container, PodSpec, PodTemplateSpec } from 'kubernetes-types/core/v1';
import { toWire } from '../kubernetes/wire-form';
import { Problems } from '../reporting/problems';
import { addToContainer, addToPodTemplate } from './add-to-pod';
import type { PlannedConnection } from './connection-additions';
import { findRunningHostCommand } from './find-host';
import { addToJobPodSpec, reportInvalidTemplate } from './pod-validation';
import { checkCalls } from '../reporting/check-arguments';

/**
 * The data that a client needs to reach an engine. The methods `podTemplate(...)`, `podSpec(...)` and `container(...)`
 * add it to L1 pods of any cdk8s-plus version. For other clients, use the attributes. Each access to an attribute
 * returns a new copy.
 */
export class Connection {
  /** @internal */
  public static _of(plan: PlannedConnection): Connection {
    return new Connection(plan);
  }

  /**
   * Returns the POSIX shell command that prints the address of one of several engines, for engines that scale to zero.
   * The command prefers the engine that the key would be assigned to if all engines ran, and skips engines that don't
   * run. It waits until one of them runs. The shell needs `getent`.
   *
   * @param connections a connection to each engine, with the address of a pod, such as `Transport.tcp({ ordinal: 0 })`
   * @param shardKey a stable key that identifies the client
   * @throws if an address isn't that of a pod
   */
  public static findRunningHostCommand(connections: Connection[], shardKey: string): string {
    const problems = new Problems();
    if (connections.length === 0) {
      problems.add('connections', {
        wrong: 'must not be empty',
        got: [],
        allowed: 'at least one connection',
        fix: 'add engine.addClient({ transport: Transport.tcp({ ordinal: 0 }) })',
      });
    }
    for (const [index, { _plan: plan }] of connections.entries()) {
      if (plan.podName === undefined) {
        problems.add(`connections[${index}]`, {
          wrong: 'is not the address of a pod, so the command would not notice that the engine is stopped',
          got: plan.runnerHost,
          allowed: 'the address of a pod of an EngineStatefulSet',
          fix: 'use addClient({ transport: Transport.tcp({ ordinal: 0 }) }), or Transport.tls({ ordinal: 0 })',
        });
      }
    }
    problems.throwIfAny('', 'Connection.findRunningHostCommand');
    const addresses = connections.map(({ runnerHost }) => runnerHost);
    return findRunningHostCommand(addresses, shardKey);
  }

  private constructor(
    /** @internal */
    public readonly _plan: PlannedConnection,
  ) {}

  /** The address of the engine, which is the value of `_EXPERIMENTAL_DAGGER_RUNNER_HOST` or `addressVariable`. */
  public get runnerHost(): string {
    return this._plan.runnerHost;
  }

  /**
   * The environment variables of the client's containers. The address is not one of them if it contains a shell
   * variable, as with `Transport.kubePod({ podName: '$POD' })`. In that case, use `shellExports`.
   */
  public get env(): k8s.EnvVar[] {
    return this.copy('env');
  }

  /** The volumes of the client's pod, for the certificate, the engine's socket and the CLI. */
  public get volumes(): k8s.Volume[] {
    return this.copy('volumes');
  }

  /** The volume mounts of the client's containers. */
  public get volumeMounts(): k8s.VolumeMount[] {
    return this.copy('volumeMounts');
  }

  /** The init containers of the client's pod. */
  public get initContainers(): k8s.Container[] {
    return this.copy('initContainers');
  }

  /** The labels of the client's pods. The engine's network policy allows pods with these labels. */
  public get podLabels(): { [key: string]: string } {
    return { ...this._plan.additions.podLabels };
  }

  /** The supplemental groups of the client's pod. They include the group that may use the socket on the node. */
  public get supplementalGroups(): number[] {
    return this.copy('supplementalGroups');
  }

  /**
   * The labels of the nodes with an engine, for clients that use the socket on the node. The map is empty if all nodes
   * have an engine.
   */
  public get nodeSelector(): { [key: string]: string } {
    return { ...this._plan.additions.nodeSelector };
  }

  /**
   * The affinity for nodes with an engine, for clients that use the socket on the node. Undefined if the engine has no
   * node affinity.
   */
  public get affinity(): k8s.Affinity | undefined {
    return structuredClone(this._plan.additions.affinity) as k8s.Affinity | undefined;
  }

  /** The tolerations for the taints of the engine's nodes, for clients that use the socket on the node. */
  public get tolerations(): k8s.Toleration[] {
    return this.copy('tolerations');
  }

  /**
   * The name of the service account that has the permissions in `rules`, or undefined if the client needs none or you
   * didn't set one.
   */
  public get serviceAccountName(): string | undefined {
    return this._plan.additions.serviceAccountName;
  }

  /**
   * The permissions that the client needs in the engine's namespace. The list is empty unless the client uses the
   * Kubernetes API.
   */
  public get rules(): k8s.PolicyRule[] {
    return structuredClone(this._plan.access?.rules ?? []);
  }

  /**
   * The lines of a POSIX shell script that set the environment variables. They contain no secrets. With TLS, the
   * certificate must be mounted at the paths of `volumeMounts`.
   */
  public get shellExports(): string {
    return this._plan.shellExports;
  }

  /**
   * The POSIX shell command that prints the address of an engine for a shard key, if an autoscaler sets the number of
   * engines. For other clients, it is undefined. The command prefers the engine that the key would be assigned to if
   * all engines ran, and skips engines that don't run. `runnerHost` is always the address of one of the `minReplicas`
   * engines that always run. The shell needs `getent`.
   */
  public get findHostCommand(): string | undefined {
    return this._plan.findHostCommand;
  }

  /**
   * Returns a copy of a container with the environment variables and mounts of a client. The pod also needs the volumes
   * and other fields, so prefer `podSpec(...)`.
   *
   * @param container the container of the client
   * @returns the copy
   * @throws if the container has different values with the same names
   */
  public container(container: k8s.Container): k8s.Container {
    return this.added((problems) =>
      addToContainer(container as Container, this._plan.additions, problems),
    ) as k8s.Container;
  }

  /**
   * Returns a copy of a pod spec whose containers are clients. The pod also needs the labels in `podLabels`, so prefer
   * `podTemplate(...)`.
   *
   * @param spec the spec of the pod
   * @param containers names of the containers that become clients; by default all containers except init containers
   * @returns the copy, untyped so that every version of cdk8s-plus accepts it; a pod that is already connected stays
   * unchanged
   * @throws if the pod has different values with the same names
   */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- jsii has no generics, and each cdk8s-plus version has its own types
  public podSpec(spec: k8s.PodSpec, containers?: string[]): any {
    return this.added((problems) => addToJobPodSpec(spec as PodSpec, this._plan.additions, containers, problems));
  }

  /**
   * Returns a copy of a pod template whose containers are clients.
   *
   * @param template the pod template
   * @param containers names of the containers that become clients; by default all containers except init containers
   * @returns the copy, untyped so that every version of cdk8s-plus accepts it; a template that is already connected
   * stays unchanged
   * @throws if the template has different values with the same names
   */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- jsii has no generics, and each cdk8s-plus version has its own types
  public podTemplate(template: k8s.PodTemplateSpec, containers?: string[]): any {
    return this.added((problems) => {
      const result = addToPodTemplate(template as PodTemplateSpec, this._plan.additions, containers, problems);
      if (problems.found.length === 0) {
        reportInvalidTemplate(toWire(result), '', problems);
      }
      return result;
    });
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
    problems.cautions.forEach(({ fix, name, property, text }) => this._plan.warn(name, property, text, fix));
    return result;
  }
}

checkCalls('Connection', Connection);
