import { Yaml } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import type { PodSpec } from 'kubernetes-types/core/v1';
import { addToJobPodSpec } from '../client/pod-validation';
import { compact } from '../kubernetes/manifest';
import { toWire } from '../kubernetes/wire-form';
import type { EngineAccess } from './engine-access';
import { checkConstructor } from '../reporting/check-arguments';

/** Options for a step of Buildkite's Agent Stack for Kubernetes. */
export interface BuildkiteStepOptions {
  /** The engine that the step uses. */
  readonly engine: EngineAccess;

  /** The step's pod. The pod's containers run the step's command. */
  readonly podSpec: k8s.PodSpec;
}

/**
 * The `kubernetes` plugin for a step in a Buildkite pipeline. A native sidecar needs Agent Stack 0.35 or later, and
 * Kubernetes 1.29 or later.
 */
export class BuildkiteStep {
  private readonly rendered: object;

  /**
   * @param options the pod and the engine
   * @throws one error that lists all problems with the options
   */
  public constructor(options: BuildkiteStepOptions) {
    checkConstructor('BuildkiteStep', new.target !== BuildkiteStep, [options]);
    const { engine, podSpec } = options;
    this.rendered = engine._render('BuildkiteStep', (problems) => {
      if (engine._additions.containers.length > 0) {
        // buildkite/agent-stack-k8s internal/controller/scheduler/scheduler.go
        problems.add('engine', {
          wrong: "Buildkite runs the step's command in every container, except in native sidecars",
          got: 'a plain EngineSidecar',
          allowed: 'a native EngineSidecar',
          fix: 'remove native: false from the EngineSidecar',
        });
      }
      return {
        kubernetes: {
          ...compact({ metadata: engine._podMetadata() }),
          podSpec: addToJobPodSpec(toWire<PodSpec>(podSpec), engine._additions, undefined, problems),
        },
      };
    });
  }

  /** The plugin, as an entry for the step's `plugins`. Each access returns a new copy. */
  public get plugin(): { [key: string]: unknown } {
    return structuredClone(this.rendered) as { [key: string]: unknown };
  }

  /** Returns the step's `plugins` as YAML. */
  public toYaml(): string {
    return Yaml.stringify({ plugins: [this.rendered] });
  }
}
