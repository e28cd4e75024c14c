/** The kind of a node, which determines its shape. */
export enum NodeKind {
  ENGINE = 'engine',
  WORKLOAD = 'workload',
  /** Pods, users or addresses that the manifests admit but don't contain. */
  PEER = 'peer',
  SERVICE = 'service',
  /** A directory of the node that contains an engine's socket. */
  SOCKET = 'socket',
  VOLUME = 'volume',
  CERTIFICATE = 'certificate',
}

/** A node of a graph. */
export interface GraphNode {
  /** The unique key of the node. Nodes are sorted by key. */
  readonly key: string;
  readonly kind: NodeKind;
  /** The lines of the label. */
  readonly lines: readonly string[];
  /** The namespace, or undefined if the node has none, or its manifest doesn't set it. */
  readonly namespace?: string;
}

/** A connection between two nodes. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly lines: readonly string[];
  /** Whether a network policy blocks the connection. */
  readonly isBlocked?: boolean;
}

/** Nodes and edges. Their order depends only on their content. */
export class Graph {
  private readonly found = new Map<string, GraphNode>();
  private readonly connections = new Map<string, GraphEdge>();

  /** Adds a node, unless there is one with the same key. Returns the key. */
  public node(node: GraphNode): string {
    this.found.set(node.key, this.found.get(node.key) ?? node);
    return node.key;
  }

  /** Adds an edge, unless there is an equal one. */
  public edge(edge: GraphEdge): void {
    this.connections.set(JSON.stringify([edge.from, edge.to, edge.lines]), edge);
  }

  /** Whether the graph contains a node with this key. */
  public has(key: string): boolean {
    return this.found.has(key);
  }

  public get nodes(): readonly GraphNode[] {
    return sorted(this.found);
  }

  public get edges(): readonly GraphEdge[] {
    return sorted(this.connections);
  }
}

function sorted<T>(values: ReadonlyMap<string, T>): T[] {
  return [...values].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}
