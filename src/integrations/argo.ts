import { Chart, type ApiObject } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { Container, PodSpec } from 'kubernetes-types/core/v1';
import { addToPodSpec } from '../client/add-to-pod';
import { rejectDuplicateObjects } from '../kubernetes/duplicate-objects';
import { compact, emit } from '../kubernetes/manifest';
import { checkDnsSubdomain } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';
import { toWire } from '../kubernetes/wire-form';
import { clientLabels } from './client-labels';
import type { EngineAccess } from './engine-access';
import { checkConstructor } from '../reporting/check-arguments';

/** Properties of a WorkflowTemplate of Argo Workflows. */
export interface ArgoWorkflowTemplateProps {
  /** The access of the template's pods to their engine. */
  readonly engine: EngineAccess;

  /** The main container. Argo calls it `main`. */
  readonly container: k8s.Container;

  /**
   * The name of the WorkflowTemplate.
   *
   * @default - the construct's id
   */
  readonly name?: string;

  /**
   * The name of the template, and the entrypoint of its workflows.
   *
   * @default 'dagger'
   */
  readonly templateName?: string;

  /**
   * The rest of the pod. Argo supports its volumes, service account, placement and security context.
   *
   * @default - none
   */
  readonly podSpec?: k8s.PodSpec;

  /**
   * Additional fields of the WorkflowTemplate's `spec`, in the spelling of Argo: `arguments`, `volumeClaimTemplates`, ...
   *
   * @default - none
   */
  readonly spec?: { [key: string]: unknown };
}

/** The fields of a pod that an Argo template also has (argoproj/argo-workflows docs/fields.md, Template). */
const SHARED = [
  'volumes',
  'securityContext',
  'serviceAccountName',
  'automountServiceAccountToken',
  'nodeSelector',
  'affinity',
  'tolerations',
  'hostAliases',
  'priorityClassName',
  'schedulerName',
] as const;

/** Fields that Argo supports only as a patch of the pod. */
const PATCHED = ['terminationGracePeriodSeconds'] as const;

/**
 * A WorkflowTemplate whose pods use an engine.
 *
 * Argo stops a plain EngineSidecar after the main container has ended. A native sidecar needs Argo Workflows 3.6. Older
 * versions drop `restartPolicy`, and wait for the engine to end before they start the main container.
 */
export class ArgoWorkflowTemplate extends Construct {
  /** The WorkflowTemplate. */
  public readonly apiObject: ApiObject;

  /**
   * @param scope a chart in the namespace of the workflows
   * @param id the construct's id
   * @param props the container and the engine
   * @throws one error with all problems of the properties
   */
  public constructor(scope: Construct, id: string, props: ArgoWorkflowTemplateProps) {
    checkConstructor('ArgoWorkflowTemplate', new.target !== ArgoWorkflowTemplate, [scope, id, props]);
    super(scope, id);
    const { engine, name = id, templateName = 'dagger' } = props;
    const template = engine._make('ArgoWorkflowTemplate', (problems) => {
      checkDnsSubdomain(problems, 'name', name);
      engine._checkNamespace('engine', Chart.of(this).namespace, problems);
      checkTemplates(templateName, props.spec ?? {}, problems);
      return argoTemplate(templateName, props, problems);
    });
    this.apiObject = emit(this, 'Resource', {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'WorkflowTemplate',
      metadata: { name, labels: clientLabels(name) },
      spec: {
        entrypoint: templateName,
        ...props.spec,
        templates: [template, ...((props.spec?.templates ?? []) as object[])],
      },
    });
    engine._checkAtSynth(this, Chart.of(this).namespace);
    rejectDuplicateObjects(this);
  }
}

/** Reports templates that share a name, and an entrypoint that isn't one of them: Argo rejects such a workflow. */
function checkTemplates(own: string, spec: { readonly [key: string]: unknown }, problems: Problems): void {
  const names = [own];
  const templates = (Array.isArray(spec.templates) ? spec.templates : []) as Array<{ readonly name?: string } | null>;
  for (const [index, template] of templates.entries()) {
    const name = template?.name;
    if (name !== undefined && names.includes(name)) {
      problems.add(`spec.templates[${index}].name`, {
        wrong: 'another template has this name',
        got: name,
        allowed: 'a different name for each template',
        fix: name === own ? 'rename the template, or set templateName' : 'rename the template',
      });
    }
    names.push(name ?? '');
  }
  if (spec.entrypoint !== undefined && !names.includes(spec.entrypoint as string)) {
    problems.add('spec.entrypoint', {
      wrong: 'no template has this name',
      got: spec.entrypoint,
      allowed: [...new Set(names)].join(', '),
      fix: 'use the name of a template, or remove it',
    });
  }
}

function argoTemplate(
  name: string,
  { container, engine, podSpec }: ArgoWorkflowTemplateProps,
  problems: Problems,
): object {
  const main = { ...toWire<Container>(container), name: 'main' };
  const rest = podSpec === undefined ? {} : toWire<PodSpec>(podSpec);
  const pod = addToPodSpec({ ...rest, containers: [main] }, engine._additions, ['main'], problems);
  const unknown = Object.keys(rest).filter(
    (key) => ![...SHARED, ...PATCHED, 'initContainers', 'containers'].includes(key),
  );
  for (const key of unknown) {
    problems.add(`podSpec.${key}`, {
      wrong: 'an Argo template has no field with this name',
      got: key,
      allowed: [...SHARED, ...PATCHED, 'initContainers'].join(', '),
      fix: 'remove it, or set podSpecPatch of a template in spec.templates',
    });
  }
  const labels = compact(engine.podLabels);
  const [{ name: _name, ...mainContainer }, ...sidecars] = pod.containers as [Container, ...Container[]];
  const patch = compact(pick(pod, PATCHED));
  return {
    name,
    ...(labels && { metadata: { labels } }),
    ...pick(pod, SHARED),
    ...(pod.initContainers && { initContainers: pod.initContainers }),
    container: mainContainer,
    ...(sidecars.length > 0 && { sidecars }),
    ...(patch && { podSpecPatch: JSON.stringify(patch) }),
  };
}

function pick<K extends keyof PodSpec>(pod: PodSpec, keys: readonly K[]): Partial<PodSpec> {
  return Object.fromEntries(
    keys.flatMap((key) => (pod[key] === undefined ? [] : [[key, pod[key]]])),
  ) as Partial<PodSpec>;
}
