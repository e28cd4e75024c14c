import { Yaml } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import type { PodSpec } from 'kubernetes-types/core/v1';
import { addToPodSpec } from '../client/add-to-pod';
import { compact } from '../kubernetes/manifest';
import { toWire } from '../kubernetes/wire-form';
import type { EngineAccess } from './engine-access';

/** Options for a step on Buildkite's Agent Stack for Kubernetes. */
export interface BuildkiteStepOptions {
  /** The access of the step to its engine. */
  readonly engine: EngineAccess;

  /** The pod of the step. All of its containers run the step's command. */
  readonly podSpec: k8s.PodSpec;
}

/**
 * The plugin `kubernetes` of a step in a Buildkite pipeline. Native sidecars need version 0.35 of the Agent Stack or later,
 * which requires them anyway.
 */
export class BuildkiteStep {
  private readonly rendered: object;

  /**
   * @param options the pod and its engine
   * @throws one error with all problems of the options
   */
  public constructor({ engine, podSpec }: BuildkiteStepOptions) {
    const labels = compact(engine.podLabels);
    this.rendered = engine._make('BuildkiteStep', (problems) => {
      if (engine._additions.containers.length > 0) {
        // Every container of the pod runs the step's command (buildkite/agent-stack-k8s internal/controller/scheduler/scheduler.go).
        problems.add('engine', {
          wrong: "Buildkite runs the step's command in every container except native sidecars",
          got: 'an EngineSidecar with native: false',
          allowed: 'a native sidecar',
          fix: 'remove native: false',
        });
      }
      return {
        kubernetes: {
          ...(labels && { metadata: { labels } }),
          podSpec: addToPodSpec(toWire<PodSpec>(podSpec), engine._additions, undefined, problems),
        },
      };
    });
  }

  /** The plugin: an entry of the step's `plugins`. A new map every time. */
  public get plugin(): { [key: string]: unknown } {
    return structuredClone(this.rendered) as { [key: string]: unknown };
  }

  /** The step's `plugins` as YAML. */
  public toYaml(): string {
    return Yaml.stringify({ plugins: [this.rendered] });
  }
}
