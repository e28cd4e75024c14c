import { Yaml } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import type { Container, PodSpec } from 'kubernetes-types/core/v1';
import { addToJobPodSpec } from '../client/pod-validation';
import { compact } from '../kubernetes/manifest';
import { toWire } from '../kubernetes/wire-form';
import type { EngineAccess } from './engine-access';
import { checkConstructor } from '../reporting/check-arguments';

/** Options for an agent of the Jenkins plugin `kubernetes`. */
export interface JenkinsAgentOptions {
  /** The engine that the agent uses. */
  readonly engine: EngineAccess;

  /**
   * The agent's pod. The plugin adds the container `jnlp`, which runs the agent, if the pod has none. A container
   * without a command or arguments gets `sleep infinity`, so that it waits for the steps of the pipeline.
   */
  readonly podSpec: k8s.PodSpec;

  /**
   * The names of the containers that use the engine.
   *
   * @default - all containers of `podSpec`
   */
  readonly containers?: string[];
}

/** The name of the container that runs the agent (jenkinsci/kubernetes-plugin README.md). */
const AGENT = 'jnlp';

/** A pod template of the Jenkins plugin `kubernetes`, for `yaml` or `yamlFile` of `agent { kubernetes { ... } }`. */
export class JenkinsAgent {
  private readonly rendered: object;

  /**
   * @param options the pod and the engine
   * @throws one error that lists all problems with the options
   */
  public constructor(options: JenkinsAgentOptions) {
    checkConstructor('JenkinsAgent', new.target !== JenkinsAgent, [options]);
    const { containers, engine, podSpec } = options;
    this.rendered = engine._render('JenkinsAgent', (problems) => {
      const spec = toWire<PodSpec>(podSpec);
      return {
        apiVersion: 'v1',
        kind: 'Pod',
        ...compact({ metadata: engine._podMetadata() }),
        spec: addToJobPodSpec(
          { ...spec, containers: (spec.containers ?? []).map(waiting) },
          engine._additions,
          containers,
          problems,
        ),
      };
    });
  }

  /** The pod. Each access returns a new copy. */
  public get pod(): { [key: string]: unknown } {
    return structuredClone(this.rendered) as { [key: string]: unknown };
  }

  /** Returns the pod as YAML. */
  public toYaml(): string {
    return Yaml.stringify(this.rendered);
  }
}

/** Keeps a container running until the build ends. Steps run in it, and the image's own command could exit earlier. */
function waiting(container: Container): Container {
  return container.name === AGENT || container.command !== undefined || container.args !== undefined
    ? container
    : { ...container, command: ['sleep'], args: ['infinity'] };
}
