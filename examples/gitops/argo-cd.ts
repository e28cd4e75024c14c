import { Chart } from 'cdk8s';
import { ArgoCdApplication, GitOps } from 'cdk8s-dagger';
import type { Construct } from 'constructs';

/** The Application that lets Argo CD apply engines. */
export class ArgoCdChart extends Chart {
  public constructor(scope: Construct, id: string, engines: Chart) {
    super(scope, id);
    GitOps.of(engines).prepareForArgoCd();
    new ArgoCdApplication(this, 'engines', {
      charts: [engines],
      repoUrl: 'https://git.example.com/ci/manifests.git',
      path: 'engines',
    });
  }
}
