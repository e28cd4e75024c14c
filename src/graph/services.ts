import type { DescribedEngine } from '../reading/described-engine';
import type { Field } from '../reading/field';
import type { ManifestObject } from '../reading/manifest-object';
import { NodeKind, type Graph } from './graph';
import { keyOf, titleOf } from './objects';

/** Draws the Services of an engine, with their ports. */
export function drawServices(engine: DescribedEngine, to: string, graph: Graph): void {
  for (const service of engine.services) {
    const spec = service.root.at('spec');
    const details = [
      spec.at('clusterIP').text === 'None' ? 'an address per engine' : spec.at('type').text,
      spec.at('sessionAffinity').text === 'ClientIP' ? 'sticky sessions' : undefined,
    ].filter((detail) => detail !== undefined && detail !== 'ClusterIP');
    const from = graph.node({
      key: keyOf(service),
      kind: NodeKind.SERVICE,
      namespace: service.namespace,
      lines: [titleOf(service), ...(details.length === 0 ? [] : [details.join(', ')])],
    });
    graph.edge({ from, to, lines: spec.at('ports').items.map((port) => showTarget(port, engine)) });
  }
}

/** Formats the port of a pod that a Service refers to, and the container that listens on it. */
function showTarget(port: Field, engine: DescribedEngine): string {
  const number = targetPort(port, engine);
  const container = containers(engine).find((one) =>
    one.at('ports').items.some((declared) => declared.at('containerPort').number === number),
  );
  return `port ${number ?? '?'}${container === undefined ? '' : ` of ${container.at('name').text}`}`;
}

/** Returns the port of the pods that a port of a Service refers to. */
export function targetPort(port: Field, engine: DescribedEngine): number | undefined {
  const target = port.at('targetPort').exists ? port.at('targetPort') : port.at('port');
  const named = containers(engine)
    .flatMap((container) => container.at('ports').items)
    .find((one) => one.at('name').text === target.text);
  return target.number ?? named?.at('containerPort').number;
}

/** Returns the ports of an engine's pods that a Service refers to. */
export function servedPorts(service: ManifestObject, engine: DescribedEngine): number[] {
  return service.root
    .at('spec', 'ports')
    .items.map((port) => targetPort(port, engine))
    .filter((port) => port !== undefined);
}

function containers({ spec }: DescribedEngine): Field[] {
  return [...spec.at('containers').items, ...spec.at('initContainers').items];
}
