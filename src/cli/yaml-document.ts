import { isDeepStrictEqual } from 'node:util';
import { isAlias, isMap, isScalar, isSeq, type Alias, type Document, type Node, type Scalar, type YAMLMap } from 'yaml';
import type { InputError } from './io';
import { scalarValue } from './yaml-scalar';

/** A path of map keys and list indexes. */
type Path = ReadonlyArray<string | number>;

/** A position in a file. Lines and columns count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The file that a document is in. */
export interface YamlSource {
  readonly positionOf: (offset: number) => Position;
  readonly error: (offset: number, message: string) => InputError;
}

/** A duplicate key in a map. */
export interface RepeatedKey extends Position {
  readonly path: Path;
  /** The line of the earlier occurrence. */
  readonly earlier: number;
  /** Whether both occurrences have the same value. */
  readonly isSame: boolean;
}

/** A value, and its number of nodes with all aliases expanded. */
interface Read {
  readonly value: unknown;
  readonly size: number;
}

type MapNode = YAMLMap<Node, Node | null>;

/**
 * The maximum number of nodes that aliases can add (`alias_ratio_range_low` of decode.go). More nodes are treated as an
 * attack.
 */
const ALIASED_NODES_MAX = 400_000;

/** The maximum nesting. kubectl reads 10,000 levels, but no Kubernetes object has more than 200. */
export const LEVELS_MAX = 200;
export const TOO_DEEP = `more than ${LEVELS_MAX} levels; fix: nest the file less deeply`;

/** A document of a YAML file, read as Helm and kubectl read it. */
export class YamlDocument {
  /** The value, or null for an empty document. */
  public readonly value: unknown;

  /** The position of the document's beginning. */
  public readonly start: Position;

  /** The duplicate keys in maps. The last occurrence takes effect. */
  public readonly repeated: RepeatedKey[] = [];

  /** The values of the anchors that were read. The value of an anchor is undefined while it is being read. */
  private readonly anchors = new Map<string, Read | undefined>();
  private readonly pairs = new Map<Node, ReadonlyMap<string, MapNode['items'][number]>>();
  private aliased = 0;

  public constructor(
    private readonly document: Document.Parsed,
    private readonly source: YamlSource,
  ) {
    const [error] = document.errors;
    if (error !== undefined) {
      throw source.error(error.pos[0], `${error.message.charAt(0).toLowerCase()}${error.message.slice(1)}`);
    }
    const { yaml } = document.directives;
    if (yaml.explicit === true && yaml.version !== '1.1') {
      throw source.error(
        document.range[0],
        'not YAML 1.1, the only version that Helm and kubectl read; fix: remove the line with %YAML',
      );
    }
    this.start = source.positionOf(document.contents?.range?.[0] ?? document.range[0]);
    this.value = this.read(document.contents, []).value;
  }

  /** Returns the position of the field at a path, and the number of the path's parts that exist. */
  public locate(path: readonly string[]): { readonly depth: number; readonly position: Position } {
    const { depth, offset } = this.find(path);
    return { depth, position: this.source.positionOf(offset) };
  }

  /** Returns an error about the field at a path. */
  public errorAt(path: readonly string[], message: string): InputError {
    return this.source.error(this.find(path).offset, message);
  }

  private find(path: readonly string[]): { readonly depth: number; readonly offset: number } {
    let node = this.document.contents as Node | null | undefined;
    let offset = startOf(node);
    for (const [depth, part] of path.entries()) {
      const resolved = isAlias(node) ? node.resolve(this.document) : node;
      const pair = isMap(resolved) ? this.pairsOf(resolved as MapNode).get(part) : undefined;
      node = isSeq<Node>(resolved) ? resolved.items[Number(part)] : pair?.value;
      if (pair === undefined && node === undefined) {
        return { depth, offset };
      }
      offset = startOf(pair?.key ?? node);
    }
    return { depth: path.length, offset };
  }

  /** Returns the last pair of each key. */
  private pairsOf(map: MapNode): ReadonlyMap<string, MapNode['items'][number]> {
    const pairs =
      this.pairs.get(map) ??
      new Map(map.items.flatMap((pair) => (isScalar(pair.key) ? [[String(scalarValue(pair.key).value), pair]] : [])));
    this.pairs.set(map, pairs);
    return pairs;
  }

