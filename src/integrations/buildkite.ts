import { Yaml } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import type { PodSpec } from 'kubernetes-types/core/v1';
import { addToPodSpec } from '../client/add-to-pod';
import { compact } from '../kubernetes/manifest';
import { toWire } from '../kubernetes/wire-form';
import type { EngineAccess } from './engine-access';

/** A step that Buildkite's Agent Stack for Kubernetes runs. */
export interface BuildkiteStepOptions {
  /** How the step comes to its engine. */
  readonly engine: EngineAccess;

  /** The step's pod: its containers are the ones that run the step's command. */
  readonly podSpec: k8s.PodSpec;
}

/**
 * The plugin `kubernetes` of a step in a Buildkite pipeline. Native sidecars need version 0.35 of the Agent Stack or later, for
 * which the cluster has to have them anyway.
 */
export class BuildkiteStep {
  private readonly rendered: object;

  /**
   * @param options which pod, and which engine
   * @throws with every violation of the options at once
   */
  public constructor({ engine, podSpec }: BuildkiteStepOptions) {
    const labels = compact(engine.podLabels);
    this.rendered = engine._make('BuildkiteStep', (problems) => {
      if (engine._additions.containers.length > 0) {
        // Every container of the pod is given the step's command (buildkite/agent-stack-k8s internal/controller/scheduler/scheduler.go).
        problems.add('engine', {
          wrong: "Buildkite runs the step's command in every container that is no native sidecar",
          got: 'a plain EngineSidecar',
          allowed: 'a native one',
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
