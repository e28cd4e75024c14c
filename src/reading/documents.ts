/** A value in a document, and the keys and list indexes that lead to it. */
export interface Item {
  readonly value: unknown;
  readonly path: readonly string[];
}

/**
 * Returns the document itself, or the items of a list object such as List or DaemonSetList, including nested ones. An
 * item in a typed list doesn't need a kind (kubernetes/apimachinery pkg/apis/meta/v1/unstructured/helpers.go,
 * decodeToList).
 */
export function itemsOf(document: unknown, path: readonly string[] = []): Item[] {
  const { apiVersion, items, kind } = (document ?? {}) as {
    readonly apiVersion?: unknown;
    readonly kind?: unknown;
    readonly items?: unknown;
  };
  if (typeof kind !== 'string' || !kind.endsWith('List') || !Array.isArray(items)) {
    return [{ value: document, path }];
  }
  const implied = kind === 'List' ? undefined : { apiVersion, kind: kind.slice(0, -'List'.length) };
  return items.flatMap((item: unknown, index) =>
    itemsOf(implied !== undefined && lacksKind(item) ? { ...implied, ...item } : item, [
      ...path,
      'items',
      String(index),
    ]),
  );
}

function lacksKind(item: unknown): item is object {
  return (
    typeof item === 'object' && item !== null && !Array.isArray(item) && !('apiVersion' in item) && !('kind' in item)
  );
}
