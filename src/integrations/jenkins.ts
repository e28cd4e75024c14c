import { Yaml } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import type { Container, PodSpec } from 'kubernetes-types/core/v1';
import { addToPodSpec } from '../client/add-to-pod';
import { compact } from '../kubernetes/manifest';
import { toWire } from '../kubernetes/wire-form';
import type { EngineAccess } from './engine-access';

/** Options for an agent of the Jenkins plugin `kubernetes`. */
export interface JenkinsAgentOptions {
  /** The access of the agent to its engine. */
  readonly engine: EngineAccess;

  /**
   * The pod of the agent. The plugin adds the container `jnlp`, which runs the agent, unless the pod has one. A container
   * without a command waits for the steps of the pipeline.
   */
  readonly podSpec: k8s.PodSpec;

  /**
   * The names of the containers that use the engine.
   *
   * @default - all of `podSpec`
   */
  readonly containers?: string[];
}

/** The name that the plugin gives to the container with the agent (jenkinsci/kubernetes-plugin README.md). */
const AGENT = 'jnlp';

/** A pod template of the Jenkins plugin `kubernetes`, for `yaml` or `yamlFile` of `agent { kubernetes { ... } }`. */
export class JenkinsAgent {
  private readonly rendered: object;

  /**
   * @param options the pod and its engine
   * @throws one error with all problems of the options
   */
  public constructor({ containers, engine, podSpec }: JenkinsAgentOptions) {
    const labels = compact(engine.podLabels);
    this.rendered = engine._make('JenkinsAgent', (problems) => {
      const spec = toWire<PodSpec>(podSpec);
      return {
        apiVersion: 'v1',
        kind: 'Pod',
        ...(labels && { metadata: { labels } }),
        spec: addToPodSpec(
          { ...spec, containers: spec.containers.map(waiting) },
          engine._additions,
          containers,
          problems,
        ),
      };
    });
  }

  /** The pod. A new map every time. */
  public get pod(): { [key: string]: unknown } {
    return structuredClone(this.rendered) as { [key: string]: unknown };
  }

  /** The pod as YAML. */
  public toYaml(): string {
    return Yaml.stringify(this.rendered);
  }
}

/** Keeps the container running until the build ends, because the command of the image may end before. */
function waiting(container: Container): Container {
  return container.name === AGENT || container.command !== undefined || container.args !== undefined
    ? container
    : { ...container, command: ['sleep'], args: ['infinity'] };
}
