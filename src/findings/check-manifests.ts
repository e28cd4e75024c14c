import { Inventory, type DocumentPlace } from '../reading/inventory';
import { checkInventory, type Show } from './check-inventory';
import type { Finding } from './finding';

/** A finding in a manifest. Its `key` is the path of the field in the object. */
export interface ManifestFinding extends Finding {
  /** The document that contains the object, and the object's path in it. */
  readonly document: DocumentPlace;
  readonly object: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly namespace?: string;
    readonly name: string;
  };
}

/**
 * Returns the findings about the engines in one cluster, the worst first. It skips documents that aren't Kubernetes
 * objects.
 */
export function checkManifests(documents: readonly unknown[], show?: Show): ManifestFinding[] {
  const inventory = Inventory.ofDocuments(documents);
  return checkInventory(inventory, show).map((finding) => locate(finding, inventory));
}

/** Returns a finding with its location in the documents. */
export function locate(finding: Finding, inventory: Inventory): ManifestFinding {
  const { document, object, path } = inventory.locate(finding.key);
  const { apiVersion, kind, name, namespace } = object;
  return {
    ...finding,
    key: path,
    document,
    object: { apiVersion, kind, ...(namespace !== undefined && { namespace }), name },
  };
}
