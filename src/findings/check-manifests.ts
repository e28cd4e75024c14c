import { Inventory, type DocumentPlace } from '../reading/inventory';
import { checkInventory } from './check-inventory';
import type { Finding } from './finding';

/** A finding in a manifest. Its `key` is the path of the field in the object. */
export interface ManifestFinding extends Finding {
  /** The document that the object is in, and the path of the object in it. */
  readonly document: DocumentPlace;
  readonly object: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly namespace?: string;
    readonly name: string;
  };
}

/** Returns the findings in the documents of one cluster, the worst first. Documents that aren't Kubernetes objects are skipped. */
export function checkManifests(documents: readonly unknown[]): ManifestFinding[] {
  const inventory = Inventory.ofDocuments(documents);
  return checkInventory(inventory).map((finding) => {
    const {
      document,
      object: { apiVersion, kind, name, namespace },
      path,
    } = inventory.locate(finding.key);
    return {
      ...finding,
      key: path,
      document,
      object: { apiVersion, kind, ...(namespace !== undefined && { namespace }), name },
    };
  });
}
