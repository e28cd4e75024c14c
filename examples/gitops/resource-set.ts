import { ApiObject, Chart, Lazy, type Duration } from 'cdk8s';
import { GitOps } from 'cdk8s-dagger';
import type { Construct } from 'constructs';
import type { GitOpsChart } from './chart';

/** The ResourceSet that lets the Flux Operator create a Kustomization for the engines of each team. */
export class ResourceSetChart extends Chart {
  public constructor(scope: Construct, id: string, teams: { readonly [team: string]: GitOpsChart }) {
    super(scope, id);
    for (const engines of Object.values(teams)) {
      GitOps.of(engines).prepareForFlux();
    }
    // The Flux Operator replaces << inputs.team >> and << inputs.timeout >>.
    new ApiObject(this, 'engines', {
      apiVersion: 'fluxcd.controlplane.io/v1',
      kind: 'ResourceSet',
      metadata: { name: 'engines', namespace: 'flux-system' },
      spec: {
        inputs: Object.entries(teams).map(([team, { pool }]) => ({
          team,
          // The drains of all engines must end within the timeout.
          timeout: Lazy.any({ produce: () => asInFlux(pool.rolloutTimeout()!) }),
        })),
        resources: [
          {
            apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
            kind: 'Kustomization',
            metadata: { name: 'engines-<< inputs.team >>', namespace: 'flux-system' },
            spec: {
              interval: '10m0s',
              timeout: '<< inputs.timeout >>',
              sourceRef: { kind: 'GitRepository', name: 'manifests' },
              path: './engines/<< inputs.team >>',
              prune: true,
              wait: true,
            },
          },
        ],
        // Without wait, the Kustomizations report when the engines are ready. The ResourceSet would wait for 5 minutes.
      },
    } as ConstructorParameters<typeof ApiObject>[2]);
  }
}

/** Formats a duration as Flux prints it, such as `2h3m45s`. */
function asInFlux(duration: Duration): string {
  const seconds = duration.toSeconds();
  return `${Math.floor(seconds / 3600)}h${Math.floor((seconds % 3600) / 60)}m${seconds % 60}s`;
}
