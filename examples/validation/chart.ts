import { ApiObject, Chart, JsonPatch, type ChartProps } from 'cdk8s';
import type { Construct } from 'constructs';

/** Properties of the chart with the vendored engine. */
export interface VendoredEngineChartProps extends ChartProps {
  /**
   * Changes that this program makes to the vendored manifest.
   *
   * @default - none
   */
  readonly patches?: JsonPatch[];
}

/** An engine from an existing manifest. The program includes it without constructs, like cdk8s `Include` and `Helm`. */
export class VendoredEngineChart extends Chart {
  public constructor(scope: Construct, id: string, props: VendoredEngineChartProps = {}) {
    super(scope, id, props);

    const selector = { app: 'vendored-engine' };
    const engine = new ApiObject(this, 'engine', {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'vendored-engine' },
      spec: {
        selector: { matchLabels: selector },
        template: {
          metadata: { labels: selector },
          spec: {
            automountServiceAccountToken: false,
            securityContext: { runAsUser: 0 },
            terminationGracePeriodSeconds: 600,
            containers: [
              {
                name: 'dagger-engine',
                image: 'registry.dagger.io/engine:v0.21.3',
                resources: { requests: { cpu: '4', memory: '16Gi' } },
                securityContext: { privileged: true },
                readinessProbe: {
                  exec: { command: ['sh', '-c', 'buildctl dial-stdio </dev/null'] },
                  periodSeconds: 15,
                  timeoutSeconds: 14,
                  failureThreshold: 10,
                },
                volumeMounts: [
                  { name: 'cache', mountPath: '/var/lib/dagger' },
                  { name: 'socket', mountPath: '/run/dagger' },
                ],
              },
            ],
            volumes: [
              { name: 'cache', hostPath: { path: '/var/lib/dagger-vendored', type: 'DirectoryOrCreate' } },
              { name: 'socket', hostPath: { path: '/run/dagger-vendored', type: 'DirectoryOrCreate' } },
            ],
          },
        },
      },
    });
    engine.addJsonPatch(...(props.patches ?? []));
  }
}
