import type { ApiObject } from 'cdk8s';
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

/** Properties of an Argo WorkflowTemplate with one template. */
export interface ArgoWorkflowTemplateProps {
  /** The access of the template's pods to their engine. */
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
   * The name of the template, which is the entrypoint of the workflows.
   *
   * @default 'dagger'
   */
  readonly templateName?: string;

  /**
   * The rest of the pod. Argo supports its volumes, accounts, placement and security settings.
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

/** The pod fields that an Argo template also has (argoproj/argo-workflows docs/fields.md, Template). */
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
 * Argo stops a plain EngineSidecar after the main container ends. A native one needs Argo Workflows 3.6: older releases
 * drop the field that makes it native, and would wait for the engine to end before they start the main container.
 */
export class ArgoWorkflowTemplate extends Construct {
  /** The WorkflowTemplate. */
  public readonly apiObject: ApiObject;

  /**
   * @param scope a chart in the namespace of the workflows
   * @param id the construct's id
   * @param props the container and its engine
   * @throws one error with all problems of the properties
   */
  public constructor(scope: Construct, id: string, props: ArgoWorkflowTemplateProps) {
    super(scope, id);
    const { engine, name = id, templateName = 'dagger' } = props;
    const template = engine._make('ArgoWorkflowTemplate', (problems) => {
      checkDnsSubdomain(problems, 'name', name);
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
    rejectDuplicateObjects(this);
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
      wrong: 'is not a field of an Argo template',
      got: key,
      allowed: [...SHARED, ...PATCHED, 'initContainers'].join(', '),
      fix: 'put a podSpecPatch into spec',
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
