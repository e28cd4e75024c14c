import type { ApiObject } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { Container, PodSpec, Volume } from 'kubernetes-types/core/v1';
import { addToPodSpec } from '../client/add-to-pod';
import { rejectDuplicateObjects } from '../kubernetes/duplicate-objects';
import { compact, emit } from '../kubernetes/manifest';
import { checkDnsSubdomain } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';
import { toWire } from '../kubernetes/wire-form';
import { checkNotSet } from './checks';
import { clientLabels } from './client-labels';
import type { EngineAccess } from './engine-access';

/** A step of a Tekton Task. */
export interface TektonStep {
  /** The name. */
  readonly name: string;

  /** The image. */
  readonly image: string;

  /**
   * A script, as an alternative to command and args. A shell runs it, unless its first line selects another program.
   *
   * @default - none
   */
  readonly script?: string;

  /**
   * The program to run.
   *
   * @default - the image's
   */
  readonly command?: string[];

  /**
   * The arguments of the program.
   *
   * @default - the image's
   */
  readonly args?: string[];

  /**
   * Additional environment variables.
   *
   * @default - none
   */
  readonly env?: k8s.EnvVar[];

  /**
   * Additional volume mounts.
   *
   * @default - none
   */
  readonly volumeMounts?: k8s.VolumeMount[];

  /**
   * The working directory, for example `$(workspaces.source.path)`.
   *
   * @default - the image's
   */
  readonly workingDir?: string;
}

/** Properties of a Tekton Task. */
export interface TektonTaskProps {
  /** The access of the steps to their engine. */
  readonly engine: EngineAccess;

  /** The steps. All of them use the engine. */
  readonly steps: TektonStep[];

  /**
   * The name of the Task.
   *
   * @default - the construct's id
   */
  readonly name?: string;

  /**
   * Additional fields of the Task's `spec`, in the spelling of Tekton: `params`, `workspaces`, `results`, `volumes`, ...
   *
   * @default - none
   */
  readonly spec?: { [key: string]: unknown };
}

/**
 * A Task whose steps use an engine. Pod fields that a Task doesn't have are in `podTemplate` and `serviceAccountName`, for
 * the TaskRun or PipelineRun.
 *
 * Tekton starts the first step after the sidecar's startup probe has succeeded, and stops the sidecar after the last step.
 * Tekton's setting `enable-kubernetes-sidecar` decides whether it is a native sidecar.
 */
export class TektonTask extends Construct {
  /** The Task. */
  public readonly apiObject: ApiObject;

  /** The service account for the pods of runs, or undefined if the connection needs none. */
  public readonly serviceAccountName?: string;

  private readonly template: Partial<PodSpec>;

  /**
   * @param scope a chart in the namespace of the runs
   * @param id the construct's id
   * @param props the steps and their engine
   * @throws one error with all problems of the properties
   */
  public constructor(scope: Construct, id: string, props: TektonTaskProps) {
    super(scope, id);
    const { engine, name = id, spec: further = {}, steps } = props;
    const pod = engine._make('TektonTask', (problems) => {
      checkDnsSubdomain(problems, 'name', name);
      checkSteps(props, problems);
      checkNotSet(problems, 'spec', further, { steps: 'steps' });
      const spec: PodSpec = {
        containers: steps.map((step) => toWire<Container>(step)),
        volumes: (further.volumes ?? []) as Volume[],
      };
      if (steps.length === 0) {
        return spec;
      }
      const names = steps.map((step) => step.name);
      return addToPodSpec(spec, engine._additions, names, problems);
    });
    const { affinity, automountServiceAccountToken, nodeSelector, securityContext, tolerations } = pod;
    const sidecars = [...(pod.initContainers ?? []), ...pod.containers.slice(steps.length)].map(toSidecar);
    this.template =
      compact({ securityContext, nodeSelector, affinity, tolerations, automountServiceAccountToken }) ?? {};
    this.serviceAccountName = pod.serviceAccountName;
    this.apiObject = emit(this, 'Resource', {
      apiVersion: 'tekton.dev/v1',
      kind: 'Task',
      // Tekton copies the labels of a Task to its pods (tektoncd/pipeline docs/labels.md).
      metadata: { name, labels: { ...clientLabels(name), ...engine.podLabels } },
      spec: {
        ...further,
        steps: pod.containers.slice(0, steps.length),
        ...((sidecars.length > 0 || further.sidecars !== undefined) && {
          sidecars: [...sidecars, ...((further.sidecars ?? []) as object[])],
        }),
        ...((pod.volumes ?? []).length > 0 && { volumes: pod.volumes }),
      },
    });
    rejectDuplicateObjects(this);
  }

  /** The `podTemplate` that runs of the Task must have. A new map every time. */
  public get podTemplate(): { [key: string]: unknown } {
    return structuredClone(this.template) as { [key: string]: unknown };
  }
}

function checkSteps({ engine, steps }: TektonTaskProps, problems: Problems): void {
  if (steps.length === 0) {
    problems.add('steps', {
      wrong: 'a Task needs steps',
      got: steps,
      allowed: 'at least one',
      fix: "for example { name: 'build', image: '...', script: 'dagger call build' }",
    });
  }
  for (const [index, { args, command, script }] of steps.entries()) {
    if (script !== undefined && (command !== undefined || args !== undefined)) {
      problems.add(`steps[${index}]`, {
        wrong: 'Tekton rejects a command together with a script',
        got: command ?? args,
        allowed: 'either',
        fix: 'remove one of them',
      });
    }
  }
  const { initContainers, terminationGracePeriodSeconds } = engine._additions;
  if (initContainers.some(({ restartPolicy }) => restartPolicy === undefined)) {
    problems.add('engine', {
      wrong: "Tekton creates the containers of all steps before the CLI is copied, so the CLI's mount would be empty",
      got: 'an access with cli',
      allowed: 'steps with an image with the CLI',
      fix: 'remove cli from the connection',
    });
  }
  if (terminationGracePeriodSeconds !== undefined) {
    problems.add('engine', {
      wrong: `Tekton gives its pods 30 s to stop, but an engine that is killed before it has written its cache deletes all of it; the engine needs ${terminationGracePeriodSeconds} s`,
      got: 'an EngineSidecar with a cache that outlives the pod',
      allowed: 'CacheVolume.emptyDir, CacheVolume.ephemeral',
      fix: 'use one of them, or an existing engine',
    });
  }
}

/** Tekton decides whether the sidecar is native, and has another name for its resources. */
function toSidecar({ resources, restartPolicy: _restartPolicy, ...container }: Container): object {
  return { ...container, ...(resources && { computeResources: resources }) };
}
