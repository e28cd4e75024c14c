import { NodeKind, type Graph, type GraphNode } from './graph';

/** The shape of each kind of node (https://graphviz.org/doc/info/shapes.html). */
const SHAPES: { readonly [kind in NodeKind]: string } = {
  [NodeKind.ENGINE]: 'box3d',
  [NodeKind.WORKLOAD]: 'box',
  [NodeKind.PEER]: 'ellipse',
  [NodeKind.SERVICE]: 'cds',
  [NodeKind.SOCKET]: 'folder',
  [NodeKind.VOLUME]: 'cylinder',
  [NodeKind.CERTIFICATE]: 'note',
};

/** Writes a graph in the language of Graphviz, with a cluster for each namespace. */
export function toDot({ edges, nodes }: Graph): string {
  const namespaces = [...new Set(nodes.map(({ namespace }) => namespace).filter((one) => one !== undefined))].sort();
  const show = ({ key, kind, lines }: GraphNode): string =>
    `${quote(key)} [shape=${SHAPES[kind]}, label=${quote(lines.join('\n'))}];`;
  return [
    'digraph engines {',
    '  rankdir=LR;',
    ...namespaces.flatMap((namespace) => [
      `  subgraph ${quote(`cluster ${namespace}`)} {`,
      `    label=${quote(`namespace ${namespace}`)};`,
      ...nodes.filter((node) => node.namespace === namespace).map((node) => `    ${show(node)}`),
      '  }',
    ]),
    ...nodes.filter(({ namespace }) => namespace === undefined).map((node) => `  ${show(node)}`),
    ...edges.map(({ from, isBlocked, lines, to }) => {
      const attributes = [
        ...(lines.length === 0 ? [] : [`label=${quote(lines.join('\n'))}`]),
        ...(isBlocked === true ? ['style=dashed', 'arrowhead=tee'] : []),
      ].join(', ');
      return `  ${quote(from)} -> ${quote(to)}${attributes === '' ? '' : ` [${attributes}]`};`;
    }),
    '}',
  ]
    .join('\n')
    .concat('\n');
}

function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
