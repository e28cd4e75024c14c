import type { ManifestObject } from '../reading/inventory';

/** Returns the key of the node for an object. */
export function keyOf({ name, namespace = '', type }: ManifestObject): string {
  return `${namespace}/${type}/${name}`;
}

/** Returns the first line of the label for an object. */
export function titleOf({ kind, name }: ManifestObject): string {
  return `${kind} ${name}`;
}

/** Formats labels or a label selector, such as `app=runner`. */
export function showLabels(selector: unknown): string {
  const { matchExpressions, matchLabels } = (selector ?? {}) as {
    readonly matchLabels?: { readonly [key: string]: unknown };
    readonly matchExpressions?: ReadonlyArray<{
      readonly key?: string;
      readonly operator?: string;
      readonly values?: readonly unknown[];
    }>;
  };
  return [
    ...Object.entries(matchLabels ?? {}).map(([key, value]) => `${key}=${String(value)}`),
    ...(matchExpressions ?? []).map(
      ({ key, operator, values }) => `${key} ${operator}${values === undefined ? '' : ` ${values.join(', ')}`}`,
    ),
  ].join(', ');
}
