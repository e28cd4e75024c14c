/** The label of objects that no single engine owns, such as storage classes. */
export const COMMON_LABELS = { 'app.kubernetes.io/name': 'dagger-engine' };

/** Returns the labels that select the pods of an engine, and that all of its objects have. */
export function engineLabels(name: string): { readonly [key: string]: string } {
  return { ...COMMON_LABELS, 'app.kubernetes.io/instance': name };
}