  private read(node: Node | null, path: Path): Read {
    if (path.length > LEVELS_MAX) {
      throw this.source.error(startOf(node), TOO_DEEP);
    }
    if (isAlias(node)) {
      return this.readAlias(node);
    }
    const anchor = node?.anchor;
    if (anchor !== undefined) {
      this.anchors.set(anchor, undefined);
    }
    const read = isScalar(node)
      ? { value: this.readScalar(node), size: 1 }
      : isSeq<Node>(node)
        ? this.readList(node.items, path)
        : isMap<Node, Node | null>(node)
          ? this.readMap(node, path)
          : { value: null, size: 1 };
    if (anchor !== undefined) {
      this.anchors.set(anchor, read);
    }
    return read;
  }

  private readList(items: readonly Node[], path: Path): Read {
    const all = items.map((item, index) => this.read(item, [...path, index]));
    return { value: all.map(({ value }) => value), size: sizeOf(all) };
  }

  /** Reads a map in order, so that a merge overrides earlier pairs. */
  private readMap({ items }: MapNode, path: Path): Read {
    const entries = new Map<string, Read>();
    const own = new Map<string, Node>();
    for (const { key, value } of items) {
      if (isMergeKey(key)) {
        this.merge(entries, value, path);
        continue;
      }
      const name = this.readKey(key);
      const inner = [...path, name];
      const read = this.read(value, inner);
      const earlier = own.get(name);
      if (earlier !== undefined) {
        const isSame = isDeepStrictEqual(entries.get(name)?.value, read.value);
        this.repeated.push({
          path: inner,
          ...this.source.positionOf(startOf(key)),
          earlier: this.source.positionOf(startOf(earlier)).line,
          isSame,
        });
      }
      own.set(name, key);
      entries.set(name, read);
    }
    const value = Object.fromEntries(Array.from(entries, ([name, read]) => [name, read.value]));
    return { value, size: sizeOf(entries.values()) };
  }

  private merge(entries: Map<string, Read>, value: Node | null, path: Path): void {
    for (const source of isSeq<Node>(value) ? [...value.items].reverse() : [value]) {
      const { size, value: merged } = this.read(source, path);
      if (typeof merged !== 'object' || merged === null || Array.isArray(merged)) {
        throw this.source.error(startOf(source), 'only a map, or a list of maps, can be merged with <<');
      }
      for (const [name, inner] of Object.entries(merged)) {
        entries.set(name, { value: inner, size: size / Object.keys(merged).length });
      }
    }
  }

  private readAlias(alias: Alias): Read {
    if (!this.anchors.has(alias.source)) {
      throw this.source.error(startOf(alias), `unknown anchor "${alias.source}"`);
    }
    const read = this.anchors.get(alias.source);
    if (read === undefined) {
      throw this.source.error(startOf(alias), `the anchor "${alias.source}" contains itself`);
    }
    this.aliased += read.size;
    if (this.aliased > ALIASED_NODES_MAX) {
      throw this.source.error(
        startOf(alias),
        `aliases that expand to more than ${ALIASED_NODES_MAX} nodes; fix: write out their values`,
      );
    }
    return read;
  }

  private readKey(key: Node): string {
    const { value } = isScalar(key) || isAlias(key) ? this.read(key, []) : { value: null };
    if (value === null || typeof value === 'object') {
      throw this.source.error(startOf(key), 'a key that is not a string; fix: write a string in quotes');
    }
    return String(value);
  }

  private readScalar(node: Scalar): unknown {
    const { problem, value } = scalarValue(node);
    if (problem !== undefined) {
      throw this.source.error(startOf(node), problem);
    }
    return value;
  }
}

function sizeOf(inner: Iterable<Read>): number {
  let sum = 1;
  for (const { size } of inner) {
    sum += size;
  }
  return sum;
}

function startOf(node: Node | null | undefined): number {
  return node?.range?.[0] ?? 0;
}

function isMergeKey(key: Node): boolean {
  return (
    isScalar(key) &&
    key.source === '<<' &&
    ((key.type === 'PLAIN' && key.tag === undefined) || key.tag === 'tag:yaml.org,2002:merge')
  );
}
