/** A label selector from a manifest. Its values may have the wrong type. */
interface Selector {
  readonly matchLabels?: { readonly [key: string]: unknown } | null;
  readonly matchExpressions?: ReadonlyArray<{
    readonly key?: string;
    readonly operator?: string;
    readonly values?: readonly unknown[] | null;
  } | null> | null;
}

/** Whether a label selector matches these labels. An empty selector matches everything. */
export function selects(selector: unknown, labels: { readonly [key: string]: string }): boolean {
  const { matchExpressions, matchLabels } = (selector ?? {}) as Selector;
  const valueOf = (key: string): string | undefined => (Object.hasOwn(labels, key) ? labels[key] : undefined);
  return (
    Object.entries(matchLabels ?? {}).every(([key, value]) => valueOf(key) === value) &&
    (Array.isArray(matchExpressions) ? matchExpressions : []).every(
      (expression: NonNullable<Selector['matchExpressions']>[number]) => {
        const { key = '', operator, values } = expression ?? {};
        const [value, listed] = [valueOf(key), Array.isArray(values) ? values : []];
        switch (operator) {
          case 'In':
            return listed.includes(value);
          case 'NotIn':
            return !listed.includes(value);
          case 'Exists':
            return value !== undefined;
          case 'DoesNotExist':
            return value === undefined;
          default:
            return false;
        }
      },
    )
  );
}
