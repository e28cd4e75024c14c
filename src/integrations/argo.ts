import { Chart, type ApiObject } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { Container, PodSpec } from 'kubernetes-types/core/v1';
import { addToJobPodSpec } from '../client/pod-validation';
import { rejectDuplicateObjects } from '../kubernetes/duplicate-objects';
import { compact, emit } from '../kubernetes/manifest';
import { checkDnsSubdomain } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';
import { toWire } from '../kubernetes/wire-form';
import { clientLabels } from './client-labels';
import type { EngineAccess } from './engine-access';
import { checkConstructor } from '../reporting/check-arguments';

/** Properties for an Argo WorkflowTemplate. */
export interface ArgoWorkflowTemplateProps {
  /** The engine that the template's pods use. */
  readonly engine: EngineAccess;

  /** The main container. Argo names it `main`. */
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
   * Other fields of the pod. Argo supports init containers, volumes, the service account, placement and the security
   * context.
   *
   * @default - none
   */
  readonly podSpec?: k8s.PodSpec;

  /**
   * Additional fields of the WorkflowTemplate's `spec`, such as `arguments` and `volumeClaimTemplates`.
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

/** Fields of a pod that an Argo template can set only with `podSpecPatch`. */
const PATCHED = ['terminationGracePeriodSeconds'] as const;

/**
 * A WorkflowTemplate whose pods use an engine.
 *
 * Argo stops a plain EngineSidecar when the main container exits. A native sidecar needs Argo Workflows 3.6 or later.
 * Earlier versions drop `restartPolicy`, and wait for the engine to exit before they start the main container.
 */
export class ArgoWorkflowTemplate extends Construct {
  /** The WorkflowTemplate object. */
  public readonly apiObject: ApiObject;

  /**
   * @param scope a chart in the namespace of the workflows
   * @param id the construct's id
   * @param props the container and the engine
   * @throws one error that lists all problems with the properties
   */
  public constructor(scope: Construct, id: string, props: ArgoWorkflowTemplateProps) {
    checkConstructor('ArgoWorkflowTemplate', new.target !== ArgoWorkflowTemplate, [scope, id, props]);
    super(scope, id);
    const { engine, name = id, templateName = 'dagger' } = props;
    const template = engine._render('ArgoWorkflowTemplate', (problems) => {
      checkDnsSubdomain(problems, 'name', name);
      engine._checkNamespace('engine', Chart.of(this).namespace, problems);
      checkTemplates(templateName, props.spec ?? {}, problems);
      return argoTemplate(templateName, props, problems);
    });
    this.apiObject = emit(this, 'Resource', {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'WorkflowTemplate',
      metadata: { name, labels: clientLabels(name), annotations: engine._annotations },
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

/** Reports templates that share a name, and an entrypoint that doesn't match any template. Argo rejects both. */
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
      fix: 'set it to the name of a template, or remove it',
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
  const pod = addToJobPodSpec({ ...rest, containers: [main] }, engine._additions, ['main'], problems);
  const unknown = Object.keys(rest).filter(
    (key) => ![...SHARED, ...PATCHED, 'initContainers', 'containers'].includes(key),
  );
  for (const key of unknown) {
    problems.add(`podSpec.${key}`, {
      wrong: 'is not a field of an Argo template',
      got: key,
      allowed: [...SHARED, ...PATCHED, 'initContainers'].join(', '),
      fix: 'remove it, or add a template with podSpecPatch to spec.templates',
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
