import { Chart, type ChartProps } from 'cdk8s';
import { ArgoWorkflowTemplate, EngineAccess, EngineSidecar } from 'cdk8s-dagger';
import type { Construct } from 'constructs';

/** A WorkflowTemplate of Argo Workflows with an engine in each pod. */
export class ArgoWorkflowsChart extends Chart {
  public constructor(scope: Construct, id: string, props: ChartProps = {}) {
    super(scope, id, props);
    const engine = new EngineSidecar(this, 'argo-engine', {
      version: 'v0.21.8',
      native: false, // Argo itself stops sidecars
      resources: { requests: { cpu: '2', memory: '8Gi' } },
    });
    new ArgoWorkflowTemplate(this, 'dagger-check', {
      engine: EngineAccess.fromSidecar(engine),
      container: {
        name: 'main',
        image: 'registry.example.com/ci/dagger:v0.21.8',
        command: ['dagger', 'check'],
        workingDir: '/work',
        env: [
          {
            name: 'DAGGER_CLOUD_TOKEN',
            valueFrom: { secretKeyRef: { name: 'dagger-cloud', key: 'token', optional: true } },
          },
        ],
      },
    });
  }
}
