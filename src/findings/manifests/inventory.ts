import { Field } from './field';
import { itemsOf } from './lists';
import { selects } from './selector';

/** One of the objects that are checked. */
export interface ManifestObject {
  readonly root: Field;
  /** Which of the documents it is in, and what leads to it there. */
  readonly document: { readonly index: number; readonly path: readonly string[] };
  /** API group and kind, such as `apps/Deployment`, `/Service`. */
  readonly type: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/** The objects that are checked, to find those that belong together. */
export class Inventory {
  public readonly objects: readonly ManifestObject[];

  /** What is no Kubernetes object is left out, and a List is what is in it. */
  public constructor(documents: readonly unknown[]) {
    const objects: ManifestObject[] = [];
    for (const [index, document] of documents.entries()) {
      for (const { path, value } of itemsOf(document)) {
        const root = Field.root(value, objects.length);
        const [apiVersion, kind, name] = [
          root.at('apiVersion').text,
          root.at('kind').text,
          root.at('metadata', 'name').text,
        ];
        if (apiVersion !== undefined && kind !== undefined) {
          const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
          objects.push({
            root,
            document: { index, path },
            type: `${group}/${kind}`,
            apiVersion,
            kind,
            namespace: root.at('metadata', 'namespace').text,
            name: name ?? root.at('metadata', 'generateName').text ?? '',
          });
        }
      }
    }
    this.objects = objects;
  }

  /** The objects of a type that are in a namespace, or may be. */
  public of(type: string, namespace: string | undefined): ManifestObject[] {
    return this.objects.filter((object) => object.type === type && mayShare(object.namespace, namespace));
  }

  /** The object of that name. */
  public named(type: string, namespace: string | undefined, name: string | undefined): ManifestObject | undefined {
    return this.of(type, namespace).find((object) => object.name === name);
  }

  /** The Services that lead to pods of these labels. */
  public servicesOf(namespace: string | undefined, labels: { readonly [key: string]: string }): ManifestObject[] {
    return this.of('/Service', namespace).filter((service) => leadsTo(service, labels));
  }

  /** The policies that close the ports of pods of these labels to all but those that they name. */
  public policiesOf(namespace: string | undefined, labels: { readonly [key: string]: string }): ManifestObject[] {
    return this.of('networking.k8s.io/NetworkPolicy', namespace).filter(({ root }) => {
      const types = root.at('spec', 'policyTypes');
      return (
        (types.items.length === 0 || types.items.some(({ text }) => text === 'Ingress')) &&
        selects(root.at('spec', 'podSelector').value, labels)
      );
    });
  }
}

/** Whether a Service leads to pods of these labels; one without a selector leads to none. */
export function leadsTo({ root }: ManifestObject, labels: { readonly [key: string]: string }): boolean {
  const selector = root.at('spec', 'selector').texts;
  return Object.keys(selector).length > 0 && selects({ matchLabels: selector }, labels);
}

/** Whether objects can be of one namespace: one that says none goes where it is applied. */
export function mayShare(namespace: string | undefined, other: string | undefined): boolean {
  return namespace === undefined || other === undefined || namespace === other;
}
