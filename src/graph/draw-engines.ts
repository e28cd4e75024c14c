import { describeEngine, type DescribedEngine } from '../reading/described-engine';
import { enginesOf, podOf } from '../reading/engine-pods';
import { Inventory } from '../reading/inventory';
import { drawCertificates } from './certificates';
import { drawClients } from './clients';
import { drawExecPermissions } from './exec-permissions';
import { Graph, NodeKind } from './graph';
import { jobPodsOf } from './job-pods';
import { drawAdmittedPeers } from './network-policies';
import { keyOf, titleOf } from './objects';
import { drawServices } from './services';
import { drawSocket } from './sockets';

/** Draws the engines in the documents of a cluster, and everything that can reach them. */
export function drawEngines(documents: readonly unknown[]): Graph {
  const graph = new Graph();
  const inventory = Inventory.ofDocuments(documents);
  const workloads = [...inventory.objects, ...jobPodsOf(documents)];
  const engines = workloads.flatMap(enginesOf).map((engine) => describeEngine(engine, inventory));
  engines.forEach((engine) => drawEngine(engine, graph));
  drawClients(workloads, { engines, inventory }, graph);
  const drawn = new Set(graph.nodes.filter(({ kind }) => kind === NodeKind.WORKLOAD).map(({ key }) => key));
  const clients = workloads.filter((one) => drawn.has(keyOf(one)) && podOf(one) !== undefined);
  engines.forEach((engine) => drawAdmittedPeers(engine, clients, graph));
  drawExecPermissions(inventory, engines, graph);
  drawCertificates(inventory, workloads, graph);
  return graph;
}

function drawEngine(engine: DescribedEngine, graph: Graph): void {
  const { autoscaler, image, object } = engine;
  const key = graph.node({
    key: keyOf(object),
    kind: NodeKind.ENGINE,
    namespace: object.namespace,
    lines: [titleOf(object), `${countOf(engine)}, ${image.version.tag}`],
  });
  if (autoscaler !== undefined) {
    const from = graph.node({
      key: keyOf(autoscaler.object),
      kind: NodeKind.WORKLOAD,
      namespace: autoscaler.object.namespace,
      lines: [titleOf(autoscaler.object)],
    });
    graph.edge({ from, to: key, lines: ['scales'] });
  }
  drawCache(engine, key, graph);
  drawSocket(engine, key, graph);
  drawServices(engine, key, graph);
}

function countOf({ autoscaler, object }: DescribedEngine): string {
  if (object.kind === 'DaemonSet') {
    return 'an engine on each node';
  }
  if (object.kind === 'Job' || object.kind === 'CronJob' || object.type === '/Pod') {
    return 'an engine in the pod';
  }
  const replicas = object.root.at('spec', 'replicas').number ?? 1;
  return autoscaler !== undefined
    ? `${autoscaler.minReplicas} to ${autoscaler.maxReplicas} engines`
    : `${replicas} ${replicas === 1 ? 'engine' : 'engines'}`;
}

/** Draws the volume with the cache. */
function drawCache({ mounts: { cache }, object }: DescribedEngine, to: string, graph: Graph): void {
  const { template, volume } = cache ?? {};
  const source = volume?.entries.find(([name]) => name !== 'name');
  const lines =
    template !== undefined
      ? ['a claim per engine', sizeOf(template.at('spec', 'resources', 'requests', 'storage').value)]
      : source === undefined
        ? []
        : [
            source[0],
            String(['claimName', 'path', 'sizeLimit'].map((field) => source[1].at(field).value).find(Boolean) ?? ''),
          ];
  if (lines.length > 0) {
    const from = graph.node({
      key: `${keyOf(object)} cache`,
      kind: NodeKind.VOLUME,
      namespace: object.namespace,
      lines: ['cache', ...lines.filter((line) => line !== '')],
    });
    graph.edge({ from: to, to: from, lines: [] });
  }
}

function sizeOf(value: unknown): string {
  return value === undefined ? '' : String(value);
}
