import { Chart, type ApiObject } from 'cdk8s';
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
import { checkConstructor } from '../reporting/check-arguments';

/** A step of a Tekton Task. */
export interface TektonStep {
  /** The name of the step. */
  readonly name: string;

  /** The image of the step. */
  readonly image: string;

  /**
   * The script of the step, instead of `command` and `args`. A shell runs it unless its first line names another
   * interpreter.
   *
   * @default - none
   */
  readonly script?: string;

  /**
   * The program to run.
   *
   * @default - the command of the image
   */
  readonly command?: string[];

  /**
   * The arguments of the program.
   *
   * @default - the arguments of the image
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
   * @default - the working directory of the image
   */
  readonly workingDir?: string;
}

/** Properties for a Tekton Task. */
export interface TektonTaskProps {
  /** The engine that the steps use. */
  readonly engine: EngineAccess;

  /** The steps, at least one. All of them can use the engine. */
  readonly steps: TektonStep[];

  /**
   * The name of the Task.
   *
   * @default - the construct's id
   */
  readonly name?: string;

  /**
   * Additional fields of the Task's `spec`, such as `params`, `workspaces`, `results` and `volumes`.
   *
   * @default - none
   */
  readonly spec?: { [key: string]: unknown };
}

/**
 * A Tekton Task whose steps use an engine. A Task has no fields for the placement and the service account of its pods,
 * so set `podTemplate` and `serviceAccountName` on the TaskRun or PipelineRun.
 *
 * Tekton starts the first step after the sidecar's startup probe has succeeded, and stops the sidecar after the last
 * step. If Tekton's setting `enable-kubernetes-sidecar` is true, the engine runs as a native sidecar.
 */
export class TektonTask extends Construct {
  /** The Task object. */
  public readonly apiObject: ApiObject;

  /** The service account that TaskRuns need, or undefined if the engine needs none. */
  public readonly serviceAccountName?: string;

  private readonly template: Partial<PodSpec>;

  /**
   * @param scope a chart in the namespace of the TaskRuns
   * @param id the construct's id
   * @param props the steps and the engine
   * @throws one error that lists all problems with the properties
   */
  public constructor(scope: Construct, id: string, props: TektonTaskProps) {
    checkConstructor('TektonTask', new.target !== TektonTask, [scope, id, props]);
    super(scope, id);
    const { engine, name = id, spec: additional = {}, steps } = props;
    const pod = engine._render('TektonTask', (problems) => {
      checkDnsSubdomain(problems, 'name', name);
      engine._checkNamespace('engine', Chart.of(this).namespace, problems);
      checkSteps(props, problems);
      checkNotSet(problems, 'spec', additional, { steps: 'steps' });
      const spec: PodSpec = {
        containers: steps.map((step) => toWire<Container>(step)),
        volumes: (additional.volumes ?? []) as Volume[],
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
      metadata: { name, labels: { ...clientLabels(name), ...engine.podLabels }, annotations: engine._annotations },
      spec: {
        ...additional,
        steps: pod.containers.slice(0, steps.length),
        ...((sidecars.length > 0 || additional.sidecars !== undefined) && {
          sidecars: [...sidecars, ...((additional.sidecars ?? []) as object[])],
        }),
        ...((pod.volumes ?? []).length > 0 && { volumes: pod.volumes }),
      },
    });
    engine._checkAtSynth(this, Chart.of(this).namespace);
    rejectDuplicateObjects(this);
  }

  /** The `podTemplate` that TaskRuns need. Each access returns a new copy. */
  public get podTemplate(): { [key: string]: unknown } {
    return structuredClone(this.template) as { [key: string]: unknown };
  }
}

function checkSteps({ engine, steps }: TektonTaskProps, problems: Problems): void {
  if (steps.length === 0) {
    problems.add('steps', {
      wrong: 'a Task needs at least one step',
      got: steps,
      allowed: 'at least one',
      fix: "add a step such as { name: 'build', image: '...', script: 'dagger call build' }",
    });
  }
  for (const [index, { args, command, name, script }] of steps.entries()) {
    if (steps.findIndex((step) => step.name === name) < index) {
      problems.add(`steps[${index}].name`, {
        wrong: 'another step has this name',
        got: name,
        allowed: 'a different name for each step',
        fix: 'rename the step',
      });
    }
    if (script !== undefined && (command !== undefined || args !== undefined)) {
      problems.add(`steps[${index}]`, {
        wrong: 'script conflicts with command and args',
        got: command ?? args,
        allowed: 'script, or command and args',
        fix: 'remove script, or remove command and args',
      });
    }
  }
  const { initContainers, terminationGracePeriodSeconds } = engine._additions;
  if (initContainers.some(({ restartPolicy }) => restartPolicy === undefined)) {
    problems.add('engine', {
      wrong: "Tekton creates the containers of all steps before the CLI is copied, so the CLI's mount would be empty",
      got: 'a connection with cli',
      allowed: 'steps with an image that contains the CLI',
      fix: 'remove cli from the connection',
    });
  }
  if (terminationGracePeriodSeconds !== undefined) {
    problems.add('engine', {
      wrong: `Tekton gives its pods 30 s to stop, but the engine needs ${terminationGracePeriodSeconds} s to write its cache, and deletes the whole cache if it is killed earlier`,
      got: 'an EngineSidecar with a cache that outlives the pod',
      allowed: 'CacheVolume.emptyDir or CacheVolume.ephemeral',
      fix: 'use one of these caches, or connect to an existing engine',
    });
  }
}

/**
 * Converts a container into a Tekton sidecar. Tekton names the resources differently, and decides whether the sidecar
 * is native.
 */
function toSidecar({ resources, restartPolicy: _restartPolicy, ...container }: Container): object {
  return { ...container, ...(resources && { computeResources: resources }) };
}
