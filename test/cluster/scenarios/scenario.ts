import { App, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { EngineNamespace, type Engine } from '../../../src/index';
import { objects } from '../../engines';
import type { ApplyOptions, Manifest } from '../client';
import type { ControlPlane } from '../control-plane';

/**
 * Creates a chart with a namespace that allows engines. A second chart for the same namespace is the program's next
 * version.
 */
export function program(namespace: string): Chart {
  const chart = new Chart(new App(), namespace, { namespace });
  new EngineNamespace(chart, 'namespace');
  return chart;
}

/** Applies the program of a construct, like `kubectl apply --server-side --namespace`, with the namespace first. */
export async function apply({ client }: ControlPlane, construct: Construct, options?: ApplyOptions): Promise<void> {
  const manifests: Manifest[] = Object.values(objects(construct));
  const { namespace } = Chart.of(construct);
  for (const manifest of [
    ...manifests.filter(({ kind }) => kind === 'Namespace'),
    ...manifests.filter(({ kind }) => kind !== 'Namespace'),
  ]) {
    await client.apply({ ...manifest, metadata: { namespace, ...manifest.metadata } }, options);
  }
}

/** Waits until a rollout is complete: all pods have the newest template and are ready, and there are no others. */
export async function settled(cluster: ControlPlane, engine: Engine): Promise<void> {
  const workload = engine.workload.toJson();
  const nodes = await cluster.client.list('v1', 'Node', {
    labelSelector: labelSelector(workload.spec.template.spec.nodeSelector ?? {}),
  });
  await cluster.until(
    async () => {
      const { metadata, spec, status } = await cluster.client.get(workload);
      // The DaemonSet controller may not know all nodes yet, so this counts the nodes instead.
      const wanted = workload.kind === 'DaemonSet' ? nodes.length : spec.replicas;
      const counts =
        workload.kind === 'DaemonSet'
          ? [status.currentNumberScheduled, status.numberReady, status.updatedNumberScheduled]
          : [status.replicas, status.readyReplicas, status.updatedReplicas];
      return status.observedGeneration === metadata.generation && counts.every((count = 0) => count === wanted);
    },
    `${workload.kind} ${engine.name} to be settled`,
    300_000,
  );
}

/** Formats labels as a query parameter. */
export function labelSelector(labels: { readonly [key: string]: string }): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

/** Logs the observations of a scenario. */
export function seen({ version }: ControlPlane, text: string): void {
  process.stderr.write(`    seen on Kubernetes ${version}: ${text}\n`);
}
