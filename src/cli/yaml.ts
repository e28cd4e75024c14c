import { isDeepStrictEqual } from 'node:util';
import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Alias,
  type Document,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { InputError } from './io';
import { scalarValue } from './yaml-scalar';

/** Keys of maps, and indexes of lists. */
type Path = ReadonlyArray<string | number>;

/** Where something is in a file; lines and columns count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A key that a map has twice. */
export interface RepeatedKey extends Position {
  readonly path: Path;
  /** The line of the one before. */
  readonly earlier: number;
  /** Whether both say the same. */
  readonly isSame: boolean;
}

/**
 * The documents of a YAML or JSON file, as Helm and kubectl read them (sigs.k8s.io/yaml 1.5.0 on go.yaml.in/yaml/v2 2.4.2).
 * `file` is how messages name it.
 */
export function readYaml(text: string, file: string): YamlDocument[] {
  const lines = new LineCounter();
  const source: Source = {
    text,
    file,
    positionOf: (offset) => {
      const { line, col } = lines.linePos(offset);
      return { line, column: col };
    },
  };
  const control = text.search(CONTROL);
  if (control >= 0) {
    const before = text.slice(0, control).split('\n');
    throw syntaxError(
      source,
      { line: before.length, column: (before.at(-1) as string).length + 1 },
      'a control character; fix: write it as an escape in double quotes, such as "\\x1b"',
    );
  }
  // Scalars stay texts, and keys may be there twice: what they mean is decided here. Not strict: a `]` may stand at the beginning of a line.
  const documents = parseAllDocuments(text, {
    schema: 'failsafe',
    strict: false,
    resolveKnownTags: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
    lineCounter: lines,
  });
  return [...documents].map((document) => new YamlDocument(document, source));
}

/** What libyaml refuses, apart from what it takes for line breaks and tabs. */
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;

/** So many nodes may be read by way of aliases (`alias_ratio_range_low` of decode.go), before it is taken for an attack. */
const ALIASED_NODES_MAX = 400_000;

interface Source {
  readonly text: string;
  readonly file: string;
  readonly positionOf: (offset: number) => Position;
}

/** One document. */
export class YamlDocument {
  /** What it says; null for an empty one. */
  public readonly value: unknown;

  /** Where it begins. */
  public readonly start: Position;

  /** Of keys that a map has twice, the last one counts. */
  public readonly repeated: readonly RepeatedKey[];

  private readonly repeatedKeys: RepeatedKey[] = [];
  private readonly open = new Set<Node>();
  private aliased = 0;

  public constructor(
    private readonly document: Document.Parsed,
    private readonly source: Source,
  ) {
    const [error] = document.errors;
    if (error !== undefined) {
      throw this.error(error.pos[0], `${(error.message[0] as string).toLowerCase()}${error.message.slice(1)}`);
    }
    const { yaml } = document.directives;
    if (yaml.explicit === true && yaml.version !== '1.1') {
      throw this.error(
        document.range[0],
        'not YAML 1.1, which is all that Helm and kubectl read; fix: remove the line with %YAML',
      );
    }
    this.start = source.positionOf(document.contents?.range?.[0] ?? document.range[0]);
    this.value = this.read(document.contents, []);
    this.repeated = this.repeatedKeys;
  }

  /** Where a path leads to, and how many of its parts are there. */
  public locate(path: readonly string[]): { readonly depth: number; readonly position: Position } {
    let depth = 0;
    let node = this.resolved(this.document.contents);
    let offset = startOf(node);
    for (const part of path) {
      const pair = isMap(node)
        ? [...(node as YAMLMap<Node, Node>).items].reverse().find(({ key }) => isScalar(key) && keyText(key) === part)
        : undefined;
      const item = isSeq(node) ? (node.items[Number(part)] as Node | undefined) : undefined;
      if (pair === undefined && item === undefined) {
        break;
      }
      offset = startOf(pair?.key ?? (item as Node));
      node = this.resolved(pair === undefined ? (item as Node) : pair.value);
      depth++;
    }
    return { depth, position: this.source.positionOf(offset) };
  }

  /** An error at a place in the file, with the line. */
  public errorAt(path: readonly string[], message: string): InputError {
    return syntaxError(this.source, this.locate(path).position, message);
  }

