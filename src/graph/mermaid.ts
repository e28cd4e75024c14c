import { NodeKind, type Graph, type GraphNode } from './graph';

/** The brackets around the label of each kind of node (https://mermaid.js.org/syntax/flowchart.html). */
const SHAPES: { readonly [kind in NodeKind]: readonly [open: string, close: string] } = {
  [NodeKind.ENGINE]: ['[[', ']]'],
  [NodeKind.WORKLOAD]: ['[', ']'],
  [NodeKind.PEER]: ['(', ')'],
  [NodeKind.SERVICE]: ['([', '])'],
  [NodeKind.SOCKET]: ['>', ']'],
  [NodeKind.VOLUME]: ['[(', ')]'],
  [NodeKind.CERTIFICATE]: ['{{', '}}'],
};

/** Writes a graph as a flowchart for Mermaid, with a box for each namespace. */
export function toMermaid({ edges, nodes }: Graph): string {
  const ids = new Map(nodes.map(({ key }, index) => [key, `n${index + 1}`]));
  const namespaces = [...new Set(nodes.map(({ namespace }) => namespace).filter((one) => one !== undefined))].sort();
  const show = ({ key, kind, lines }: GraphNode): string => {
    const [open, close] = SHAPES[kind];
    return `${ids.get(key)}${open}"${label(lines)}"${close}`;
  };
  return [
    'flowchart TB',
    ...namespaces.flatMap((namespace, index) => [
      `  subgraph namespace${index + 1}["namespace ${escape(namespace)}"]`,
      ...nodes.filter((node) => node.namespace === namespace).map((node) => `    ${show(node)}`),
      '  end',
    ]),
    ...nodes.filter(({ namespace }) => namespace === undefined).map((node) => `  ${show(node)}`),
    ...edges.map(({ from, isBlocked, lines, to }) => {
      const arrow = isBlocked === true ? '-. ' : '-- ';
      const text = lines.length === 0 ? '' : `"${label(lines)}"`;
      const head = isBlocked === true ? ' .-x' : ' -->';
      return `  ${ids.get(from)} ${text === '' ? '-->' : `${arrow}${text}${head}`} ${ids.get(to)}`;
    }),
  ]
    .join('\n')
    .concat('\n');
}

function label(lines: readonly string[]): string {
  return lines.map(escape).join('<br>');
}

/** Replaces characters that Mermaid would interpret with codes. */
function escape(text: string): string {
  return text.replace(/[^\w ,.:/=()-]/g, (character) => `#${character.codePointAt(0)};`);
}
