/** The labels that select the pods of an engine, and that all of its objects have. */
export function engineLabels(name: string): { readonly [key: string]: string } {
  return { 'app.kubernetes.io/name': 'dagger-engine', 'app.kubernetes.io/instance': name };
}
