import { itemsOf } from './documents';
import { Field } from './field';
import type { ManifestObject } from './manifest-object';
import { ObjectIndex, typedKey, type KeysOf } from './object-index';
import { SelectorIndex } from './selector-index';

/** The location of an object in documents. */
export interface DocumentPlace {
  /** The index of the document. */
  readonly index: number;
  /** The path in the document, for an object in a List. */
  readonly path: readonly string[];
}

/** The Kubernetes objects of one cluster, with searches for related objects. */
export class Inventory {
  /**
   * Reads manifest documents. Lists are replaced with their items, and anything that isn't a Kubernetes object is
   * skipped. The origin of a field is the index of its object, a space, and its path. `locate` parses it.
   *
   * @param prepare returns a replacement for an object, or undefined to leave the object out
   */
  public static ofDocuments(
    documents: readonly unknown[],
    prepare: (object: unknown) => unknown = (object) => object,
  ): Inventory {
    const places: DocumentPlace[] = [];
    const roots: Field[] = [];
    for (const [index, document] of documents.entries()) {
      for (const { path, value } of itemsOf(document)) {
        const at = roots.length;
        const root = Field.root(prepare(value), (inner) => `${at} ${inner}`);
        if (objectOf(root) !== undefined) {
          roots.push(root);
          places.push({ index, path });
        }
      }
    }
    return new Inventory(roots, places);
  }

  public readonly objects: readonly ManifestObject[];

  private readonly indexes = new Map<KeysOf, ObjectIndex>();
  private readonly selectors = new Map<string, SelectorIndex>();

  /**
   * @param roots the objects
   * @param places the locations of the objects in documents, if they are from documents
   */
  public constructor(
    roots: readonly Field[],
    private readonly places: readonly DocumentPlace[] = [],
  ) {
    this.objects = roots.map(objectOf).filter((object) => object !== undefined);
  }

  /** Returns the object, the document and the path that an origin refers to. The objects must be from documents. */
  public locate(origin: string): {
    readonly object: ManifestObject;
    readonly document: DocumentPlace;
    readonly path: string;
  } {
    const [, index, path] = /^(\d+) (.*)$/s.exec(origin)!;
    return { object: this.objects[Number(index)]!, document: this.places[Number(index)]!, path: path! };
  }

  /** Returns the objects of a type that are or may be in a namespace. */
  public of(type: string, namespace: string | undefined): ManifestObject[] {
    return this.find(typesOf, namespace, type);
  }

  /** Returns the first object with this type and name that is or may be in a namespace. */
  public named(type: string, namespace: string | undefined, name: string | undefined): ManifestObject | undefined {
    return this.allNamed(type, namespace, name)[0];
  }

  /** Returns the objects with this type and name that are or may be in a namespace. */
  public allNamed(type: string, namespace: string | undefined, name: string | undefined): ManifestObject[] {
    return name === undefined ? [] : this.find(namesOf, namespace, typedKey(type, name));
  }

  /**
   * Returns the objects with a key that are or may be in a namespace. The first search with `keysOf` reads all objects,
   * so pass the same function each time.
   */
  public find(keysOf: KeysOf, namespace: string | undefined, key: string): ManifestObject[] {
    const index = this.indexes.get(keysOf) ?? new ObjectIndex(this.objects, keysOf);
    this.indexes.set(keysOf, index);
    return index.find(namespace, [key]);
  }

  /** Returns the Services that select pods with these labels. */
  public servicesOf(namespace: string | undefined, labels: { readonly [key: string]: string }): ManifestObject[] {
    return this.selecting('/Service', namespace, labels);
  }

  /** Returns the PodDisruptionBudgets that select pods with these labels. */
  public budgetsOf(namespace: string | undefined, labels: { readonly [key: string]: string }): ManifestObject[] {
    return this.selecting('policy/PodDisruptionBudget', namespace, labels);
  }

  /** Returns the network policies that restrict one direction of the traffic of pods with these labels. */
  public policiesOf(
    direction: Direction,
    namespace: string | undefined,
    labels: { readonly [key: string]: string },
  ): ManifestObject[] {
    return this.selecting('networking.k8s.io/NetworkPolicy', namespace, labels).filter((policy) =>
      restricts(policy, direction),
    );
  }

  private selecting(
    type: string,
    namespace: string | undefined,
    labels: { readonly [key: string]: string },
  ): ManifestObject[] {
    const index = this.selectors.get(type) ?? new SelectorIndex(this.of(type, undefined));
    this.selectors.set(type, index);
    return index.find(namespace, labels);
  }
}

/** The direction of traffic that a network policy restricts. */
export type Direction = 'egress' | 'ingress';

const TYPES: { readonly [direction in Direction]: string } = { egress: 'Egress', ingress: 'Ingress' };

function restricts({ root }: ManifestObject, direction: Direction): boolean {
  const types = root.at('spec', 'policyTypes').items.map(({ text }) => text);
  // The default types are Ingress, and Egress if the policy has egress rules.
  return types.length > 0
    ? types.includes(TYPES[direction])
    : direction === 'ingress' || root.at('spec', 'egress').items.length > 0;
}

function typesOf({ type }: ManifestObject): string[] {
  return [type];
}

function namesOf({ name, type }: ManifestObject): string[] {
  return [typedKey(type, name)];
}

function objectOf(root: Field): ManifestObject | undefined {
  const [apiVersion, kind] = [root.at('apiVersion').text, root.at('kind').text];
  if (apiVersion === undefined || kind === undefined) {
    return undefined;
  }
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const metadata = root.at('metadata');
  return {
    root,
    type: `${group}/${kind}`,
    apiVersion,
    kind,
    namespace: metadata.at('namespace').text,
    name: metadata.at('name').text ?? metadata.at('generateName').text ?? '',
  };
}

/** Whether two objects can be in the same namespace. An object without a namespace can be in any namespace. */
export function mayShare(namespace: string | undefined, other: string | undefined): boolean {
  return namespace === undefined || other === undefined || namespace === other;
}
