import { Field } from '../reading/field';
import { itemsOf } from '../reading/documents';
import type { ManifestObject } from '../reading/manifest-object';

/** A pod that a CI system creates from a document, with its name in diagrams. */
interface JobPod {
  readonly kind: string;
  readonly name: string;
  readonly labels: Field;
  readonly spec: { readonly [field: string]: unknown };
}

/**
 * Returns the pods that CI systems create from documents: the templates of Argo Workflows, Tekton's Tasks, the
 * `kubernetes` plugin of Buildkite, and the values of a runner scale set of GitHub Actions Runner Controller.
 */
export function jobPodsOf(documents: readonly unknown[]): ManifestObject[] {
  return documents.flatMap((document) =>
    itemsOf(document).flatMap(({ value }) => {
      const root = Field.root(value, (path) => path);
      const namespace = root.at('metadata', 'namespace').text;
      return podsIn(root).map(({ kind, labels, name, spec }) => ({
        // Read like a pod, but named after the object in the user's file.
        root: Field.root({ metadata: { labels: labels.value }, spec }, (path) => path),
        type: '/Pod',
        apiVersion: 'v1',
        kind,
        name,
        ...(namespace !== undefined && { namespace }),
      }));
    }),
  );
}

function podsIn(root: Field): JobPod[] {
  const kind = root.at('kind').text ?? '';
  const group = root.at('apiVersion').text?.split('/')[0];
  switch (group) {
    case undefined:
      return [...runnersIn(root), ...stepsIn(root)];
    case 'argoproj.io':
      return workflowTemplatesIn(root, kind);
    case 'tekton.dev':
      return tasksIn(root, kind);
    default:
      return [];
  }
}

/** Returns the pods of Workflow, WorkflowTemplate, ClusterWorkflowTemplate and CronWorkflow, one for each template. */
function workflowTemplatesIn(root: Field, kind: string): JobPod[] {
  const workflow = kind === 'CronWorkflow' ? root.at('spec', 'workflowSpec') : root.at('spec');
  return workflow.at('templates').items.map((template) => ({
    kind,
    name: `${nameOf(root)}, template ${template.at('name').text}`,
    labels: template.at('metadata', 'labels').exists
      ? template.at('metadata', 'labels')
      : workflow.at('podMetadata', 'labels'),
    spec: {
      initContainers: values(template.at('initContainers')),
      containers: [
        ...[template.at('container'), template.at('script')].filter((one) => one.exists).map(({ value }) => value),
        ...values(template.at('containerSet', 'containers')),
        ...values(template.at('sidecars')),
      ],
      volumes: [...values(workflow.at('volumes')), ...values(template.at('volumes'))],
    },
  }));
}

/** Returns the pod of a Task, or of a TaskRun with its own steps. Tekton copies the object's labels to the pod. */
function tasksIn(root: Field, kind: string): JobPod[] {
  const task = kind === 'TaskRun' ? root.at('spec', 'taskSpec') : root.at('spec');
  return task.at('steps').exists
    ? [
        {
          kind,
          name: nameOf(root),
          labels: root.at('metadata', 'labels'),
          spec: {
            containers: [...values(task.at('steps')), ...values(task.at('sidecars'))],
            volumes: values(task.at('volumes')),
          },
        },
      ]
    : [];
}

/** Returns the pods of a Buildkite step. */
function stepsIn(root: Field): JobPod[] {
  return root
    .at('plugins')
    .items.map((plugin) => plugin.at('kubernetes'))
    .filter((plugin) => plugin.at('podSpec').map !== undefined)
    .map((plugin) => ({
      kind: 'Buildkite',
      name: 'step',
      labels: plugin.at('metadata', 'labels'),
      spec: plugin.at('podSpec').map!,
    }));
}

/** Returns the pod in the values of gha-runner-scale-set. */
function runnersIn(root: Field): JobPod[] {
  const [name, template] = [root.at('runnerScaleSetName').text, root.at('template')];
  const spec = template.at('spec').map;
  return name === undefined || spec === undefined
    ? []
    : [{ kind: 'runner scale set', name, labels: template.at('metadata', 'labels'), spec }];
}

function nameOf(root: Field): string {
  return root.at('metadata', 'name').text ?? root.at('metadata', 'generateName').text ?? '';
}

function values(list: Field): unknown[] {
  return list.items.map(({ value }) => value);
}
