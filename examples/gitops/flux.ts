import { Chart } from 'cdk8s';
import { FluxKustomization, GitOps } from 'cdk8s-dagger';
import type { Construct } from 'constructs';

/** The Kustomization that lets Flux apply engines. */
export class FluxChart extends Chart {
  public constructor(scope: Construct, id: string, engines: Chart) {
    super(scope, id);
    GitOps.of(engines).prepareForFlux();
    new FluxKustomization(this, 'engines', {
      charts: [engines],
      sourceName: 'manifests',
      path: 'engines',
    });
  }
}
