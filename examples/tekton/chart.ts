import { ApiObject, Chart, type ChartProps } from 'cdk8s';
import { EngineAccess, EngineSidecar, TektonTask } from 'cdk8s-dagger';
import type { Construct } from 'constructs';

/** A Task of Tekton with an engine in its pod, and a Pipeline that runs it. */
export class TektonChart extends Chart {
  public constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);
    const engine = new EngineSidecar(this, 'tekton-engine', {
      version: 'v0.21.8',
      resources: { requests: { cpu: '2', memory: '8Gi' } },
    });
    const task = new TektonTask(this, 'dagger-check', {
      engine: EngineAccess.fromSidecar(engine),
      steps: [
        {
          name: 'check',
          image: 'registry.example.com/ci/dagger:v0.21.8',
          workingDir: '$(workspaces.source.path)',
          script: 'dagger check',
          env: [
            {
              name: 'DAGGER_CLOUD_TOKEN',
              valueFrom: { secretKeyRef: { name: 'dagger-cloud', key: 'token', optional: true } },
            },
          ],
        },
      ],
      spec: { workspaces: [{ name: 'source' }] },
    });
    new ApiObject(this, 'check-run', {
      apiVersion: 'tekton.dev/v1',
      kind: 'TaskRun',
      metadata: { name: 'dagger-check' },
      spec: {
        taskRef: { name: task.apiObject.name },
        podTemplate: task.podTemplate,
        workspaces: [{ name: 'source', emptyDir: {} }],
      },
    });
  }
}
