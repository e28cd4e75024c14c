import type { DescribedEngine } from '../reading/described-engine';
import { NodeKind, type Graph } from './graph';

/** Draws the directory on the node that contains the engine's socket. */
export function drawSocket({ mounts: { socket } }: DescribedEngine, to: string, graph: Graph): void {
  const path = socket?.volume.at('hostPath', 'path').text;
  if (path !== undefined) {
    graph.edge({ from: socketNode(path, graph), to, lines: [] });
  }
}

/** Adds the node for a directory with a socket, and returns its key. Every pod that mounts the directory is a client. */
export function socketNode(path: string, graph: Graph): string {
  const directory = path.replace(/\/+$/, '');
  return graph.node({ key: `socket ${directory}`, kind: NodeKind.SOCKET, lines: ['socket on the node', directory] });
}