  private read(node: Node | null, path: Path, isAliased = false): unknown {
    this.aliased += isAliased ? 1 : 0;
    if (this.aliased > ALIASED_NODES_MAX) {
      throw this.error(
        startOf(node),
        'aliases that multiply to more than 400000 nodes; fix: write out what they stand for',
      );
    }
    if (isAlias(node)) {
      return this.readAlias(node, path);
    }
    if (isSeq<Node>(node)) {
      return node.items.map((item, index) => this.read(item, [...path, index], isAliased));
    }
    if (isMap<Node, Node | null>(node)) {
      const entries = new Map<string, unknown>();
      this.readInto(entries, node, path, isAliased);
      return Object.fromEntries(entries);
    }
    return isScalar(node) ? this.readScalar(node) : null;
  }

  private readScalar(node: Scalar): unknown {
    const { value, problem } = scalarValue(node);
    if (problem !== undefined) {
      throw this.error(startOf(node), problem);
    }
    return value;
  }

  private readAlias(alias: Alias, path: Path): unknown {
    const node = this.target(alias);
    if (this.open.has(node)) {
      throw this.error(startOf(alias), `the anchor "${alias.source}" stands for something that contains itself`);
    }
    this.open.add(node);
    const value = this.read(node, path, true);
    this.open.delete(node);
    return value;
  }

  /** Entry by entry, so that a merge overrides what stands before it. */
  private readInto(
    entries: Map<string, unknown>,
    map: YAMLMap<Node, Node | null>,
    path: Path,
    isAliased: boolean,
  ): void {
    const own = new Map<string, number>();
    for (const { key, value } of map.items) {
      if (isMergeKey(key)) {
        this.merge(entries, value, path, isAliased);
        continue;
      }
      const name = this.readKey(key);
      const inner = [...path, name];
      const read = this.read(value, inner, isAliased);
      const { line, column } = this.source.positionOf(startOf(key));
      const earlier = own.get(name);
      if (earlier !== undefined && !isAliased) {
        this.repeatedKeys.push({
          path: inner,
          line,
          column,
          earlier,
          isSame: isDeepStrictEqual(entries.get(name), read),
        });
      }
      own.set(name, line);
      entries.set(name, read);
    }
  }

  private merge(entries: Map<string, unknown>, value: Node | null, path: Path, isAliased: boolean): void {
    const sources = isSeq<Node>(value) ? [...value.items].reverse() : [value];
    for (const source of sources) {
      const node = isAlias(source) ? this.target(source) : source;
      if (!isMap<Node, Node | null>(node)) {
        throw this.error(startOf(source), 'only a map, or a list of maps, can be merged with <<');
      }
      if (this.open.has(node)) {
        throw this.error(startOf(source), 'a map that is merged into itself');
      }
      this.open.add(node);
      this.readInto(entries, node, path, isAliased || isAlias(source));
      this.open.delete(node);
    }
  }

  private readKey(key: Node): string {
    const target = isAlias(key) ? this.target(key) : key;
    const value = isScalar(target) ? this.readScalar(target) : undefined;
    if (value === undefined || value === null) {
      throw this.error(startOf(key), 'a key that is no text; fix: write a text in quotes');
    }
    if (value === '__proto__') {
      throw this.error(startOf(key), 'a key of that name is not read');
    }
    return String(value);
  }

  private target(alias: Alias): Node {
    const node = alias.resolve(this.document);
    if (node === undefined) {
      throw this.error(startOf(alias), `no anchor is called "${alias.source}"`);
    }
    return node;
  }

  private resolved(node: Node | null | undefined): Node | null {
    return isAlias(node) ? this.target(node) : (node ?? null);
  }

  private error(offset: number, message: string): InputError {
    return syntaxError(this.source, this.source.positionOf(offset), message);
  }
}

function startOf(node: Node | Pair | null): number {
  return node === null || isPair(node) ? 0 : (node.range?.[0] ?? 0);
}

function keyText(key: Scalar): string {
  return String(scalarValue(key).value);
}

function isMergeKey(key: Node): boolean {
  return (
    isScalar(key) &&
    key.source === '<<' &&
    ((key.type === 'PLAIN' && key.tag === undefined) || key.tag === 'tag:yaml.org,2002:merge')
  );
}

/** The line with a mark below the column; of a long line the part around it. */
function syntaxError({ file, text }: Source, { line, column }: Position, message: string): InputError {
  const whole = (text.split('\n')[line - 1] ?? '').replace(/\r$/, '').replaceAll('\t', ' ');
  const from = Math.max(0, column - 60);
  return new InputError(
    `${file}:${line}:${column}: ${message}\n\n    ${whole.slice(from, from + 100)}\n    ${' '.repeat(column - 1 - from)}^`,
  );
}
